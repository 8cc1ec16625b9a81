"""The launch link on deals that have no invoice yet (E-03): a way in where no card is allowed.

Sync writes the link only with a deal's first invoice. An admin may have it written on every open or
won deal without one; a hundred deals a turn, and no other property is touched. The job's parameters
say how far it came, so that it goes on there after any interruption.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from integration import audit, jobs, sessions
from integration.access.actors import Actor
from integration.access.rights import Right
from integration.gateways.hubspot import HubSpot
from integration.jobs import Again, Lease, Queue
from integration.models import AuditEvent, Job, Portal
from integration.records.hubspot import Object, Write, WriteResult
from mappings import services as mapping
from mappings.catalog import DEALS
from sync.engine.push import deal_page

JOB = "deal.launch_links"
WRITTEN = "sync.launch_links_written"
ONCE = 100
"""HubSpot's most for one batch of writes."""
CLOSED, WON, ID = "hs_is_closed", "hs_is_closed_won", "hs_object_id"

NUMBERS = ("total", "seen", "written", "failed")


@dataclass(frozen=True, slots=True)
class Progress:
    """``last``: the highest deal id looked at; ``total``: deals without a link at the start."""

    last: str = "0"
    total: int = 0
    seen: int = 0
    written: int = 0
    failed: int = 0

    @classmethod
    def of(cls, parameters: dict[str, Any]) -> "Progress":
        numbers = {name: int(parameters.get(name) or 0) for name in NUMBERS}
        return cls(str(parameters.get("last") or "0"), **numbers)

    def as_parameters(self) -> dict[str, Any]:
        return {
            "last": self.last,
            **{name: getattr(self, name) for name in NUMBERS},
        }


def start(actor: Actor, now: datetime) -> Job:
    """Owe the work; asking while it goes on changes nothing. Raises Forbidden."""
    actor.require(Right.MAP)
    going_on = current(actor.portal)
    if going_on is not None:
        return going_on
    with transaction.atomic():
        audit.record(
            "sync.launch_links_asked",
            actor=actor,
            portal=actor.portal,
            subject=("portal", actor.portal.pk),
            now=now,
        )
        return jobs.enqueue(JOB, portal=actor.portal, at=now, queue=Queue.BACKFILL)


def current(portal: Portal) -> Job | None:
    """The job while it is owed."""
    found: Job | None = jobs.open_jobs(portal).filter(kind=JOB).first()
    return found


def last_result(portal: Portal) -> AuditEvent | None:
    """What the last finished one wrote."""
    rows = AuditEvent.objects.for_portal(portal).filter(action=WRITTEN)
    found: AuditEvent | None = rows.order_by("-at").first()
    return found


def work(job: Job, lease: Lease, now: datetime) -> Again | None:
    """``deal.launch_links``: the next hundred deals; finished when no more are found."""
    portal = job.portal
    name = mapping.targets(portal).property_of(DEALS, "launch_link")
    before = Progress.of(job.parameters)
    hubspot = sessions.hubspot(portal)
    found, total = _page(hubspot, name, before.last) if name else ([], 0)
    if not found:
        _finish(portal, before, lease, now)
        return None
    wanted = [each for each in found if not _is_lost(each)]
    results = hubspot.update(DEALS, _writes(wanted, name, deal_page(portal))) if wanted else []
    after = _counted(before, found, results, before.total or total)
    return Again(at=now, parameters=after.as_parameters())


def _page(hubspot: HubSpot, name: str, last: str) -> tuple[list[Object], int]:
    """Deals without a link beyond this id, in the order of ids; and how many there are."""
    filters = [(name, "NOT_HAS_PROPERTY", None), (ID, "GT", last)]
    rows, total, _more = hubspot.search(
        DEALS, filters=filters, properties=[CLOSED, WON], sort=ID, limit=ONCE
    )
    return rows, total


def _is_lost(deal: Object) -> bool:
    """Nobody invoices it any more."""
    return deal.text(CLOSED) == "true" and deal.text(WON) != "true"


def _writes(found: list[Object], name: str, pattern: str) -> list[Write]:
    return [Write(each.id, {name: pattern.format(deal=each.id)}, id=each.id) for each in found]


def _counted(
    before: Progress, found: list[Object], results: list[WriteResult], total: int
) -> Progress:
    failed = sum(each.error is not None for each in results)
    return Progress(
        last=found[-1].id,
        total=total,
        seen=before.seen + len(found),
        written=before.written + len(results) - failed,
        failed=before.failed + failed,
    )


def _finish(portal: Portal, progress: Progress, lease: Lease, now: datetime) -> None:
    with lease.fenced():
        audit.record(
            WRITTEN,
            portal=portal,
            subject=("portal", portal.pk),
            after={"written": progress.written, "failed": progress.failed},
            now=now,
        )
