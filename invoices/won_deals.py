"""Won deals become drafts, each once (E-01).

The job ``deals.won`` asks HubSpot which deals in the chosen stages were changed since it looked
last; news of deals calls it early. HubSpot's own history says when a deal came into its stage, so
that deals won before the automation went on are left alone and a second win is told from a first.
"""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from integration import audit, jobs, sessions
from integration.crashpoints import crashpoint
from integration.gateways.hubspot_objects import modified_property
from integration.jobs import Again, Lease
from integration.models import Job, Portal
from integration.records.hubspot import Object
from invoices import deals, drafts, won_drafts
from invoices.deals import DealUnknown
from invoices.facts import ReferenceMissing
from invoices.models import DealAutomation, DealRef, Draft, InvoiceAttachment, WonDeal
from invoices.models.deal_automation import WonOutcome
from invoices.models.drafts import DraftState
from invoices.models.invoices import Stage
from invoices.signals import won_again, won_draft_made, won_without_draft
from invoices.won_rules import won_since

JOB = "deals.won"
EVERY = timedelta(minutes=5)
INDEXED = timedelta(seconds=15)
"""By then HubSpot's search mostly knows what a webhook told of."""
OVERLAP = timedelta(minutes=10)
GONE = (Stage.VOIDED, Stage.DELETED)
STAGE, OWNER = "dealstage", "hubspot_owner_id"


def ring(portal: Portal, now: datetime) -> None:
    """Some deal is news: look soon where somebody wants to know."""
    if automations(portal):
        jobs.enqueue(JOB, portal=portal, at=now + INDEXED)


def automations(portal: Portal) -> list[DealAutomation]:
    rows = DealAutomation.objects.for_portal(portal).filter(
        enabled=True, company__disconnected_at=None
    )
    return list(rows.select_related("company", "made_by", "portal").order_by("pk"))


def look(job: Job, lease: Lease, now: datetime) -> Again | None:
    """``deals.won``: ends when no company wants it any more."""
    wanted = automations(job.portal)
    for automation in wanted:
        # Without its books' lists a company is looked at again later, and holds up no other.
        with suppress(ReferenceMissing):
            _look_for(automation, lease, now)
    return Again(at=now + EVERY) if wanted else None


def _look_for(automation: DealAutomation, lease: Lease, now: datetime) -> None:
    hubspot = sessions.hubspot(automation.portal)
    since = (automation.read_up_to or automation.enabled_at or now) - OVERLAP
    filters = [
        (STAGE, "IN", list(automation.stages)),
        (modified_property("deals"), "GTE", str(int(since.timestamp() * 1000))),
    ]
    for page in hubspot.search_all("deals", filters, [STAGE, OWNER]):
        lease.check()
        open_ones = _unsettled(automation, page)
        past = hubspot.histories("deals", [each.id for each in open_ones], STAGE)
        for found in open_ones:
            since = won_since(past.get(found.id, ()), set(automation.stages))
            _deal_with(automation, found, since, now)
    with lease.fenced():
        rows = DealAutomation.objects.for_portal(automation.portal_id)
        rows.filter(pk=automation.pk).update(read_up_to=now)


def _unsettled(automation: DealAutomation, page: Iterable[Object]) -> list[Object]:
    """Those never dealt with, or of which nothing is left that would be billed twice."""
    found = {each.id: each for each in page}
    rows = WonDeal.objects.for_portal(automation.portal_id).filter(deal__hubspot_id__in=found)
    settled = {
        row.deal.hubspot_id
        for row in rows.select_related("deal", "draft")
        if row.company_id != automation.company_id or not _is_over(row)
    }
    return [each for key, each in found.items() if key not in settled]


def _is_over(row: WonDeal) -> bool:
    """Its invoice was voided or deleted, or its draft discarded or never finished."""
    if has_invoice(row.deal):
        return False
    draft = row.draft
    return draft is None or draft.state != DraftState.OPEN


