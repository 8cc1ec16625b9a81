"""What the products step shows of a quote: lines not taken over, the discount (D-08, B-13)."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext

from integration import messages
from integration.models.company_settings import ProductPolicy
from invoices.calendar import company_day
from invoices.draft import DraftLine, Problem
from invoices.draft_lines import DEDUCTION, FEE
from invoices.quote_lines import PlannedLine, Timing
from invoices.wizard import quote_filling
from invoices.wizard.sitting import Sitting

OF_QUOTES = ("quote.", "discount.")


@dataclass(frozen=True)
class LeftOut:
    """A line of the quote that is not on the invoice; ``can_add`` unless it cannot be billed."""

    id: str
    name: str
    amount: Decimal
    why: str
    can_add: bool


def context(sitting: Sitting, problems: list[Problem]) -> dict[str, Any]:
    discount = sitting.content.discount
    return {
        "left_out": left_out(sitting),
        "discount": discount,
        "discount_amount": sitting.content.discount_amount,
        "discount_error": " ".join(
            messages.sentence(found.code, **found.parameters)
            for found in problems
            if found.field == "discount" and found.is_blocker
        ),
    }


def shown_at_once(sitting: Sitting) -> list[Problem]:
    """What a quote brought along is said on the first visit, before the rep did anything wrong."""
    return [found for found in sitting.problems_of("lines") if found.code.startswith(OF_QUOTES)]


def picker(line: DraftLine, policy: str) -> str:
    """The name of the field that chooses the line's product, or "" (B-12)."""
    closed = line.kind in (FEE, DEDUCTION) or policy == ProductPolicy.BLOCK
    return "" if line.item_id or not line.wanted or closed else f"line-{line.key}-item_id"


def left_out(sitting: Sitting) -> list[LeftOut]:
    company = sitting.company
    if company is None or sitting.quote is None:
        return []
    today = company_day(company, sitting.now)
    rows = quote_filling.left_out(sitting.content, company, today)
    return [
        LeftOut(
            row.line.id,
            row.line.name,
            row.net or row.line.amount or Decimal(0),
            _why(row),
            row.trouble is None,
        )
        for row in rows
    ]


def _why(row: PlannedLine) -> str:
    if row.trouble is not None:
        return messages.sentence(row.trouble.code, **row.trouble.parameters)
    if row.timing is Timing.LATER and row.bills_from is not None:
        return gettext("Bills from %(day)s") % {"day": date_format(row.bills_from)}
    if row.timing is Timing.BILLED:
        return gettext("Already invoiced")
    return gettext("Taken off this invoice")
