"""Both sides compared, and what differs put right in HubSpot alone (B-26, D-31)."""

from collections.abc import Collection
from datetime import date
from decimal import Decimal

from integration import jobs
from integration.access.actors import Actor, of_person
from integration.clock import now
from integration.jobs import Again, Lease
from integration.models import Record
from integration.models.people import Role
from integration.records.hubspot import Write
from invoices.models import Invoice, PaymentApplication
from sync import reconciliations, services
from sync.models import SyncObject, SyncRun
from sync.reconciliation_models import Drift, DriftState, Reconciliation
from sync.reconciliation_store import months
from sync.reconciliation_work import FIX, JOB, compare, fix
from tests import tenants
from tests.sync.books import DEAL, OTHER_DEAL, Books
from tests.sync.people import customer, item, link, turn_on

THIRD, FOURTH = "20300100003", "20300100004"
DONE = ("done", "")


def accountant(books: Books) -> Actor:
    member = tenants.member(books.portal, Role.ACCOUNTANT)
    found = of_person(member.person, books.portal, origin="session")
    assert found is not None
    return found


def finish(books: Books, row: Reconciliation, most: int = 60) -> Reconciliation:
    """Turn after turn of its job, as the worker takes them, the sync it waits for in between."""
    for _ in range(most):
        [job] = books.owed(JOB)
        again = compare(job, Lease(job.pk, job.epoch), now())
        row.refresh_from_db()
        if row.state != "running":
            break
        if row.stage == "settle":
            assert isinstance(again, Again)
            books.sync("poll")
    return row


def report(books: Books, who: Actor) -> Reconciliation:
    return finish(books, reconciliations.start(who, books.company, now()))


def put_right(books: Books, row: Reconciliation) -> None:
    for _ in range(10):
        found = jobs.open_jobs(books.portal).filter(kind=FIX).first()
        if found is None:
            break
        if fix(found, Lease(found.pk, found.epoch), now()) is None:
            found.delete()


def lines(row: Reconciliation) -> dict[tuple[str, str], Drift]:
    """By what is off and the record's label."""
    return {(each.what, each.label): each for each in reconciliations.lines_of(row)}


def changes(line: Drift) -> dict[str, tuple[str, str]]:
    return {each["name"]: (each["expected"], each["found"]) for each in line.differences}


def tell(books: Books, kind: str, id: str, **properties: str) -> None:
    """As a person types it into HubSpot."""
    [done] = books.hubspot().update(kind, [Write("by hand", dict(properties), id)])
    assert done.error is None, done


def states(row: Reconciliation) -> Collection[str]:
    return list(reconciliations.lines_of(row).values_list("state", flat=True))


def test_b26_d31_seven_corrupted_records_are_listed_and_fixed(books: Books) -> None:
    who = accountant(books)
    turn_on(books)
    turn_on(books, SyncObject.PRODUCTS)
    ada = customer(books, "Ada Lines", "ada@drift.example", GivenName="Ada", FamilyName="Lines")
    lamp = item(books, "Lamp of the drift", "LAMP-7", "12.50")
    told, lost = books.add(books.make("100.00")), books.add(books.make("20.00"), OTHER_DEAL)
    behind, untied = books.add(books.make("30.00"), THIRD), books.add(books.make("40.00"), FOURTH)
    settled = books.make("50.00")
    books.add(settled, THIRD)
    books.do("pay", invoice_id=settled["Id"], amount="15")
    books.sync()
    before = report(books, who)
    assert (before.state, before.error) == DONE
    assert lines(before) == {}
    assert all(each.agrees for each in months(before))

    books.turn(seconds=900)
    books.sync()  # the next look no longer reads again what is corrupted now
    tell(books, "invoices", told.hubspot_id, dealbooks_billed="999.00")
    tell(books, "deals", DEAL, dealbooks_total_invoiced="12.34")
    books.sandbox.switch(delete_open_invoices=True)
    books.hubspot().archive("invoices", [lost.hubspot_id])
    tell(books, "contacts", link(books, ada).hubspot_id, lastname="Linus")
    tell(books, "products", link(books, lamp, "products").hubspot_id, price="13.50")
    Invoice.objects.for_portal(books.portal).filter(pk=behind.pk).update(
        total="31.00", billed="31.00", open="31.00"
    )
    books.hubspot().dissociate("invoices", "deals", [(untied.hubspot_id, FOURTH)])

    books.forget()
    row = report(books, who)
    found = lines(row)
    assert {key: changes(each) for key, each in found.items()} == {
        ("differs", str(told)): {"dealbooks_billed": ("100.00", "999.00")},
        ("differs", f"Deal {DEAL}"): {"dealbooks_total_invoiced": ("100.00", "12.34")},
        ("missing", str(lost)): {},
        ("differs", "Ada Lines"): {"lastname": ("Lines", "Linus")},
        ("differs", "Lamp of the drift"): {"price": ("12.50", "13.50")},
        ("behind", str(behind)): {
            "total": ("30", "31"), "billed": ("30", "31"), "open": ("30", "31"),
        },
        ("untied", str(untied)): {"deals": (f"Deal {FOURTH}", "")},
    }  # fmt: skip
    assert (row.state, row.error, row.drift) == (*DONE, 7)
    [month] = months(row)
    assert month.quickbooks.billed == Decimal("240.00")
    assert month.in_books.billed == Decimal("-1.00")
    assert month.in_hubspot.billed == Decimal("878.00")  # 899 too much, 20 missing, 1 by us
    assert month.quickbooks.cash == month.dealbooks.cash == Decimal("15.00")
    assert books.calls("hubspot", writes=True) == []

    piles = reconciliations.preview(who, row, None, now())
    assert (len(piles.restored), piles.cannot, piles.changed) == (7, [], [])
    assert reconciliations.fix(who, row, None, now()) == 7
    assert reconciliations.fix(who, row, None, now()) == 0
    put_right(books, row)
    assert {str(each): (each.state, each.reason) for each in lines(row).values()} and set(
        states(row)
    ) == {"fixed"}
    assert books.calls("quickbooks", writes=True) == []
    [run] = SyncRun.objects.for_portal(books.portal).filter(trigger="fix")
    assert (run.state, run.failed) == ("done", 0)
    assert books.deal()["total_invoiced"] == "100.00"
    behind.refresh_from_db()
    assert behind.billed == Decimal("30.00")
    last = report(books, who)
    assert lines(last) == {}
    assert all(each.agrees for each in months(last))
