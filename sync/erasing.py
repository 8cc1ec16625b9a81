"""``contact.erase``: a contact was deleted in HubSpot for privacy (``contact.privacyDeletion``).

Our copies of what HubSpot had of it go: what it was told, the values of its history, plans and
comparisons, suggestions, drafts. The link stays as ids that mean nothing elsewhere, marked as lost,
so that the customer never becomes a contact again by itself. QuickBooks' customer, and our mirror of
it, are the books and stay (security.md, control 26).
"""

from datetime import datetime

from django.db.models import Q

from integration import audit
from integration.jobs import Lease
from integration.models import EndedLink, Job, Portal, Record, RecordLink
from integration.models.tenancy import PortalQuerySet
from invoices.erasing import erase_contact
from sync.dry_run_models import PlannedEntry
from sync.match_models import MatchSuggestion
from sync.models import ParkedRecord, SyncEntry
from sync.reconciliation_models import Drift
from sync.records import CONTACTS
from sync.undo_models import HeldRecord, UndoItem, UndoList

CUSTOMER = "Customer"
NAMELESS = "–"
JOB, ERASED = "contact.erase", "sync.contact_erased"


def work(job: Job, lease: Lease, now: datetime) -> None:
    """``contact.erase``: all of it or none; again changes nothing."""
    with lease.fenced():
        _erase(job.portal, job.subject, now)


def _erase(portal: Portal, contact_id: str, now: datetime) -> None:
    links = RecordLink.objects.for_portal(portal).filter(
        hubspot_kind=CONTACTS, hubspot_id=contact_id
    )
    customers = _customers(portal, links)
    count = links.count()
    links.filter(lost_at=None).update(lost_at=now)
    links.update(written={}, mapped_hash="", tied_to="", label="")
    ended = EndedLink.objects.for_portal(portal)
    ended.filter(hubspot_kind=CONTACTS, hubspot_id=contact_id).update(label="")
    entries = _history(portal, contact_id, customers)
    _plans(portal, contact_id, customers)
    drafts = erase_contact(portal, contact_id, now)
    audit.record(
        "contact.erased",
        portal=portal,
        subject=("contact", contact_id),
        after={"links": count, "entries": entries, "drafts": drafts},
        now=now,
    )


def _customers(portal: Portal, links: PortalQuerySet) -> list[str]:
    """Ids of our mirrored customers that are linked to the contact."""
    found: list[str] = []
    for company_id, qbo_id in links.values_list("company", "qbo_id"):
        rows = Record.objects.for_portal(portal).filter(
            company=company_id, kind=CUSTOMER, qbo_id=qbo_id
        )
        found += [str(pk) for pk in rows.values_list("pk", flat=True)]
    return found


def _about(contact_id: str, customers: list[str]) -> Q:
    """Lines about the contact, or about a customer that is one: their values are its values."""
    return Q(subject_id=contact_id) | Q(subject_kind=CUSTOMER, subject_id__in=customers)


def _history(portal: Portal, contact_id: str, customers: list[str]) -> int:
    entries = SyncEntry.objects.for_portal(portal).filter(
        _about(contact_id, customers) | Q(object_kind=CONTACTS, object_id=contact_id)
    )
    parked = ParkedRecord.objects.for_portal(portal).filter(_about(contact_id, customers))
    parked.delete()
    number: int = entries.update(before={}, after={}, reason_parameters={}, label=NAMELESS)
    return number


def _plans(portal: Portal, contact_id: str, customers: list[str]) -> None:
    PlannedEntry.objects.for_portal(portal).filter(_about(contact_id, customers)).delete()
    undone = UndoItem.objects.for_portal(portal).filter(
        _about(contact_id, customers) | Q(object_kind=CONTACTS, object_id=contact_id)
    )
    undone.filter(done_at=None).update(list=UndoList.CANNOT, reason=ERASED)
    undone.update(before={}, after={}, found={}, reason_parameters={}, label=NAMELESS)
    held = HeldRecord.objects.for_portal(portal).filter(_about(contact_id, customers))
    held.update(label=NAMELESS)
    differences = Drift.objects.for_portal(portal).filter(
        object_kind=CONTACTS, hubspot_id=contact_id
    )
    differences.update(differences=[], label=NAMELESS, reason_parameters={})
    suggestions = MatchSuggestion.objects.for_portal(portal)
    suggestions.filter(hubspot_kind=CONTACTS, hubspot_id=contact_id).delete()
