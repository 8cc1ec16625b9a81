"""What people and programs may ask of sync: run now, how it stands, try again, change a tab."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from integration import audit, budget, jobs
from integration.access.actors import Actor
from integration.access.rights import Right
from integration.jobs import Queue
from integration.models import Company, Job
from invoices.models import Invoice
from invoices.models.invoices import Origin
from sync.engine.forecast import ENTITIES, Forecast, foresee
from sync.engine.runs import BACKFILL, NOTHING_FOUND, UNDO
from sync.engine.two_way_forecast import BackForecast, foresee_back
from sync.fetch import listening
from sync.fetch.names import linked
from sync.models import (
    Cursor,
    ParkedRecord,
    RunState,
    SyncObject,
    SyncRun,
)
from sync.policies import Listening, Save
from sync.tabs import Tab as Tab
from sync.tabs import save_tab as save_tab
from sync.tabs import tab as tab

POLL = "sync.poll"
PERSON = budget.ASKED


def sync_now(actor: Actor, company: Company, now: datetime) -> Job:
    """ "Sync now" (D-29): pulls the company's poll forward; asking twice starts one run."""
    actor.require(Right.RUN_SYNC, company)
    with transaction.atomic():
        audit.record(
            "sync.asked",
            actor=actor,
            portal=actor.portal,
            company=company,
            subject=("company", company.pk),
            now=now,
        )
        return _poll(actor, company, now, Queue.INTERACTIVE)


@dataclass(frozen=True, slots=True)
class Status:
    """How sync of one company stands. What changed in QuickBooks after ``read_up_to`` is unknown."""

    company: Company
    state: str
    """``running``, ``waiting``, ``saving`` (reads), ``paused``, ``failing`` or ``off``."""
    last_success_at: datetime | None
    next_at: datetime | None
    read_up_to: datetime | None
    waiting: int
    stuck: int
    last_run: SyncRun | None
    is_busy: bool
    """A run is going on or was asked for by a person: what the page's progress waits for."""
    error: str = ""
    error_parameters: dict[str, str] | None = None
    webhooks: Listening = Listening.ABSENT
    last_event_at: datetime | None = None


def status(company: Company, now: datetime) -> Status:
    job = _job(company)
    cursor = Cursor.objects.for_portal(company.portal_id).filter(company=company).first()
    runs = SyncRun.objects.for_portal(company.portal_id).filter(company=company)
    runs = runs.exclude(trigger__in=(BACKFILL, UNDO))
    parked = ParkedRecord.objects.for_portal(company.portal_id).filter(company=company)
    last = runs.order_by("-started_at", "-pk").first()
    success = job.last_success_at if job else None
    return Status(
        company=company,
        state=_state(job, last),
        last_success_at=success,
        next_at=job.next_at if job and not job.paused_reason else None,
        read_up_to=cursor.position if cursor else None,
        waiting=parked.exclude(next_at=None).count(),
        stuck=parked.filter(next_at=None).count(),
        last_run=last,
        is_busy=_is_busy(job),
        error=(job.paused_reason or job.last_error) if job else "",
        error_parameters=job.last_error_parameters if job else {},
        webhooks=listening.standing(company),
        last_event_at=listening.last_event_at(company),
    )


def _job(company: Company) -> Job | None:
    return jobs.open_jobs(company.portal, company).filter(kind=POLL).first()  # type: ignore[no-any-return]


def _state(job: Job | None, last: SyncRun | None) -> str:
    if job is None:
        return "off"
    if job.paused_reason:
        return "paused"
    if job.lease_until is not None or (last is not None and last.state == RunState.RUNNING):
        return "running"
    if job.last_error == budget.STOPPED:
        return "saving"
    return "failing" if job.last_error else "waiting"


def runs_with_news(actor: Actor, companies: Collection[Company]) -> "QuerySet[SyncRun]":
    """Runs worth a line: polls that found nothing are left out."""
    rows = SyncRun.objects.for_portal(actor.portal).filter(company__in=companies)
    return rows.exclude(NOTHING_FOUND)


def _poll(actor: Actor, company: Company, now: datetime, queue: str | None = None) -> Job:
    """Pull the company's poll forward because a person asked for what it does."""
    asked = {"trigger": PERSON}
    return jobs.enqueue(
        POLL, portal=actor.portal, company=company, parameters=asked, at=now, queue=queue
    )


def _is_busy(job: Job | None) -> bool:
    """A poll that is merely due is not: it comes by itself every few seconds or minutes."""
    if job is None or job.paused_reason:
        return False
    return job.lease_until is not None or job.parameters.get("trigger") == PERSON


def retry(actor: Actor, record: ParkedRecord, now: datetime) -> None:
    """Try a parked record again at once (B-07)."""
    retry_all(actor, ParkedRecord.objects.for_portal(actor.portal).filter(pk=record.pk), now)


def retry_all(actor: Actor, records: "QuerySet[ParkedRecord]", now: datetime) -> int:
    """The same for several; how many. Those of companies that are not the actor's are left out."""
    actor.require(Right.RUN_SYNC)
    mine = records.filter(actor.company_condition())
    companies = {row.company_id for row in mine}
    with transaction.atomic():
        count = mine.update(next_at=now, attempts=0)
        for company in actor.companies().filter(pk__in=companies):
            audit.record(
                "sync.retried",
                actor=actor,
                portal=actor.portal,
                company=company,
                subject=("company", company.pk),
                after={"records": count},
                now=now,
            )
            _poll(actor, company, now)
    return count


# --------------------------------------------------------------------------------- settings


@dataclass(frozen=True, slots=True)
class Counts:
    """Of a company's invoices known here: linked ones are followed whatever the tab says."""

    linked: int
    synced: int


def forecast(actor: Actor, company: Company, object: SyncObject, chosen: Tab) -> Forecast:
    """Of a company's customers or products: what each would be when it changes (D-26)."""
    actor.require(Right.MAP, company)
    return foresee(company, object, Save(chosen.save_policy), chosen.without_email)


def forecast_back(
    actor: Actor, company: Company, object: SyncObject, now: datetime
) -> BackForecast:
    """What letting HubSpot change them would be about (P-47); a few calls."""
    actor.require(Right.MAP, company)
    return foresee_back(company, object, now)


def linked_records(company: Company, object: SyncObject) -> int:
    """How many customers or products HubSpot has."""
    return linked(company, ENTITIES[object])


def counts(company: Company) -> Counts:
    rows = Invoice.objects.for_portal(company.portal_id).filter(company=company, deleted_at=None)
    synced = rows.filter(origin=Origin.SYNCED).count()
    return Counts(linked=rows.count() - synced, synced=synced)
