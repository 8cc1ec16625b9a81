"""The HubSpot record that invoices are added to: a deal, a contact or a company (S-64, D-05).

Contacts and companies are read when a person opens one and never stored: what is kept of them are
the invoices that hang on them.
"""

from dataclasses import dataclass
from datetime import datetime

from integration import directory, jobs, sessions
from integration.access.actors import Actor
from integration.gateways.errors import GatewayError, NotFound
from integration.models import Company, RecordLink
from integration.records.hubspot import Object
from invoices import deal_look, deals
from invoices.models import DealRef

DEALS, CONTACTS, COMPANIES = KINDS = ("deals", "contacts", "companies")
CUSTOMER = "Customer"
LONGEST_ID = 20
PROPERTIES = {
    CONTACTS: ("firstname", "lastname", "email", "hubspot_owner_id"),
    COMPANIES: ("name", "domain", "hubspot_owner_id"),
}


class RecordUnknown(Exception):
    """HubSpot has no such record, or it is out of the person's reach: both read as 404."""


@dataclass(frozen=True, slots=True)
class CrmRecord:
    """``people``: (kind, id) of the HubSpot objects whose customers its invoices are for.

    ``trouble``: HubSpot did not answer; then a contact or company has no name here.
    """

    kind: str
    id: str
    name: str = ""
    detail: str = ""
    owner_name: str = ""
    people: tuple[tuple[str, str], ...] = ()
    is_archived: bool = False
    trouble: GatewayError | None = None
    deal: DealRef | None = None

    @property
    def is_deal(self) -> bool:
        return self.kind == DEALS


def is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= LONGEST_ID


def look(actor: Actor, kind: str, record_id: str, now: datetime) -> CrmRecord:
    """As a person looks at it: one call to HubSpot, nothing stored.

    Raises RecordUnknown. When HubSpot does not answer, whoever sees every record gets what we
    know; for the others the GatewayError travels on, because their reach cannot be judged.
    """
    if kind not in KINDS or not is_id(record_id):
        raise RecordUnknown(record_id)
    if kind == DEALS:
        try:
            seen = deal_look.look(actor, record_id, now)
        except deals.DealUnknown:
            raise RecordUnknown(record_id) from None
        return _of_deal(seen.row, seen.trouble)
    _require_frame(actor, kind, record_id)
    try:
        found = sessions.hubspot(actor.portal, urgent=True).get(kind, record_id, PROPERTIES[kind])
    except NotFound:
        raise RecordUnknown(record_id) from None
    except GatewayError as error:
        if actor.is_limited_to_own:
            raise
        return CrmRecord(kind, record_id, people=((kind, record_id),), trouble=error)
    return _of_object(actor, found, kind, now)


def open_record(actor: Actor, kind: str, record_id: str, now: datetime) -> CrmRecord:
    """Before something is hung on it: HubSpot must answer, and a deal becomes a known one.

    Raises RecordUnknown and GatewayError.
    """
    if kind != DEALS:
        found = look(actor, kind, record_id, now)
        if found.trouble is not None:
            raise found.trouble
        return found
    if not is_id(record_id):
        raise RecordUnknown(record_id)
    try:
        return _of_deal(deals.open_deal(actor, record_id, now).row)
    except deals.DealUnknown:
        raise RecordUnknown(record_id) from None


def customers_of(record: CrmRecord, company: Company) -> dict[str, tuple[str, str]]:
    """QuickBooks customer id to the HubSpot object it is linked to, of this record's people."""
    ids = {hubspot_id for _kind, hubspot_id in record.people}
    links = RecordLink.objects.for_portal(company.portal_id).filter(
        company=company, kind=CUSTOMER, hubspot_id__in=ids
    )
    found = links.order_by("created_at").values_list("qbo_id", "hubspot_kind", "hubspot_id")
    return {qbo_id: (kind, one) for qbo_id, kind, one in found if (kind, one) in record.people}


def _of_deal(row: DealRef, trouble: GatewayError | None = None) -> CrmRecord:
    people = [(COMPANIES, one) for one in row.company_ids]
    people += [(CONTACTS, one) for one in row.contact_ids]
    return CrmRecord(
        kind=DEALS,
        id=row.hubspot_id,
        name=row.name,
        detail=row.company_name,
        owner_name=row.owner_name,
        people=tuple(people),
        is_archived=row.archived_at is not None,
        trouble=trouble,
        deal=row,
    )


def _of_object(actor: Actor, found: Object, kind: str, now: datetime) -> CrmRecord:
    owner_id = found.text("hubspot_owner_id")
    owner = directory.owner(actor.portal, owner_id)
    if not directory.is_known(actor.portal):
        jobs.enqueue("portal.directory", portal=actor.portal, at=now)
    if not actor.sees_record(kind, found.id, owner_id, owner.team_ids if owner else ()):
        raise RecordUnknown(found.id)
    name, detail = _named(found, kind)
    return CrmRecord(
        kind=kind,
        id=found.id,
        name=name,
        detail=detail,
        owner_name=directory.owner_name(actor.portal, owner_id),
        people=((kind, found.id),),
        is_archived=found.archived,
    )


def _named(found: Object, kind: str) -> tuple[str, str]:
    """What people call it, and what tells it from its namesakes."""
    if kind == COMPANIES:
        return found.text("name") or found.text("domain"), found.text("domain")
    name = f"{found.text('firstname')} {found.text('lastname')}".strip()
    return name or found.text("email"), found.text("email")


def _require_frame(actor: Actor, kind: str, record_id: str) -> None:
    """A frame is bound to its record: nothing else exists there."""
    if actor.record is not None and actor.record != (kind, record_id):
        raise RecordUnknown(record_id)
