"""Reading a deal's quotes from HubSpot (S-26, S-27): one call to list them, two or three for one.

A deal's only quote is read with its associations at once, so that choosing it costs one call less.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from integration import sessions, tax_map
from integration.gateways.errors import AccountBlocked, NotFound
from integration.gateways.hubspot import HubSpot
from integration.models import Company, Portal
from integration.records.hubspot import Object, TaxRate
from integration.reference import Reference
from invoices import quote_records
from invoices.facts import currencies_of
from invoices.quotes import Adjustment, Quote

RATE = "hs_tax_rate_group_id"


def billable_currencies(companies: Iterable[Company]) -> set[str] | None:
    """What these companies can bill in; None: anything, new customers may have any currency."""
    found: set[str] = set()
    for company in companies:
        preferences = Reference.of(company).preferences()
        if preferences is None or preferences.multicurrency:
            return None
        found |= {preferences.home_currency, *currencies_of(company)}
    return found


def listed(portal: Portal, quote_ids: Sequence[str]) -> list[Quote]:
    """Without their lines, one call for up to a hundred; archived ones are left out."""
    if not quote_ids:
        return []
    hubspot = sessions.hubspot(portal, urgent=True)
    if len(quote_ids) == 1:
        try:
            return [_with_associations(hubspot, quote_ids[0])]
        except NotFound:
            return []
    found = hubspot.read("quotes", quote_ids, quote_records.QUOTE_PROPERTIES)
    return [quote_records.quote(found[id], associated=False) for id in quote_ids if id in found]


def read(portal: Portal, quote_id: str, known: Quote | None = None) -> Quote:
    """With lines, discounts, fees and taxes: a call for each of them that the quote has.

    ``known``: it was just listed with its associations. Raises NotFound when HubSpot has no such
    quote any more.
    """
    hubspot = sessions.hubspot(portal, urgent=True)
    if known is None or known.line_ids is None:
        known = _with_associations(hubspot, quote_id)
    lines = _objects(hubspot, "line_items", known.line_ids or (), quote_records.LINE_PROPERTIES)
    taxes = _adjustments(hubspot, "taxes", known.taxes)
    read_lines = quote_records.lines(lines, _rates(portal, hubspot, lines))
    return replace(
        known,
        lines=quote_records.with_order_tax(read_lines, taxes),
        discounts=_adjustments(hubspot, "discounts", known.discounts),
        fees=_adjustments(hubspot, "fees", known.fees),
        taxes=taxes,
    )


def _with_associations(hubspot: HubSpot, quote_id: str) -> Quote:
    found = hubspot.get(
        "quotes", quote_id, quote_records.QUOTE_PROPERTIES, quote_records.QUOTE_ASSOCIATIONS
    )
    return quote_records.quote(found, associated=True)


def _objects(
    hubspot: HubSpot, kind: str, ids: Sequence[str], properties: Sequence[str]
) -> list[Object]:
    return list(hubspot.read(kind, ids, properties).values()) if ids else []


def _adjustments(
    hubspot: HubSpot, kind: str, unread: Sequence[Adjustment]
) -> tuple[Adjustment, ...]:
    ids = [one.id for one in unread]
    return quote_records.adjustments(
        _objects(hubspot, kind, ids, quote_records.ADJUSTMENT_PROPERTIES)
    )


def _rates(portal: Portal, hubspot: HubSpot, lines: Iterable[Object]) -> dict[str, TaxRate]:
    """Asked for only when a line names a rate; a portal may not let us read them.

    The tax map lists what was seen (B-25).
    """
    named = {line.text(RATE) for line in lines} - {""}
    if not named:
        return {}
    try:
        rates = hubspot.tax_rates()
    except AccountBlocked:
        tax_map.note_named(portal, named)
        return {}
    tax_map.note(portal, rates)
    return {rate.id: rate for rate in rates}
