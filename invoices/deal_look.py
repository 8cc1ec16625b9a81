"""A deal as a person looks at it: HubSpot's newest word where it answers, else what we know.

Looking changes nothing: a deal becomes a known one (a ``DealRef`` in the lists) with its first
draft or invoice, so the row of an unknown deal is filled but not stored.
"""

from dataclasses import dataclass
from datetime import date, datetime

from integration import sessions
from integration.access.actors import Actor
from integration.gateways.errors import GatewayError, NotFound
from integration.gateways.hubspot import HubSpot
from integration.webhooks.looking import notice_merge
from invoices.deals import DealUnknown, fill
from invoices.models import DealRef

LONGEST_ID = 20


@dataclass(frozen=True, slots=True)
class Look:
    """``trouble``: HubSpot did not answer, the row is what it said at ``fetched_at``."""

    row: DealRef
    close_date: date | None = None
    trouble: GatewayError | None = None


def look(actor: Actor, deal_id: str, now: datetime) -> Look:
    """One call, and one more while the name of the deal's company is unknown.

    Raises DealUnknown for a deal that does not exist or is out of reach (D-05), and GatewayError
    when HubSpot cannot be asked about a deal we do not know.
    """
    if not (deal_id.isascii() and deal_id.isdigit() and len(deal_id) <= LONGEST_ID):
        raise DealUnknown(deal_id)
    known = DealRef.objects.for_portal(actor.portal).filter(hubspot_id=deal_id)
    row = known.select_related("portal").first()
    try:
        found = _ask(actor, deal_id, row, now)
    except GatewayError as error:
        if row is None:
            raise
        found = Look(row, trouble=error)
    if not actor.sees_deal(found.row):
        raise DealUnknown(deal_id)
    return found


def _ask(actor: Actor, deal_id: str, row: DealRef | None, now: datetime) -> Look:
    hubspot = sessions.hubspot(actor.portal, urgent=True)
    try:
        deal = hubspot.deal(deal_id)
    except NotFound:
        if row is None:
            raise DealUnknown(deal_id) from None
        row.archived_at = row.archived_at or now
        row.save(update_fields=["archived_at"])
        return Look(row)
    if row is not None and deal.id != deal_id:
        notice_merge(actor.portal, "deals", deal_id, deal.id, now)
        row = DealRef.objects.for_portal(actor.portal).filter(hubspot_id=deal.id).first()
    is_known = row is not None
    row = row or DealRef(portal=actor.portal, hubspot_id=deal.id)
    primary = deal.primary_company_id or next(iter(deal.company_ids), "")
    changed = primary != next(iter(row.company_ids), "")
    names = fill(row, deal, now)
    if primary and (changed or not row.company_name):
        row.company_name = _company_name(hubspot, primary)
    elif not primary:
        row.company_name = ""
    if is_known:
        row.save(update_fields=[*names, "company_name"])
    return Look(row, deal.close_date)


def _company_name(hubspot: HubSpot, company_id: str) -> str:
    found = hubspot.read("companies", [company_id], ["name"]).get(company_id)
    return found.text("name")[:500] if found else ""
