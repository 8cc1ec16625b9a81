"""Dry runs, undos, backfills and reports: whether somebody works on the row that people watch (A.2)."""

import pytest

from integration import jobs
from integration.models import Job
from integration.owed_work import OwedWork
from sync import backfill, dry_runs, reconciliations, undos
from sync.models import RunState, SyncRun
from tests import tenants
from tests.tenants import NOON

pytestmark = pytest.mark.django_db
WORKS = [dry_runs.WORK, undos.WORK, backfill.WORK, reconciliations.WORK, reconciliations.FIXING]


@pytest.mark.parametrize("work", WORKS, ids=lambda work: work.kind)
def test_m12_work_that_nobody_is_at_is_owed_again(work: OwedWork) -> None:
    company = tenants.company(tenants.portal())
    facts = {"portal": company.portal, "company": company, "trigger": "poll", "started_at": NOON}
    row, other = (SyncRun.objects.create(**facts, state=RunState.DONE) for _ in range(2))
    assert work.is_left(row), "nothing is owed yet"
    work.owe(row, NOON)
    work.owe(row, NOON)
    [job] = Job.objects.for_portal(company.portal)
    assert (work.job(row), work.is_left(row)) == (job, False)
    assert work.is_left(other) is not work.by_company
    everything = Job.objects.for_portal(company.portal)
    everything.update(paused_reason=jobs.SET_ASIDE, attempts=6)
    assert work.is_left(row)
    work.owe(row, NOON)
    assert everything.values_list("paused_reason", "attempts").get() == ("", 0)
    everything.update(paused_reason="connect.needs_reconnect")
    work.owe(row, NOON)
    assert work.is_left(row), "what waits for a new connection is not woken by asking"
