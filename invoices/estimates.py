"""QuickBooks' estimates, and whether an invoice can be made from one (B-29, D-35). Pure.

An estimate takes one invoice link (quickbooks.md 5.5). A customer's word outlives the expiration
day: an accepted estimate stays usable after it, a pending one does not.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from integration.gateways.quickbooks_transactions import invoice as parse_sale
from integration.gateways.values import day, text
from integration.records.quickbooks import Invoice as Sale
from integration.records.quickbooks import Raw
from invoices import change_content
from invoices.currencies import round_money
from invoices.draft_content import DraftContent
from invoices.quotes import Obstacle
from invoices.taxes import TaxMode

ACCEPTED, PENDING = "Accepted", "Pending"
CLOSED = frozenset({"Closed", "Converted"})
REJECTED = "Rejected"
TRANSACTION = "Estimate"
"""QuickBooks' name of the entity and of the link to it."""
UNKEPT = {
    "change.bundle": "estimate.bundle",
    "change.discounts": "estimate.discounts",
    "change.discount_after_tax": "estimate.discount_after_tax",
    "change.line_unlike": "estimate.line_unlike",
}
"""What an invoice cannot be edited for, an estimate cannot be taken over for."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """``sale`` is what it shares with an invoice; ``currency`` always names one."""

    sale: Sale
    status: str
    currency: str
    expires_on: date | None = None
    is_linked: bool = False
    raw: Raw = field(default_factory=dict, repr=False, compare=False)

    @property
    def id(self) -> str:
        return self.sale.id

    @property
    def name(self) -> str:
        """What people call it."""
        return self.sale.doc_number or self.sale.id

    @property
    def net(self) -> Decimal:
        return self.sale.total - self.sale.total_tax

    @property
    def is_accepted(self) -> bool:
        return self.status == ACCEPTED

    def content(self, po_field: str = "") -> DraftContent:
        """What stands on it, as a draft."""
        return change_content.read(self.sale, currency=self.currency, po_field=po_field).content


def read(raw: Mapping[str, Any], home: str) -> Estimate:
    """``home``: the currency where QuickBooks names none. Raises ValueError, KeyError."""
    sale = parse_sale(dict(raw))
    links = raw.get("LinkedTxn") or ()
    return Estimate(
        sale=sale,
        status=text(raw.get("TxnStatus")) or PENDING,
        currency=sale.currency or home,
        expires_on=day(raw.get("ExpirationDate")),
        is_linked=any(text(link.get("TxnType")) == "Invoice" for link in links),
        raw=dict(raw),
    )


def obstacle(
    found: Estimate, today: date, currencies: Collection[str] | None = None
) -> Obstacle | None:
    """The first reason why no invoice can be made from it; None when it can.

    ``today`` is the company's day; ``currencies`` what it can bill in, None asks nothing of it.
    """
    if found.is_linked:
        return Obstacle("estimate.linked")
    if found.status in CLOSED:
        return Obstacle("estimate.closed")
    if found.status == REJECTED:
        return Obstacle("estimate.rejected")
    if expired(found, today) and found.expires_on is not None:
        return Obstacle("estimate.expired", {"day": found.expires_on.isoformat()})
    if currencies is not None and found.currency not in currencies:
        return Obstacle("estimate.currency", {"currency": found.currency})
    return _unkept(found)


def expired(found: Estimate, today: date) -> bool:
    last_day = found.expires_on
    return last_day is not None and last_day < today and not found.is_accepted


def _unkept(found: Estimate) -> Obstacle | None:
    """Lines that a draft has no place for, or that would come to another amount."""
    read_content = change_content.read(found.sale, currency=found.currency)
    if read_content.uneditable:
        return Obstacle(UNKEPT.get(read_content.uneditable, "estimate.line_unlike"))
    content = read_content.content
    if not any(not line.is_text for line in content.lines):
        return Obstacle("estimate.no_lines")
    inclusive = content.tax_mode == TaxMode.INCLUSIVE
    if inclusive and content.discount is not None:
        return Obstacle("estimate.discounts")
    wanted = found.sale.total if inclusive else found.net
    if worth(content) != round_money(wanted, found.currency):
        return Obstacle("estimate.line_unlike")
    return None


def worth(content: DraftContent) -> Decimal:
    """Lines less the discount, as they are typed: with tax where prices include it."""
    return round_money(content.subtotal - content.discount_amount, content.currency)


def changes(old: Estimate, new: Estimate) -> list[Obstacle]:
    """What differs in a way that reaches the invoice; empty: nothing does.

    Number, dates, notes and a status that still allows an invoice may change freely.
    """
    found: list[Obstacle] = []
    if old.sale.customer_id != new.sale.customer_id:
        found.append(
            _change("customer", before=old.sale.customer_name, after=new.sale.customer_name)
        )
    if old.currency != new.currency:
        found.append(_change("currency", before=old.currency, after=new.currency))
    before, after = _weight(old), _weight(new)
    if before == after:
        return found
    if old.net != new.net:
        found.append(
            _change("amount", before=_shown(old), after=_shown(new), currency=new.currency)
        )
    else:
        found.append(_change("lines"))
    return found


def _change(kind: str, **parameters: str) -> Obstacle:
    return Obstacle(f"estimate.change.{kind}", parameters)


def _shown(found: Estimate) -> str:
    return str(round_money(found.net, found.currency))


def _weight(found: Estimate) -> tuple[object, ...]:
    content = found.content()
    lines = tuple(
        replace(line, key="", item_name="", class_name="", quoted_price="")
        for line in content.lines
    )
    return lines, content.discount, content.tax_mode, found.net
