"""QuickBooks' page where the customer pays (B-16): asked for when somebody wants it, kept nowhere.

QuickBooks gives the link only with online payment on and an e-mail on the invoice; where it gives
none, the record it answers with tells most of the reasons. Whether the company is signed up for
QuickBooks Payments is not in the API.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from integration import sessions
from integration.gateways.errors import NotFound
from integration.records.quickbooks import Raw
from invoices.models import Invoice
from invoices.models.invoices import Stage

ONLINE = ("AllowOnlineCreditCardPayment", "AllowOnlineACHPayment", "AllowOnlinePayment")


@dataclass(frozen=True, slots=True)
class PayLink:
    """Either ``url``, or ``code`` with ``parameters`` for ``integration.messages``."""

    url: str = ""
    code: str = ""
    parameters: Mapping[str, str] | None = None


def look(invoice: Invoice) -> PayLink:
    """One call, none where the answer is known. Raises GatewayError."""
    known = _known(invoice)
    if known:
        return PayLink("", known, {"company": invoice.company.name})
    qbo = sessions.quickbooks(invoice.company, urgent=True)
    try:
        raw = qbo.read("Invoice", invoice.qbo_id, include="invoiceLink")
    except NotFound:
        return PayLink("", "pay_link.deleted", {})
    url = str(raw.get("InvoiceLink") or "")
    return PayLink(url) if is_web_address(url) else PayLink("", why_none(raw), {})


def _known(invoice: Invoice) -> str:
    if invoice.deleted_at is not None:
        return "pay_link.deleted"
    if invoice.stage == Stage.VOIDED:
        return "pay_link.voided"
    if invoice.open <= 0:
        return "pay_link.paid"
    return "" if invoice.company.is_connected else "pay_link.company_disconnected"


def why_none(raw: Raw) -> str:
    """What the record says of a missing link."""
    email = raw.get("BillEmail")
    if not isinstance(email, Mapping) or not email.get("Address"):
        return "pay_link.no_address"
    if not any(_truth(raw.get(name)) for name in ONLINE):
        return "pay_link.payments_off"
    return "pay_link.none"


def _truth(value: Any) -> bool:
    return value is True or str(value).lower() == "true"


def is_web_address(text: str) -> bool:
    """Only what a browser opens as a page is ever offered to click."""
    found = urlsplit(text)
    return found.scheme in ("https", "http") and bool(found.netloc)
