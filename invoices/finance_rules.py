"""What finance lets reps put on an invoice of one company (E-06, E-08, E-11). Pure."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Required(StrEnum):
    """Fields that a company may require; each is asked for only where the company has it."""

    PO_NUMBER = "po_number"
    EMAIL = "bill_email"
    TERMS = "terms"
    MESSAGE = "message"
    CLASS = "class"
    LOCATION = "location"


@dataclass(frozen=True, slots=True)
class FinanceRules:
    """None means no limit. Percentages are of 100; ``credit_limit`` is in home currency.

    ``allowed_items`` are QuickBooks ids; empty allows every product. Days count from the company's
    own day.
    """

    max_discount_percent: Decimal | None = None
    min_price_percent: Decimal | None = None
    allowed_items: frozenset[str] = frozenset()
    required: frozenset[str] = frozenset()
    backdating_days: int | None = None
    future_days: int | None = None
    credit_limit: Decimal | None = None
    warn_overdue: bool = True


@dataclass(frozen=True, slots=True)
class Overdue:
    """What the customer owes past its due date, in the invoice's currency."""

    count: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Twin:
    """An invoice with the same customer, products and amount: made twice, perhaps (B-05).

    ``number`` is empty while it is still being created.
    """

    number: str
    day: str
    total: Decimal
