"""Quotes as sales people make them in HubSpot, and what they do to them later."""

from typing import Any

from integration.records.hubspot import Write
from tests.invoices.desk import DEAL, Desk

QUOTE_TO_DEAL, QUOTE_TO_LINE = 64, 67
QUOTE_TO_CONTACT, QUOTE_TO_COMPANY = 69, 71
QUOTE_TO = {"discounts": 362, "fees": 364, "taxes": 366}


def quote(desk: Desk, *lines: dict[str, str], deal: str = DEAL, **more: Any) -> str:
    """A published quote of the deal; its id. ``discounts``, ``fees`` and ``taxes`` are lists of
    (FIXED or PERCENT, value, label); other words are properties of the quote."""
    hubspot = desk.books.hubspot()
    found = hubspot.deal(deal)
    contacts = more.pop("contacts", found.contact_ids)
    ends = [(deal, QUOTE_TO_DEAL), *((one, QUOTE_TO_CONTACT) for one in contacts)]
    ends += [(one, QUOTE_TO_COMPANY) for one in more.pop("companies", found.company_ids)]
    ends += [(one, QUOTE_TO_LINE) for one in made(desk, "line_items", lines)]
    for kind, type_id in QUOTE_TO.items():
        rows = [
            {"hs_type": how, "hs_value": value, "hs_label": label}
            for how, value, label in more.pop(kind, ())
        ]
        ends += [(one, type_id) for one in made(desk, kind, rows)]
    properties = {
        "hs_title": "Offer",
        "hs_expiration_date": desk.books.day(30),
        "hs_template_type": "CPQ_QUOTE",
        "hs_currency": "USD",
        **more,
    }
    [published] = hubspot.create("quotes", [Write("q", properties, associations=tuple(ends))])
    assert published.id, published.error
    change(desk, published.id, hs_status="APPROVED")
    return published.id


def line(sku: str = "", **more: str) -> dict[str, str]:
    """Two of them at 100.00 unless said otherwise; the product's own name where QuickBooks has it."""
    return {"name": more.pop("name", sku or "Thing"), "hs_sku": sku, "quantity": "2",
            "price": "100.00", **more}  # fmt: skip


def change(desk: Desk, quote_id: str, **properties: str) -> None:
    _update(desk, "quotes", quote_id, properties)


def change_line(desk: Desk, line_id: str, **properties: str) -> None:
    _update(desk, "line_items", line_id, properties)


def lines_of(desk: Desk, quote_id: str) -> tuple[str, ...]:
    return desk.books.hubspot().associations("quotes", "line_items", [quote_id])[quote_id]


def amount_of(desk: Desk, quote_id: str) -> str:
    found = desk.books.hubspot().get("quotes", quote_id, ("hs_quote_amount",))
    return found.text("hs_quote_amount")


def made(desk: Desk, kind: str, rows: Any) -> list[str]:
    writes = [Write(str(place), row) for place, row in enumerate(rows)]
    found = desk.books.hubspot().create(kind, writes) if writes else []
    assert all(each.id for each in found), found
    return [each.id for each in found]


def _update(desk: Desk, kind: str, id: str, properties: dict[str, str]) -> None:
    [found] = desk.books.hubspot().update(kind, [Write("x", properties, id)])
    assert found.error is None, found.error
