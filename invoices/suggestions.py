"""What people decide about suggested attachments: accept, dismiss, undo (B-23)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from integration import audit
from integration.access.actors import Actor
from integration.access.rights import Right
from integration.models import Company
from integration.models.tenancy import PortalQuerySet
from invoices import attaching, crm_records, noticing, reach
from invoices.attaching import Target
from invoices.calendar import company_day
from invoices.crm_records import DEALS, RecordUnknown
from invoices.models import AttachmentSuggestion, Invoice
from invoices.models.suggestions import SuggestionState

LOOK_BACK_DAYS = 90
SHOWN_DAYS = 30
"""How long automatic additions stay on the page, with Undo beside them."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """``gone``: invoices that QuickBooks no longer has, or deals that HubSpot no longer has."""

    added: int = 0
    gone: int = 0


def waiting(actor: Actor) -> PortalQuerySet:
    """Suggestions to be decided, of their companies and of deals in reach (D-05)."""
    return _visible(actor).filter(state=SuggestionState.OPEN)


def waiting_for(actor: Actor, deal_id: str) -> PortalQuerySet:
    """Those of one deal that the caller knows to be in reach."""
    rows = AttachmentSuggestion.objects.for_portal(actor.portal).filter(actor.company_condition())
    return rows.filter(state=SuggestionState.OPEN, deal_id=deal_id).select_related("company")


def added_alone(actor: Actor, now: datetime) -> PortalQuerySet:
    """What Dealbooks attached by itself lately."""
    since = now - timedelta(days=SHOWN_DAYS)
    return _visible(actor).filter(
        state=SuggestionState.ACCEPTED, is_automatic=True, decided_at__gte=since
    )


def _visible(actor: Actor) -> PortalQuerySet:
    rows = AttachmentSuggestion.objects.for_portal(actor.portal).filter(actor.company_condition())
    if not actor.sees_all_deals:
        rows = rows.filter(deal_id__in=reach.visible_deals(actor).values("hubspot_id"))
    return rows.select_related("company", "decided_by")


def accept(actor: Actor, chosen: Iterable[AttachmentSuggestion], now: datetime) -> Accepted:
    """Add each invoice to its deal: one call to HubSpot a deal, two to QuickBooks.

    What was decided meanwhile is left alone. Raises Forbidden and GatewayError; what was added
    before the error stays added.
    """
    actor.require(Right.DRAFT)
    groups: dict[tuple[Company, str], list[AttachmentSuggestion]] = defaultdict(list)
    for each in chosen:
        if each.state == SuggestionState.OPEN:
            groups[each.company, each.deal_id].append(each)
    added = gone = 0
    for (company, deal_id), rows in groups.items():
        try:
            record = crm_records.open_record(actor, DEALS, deal_id, now)
        except RecordUnknown:
            gone += _drop(rows)
            continue
        target = Target(DEALS, deal_id, record.name)
        ids = [each.qbo_id for each in rows]
        done = attaching.attach(actor, target, company, ids, now)
        gone += _drop([each for each in rows if each.qbo_id in done.missing])
        added += len(done.added) + len(done.already)
    return Accepted(added, gone)


def _drop(rows: Sequence[AttachmentSuggestion]) -> int:
    """There is nothing left to decide about."""
    for each in rows:
        each.delete()
    return len(rows)


def dismiss(actor: Actor, chosen: Iterable[AttachmentSuggestion], now: datetime) -> int:
    """Not this deal: it is not suggested again for this invoice. How many."""
    actor.require(Right.DRAFT)
    count = 0
    with transaction.atomic():
        for each in chosen:
            if _decide(actor, each, SuggestionState.OPEN, SuggestionState.DISMISSED, now):
                _record("suggestion.dismissed", actor, each, now)
                count += 1
    return count


def undo(actor: Actor, suggestion: AttachmentSuggestion, now: datetime) -> bool:
    """Take an automatically added invoice off its deal for good; False when somebody did already.

    The deal's properties become what they were: sync works them out anew from what stays.
    """
    actor.require(Right.DRAFT, suggestion.company)
    rows = Invoice.objects.for_portal(actor.portal).filter(company=suggestion.company)
    invoice = rows.filter(qbo_id=suggestion.qbo_id).select_related("company").first()
    with transaction.atomic():
        done = _decide(actor, suggestion, SuggestionState.ACCEPTED, SuggestionState.UNDONE, now)
        if not done:
            return False
        _record("suggestion.undone", actor, suggestion, now)
        if invoice is not None:
            target = Target(DEALS, suggestion.deal_id, suggestion.deal_name)
            attaching.detach(actor, target, invoice, now)
    return True


def look_back(actor: Actor, company: Company, now: datetime) -> None:
    """Look through invoices that are older than the setting."""
    actor.require(Right.DRAFT, company)
    since = company_day(company, now) - timedelta(days=LOOK_BACK_DAYS)
    with transaction.atomic():
        noticing.look_back(company, since, now)
        audit.record(
            "suggestion.looked",
            actor=actor,
            portal=actor.portal,
            company=company,
            subject=("company", company.pk),
            after={"company": company.name, "since": since.isoformat()},
            now=now,
        )


def _decide(
    actor: Actor,
    row: AttachmentSuggestion,
    before: SuggestionState,
    after: SuggestionState,
    now: datetime,
) -> int:
    """The state is in the condition, so that of two people at once only one decides."""
    rows = AttachmentSuggestion.objects.for_portal(actor.portal).filter(pk=row.pk, state=before)
    return rows.update(state=after, decided_at=now, decided_by=actor.person)


def _record(action: str, actor: Actor, row: AttachmentSuggestion, now: datetime) -> None:
    audit.record(
        action,
        actor=actor,
        portal=actor.portal,
        company=row.company,
        subject=("suggestion", row.pk),
        after={"number": str(row), "record": row.deal_name or row.deal_id, "deal": row.deal_id},
        now=now,
    )
