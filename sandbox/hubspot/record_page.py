"""The parts of record pages, as HubSpot lays them out."""

import re
from datetime import UTC, datetime
from decimal import Decimal

from sandbox.hubspot import commerce
from sandbox.hubspot.computed import value_of
from sandbox.hubspot.layout import e, hidden, panel
from sandbox.hubspot.properties import Property
from sandbox.hubspot.schemas import BY_NAME
from sandbox.hubspot.store import Portal, Record
from sandbox.hubspot.values import instant_ms, number

ABOUT_DEAL = (
    "amount", "deal_currency_code", "closedate", "pipeline", "dealstage", "hubspot_owner_id",
    "dealtype", "description",
)  # fmt: skip
WITH_CARD = ("contacts", "companies")
ENTITY = re.compile(r"&amp;(amp|lt|gt|quot|#x27|#39);")
TONES = {"paid": "good", "open": "warn", "voided": "bad", "draft": ""}


def title(record: Record) -> str:
    if record.kind.name == "contacts":
        names = (record.values.get("firstname", ""), record.values.get("lastname", ""))
        return " ".join(filter(None, names)) or record.values.get("email", "Contact")
    return record.values.get(record.kind.title) or f"{record.kind.label} {record.id}"


def money(text: str | None, currency: str | None) -> str:
    value = number(text)
    return "" if value is None else f"{value:,.2f} {currency or ''}".strip()


def day(portal: Portal, text: str | None) -> str:
    moment = instant_ms(text or "")
    if moment is None:
        return ""
    if len(text or "") == 10:
        return str(text)
    local = datetime.fromtimestamp(moment / 1000, tz=UTC).astimezone(portal.zone)
    return f"{local:%Y-%m-%d %H:%M}"


def _currency(portal: Portal, record: Record, definition: Property) -> str:
    """A currency-formatted property shows the portal's currency, whatever the deal's is."""
    if definition.name == "amount":
        return record.values.get("deal_currency_code", portal.currency)
    hinted = definition.more.get("numberDisplayHint") == "currency"
    return portal.currency if hinted or definition.more.get("showCurrencySymbol") else ""


def shown(portal: Portal, record: Record, definition: Property) -> str:
    """A value as a person reads it: labels of options, owners by name, local times."""
    text = value_of(portal, record, definition.name)
    if text is None:
        return "--"
    if definition.name == "dealstage":
        return str(portal.stages("deals").get(text, {}).get("label", text))
    if definition.name == "pipeline":
        return next((p["label"] for p in portal.pipelines["deals"] if p["id"] == text), text)
    if definition.name == "hubspot_owner_id":
        owner = portal.owner(text)
        return f"{owner['firstName']} {owner['lastName']}" if owner else text
    if definition.type == "number" and (code := _currency(portal, record, definition)):
        return money(text, code)
    if definition.type in ("date", "datetime"):
        return day(portal, text)
    labels = {str(row["value"]): str(row["label"]) for row in definition.options}
    return labels.get(text, text)


def _list(portal: Portal, record: Record, definitions: list[Property]) -> str:
    rows = "".join(
        f"<dt>{e(row.label)}</dt><dd>{e(shown(portal, record, row))}</dd>" for row in definitions
    )
    return f"<dl>{rows}</dl>"


def _own_groups(portal: Portal, record: Record) -> str:
    """Groups that an app or a person has added, each with its properties."""
    panels = []
    for group in portal.groups.get(record.kind.name, {}).values():
        own = portal.custom.get(record.kind.name, {}).values()
        mine = [row for row in own if row.group == group["name"] and not row.archived]
        if mine:
            panels.append(panel(str(group["label"]), _list(portal, record, mine)))
    return "".join(panels)


def _badge(text: str, tone: str = "") -> str:
    return f'<span class="badge {tone}">{e(text)}</span>'


