"""HubSpot against what it was told, and writing it again (B-26 in small)."""

from integration import jobs
from integration.access.actors import Actor, of_person
from integration.clock import now
from integration.models.people import Role
from integration.records.hubspot import Write
from sync import services
from sync.models import ParkedRecord
from sync.reconcile import Difference, Missing
from tests import tenants
from tests.sync.books import DEAL, OTHER_DEAL, Books


def operator(books: Books) -> Actor:
    member = tenants.member(books.portal, Role.OPERATOR)
    found = of_person(member.person, books.portal, origin="session")
    assert found is not None
    return found


def test_b26_what_hubspot_was_told_compares_equal(books: Books) -> None:
    raw = books.make("100.00", DueDate=books.day(20))
    books.add(raw)
    books.do("pay", invoice_id=raw["Id"], amount="40")
    books.sync()
    books.forget()
    compared = services.compare(operator(books), books.company)
    assert (compared.invoices, compared.deals, compared.found) == (1, 1, ())
    assert len(books.calls("hubspot")) == 2


def test_b26_what_somebody_changed_is_listed_and_written_again(committed_books: Books) -> None:
    books = committed_books
    who = operator(books)
    changed, lost = books.add(books.make("10.00")), books.add(books.make("20.00"), OTHER_DEAL)
    wrong = {"dealbooks_total_invoiced": "999", "dealname": "Renamed"}
    books.hubspot().update("deals", [Write("1", wrong, DEAL)])
    books.sandbox.switch(delete_open_invoices=True)
    books.hubspot().archive("invoices", [lost.hubspot_id])
    found = services.compare(who, books.company).found
    assert set(found) == {
        Difference("deals", DEAL, "dealbooks_total_invoiced", "10.00", "999"),
        Missing("invoices", lost.hubspot_id),
    }
    assert services.write_again(who, books.company, now()) == 2
    [job] = books.owed("sync.poll")
    assert jobs.run_one(job.pk, now())
    books.turn(seconds=5)
    assert jobs.run_one(books.owed("sync.poll")[0].pk, now())
    assert services.compare(who, books.company).found == ()
    assert books.deal()["total_invoiced"] == "10.00"
    assert len(books.hubspot_invoices()) == 2
    assert ParkedRecord.objects.for_portal(books.portal).count() == 0
    changed.refresh_from_db()
    assert changed.hubspot_id
