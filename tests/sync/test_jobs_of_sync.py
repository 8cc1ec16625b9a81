"""How runs come about: polls, "Sync now", refreshes of deals (D-29, decision 5)."""

from datetime import timedelta

import pytest

from integration import jobs
from integration.access.actors import Forbidden, of_person
from integration.access.rights import Right
from integration.clock import now
from integration.models import AuditEvent, Company, Job, Portal
from integration.models.people import Role
from sync import services
from sync.models import ParkedRecord, SyncObject, SyncRun
from tests import tenants
from tests.sync.books import DEAL, Books


def actor(books: Books, role: Role = Role.OPERATOR):  # type: ignore[no-untyped-def]  # noqa: ANN201
    member = tenants.member(books.portal, role)
    found = of_person(member.person, books.portal, origin="session")
    assert found is not None
    return found


def poll(books: Books) -> Job:
    return jobs.enqueue("sync.poll", portal=books.portal, company=books.company, at=now())


def again(books: Books) -> Job:
    [found] = books.owed("sync.poll")
    return found


def test_d29_sync_now_runs_once_and_is_audited(committed_books: Books) -> None:
    books = committed_books
    who = actor(books)
    raw = books.make("100.00")
    books.add(raw)
    books.do("pay", invoice_id=raw["Id"])
    first = services.sync_now(who, books.company, now())
    assert services.sync_now(who, books.company, now()).pk == first.pk
    assert services.status(books.company, now()).is_busy
    assert jobs.run_one(first.pk, now())
    [run] = SyncRun.objects.for_portal(books.portal)
    assert (run.trigger, run.seen, run.failed) == ("person", 1, 0)
    assert books.deal()["invoice_status"] == "paid"
    assert not services.status(books.company, now()).is_busy
    assert again(books).parameters == {}
    events = AuditEvent.objects.for_portal(books.portal).filter(action="sync.asked")
    assert events.count() == 2
    status = services.status(books.company, now())
    assert status.state == "waiting"
    assert status.last_success_at is not None


def test_d29_a_poll_that_is_merely_due_is_not_busy(books: Books) -> None:
    def is_busy(**facts: object) -> bool:
        Job.objects.for_portal(books.portal).filter(pk=job.pk).update(**facts)
        return services.status(books.company, now()).is_busy

    job = poll(books)
    assert not is_busy()
    assert is_busy(parameters={"trigger": services.PERSON})
    assert not is_busy(parameters={"trigger": "webhook"})
    assert is_busy(parameters={}, lease_until=now())


def test_b15_sync_now_needs_the_right(books: Books) -> None:
    with pytest.raises(Forbidden):
        services.sync_now(actor(books, Role.SALES_REP), books.company, now())
    assert books.owed("sync.poll") == []


def test_d29_the_next_poll_comes_by_itself(committed_books: Books) -> None:
    books = committed_books
    job = poll(books)
    assert jobs.run_one(job.pk, now())
    assert timedelta(0) < again(books).next_at - now() <= timedelta(seconds=2)
    assert books.cursor().idle_polls == 1
    [run] = SyncRun.objects.for_portal(books.portal)
    assert (run.trigger, run.seen) == ("poll", 0)


def test_b19_polling_ends_with_the_connection(committed_books: Books) -> None:
    books = committed_books
    job = poll(books)
    Company.objects.for_portal(books.portal).update(disconnected_at=now())
    books.forget()
    assert jobs.run_one(job.pk, now())
    assert books.calls() == []
    assert books.owed("sync.poll") == []


def test_d25_nothing_is_written_before_hubspot_has_our_properties(committed_books: Books) -> None:
    books = committed_books
    Portal.objects.filter(pk=books.portal.pk).update(properties_ready_at=None)
    books.forget()
    assert jobs.run_one(poll(books).pk, now())
    assert books.calls() == []
    assert books.owed("hubspot.setup")
    assert again(books).next_at > now()


def test_d29_an_action_in_the_wizard_makes_its_company_looked_at_more_often(
    committed_books: Books,
) -> None:
    books = committed_books
    books.sync()
    books.add(books.make("10.00"))
    Job.objects.for_portal(books.portal).delete()
    job = jobs.enqueue(
        "deal.refresh",
        portal=books.portal,
        subject=DEAL,
        parameters={"deal_id": DEAL},
        at=now(),
    )
    assert jobs.run_one(job.pk, now())
    assert books.owed("deal.refresh") == []
    quick = books.cursor().quick_until
    assert quick is not None
    assert timedelta(minutes=9) < quick - now() <= timedelta(minutes=10)
    assert again(books).next_at - now() <= timedelta(minutes=1)


def test_f01_a_failing_run_shows_on_the_status_and_is_tried_again(committed_books: Books) -> None:
    books = committed_books
    job = poll(books)
    books.sandbox.faults(
        {
            "match": {"vendor": "quickbooks", "path": "/cdc$"},
            "fault": {"kind": "html", "status": 502},
            "times": 1,
        }
    )
    assert jobs.run_one(job.pk, now())
    status = services.status(books.company, now())
    assert status.state == "failing"
    assert status.error.startswith(("net.", "quickbooks."))
    assert jobs.run_one(job.pk, now())
    assert services.status(books.company, now()).state == "waiting"


def test_b07_a_parked_record_is_tried_again_when_a_person_says_so(committed_books: Books) -> None:
    books = committed_books
    who = actor(books)
    record = ParkedRecord.objects.create(
        portal=books.portal,
        company=books.company,
        subject_kind="Deal",
        subject_id=DEAL,
        label="Lobby",
        reason="hubspot.INVALID_OPTION",
        parked_at=now(),
    )
    assert services.status(books.company, now()).stuck == 1
    services.retry(who, record, now())
    assert jobs.run_one(again(books).pk, now())
    assert ParkedRecord.objects.for_portal(books.portal).count() == 0


def test_b15_d26_a_tab_is_changed_with_the_right_and_audited(books: Books) -> None:
    chosen = services.Tab(True, "create_only", "keep")
    with pytest.raises(Forbidden):
        services.save_tab(
            actor(books, Role.SALES_REP), books.company, SyncObject.INVOICES, chosen, now()
        )
    who = actor(books, Role.ADMIN)
    assert who.may(Right.MAP)
    assert services.save_tab(who, books.company, SyncObject.INVOICES, chosen, now())
    assert services.tab(books.company, SyncObject.INVOICES) == chosen
    assert not services.save_tab(who, books.company, SyncObject.INVOICES, chosen, now())
    [event] = AuditEvent.objects.for_portal(books.portal).filter(action="sync.settings_changed")
    assert event.before["enabled"] is False
    assert event.after["save_policy"] == "create_only"
