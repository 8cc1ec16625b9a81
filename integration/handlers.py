"""What the connections' jobs do; registered by ``IntegrationConfig.ready``."""

from contextlib import suppress
from datetime import datetime

from redis.exceptions import RedisError

from integration import (
    budget,
    directory,
    disconnecting,
    hubspot_setup,
    notices,
    sessions,
    transports,
    usage,
)
from integration.api import idempotency
from integration.grants import NOTICE
from integration.jobs import Lease, Queue, enqueue, register
from integration.keeping_fresh import keep_fresh
from integration.models import Grant, Job
from integration.reference import refresh_reference
from integration.signals import reads_counted
from integration.webhooks import inbox


def set_up_hubspot(job: Job, lease: Lease, now: datetime) -> None:
    """``hubspot.setup``: the D-25 properties; after connecting, then daily.

    What was made is not in the list of properties that mappings are checked against yet.
    """
    if hubspot_setup.ensure_properties(job.portal, sessions.hubspot(job.portal), now):
        enqueue("mappings.check", portal=job.portal, at=now)


def read_directory(job: Job, lease: Lease, now: datetime) -> None:
    """``portal.directory``: owners and stages; after connecting, then hourly."""
    directory.refresh(job.portal, sessions.hubspot(job.portal), now)


def read_reference(job: Job, lease: Lease, now: datetime) -> None:
    """``company.reference``: QuickBooks' lists; after connecting, then daily."""
    company = job.company
    if company is not None and company.is_connected:
        refresh_reference(company, sessions.quickbooks(company), now)


def keep_grants_fresh(job: Job, lease: Lease, now: datetime) -> None:
    """``grants.keep_fresh``: renewal and warnings, hourly; it never pauses with a connection."""
    keep_fresh(job.portal, now)


def revoke_grant(job: Job, lease: Lease, now: datetime) -> None:
    """``grants.revoke``: give an access back that could not be given back at once."""
    grant = _grant(job)
    if grant is not None:
        disconnecting.finish_revoking(grant)


def send_notice(job: Job, lease: Lease, now: datetime) -> None:
    """``connection.notice``: a mail about one connection."""
    grant = _grant(job)
    parameters = {name: str(value) for name, value in job.parameters.items()}
    code = parameters.pop("code", "")
    parameters.pop("grant", "")
    if grant is not None and code:
        notices.send(grant, code, parameters)


def flush_usage(job: Job, lease: Lease, now: datetime) -> None:
    """``usage.flush``: counted calls into the ledger, every minute; later while Redis is away."""
    with suppress(RedisError):
        if usage.flush(job.portal, transports.meter(), now):
            standing = budget.standing(now)
            reads_counted.send(None, portal=job.portal, standing=standing, now=now)


def forget_webhooks(job: Job, lease: Lease, now: datetime) -> None:
    """``webhooks.forget``: daily; deliveries belong to no portal, so one portal's job does for all."""
    inbox.forget_old(now)


def _grant(job: Job) -> Grant | None:
    rows = Grant.objects.for_portal(job.portal).select_related("portal", "company")
    return rows.filter(pk=job.parameters.get("grant")).first()  # type: ignore[no-any-return]


def register_all() -> None:
    register("hubspot.setup", set_up_hubspot, queue=Queue.INTERACTIVE, needs=["hubspot"])
    register("portal.directory", read_directory, queue=Queue.PERIODIC, needs=["hubspot"])
    register(
        "company.reference",
        read_reference,
        queue=Queue.INTERACTIVE,
        needs=["quickbooks"],
        background=True,
    )
    register("grants.keep_fresh", keep_grants_fresh, queue=Queue.PERIODIC, needs=[])
    register(disconnecting.REVOKE, revoke_grant, queue=Queue.PERIODIC, needs=[])
    register(NOTICE, send_notice, queue=Queue.PERIODIC, needs=[])
    register(idempotency.FORGET, idempotency.forget_answers, queue=Queue.PERIODIC, needs=[])
    register("webhooks.forget", forget_webhooks, queue=Queue.PERIODIC, needs=[])
    register("usage.flush", flush_usage, queue=Queue.PERIODIC, needs=[])