def quote_badge(portal: Portal, quote: Record) -> str:
    """Expired comes before the stored state: the day is judged where the portal is."""
    status = quote.values.get("hs_status", "DRAFT")
    if status in commerce.PUBLISHED and commerce.is_expired(portal, quote):
        return _badge("Expired", "bad")
    if quote.values.get("hs_quote_esign_status") == "SIGNED":
        return _badge("Signed", "good")
    label = (
        "Published" if status == "APPROVAL_NOT_NEEDED" else status.replace("_", " ").capitalize()
    )
    tone = {"ACCEPTED": "good", "REJECTED": "bad", "PENDING_APPROVAL": "warn"}.get(status, "")
    return _badge(label, tone)


def _link(portal: Portal, record: Record) -> str:
    address = f"/contacts/{portal.id}/record/{record.kind.type_id}/{record.id}"
    return f'<a href="{address}">{e(title(record))}</a>'


def _people(portal: Portal, deal: Record) -> str:
    contacts = "".join(
        f'<div class="item">{_link(portal, row)}<br><span class="quiet">'
        f"{e(row.values.get('email'))}</span></div>"
        for row in portal.linked_records(deal, "contacts")
    )
    companies = "".join(
        f'<div class="item">{_link(portal, row)} '
        f"{_badge('Primary') if 5 in portal.linked(deal.kind, deal.id, 'companies')[row.id] else ''}"
        f'<br><span class="quiet">{e(row.values.get("domain"))}</span></div>'
        for row in portal.linked_records(deal, "companies")
    )
    nothing = '<span class="quiet">None</span>'
    return panel("Contacts", contacts or nothing) + panel("Companies", companies or nothing)


def _quotes(portal: Portal, deal: Record) -> str:
    rows = "".join(
        f'<div class="item">{_link(portal, row)} {quote_badge(portal, row)}<br><span class="quiet">'
        f"{e(money(row.values.get('hs_quote_amount'), row.values.get('hs_currency')))} · expires "
        f"{e(row.values.get('hs_expiration_date'))}</span></div>"
        for row in portal.linked_records(deal, "quotes")
    )
    return panel("Quotes", rows or '<span class="quiet">None</span>')


def _invoices(portal: Portal, deal: Record) -> str:
    rows = ""
    for row in portal.linked_records(deal, "invoices"):
        status = row.values.get("hs_invoice_status", "draft")
        currency = row.values.get("hs_currency")
        billed = money(value_of(portal, row, "hs_amount_billed"), currency)
        due = money(value_of(portal, row, "hs_balance_due"), currency)
        rows += (
            f'<div class="item">{_link(portal, row)} {_badge(status.capitalize(), TONES[status])}'
            f'<br><span class="quiet">{e(billed)} · due {e(due)}</span></div>'
        )
    return panel("Invoices", rows or '<span class="quiet">None</span>')


def _card(portal: Portal, record: Record) -> str:
    """The app's card; deals, contacts and companies have a place for it."""
    is_deal = record.kind is BY_NAME["deals"]
    fields = hidden(portal=portal.id, kind=record.kind.type_id, deal=record.id)
    create = '<button name="action" value="wizard">Create invoice</button>' if is_deal else ""
    said = "Invoice this deal in QuickBooks." if is_deal else "Invoices from QuickBooks."
    return panel(
        "Integration invoices",
        f"<p>{said}</p>"
        f'<form method="post" action="/__sandbox/hubspot/open-card">{fields}<div class="row">'
        f"{create}"
        '<button class="plain" name="action" value="panel">Show invoices</button>'
        '<button class="plain" name="action" value="existing">Add existing invoice</button>'
        "</div></form>",
    )


def _line_items(portal: Portal, record: Record) -> str:
    lines = portal.linked_records(record, "line_items")
    if not lines:
        return ""
    currency = lines[0].values.get("hs_line_item_currency_code")
    rows = "".join(
        f"<tr><td>{e(title(row))}</td><td class='n'>{e(row.values.get('quantity'))}</td>"
        f"<td class='n'>{e(money(row.values.get('price'), ''))}</td>"
        f"<td class='n'>{e(money(row.values.get('amount'), ''))}</td></tr>"
        for row in lines
    )
    total = sum((number(row.values.get("amount")) or Decimal(0) for row in lines), Decimal(0))
    return panel(
        "Line items",
        '<div class="scroll"><table><tr><th>Product</th><th class="n">Quantity</th>'
        f'<th class="n">Price</th><th class="n">Net</th></tr>{rows}</table></div>'
        f'<p class="n">Total <strong>{e(money(str(total), currency))}</strong></p>',
    )


