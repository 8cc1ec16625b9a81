"""Seeded quotes in every state a quote can be in."""

from datetime import timedelta
from typing import Any

from sandbox.hubspot import commerce
from sandbox.hubspot.objects import link_default
from sandbox.hubspot.schemas import BY_NAME
from sandbox.hubspot.seed_records import add, add_lines
from sandbox.hubspot.store import Portal, Record
from sandbox.hubspot.values import iso

# state: (hs_status, is CPQ, days until it expires, e-signature)
STATES: dict[str, tuple[str, bool, int, str]] = {
    "draft": ("DRAFT", False, 30, ""),
    "cpq_draft": ("DRAFT", True, 30, ""),
    "pending_approval": ("PENDING_APPROVAL", False, 30, ""),
    "approved": ("APPROVED", False, 45, ""),
    "published": ("APPROVAL_NOT_NEEDED", False, 60, ""),
    "rejected": ("REJECTED", False, 20, ""),
    "expired": ("APPROVAL_NOT_NEEDED", False, -6, ""),
    "accepted": ("ACCEPTED", True, 40, ""),
    "signed": ("APPROVAL_NOT_NEEDED", False, 60, "SIGNED"),
    "esign_pending": ("APPROVAL_NOT_NEEDED", False, 60, "PENDING_SIGNATURE"),
}


def _values(portal: Portal, row: dict[str, Any], deal: Record) -> dict[str, Any]:
    status, cpq, days, signature = STATES[row["state"]]
    owner = portal.owner(deal.values.get("hubspot_owner_id")) or {}
    today = portal.clock.now().astimezone(portal.zone).date()
    return {
        "hs_title": row["title"],
        "hs_expiration_date": (today + timedelta(days=days)).isoformat(),
        "hs_status": status,
        "hs_quote_status": commerce.quote_status(status),
        "hs_currency": deal.values["deal_currency_code"],
        "hs_template_type": "CPQ_QUOTE" if cpq else "CUSTOMIZABLE_QUOTE_TEMPLATE",
        "hs_language": "en",
        "hs_locale": "en-us",
        "hs_terms": "Payment within 30 days.",
        "hs_sender_firstname": owner.get("firstName"),
        "hs_sender_lastname": owner.get("lastName"),
        "hs_sender_email": owner.get("email"),
        "hs_esign_enabled": "true" if signature else "false",
        "hs_quote_esign_status": signature,
        "hs_esign_date": iso(portal.now_ms()) if signature == "SIGNED" else "",
    }


def _template(portal: Portal) -> Record:
    known = list(portal.all(BY_NAME["quote_templates"]).values())
    if known:
        return known[0]
    return add(portal, "quote_templates", {"hs_name": "Default quote", "hs_active": "true"}, 300)


def _adjust(portal: Portal, quote: Record, row: dict[str, Any]) -> None:
    for name, kind in (("discount", "discounts"), ("fee", "fees"), ("tax", "taxes")):
        if name in row:
            how, value, label = row[name]
            made = add(portal, kind, {"hs_type": how, "hs_value": value, "hs_label": label})
            link_default(portal, quote, made)


def add_quote(portal: Portal, row: dict[str, Any], deal: Record, place: int) -> Record:
    """The quote's lines are copies of the deal's unless the row has its own."""
    quote = add(portal, "quotes", _values(portal, row, deal), 20 - place)
    link_default(portal, quote, deal)
    link_default(portal, quote, _template(portal))
    for kind in ("contacts", "companies"):
        for other in portal.linked_records(deal, kind):
            link_default(portal, quote, other)
    lines = row.get("lines") or _lines_of(portal, deal)
    add_lines(portal, quote, lines, deal.values["deal_currency_code"], 20 - place)
    _adjust(portal, quote, row)
    if quote.values["hs_status"] in commerce.PUBLISHED:
        filled: dict[str, str | None] = {}
        commerce.publish_quote(portal, quote, filled)
        quote.values.update({name: value for name, value in filled.items() if value is not None})
    return quote


def _lines_of(portal: Portal, deal: Record) -> list[list[Any]]:
    return [
        [
            line.values["hs_sku"],
            line.values["quantity"],
            line.values.get("hs_discount_percentage", ""),
        ]
        for line in portal.linked_records(deal, "line_items")
    ]
