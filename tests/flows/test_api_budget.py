"""B-27, P-43: the page, the API and the command of the month's calls; work that rests before their end."""

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from integration import budget, jobs
from integration.access import api_tokens
from integration.access.rights import ALL
from integration.clock import now
from integration.jobs import Lease, Queue
from integration.models import Company, Job, MeteredDay, Portal, VendorUsage
from integration.models.people import Role
from integration.read_budget import turns_at
from integration.signals import reads_counted
from sync import services
from tests import tenants
from workflows.models import Task, TaskState

pytestmark = pytest.mark.django_db
DONE: list[str] = []


def used(company: Company, reads: int, **columns: int) -> None:
    """Calls of today, as the meter leaves them."""
    day = now().date()
    VendorUsage.objects.create(
        portal=company.portal, company=company, vendor="quickbooks", account=company.realm_id,
        day=day, reads=reads, **columns,
    )  # fmt: skip
    row, _ = MeteredDay.objects.get_or_create(day=day)
    row.reads += reads
    row.save()


@pytest.fixture
def company(settings: Any) -> Company:
    settings.DEALBOOKS = {**settings.DEALBOOKS, "READS_A_MONTH": 1_000, "READS_STOP_PERCENT": 95}
    return tenants.company(tenants.portal(), name="Harbor Light Design")


def visitor(portal: Portal, role: Role = Role.ADMIN) -> Client:
    client = Client()
    backend = "allauth.account.auth_backends.AuthenticationBackend"
    client.force_login(tenants.member(portal, role).person, backend=backend)
    return client


def test_b27_the_page_names_the_portals_own_calls_and_of_others_the_share_only(
    company: Company,
) -> None:
    used(company, 321, writes=12, failures=3, throttled=4)
    client, address = visitor(company.portal), f"/p/{company.portal.pk}/sync/budget/"
    alone = client.get(address).content.decode()
    assert "321 of 1,000 metered reads are used this month: 32 %" in alone
    assert "321 metered reads, 19 other calls" in alone
    used(tenants.company(tenants.portal(), name="A stranger's"), 400)
    beside = client.get(f"{address}?days=60").content.decode()
    assert "All portals of this installation have used 72 % of 1,000 reads." in beside
    assert not any(f"721 {word}" in beside for word in ("of", "metered", "reads"))
    assert "A stranger" not in beside
    assert beside.count("<g><title>") == 60


def test_b27_programs_and_the_operator_read_the_same_numbers(company: Company) -> None:
    used(company, 321, writes=12)
    member = tenants.member(company.portal, Role.READ_ONLY)
    text = api_tokens.create(member.person, company.portal, "test", ALL, now())[1]
    headers = {"Authorization": f"Bearer {text}"}
    told = Client().get("/api/v1/usage", headers=headers).json()
    assert (told["own_reads"], told["percent_used"], told["level"]) == (321, 32, "quiet")
    assert [(each["name"], each["month"]["writes"]) for each in told["accounts"]] == [
        (company.name, 12)
    ]
    assert told["days"][-1]["quickbooks"]["reads"] == 321
    printed = StringIO()
    call_command("api_budget", "--json", stdout=printed)
    operator = json.loads(printed.getvalue())
    assert (operator["used"], operator["companies"][0]["reads"]) == (321, 321)


def test_p43_people_are_told_once_at_each_step_and_not_after_the_month(company: Company) -> None:
    def count(reads: int, at: Any = None) -> None:
        used_at = at or now()
        MeteredDay.objects.update_or_create(day=used_at.date(), defaults={"reads": reads})
        standing = budget.standing(used_at)
        reads_counted.send(None, portal=company.portal, standing=standing, now=used_at)

    def told() -> list[tuple[str, str]]:
        tasks = Task.objects.for_portal(company.portal).order_by("created_at", "kind")
        return [(task.kind.rpartition("_")[2], task.state) for task in tasks]

    count(699)
    assert told() == []
    count(700)
    count(710)
    assert told() == [("high", "open")]
    Task.objects.for_portal(company.portal).update(state=TaskState.DONE)
    count(720)
    assert told() == [("high", "done")]
    count(950)
    assert told() == [("high", "done"), ("stopped", "open")]
    count(1, at=turns_at(now()))
    assert {state for _, state in told()} == {"done"}


def work(job: Job, lease: Lease, instant: Any) -> None:
    DONE.append(job.kind)


@pytest.mark.django_db(transaction=True)
def test_p43_background_reads_rest_until_the_month_turns_and_nothing_is_lost(
    company: Company, settings: Any
) -> None:
    jobs.register("test.reads", work, queue=Queue.PERIODIC, needs=[], background=True)
    DONE.clear()
    portal, instant = company.portal, now()
    job = jobs.ensure_recurring(
        "test.reads", portal=portal, company=company, every=timedelta(hours=1), at=instant
    )
    used(company, 950)
    assert jobs.run_one(job.pk, instant)
    assert DONE == ["test.reads"], "what somebody just connected is read once all the same"
    assert jobs.run_one(job.pk, instant)
    assert len(DONE) == 1
    job.refresh_from_db()
    assert (job.last_error, job.attempts) == (budget.STOPPED, 0)
    assert instant < job.next_at <= instant + budget.LOOK_AGAIN
    asked = {"trigger": budget.ASKED}
    jobs.enqueue("test.reads", portal=portal, company=company, parameters=asked, at=instant)
    assert jobs.run_one(job.pk, instant)
    assert len(DONE) == 2, "what a person asks for goes on"
    Job.objects.for_portal(portal).update(parameters={})
    assert jobs.run_one(job.pk, turns_at(instant))
    assert len(DONE) == 3, "the new month"
    settings.DEALBOOKS = {**settings.DEALBOOKS, "READS_A_MONTH": 2_000}
    assert jobs.run_one(job.pk, instant)
    assert len(DONE) == 4, "a higher line"
    job.refresh_from_db()
    assert job.last_error == ""


def test_p43_sync_says_why_it_waits_on_page_and_api(company: Company) -> None:
    used(company, 950)
    job = jobs.enqueue("sync.poll", portal=company.portal, company=company, at=now())
    assert jobs.run_one(job.pk, now())
    assert services.status(company, now()).state == "saving"
    client = visitor(company.portal)
    page = client.get(f"/p/{company.portal.pk}/sync/").content.decode()
    assert "Saves reads" in page
    assert "Reads of QuickBooks are kept for people" in page
    assert "Dealbooks no longer looks into QuickBooks by itself" in page