def _timeline(portal: Portal, record: Record) -> str:
    """Notes newest first. Their HTML is shown as text's own markup only after escaping."""
    notes = sorted(
        portal.linked_records(record, "notes"),
        key=lambda row: row.values.get("hs_timestamp", ""),
        reverse=True,
    )
    entries = "".join(
        f'<article class="entry"><small>Note · {e(day(portal, row.values.get("hs_timestamp")))}'
        f"</small><div>{_note_body(row)}</div></article>"
        for row in notes
    )
    return entries or '<p class="quiet">No activity yet.</p>'


def _note_body(note: Record) -> str:
    """A few harmless tags and the writer's own character references; all other markup is text."""
    body = e(note.values.get("hs_note_body"))
    for tag in ("b", "strong", "i", "em", "p", "ul", "li", "div", "span"):
        body = body.replace(f"&lt;{tag}&gt;", f"<{tag}>").replace(f"&lt;/{tag}&gt;", f"</{tag}>")
    for line_break in ("&lt;br&gt;", "&lt;br/&gt;", "&lt;br /&gt;"):
        body = body.replace(line_break, "<br>")
    return ENTITY.sub(r"&\1;", body)


def deal_record(portal: Portal, deal: Record) -> str:
    known = [portal.definition(deal.kind, name) for name in ABOUT_DEAL]
    about = _list(portal, deal, [row for row in known if row is not None])
    head = (
        f"<p><a href='/contacts/{portal.id}/objects/0-3/views/all/list'>Deals</a></p>"
        f"<h1>{e(title(deal))}</h1><p class='quiet'>"
        f"{e(money(deal.values.get('amount'), deal.values.get('deal_currency_code')))}</p>"
    )
    left = head + panel("About this deal", about) + _own_groups(portal, deal)
    middle = _line_items(portal, deal) + panel("Activities", _timeline(portal, deal))
    right = _people(portal, deal) + _quotes(portal, deal) + _invoices(portal, deal)
    return (
        f'<div class="record"><div>{left}</div><div>{middle}</div>'
        f"<div>{_card(portal, deal)}{right}</div></div>"
    )


def plain_record(portal: Portal, record: Record) -> str:
    """Any other record: what is set, its lines, its invoices and the deals it belongs to."""
    names = [row for row in portal.definitions(record.kind) if value_of(portal, record, row.name)]
    deals = "".join(
        f'<div class="item">{_link(portal, row)}</div>'
        for row in portal.linked_records(record, "deals")
    )
    badge = quote_badge(portal, record) if record.kind is BY_NAME["quotes"] else ""
    has_card = record.kind.name in WITH_CARD
    invoices = _card(portal, record) + _invoices(portal, record) if has_card else ""
    return (
        f"<h1>{e(title(record))} {badge}</h1><br>"
        + invoices
        + panel(f"About this {record.kind.label.lower()}", _list(portal, record, names))
        + _line_items(portal, record)
        + panel("Deals", deals or '<span class="quiet">None</span>')
    )


def deal_table(portal: Portal) -> str:
    rows = ""
    for deal in portal.all(BY_NAME["deals"]).values():
        if deal.archived:
            continue
        company = next(iter(portal.linked_records(deal, "companies")), None)
        stage = portal.stages("deals").get(deal.values.get("dealstage", ""), {})
        owner = portal.owner(deal.values.get("hubspot_owner_id")) or {}
        amount = money(deal.values.get("amount"), deal.values.get("deal_currency_code"))
        rows += (
            f"<tr><td>{_link(portal, deal)}</td><td>{e(title(company) if company else '')}</td>"
            f'<td class="n">{e(amount)}</td><td>{_badge(str(stage.get("label", "")))}</td>'
            f"<td>{e(owner.get('firstName'))} {e(owner.get('lastName'))}</td></tr>"
        )
    return (
        '<h1>Deals</h1><br><div class="scroll"><table><tr><th>Deal</th><th>Company</th>'
        f'<th class="n">Amount</th><th>Stage</th><th>Owner</th></tr>{rows}</table></div>'
    )
