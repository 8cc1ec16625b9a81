"""The job ``sync.match``: what every unlinked record may be in HubSpot, a batch a turn (B-24)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from integration import sessions
from integration.gateways.errors import GatewayError
from integration.jobs import Again, Lease
from integration.models import Company, Job, Record
from integration.models.tenancy import PortalQuerySet
from sync.fetch.suggesting import suggest, unlinked
from sync.match_models import MatchSearch, MatchSuggestion
from sync.records import CUSTOMER, ITEM

JOB = "sync.match"
DAILY = timedelta(days=1)
AT_ONCE = 300
PAUSE = timedelta(seconds=2)
"""Between batches: HubSpot allows few searches a second, and the sync needs them too."""
KINDS = (CUSTOMER, ITEM)


def work(job: Job, lease: Lease, now: datetime) -> Again | None:
    """The next batch; a search that was interrupted goes on where it stopped."""
    company = job.company
    if company is None or not company.is_connected:
        return None
    search = search_of(company)
    if not search.running:
        _begin(search, lease, now)
    rows = _batch(company, search.position)
    try:
        found = suggest(company, rows, sessions.hubspot(job.portal), now) if rows else []
    except GatewayError as error:
        _failed(search, error)
        raise
    with lease.fenced():
        _store(company, rows, found)
        _advance(search, rows, now)
    return Again(at=now + PAUSE) if search.running else None


def search_of(company: Company) -> MatchSearch:
    row, _ = MatchSearch.objects.for_portal(company.portal_id).get_or_create(
        company=company, defaults={"portal_id": company.portal_id}
    )
    return row  # type: ignore[no-any-return]


def _begin(search: MatchSearch, lease: Lease, now: datetime) -> None:
    search.total = sum(unlinked(search.company, kind).count() for kind in KINDS)
    search.running, search.looked_at, search.position = True, 0, {}
    search.started_at, search.error, search.error_parameters = now, "", {}
    with lease.fenced():
        search.save()


def _batch(company: Company, position: dict[str, Any]) -> list[Record]:
    """Unlinked records of one entity after the position; the next entity when there are none."""
    kinds = KINDS[KINDS.index(position.get("kind", CUSTOMER)) :]
    for kind in kinds:
        rows = unlinked(company, kind).order_by("pk")
        if position.get("kind") == kind:
            rows = rows.filter(pk__gt=UUID(position["after"]))
        found = list(rows[:AT_ONCE])
        if found:
            return found
    return []


def _store(company: Company, rows: Sequence[Record], found: Sequence[MatchSuggestion]) -> None:
    """What was suggested before for these records goes."""
    by_kind: dict[str, list[str]] = {}
    for row in rows:
        by_kind.setdefault(row.kind, []).append(row.qbo_id)
    for kind, ids in by_kind.items():
        _suggestions(company).filter(kind=kind, qbo_id__in=ids).delete()
    MatchSuggestion.objects.bulk_create(found)


def _advance(search: MatchSearch, rows: Sequence[Record], now: datetime) -> None:
    search.looked_at += len(rows)
    search.error, search.error_parameters = "", {}
    if rows:
        search.position = {"kind": rows[-1].kind, "after": str(rows[-1].pk)}
    else:
        search.running, search.finished_at = False, now
        search.total = search.looked_at
        _suggestions(search.company).filter(found_at__lt=search.started_at).delete()
    search.save()


def _failed(search: MatchSearch, error: GatewayError) -> None:
    """Said on the page; the job is tried again as its table says."""
    search.error = error.code
    search.error_parameters = {**error.parameters, "vendor": error.vendor}
    search.save(update_fields=["error", "error_parameters"])


def _suggestions(company: Company) -> PortalQuerySet:
    return MatchSuggestion.objects.for_portal(company.portal_id).filter(company=company)  # type: ignore[no-any-return]
