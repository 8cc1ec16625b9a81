"""Records made for a scenario: stored without the API's checks, and dated back."""

from datetime import timedelta
from typing import Any

from sandbox.hubspot import commerce
from sandbox.hubspot.associations import types_of
from sandbox.hubspot.objects import Prepared, link, link_default, store
from sandbox.hubspot.schemas import BY_NAME
from sandbox.hubspot.store import Portal, Record

DAY_MS = 86_400_000


def add(portal: Portal, type_name: str, values: dict[str, Any], days_ago: int = 0) -> Record:
    """A record without the API's checks, made some days ago."""
    kept = {name: str(value) for name, value in values.items() if value not in (None, "")}
    record = store(portal, Prepared(BY_NAME[type_name], dict(kept)))
    record.created = record.modified = record.created - days_ago * DAY_MS
    return record


def link_primary(portal: Portal, record: Record, company: Record) -> None:
    rows = types_of(portal, record.kind.name, "companies")
    link(portal, record, company, [row for row in rows if row.label == "Primary"])


def add_lines(
    portal: Portal, parent: Record, rows: list[list[Any]], currency: str, days_ago: int
) -> None:
    """``[sku, quantity, percent off, {start_days, unit_discount}]``; the last two may be absent."""
    products = {
        product.values["hs_sku"]: product for product in portal.all(BY_NAME["products"]).values()
    }
    for place, (sku, quantity, *more) in enumerate(rows):
        extra = more[1] if len(more) > 1 else {}
        product = products[sku]
        values: dict[str, str | None] = {
            "hs_product_id": product.id,
            "quantity": str(quantity),
            "hs_discount_percentage": more[0] if more and more[0] else None,
            "discount": extra.get("unit_discount"),
            "hs_line_item_currency_code": currency,
            "hs_position_on_quote": str(place),
        }
        commerce.fill_from_product(portal, values)
        if "start_days" in extra:
            start = portal.clock.now().astimezone(portal.zone) + timedelta(days=extra["start_days"])
            values["hs_recurring_billing_start_date"] = start.date().isoformat()
        values.update(commerce.line_amounts(values))
        link_default(portal, parent, add(portal, "line_items", values, days_ago))
