"""Short builders of HubSpot quotes for the tests of the pure quote modules."""

from datetime import date
from decimal import Decimal
from typing import Any

from invoices.quotes import Adjustment, Quote, QuoteLine

TODAY = date(2026, 11, 23)
NUMBERS = ("quantity", "price", "amount", "discount", "discount_percent", "tax_percent")


def line(id: str = "1", **given: Any) -> QuoteLine:
    """Two chairs at 100.00 unless said otherwise; numbers may be given as text."""
    values: dict[str, Any] = {
        "name": "Task chair",
        "sku": "CHR-TASK",
        "quantity": "2",
        "price": "100.00",
        **given,
    }
    for name in NUMBERS:
        if isinstance(values.get(name), str):
            values[name] = Decimal(values[name])
    return QuoteLine(id, **values)


def percent(value: str, label: str = "") -> Adjustment:
    return Adjustment(f"p{value}", True, Decimal(value), label)


def fixed(value: str, label: str = "") -> Adjustment:
    return Adjustment(f"f{value}", False, Decimal(value), label)


def quote(*lines: QuoteLine, **given: Any) -> Quote:
    """Published and good for a month."""
    values: dict[str, Any] = {
        "title": "Fit-out",
        "status": "APPROVAL_NOT_NEEDED",
        "cpq_status": "PUBLISHED",
        "currency": "USD",
        "expires_on": date(2026, 12, 23),
        "lines": lines,
        "line_ids": tuple(one.id for one in lines),
        **given,
    }
    return Quote("900", **values)
