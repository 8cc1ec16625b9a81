"""What invoices made from a quote have already billed of it, line by line (D-08).

Counted from what was sent to QuickBooks, as long as the invoice lives there: a voided or deleted
one gives its lines back.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from integration.models import Portal
from invoices.draft_content import DraftContent
from invoices.models import InvoiceOperation
from invoices.models.invoices import Stage
from invoices.quote_lines import Billed

DISCOUNT = "discount"
"""Under this id the ledger keeps what was taken of a quote's order discount."""
Ledger = Mapping[str, Billed]


def of_quote(portal: Portal | UUID, quote_id: str, currency: str) -> dict[str, Billed]:
    """By line id. Invoices in another currency than the quote's prove nothing about amounts."""
    return of_quotes(portal, {quote_id: currency})[quote_id]


def of_quotes(portal: Portal | UUID, currencies: Mapping[str, str]) -> dict[str, dict[str, Billed]]:
    """For each quote id (with the quote's currency) its ledger, in one query."""
    made = InvoiceOperation.objects.for_portal(portal).filter(
        draft__quote_id__in=list(currencies), invoice__isnull=False
    )
    living = made.exclude(invoice__stage__in=[Stage.VOIDED, Stage.DELETED])
    found: dict[str, dict[str, Billed]] = {quote_id: {} for quote_id in currencies}
    for quote_id, stored in living.values_list("draft__quote_id", "content"):
        content = DraftContent.from_json(stored)
        if content.currency == currencies[quote_id]:
            _add(found[quote_id], _taken(content))
    return found


def _taken(content: DraftContent) -> dict[str, Billed]:
    """By one invoice."""
    found: dict[str, Billed] = {}
    for line in content.lines:
        amount = line.amount(content.currency)
        if not line.quote_line_id or amount is None:
            continue
        quantity = (line.quantity_value or Decimal(0)) if not line.is_deduction else Decimal(0)
        before = found.get(line.quote_line_id, Billed(times=1))
        found[line.quote_line_id] = Billed(before.quantity + quantity, before.amount + amount, 1)
    discount = content.discount_amount
    if discount:
        found[DISCOUNT] = Billed(amount=discount, times=1)
    return found


def _add(total: dict[str, Billed], taken: Mapping[str, Billed]) -> None:
    for id, one in taken.items():
        before = total.get(id, Billed())
        total[id] = Billed(
            before.quantity + one.quantity, before.amount + one.amount, before.times + one.times
        )


def is_billed_up(ledger: Ledger, line_ids: Iterable[str]) -> bool:
    """Whether some invoice has each of these lines."""
    wanted = list(line_ids)
    return bool(wanted) and all(id in ledger for id in wanted)


def sum_of(ledger: Ledger) -> Decimal:
    """All lines and fees less the discounts taken: what was invoiced of the quote before tax."""
    found: Any = sum((one.amount for id, one in ledger.items() if id != DISCOUNT), Decimal(0))
    return found - ledger[DISCOUNT].amount if DISCOUNT in ledger else found