def has_invoice(deal: DealRef) -> bool:
    """A living invoice hangs on it, or somebody is making one."""
    ties = InvoiceAttachment.objects.for_portal(deal.portal_id).filter(
        object_kind="deals", hubspot_id=deal.hubspot_id, detached_at=None
    )
    if ties.exclude(invoice__stage__in=GONE).exists():
        return True
    states = (DraftState.OPEN, DraftState.SUBMITTED)
    rows = Draft.objects.for_portal(deal.portal_id).filter(deal=deal, state__in=states, edits=None)
    return bool(rows.exists())


def _deal_with(
    automation: DealAutomation, found: Object, since: datetime | None, now: datetime
) -> None:
    """``since``: when it came into a won stage; None when it is in none any more."""
    if since is None or (automation.enabled_at and since < automation.enabled_at):
        return
    row = _row_of(automation, found.id)
    if row is None:
        _first_win(automation, found, since, now)
    elif since > row.won_at:
        _second_win(row, since, now)


def _row_of(automation: DealAutomation, deal_id: str) -> WonDeal | None:
    rows = WonDeal.objects.for_portal(automation.portal_id).select_related("deal", "company")
    found: WonDeal | None = rows.filter(deal__hubspot_id=deal_id).first()
    return found


def _first_win(automation: DealAutomation, found: Object, since: datetime, now: datetime) -> None:
    actor = won_drafts.drafter(automation, found.text(OWNER))
    try:
        opened = won_drafts.open_deal(actor, found.id, now) if actor else None
    except DealUnknown:
        opened = None
    if opened is None or actor is None:
        hubspot = sessions.hubspot(automation.portal)
        deal = deals.keep(automation.portal, hubspot.deal(found.id), now)
        _settle(automation, deal, since, WonOutcome.NOBODY, now)
        return
    if has_invoice(opened.row):
        _settle(automation, opened.row, since, WonOutcome.HAS_INVOICE, now)
        return
    draft = won_drafts.filled(actor, opened, automation.company, now)
    crashpoint("won.filled")
    try:
        with transaction.atomic():
            drafts.keep_new(actor, draft, now)
            _keep(automation, opened.row, since, WonOutcome.DRAFT, now, draft)
            won_draft_made.send(automation, draft=draft, person=actor.person, now=now)
    except IntegrityError:  # another worker was there first; its draft is the one
        return


def _settle(
    automation: DealAutomation, deal: DealRef, since: datetime, outcome: WonOutcome, now: datetime
) -> None:
    """Without a draft; told to admins where nobody may make one."""
    try:
        with transaction.atomic():
            _keep(automation, deal, since, outcome, now, None)
            if outcome is WonOutcome.NOBODY:
                won_without_draft.send(automation, company=automation.company, deal=deal, now=now)
    except IntegrityError:
        return


def _keep(
    automation: DealAutomation,
    deal: DealRef,
    since: datetime,
    outcome: WonOutcome,
    now: datetime,
    draft: Draft | None,
) -> None:
    WonDeal.objects.create(
        portal=automation.portal,
        company=automation.company,
        deal=deal,
        won_at=since,
        outcome=outcome,
        draft=draft,
        dealt_with_at=now,
    )
    audit.record(
        f"won.{outcome.value}",
        portal=automation.portal,
        company=automation.company,
        subject=("deal", deal.hubspot_id),
        after={"deal": deal.name},
        now=now,
    )


def _second_win(row: WonDeal, since: datetime, now: datetime) -> None:
    """Never a second draft by itself: somebody voided or threw away the first for a reason."""
    with transaction.atomic():
        rows = WonDeal.objects.for_portal(row.portal_id).filter(pk=row.pk, won_at=row.won_at)
        if not rows.update(won_at=since, dealt_with_at=now):
            return
        won_again.send(row, company=row.company, deal=row.deal, now=now)
