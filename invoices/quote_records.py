"""HubSpot's objects as a Quote, and a Quote as plain JSON for the draft (hubspot.md 2, 3). Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from integration.records.hubspot import Object, TaxRate
from invoices.quotes import Adjustment, Quote, QuoteLine

QUOTE_PROPERTIES = (
    "hs_title", "hs_quote_number", "hs_status", "hs_quote_status", "hs_quote_esign_status",
    "hs_expiration_date", "hs_currency", "hs_quote_amount", "hs_terms", "hs_comments",
    "hs_purchase_order_number", "hs_quote_link", "hs_language", "hs_lastmodifieddate",
)  # fmt: skip
QUOTE_ASSOCIATIONS = (
    "deals", "contacts", "companies", "line_items", "discounts", "fees", "taxes",
)  # fmt: skip
LINE_PROPERTIES = (
    "name", "description", "hs_sku", "hs_product_id", "dealbooks_key", "quantity", "price",
    "amount", "discount", "hs_discount_percentage", "recurringbillingfrequency",
    "hs_recurring_billing_period", "hs_recurring_billing_start_date", "hs_position_on_quote",
    "hs_tax_rate_group_id", "hs_post_tax_amount",
)  # fmt: skip
ADJUSTMENT_PROPERTIES = ("hs_label", "hs_type", "hs_value")
ADJUSTMENT_KINDS = ("discounts", "fees", "taxes")


def quote(found: Object, *, associated: bool) -> Quote:
    """``associated``: read with its associations; otherwise ``line_ids`` stay unknown.

    Discounts, fees and taxes are there by id; ``adjustments`` has their values.
    """
    ends = found.associations
    return Quote(
        id=found.id,
        title=found.text("hs_title").strip(),
        number=found.text("hs_quote_number"),
        status=found.text("hs_status").upper(),
        cpq_status=found.text("hs_quote_status").upper(),
        signature=found.text("hs_quote_esign_status").upper(),
        language=found.text("hs_language").lower(),
        expires_on=_day(found.text("hs_expiration_date")),
        currency=found.text("hs_currency").upper(),
        amount=_number(found.text("hs_quote_amount")),
        terms=found.text("hs_terms"),
        comments=found.text("hs_comments"),
        po_number=found.text("hs_purchase_order_number").strip(),
        link=found.text("hs_quote_link"),
        modified=found.text("hs_lastmodifieddate"),
        deal_ids=ends.get("deals", ()),
        contact_ids=ends.get("contacts", ()),
        company_ids=ends.get("companies", ()),
        line_ids=ends.get("line_items", ()) if associated else None,
        discounts=_unread(ends.get("discounts", ())),
        fees=_unread(ends.get("fees", ())),
        taxes=_unread(ends.get("taxes", ())),
    )


def _unread(ids: Iterable[str]) -> tuple[Adjustment, ...]:
    return tuple(Adjustment(id, False, None) for id in ids)


def lines(found: Iterable[Object], rates: Mapping[str, TaxRate]) -> tuple[QuoteLine, ...]:
    """In the quote's own order. ``rates``: HubSpot's tax rates by id."""
    placed = sorted(found, key=_place)
    return tuple(_line(one, rates) for one in placed)


def _place(found: Object) -> tuple[Decimal, int, str]:
    position = _number(found.text("hs_position_on_quote"))
    return (Decimal(10**9) if position is None else position, len(found.id), found.id)


def _line(found: Object, rates: Mapping[str, TaxRate]) -> QuoteLine:
    rate = found.text("hs_tax_rate_group_id")
    known = rates.get(rate)
    amount, taxed = _number(found.text("amount")), _number(found.text("hs_post_tax_amount"))
    return QuoteLine(
        id=found.id,
        name=" ".join(found.text("name").split()),
        description=found.text("description").strip(),
        sku=found.text("hs_sku").strip(),
        product_id=found.text("hs_product_id"),
        product_key=found.text("dealbooks_key"),
        quantity=_number(found.text("quantity")),
        price=_number(found.text("price")),
        amount=amount,
        discount=_number(found.text("discount")),
        discount_percent=_number(found.text("hs_discount_percentage")),
        frequency=found.text("recurringbillingfrequency"),
        period=found.text("hs_recurring_billing_period").upper(),
        starts_on=_day(found.text("hs_recurring_billing_start_date")),
        tax_percent=known.percent if known else None,
        tax_rate_id=rate,
        tax_rate_name=known.name if known else "",
        has_tax=bool(rate) or (taxed is not None and taxed != amount),
    )


def with_order_tax(
    found: Iterable[QuoteLine], taxes: Sequence[Adjustment]
) -> tuple[QuoteLine, ...]:
    """The percentage of a quote's only tax holds for the lines that have none of their own."""
    percents = [tax.value for tax in taxes if tax.is_percent]
    if len(percents) != 1 or len(taxes) != 1:
        return tuple(found)
    return tuple(
        replace(line, tax_percent=percents[0], tax_rate_name=taxes[0].label)
        if line.tax_percent is None and not line.tax_rate_id
        else line
        for line in found
    )


def adjustments(found: Iterable[Object]) -> tuple[Adjustment, ...]:
    return tuple(
        Adjustment(
            one.id,
            one.text("hs_type").upper() == "PERCENT",
            _number(one.text("hs_value")),
            one.text("hs_label").strip(),
        )
        for one in sorted(found, key=lambda one: (len(one.id), one.id))
    )


def _number(text: str) -> Decimal | None:
    try:
        found = Decimal(text.strip())
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError:
        return None


# ----------------------------------------------------------------------------------------- JSON
def to_json(found: Quote) -> dict[str, Any]:
    """Plain values; ``from_json(to_json(x)) == x``."""
    return _plain(asdict(found))  # type: ignore[no-any-return]


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value


def from_json(stored: Mapping[str, Any]) -> Quote:
    """Unknown names are ignored and missing ones default, so older drafts keep opening."""
    known = _known(Quote, stored)
    known |= {
        "expires_on": _stored_day(known.get("expires_on")),
        "amount": _stored(known, "amount"),
    }
    for name in ("deal_ids", "contact_ids", "company_ids"):
        known[name] = tuple(known.get(name) or ())
    ids = known.get("line_ids")
    known["line_ids"] = None if ids is None else tuple(ids)
    known["lines"] = tuple(_stored_line(one) for one in known.get("lines") or ())
    for name in ADJUSTMENT_KINDS:
        known[name] = tuple(_stored_adjustment(one) for one in known.get(name) or ())
    return Quote(**known)


def _stored_line(stored: Mapping[str, Any]) -> QuoteLine:
    known = _known(QuoteLine, stored)
    names = ("quantity", "price", "amount", "discount", "discount_percent", "tax_percent")
    known |= {name: _stored(known, name) for name in names}
    return QuoteLine(**{**known, "starts_on": _stored_day(known.get("starts_on"))})


def _stored_adjustment(stored: Mapping[str, Any]) -> Adjustment:
    known = _known(Adjustment, stored)
    return Adjustment(**{**known, "value": _stored(known, "value")})


def _known(kind: type, stored: Mapping[str, Any]) -> dict[str, Any]:
    names = {entry.name for entry in fields(kind)}
    return {name: value for name, value in stored.items() if name in names}


def _stored(known: Mapping[str, Any], name: str) -> Decimal | None:
    text = known.get(name)
    return None if text is None else Decimal(str(text))


def _stored_day(text: Any) -> date | None:
    return date.fromisoformat(text) if text else None
