"""Both sides compared, and what differs put right in HubSpot alone (B-26, D-31)."""

from collections.abc import Collection
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from integration import jobs, sessions
from integration.access import api_tokens
from integration.access.actors import Actor, of_person
from integration.access.rights import ALL
from integration.clock import now
from integration.connected_company import start_work
from integration.crashpoints import Crashed
from integration.display import zone_of
from integration.jobs import Again, Lease
from integration.models.people import Role
from integration.records.hubspot import Write
from integration.reference import refresh_reference
from invoices.models import Invoice, PaymentApplication
from sync import reconciliations
from sync.models import Cursor, SyncObject, SyncRun, SyncSetting
from sync.reconciled_sums import Sum, Sums
from sync.reconciliation_models import Drift, ReconciledSum, Reconciliation
from sync.reconciliation_store import add_sums, months
from sync.reconciliation_work import FIX, JOB, compare, fix, next_quiet
from tests import tenants
from tests.sandbox_process import SandboxProcess
from tests.sync.books import DEAL, OTHER_DEAL, UK, Books, connect_prepared
from tests.sync.people import change, customer, in_hubspot_by_id, item, latest, link, turn_on
from workflows.models import Task
from workflows.tasks_list import open_lines

THIRD, FOURTH = "20300100003", "20300100004"
DONE = ("done", "")


def accountant(books: Books) -> Actor:
    member = tenants.member(books.portal, Role.ACCOUNTANT)
    found = of_person(member.person, books.portal, origin="session")
    assert found is not None
    return found


def token(who: Actor) -> dict[str, Any]:
    secret = api_tokens.create(who.person, who.portal, "test", ALL, now())[1]
    return {"HTTP_AUTHORIZATION": f"Bearer {secret}"}


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
    assert set(states(row)) == {"fixed"}
    assert books.calls("quickbooks", writes=True) == []
    [run] = SyncRun.objects.for_portal(books.portal).filter(trigger="fix")
    assert (run.state, run.failed) == ("done", 0)
    assert books.deal()["total_invoiced"] == "100.00"
    behind.refresh_from_db()
    assert behind.billed == Decimal("30.00")
    last = report(books, who)
    assert lines(last) == {}
    assert all(each.agrees for each in months(last))


# ------------------------------------------------------------------- totals, night, programs


@pytest.fixture
def uk(sandbox: SandboxProcess, unlimited: None, db: None) -> Books:
    """A company that books in pounds and bills in euros too."""
    return connect_prepared(sandbox, realm=UK)


def billed_to(uk: Books, currency: str, amount: str, **facts: Any) -> dict[str, Any]:
    customers = uk.sandbox.state("quickbooks")["quickbooks"]["companies"][UK]["Customer"]
    one = next(each for each in customers if each["CurrencyRef"]["value"] == currency)
    return uk.make(
        amount,
        one["Id"],
        CurrencyRef={"value": currency},
        GlobalTaxCalculation="NotApplicable",
        **facts,
    )


def test_b26_after_a_sync_whole_books_of_three_currencies_show_no_difference(uk: Books) -> None:
    for each in SyncObject:
        SyncSetting.objects.create(
            portal=uk.portal, company=uk.company, object=each, enabled=True, enabled_at=None
        )
    refresh_reference(uk.company, sessions.quickbooks(uk.company), now())
    Cursor.objects.create(
        portal=uk.portal, company=uk.company, position=now() - timedelta(days=400)
    )
    assert uk.sync().failed == 0
    row = report(uk, accountant(uk))
    assert (row.state, row.drift, lines(row)) == ("done", 0, {})
    invoices, customers = row.counts["invoices"], row.counts["customers"]
    assert invoices["quickbooks"] == invoices["dealbooks"] == invoices["hubspot"] > 5
    assert customers["quickbooks"] == customers["dealbooks"] == customers["hubspot"] > 5
    assert len({each.currency for each in months(row)}) == 3
    assert all(each.agrees for each in months(row))
    assert row.checked == row.to_check


def test_b26_d18_d28_totals_agree_to_the_cent_in_two_currencies_and_months(uk: Books) -> None:
    who = accountant(uk)
    turn_on(uk, SyncObject.INVOICES, delete_policy="mark")
    pounds = billed_to(uk, "GBP", "100.10", TxnDate=uk.day(0))
    euros = billed_to(uk, "EUR", "55.55", TxnDate=uk.day(-40))
    voided, deleted = billed_to(uk, "GBP", "7.00"), billed_to(uk, "GBP", "9.00")
    uk.add(pounds)
    uk.do("pay", invoice_id=pounds["Id"], amount="40.07")
    uk.sync()
    uk.do("void", invoice_id=voided["Id"])
    uk.do("delete", invoice_id=deleted["Id"])
    row = report(uk, who)
    assert (row.state, row.drift, lines(row)) == ("done", 0, {})
    here = {(each.currency, each.is_dated): each for each in months(row)}
    gbp, eur = here["GBP", True], here["EUR", True]
    assert gbp.month > eur.month
    for side in (gbp.quickbooks, gbp.dealbooks, gbp.hubspot):
        assert (side.count, side.billed, side.cash) == (2, Decimal("100.10"), Decimal("40.07"))
        assert side.open == Decimal("60.03")
    assert eur.hubspot.billed == eur.quickbooks.billed == Decimal("55.55")
    assert all(each.agrees for each in here.values())

    uk.turn(seconds=900)
    uk.sync()
    paid = PaymentApplication.objects.for_portal(uk.portal).get()
    PaymentApplication.objects.for_portal(uk.portal).update(cash="40.06", applied="40.06")
    tell(uk, "invoices", uk.row(euros).hubspot_id, dealbooks_billed="55.56")
    row = report(uk, who)
    found = {each.record_kind: changes(each) for each in reconciliations.lines_of(row)}
    assert found == {
        "Payment": {"applied": ("40.07", "40.06"), "cash": ("40.07", "40.06")},
        "Invoice": {"dealbooks_billed": ("55.55", "55.56")},
    }
    wrong = [each for each in months(row) if not each.agrees]
    assert [(each.currency, each.in_hubspot.billed) for each in wrong] == [("EUR", Decimal("0.01"))]
    reconciliations.fix(who, row, None, now())
    put_right(uk, row)
    assert set(states(row)) == {"fixed"}
    paid.refresh_from_db()
    assert paid.cash == Decimal("40.07")


def test_d31_what_cannot_be_fixed_stays_and_what_changed_since_is_left(books: Books) -> None:
    who = accountant(books)
    turn_on(books)
    eva = customer(books, "Eva Gone", "eva@drift.example", GivenName="Eva")
    first, second = books.add(books.make("10.00")), books.add(books.make("20.00"), OTHER_DEAL)
    third = books.add(books.make("30.00"), THIRD)
    books.sync()
    books.hubspot().archive("contacts", [link(books, eva).hubspot_id])
    for each in (first, second, third):
        tell(books, "invoices", each.hubspot_id, dealbooks_billed="1.00")
    key = {
        "HTTP_IDEMPOTENCY_KEY": "reconcile-1",
        "content_type": "application/json",
        **token(who),
    }
    client, base = Client(), f"/api/v1/companies/{books.company.pk}/reconciliations"
    started = client.post(base, **key)
    assert started.status_code == 202, started.content
    assert client.post(base, **key).json()["id"] == started.json()["id"]
    row = finish(books, Reconciliation.objects.for_portal(books.portal).get())
    tell(books, "invoices", second.hubspot_id, dealbooks_billed="2.00")
    tell(books, "invoices", third.hubspot_id, dealbooks_billed="30.00")
    of_row = f"{base}/{row.pk}"
    told = client.get(f"{of_row}/fix/preview", **token(who)).json()
    assert [each["label"] for each in told["restored"]] == [str(first)]
    assert [each["label"] for each in told["changed"]] == [str(second)]
    assert [each["label"] for each in told["cannot"]] == ["Eva Gone"]
    assert told["agree"] == 1
    page = client.get(f"{of_row}/drift?limit=3", **token(who)).json()
    rest = client.get(f"{of_row}/drift?limit=3&cursor={page['next']}", **token(who)).json()
    assert len(page["results"]) + len(rest["results"]) == row.drift == 4
    fixed = client.post(f"{of_row}/fix", {}, **{**key, "HTTP_IDEMPOTENCY_KEY": "fix-1"})
    assert (fixed.status_code, fixed.json()) == (202, {"lines": 4})
    put_right(books, row)
    by_label = {each.label: each for each in reconciliations.lines_of(row)}
    assert {label: each.state for label, each in by_label.items()} == {
        str(first): "fixed", str(second): "left", str(third): "gone", "Eva Gone": "open",
    }  # fmt: skip
    assert by_label["Eva Gone"].reason == "sync.drift_object_deleted"
    assert client.get(of_row, **token(who)).json()["months"][0]["agrees"] is False


def test_b26_d26_a_link_made_before_the_tab_went_on_owes_its_balance_alone(books: Books) -> None:
    eva = customer(books, "Eva Early", "eva@drift.example", GivenName="Eva", FamilyName="Early")
    made = Write("eva", {"email": "eva@drift.example", "lastname": "Earlier"})
    [contact] = books.hubspot().create("contacts", [made])
    books.sync()
    books.link_customer(eva["Id"], "contacts", contact.id)
    books.turn(seconds=60)
    turn_on(books)
    books.sync()
    found = lines(report(books, accountant(books)))
    assert {key: changes(line) for key, line in found.items()} == {}
    change(books, eva, Notes="seen")
    books.sync()
    tell(books, "contacts", contact.id, lastname="Earlier")
    [line] = lines(report(books, accountant(books))).values()
    assert changes(line) == {"lastname": ("Early", "Earlier")}


def test_b26_every_night_in_the_companys_quiet_hour_and_told_as_a_task(books: Books) -> None:
    invoice = books.add(books.make("10.00"))
    books.sync()
    start_work(books.company, now())
    [job] = books.owed(JOB)
    assert job.every is not None
    hour = next_quiet(books.company, now())
    local = hour.astimezone(zone_of(books.company.time_zone))
    assert 2 <= local.hour < 4
    again = compare(job, Lease(job.pk, job.epoch), hour - timedelta(hours=4))
    assert (again, Reconciliation.objects.for_portal(books.portal).count()) == (Again(at=hour), 0)
    tell(books, "invoices", invoice.hubspot_id, dealbooks_billed="1.00")
    books.turn(seconds=(hour - now()).total_seconds())
    compare(job, Lease(job.pk, job.epoch), now())
    row = finish(books, Reconciliation.objects.for_portal(books.portal).get())
    assert (row.trigger, row.drift) == ("night", 1)
    [task] = Task.objects.for_portal(books.portal).filter(state="open")
    assert (task.kind, task.subject_id) == ("reconcile.drift", str(row.pk))
    again = compare(job, Lease(job.pk, job.epoch), now())
    assert again == Again(at=next_quiet(books.company, now()))  # once a night
    who = accountant(books)
    assert open_lines(who, None, 5)[0].url.endswith(f"/reconciliations/{row.pk}/")
    reconciliations.fix(who, row, None, now())
    put_right(books, row)
    assert not Task.objects.for_portal(books.portal).filter(state="open").exists()


def test_b26_f59_pages_and_fixes_go_on_where_a_crash_left_them(
    books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = accountant(books)
    turn_on(books, SyncObject.INVOICES)
    made = [books.make(f"{n}.00", TxnDate=books.day(0)) for n in range(10, 17)]
    books.sync()
    rows = [books.row(each) for each in made]
    for each in rows[:3]:
        tell(books, "invoices", each.hubspot_id, dealbooks_billed="1.00")
    row = reconciliations.start(who, books.company, now())
    books.sync("poll")
    monkeypatch.setenv("CRASH_BY", "raise")
    [job] = books.owed(JOB)
    for place in ("reconcile.read", "reconcile.page"):
        for _ in range(8):
            row.refresh_from_db()
            if row.stage == "invoices" and not row.cursor:
                row.cursor = {"size": 3}
                row.save()
            monkeypatch.setenv("CRASH_AT", place)
            with pytest.raises(Crashed):
                compare(job, Lease(job.pk, job.epoch), now())
    monkeypatch.delenv("CRASH_AT")
    row = finish(books, row)
    assert (row.state, row.drift) == ("done", 3)
    [month] = [each for each in months(row) if each.quickbooks.count == 7]
    assert month.quickbooks.billed == month.dealbooks.billed == Decimal("91.00")
    assert month.in_hubspot.billed == Decimal(3 - 10 - 11 - 12)

    reconciliations.fix(who, row, None, now())
    [job] = books.owed(FIX)
    for place in ("reconcile.fixing", "reconcile.fixed"):
        monkeypatch.setenv("CRASH_AT", place)
        with pytest.raises(Crashed):
            fix(job, Lease(job.pk, job.epoch), now())
    monkeypatch.delenv("CRASH_AT")
    assert (reconciliations.is_fixing(row), reconciliations.fix(who, row, None, now())) == (True, 0)
    jobs.cancel(books.portal, books.company)
    assert (reconciliations.is_fixing(row), reconciliations.fix(who, row, None, now())) == (
        False,
        3,
    )
    put_right(books, row)
    assert set(states(row)) <= {"fixed", "gone"}

    books.turn(seconds=900)
    books.sync()
    ghost = rows[5]
    Invoice.objects.for_portal(books.portal).filter(pk=rows[6].pk).delete()
    ghost.pk, ghost.qbo_id, ghost.hubspot_id, ghost.mapped_hash = uuid4(), "99999", "", ""
    ghost._state.adding = True
    ghost.save()
    books.forget()
    row = report(books, who)
    assert set(lines(row)) == {("unknown", str(rows[6])), ("gone", str(ghost))}
    [task] = Task.objects.for_portal(books.portal).filter(kind="reconcile.gone")
    assert (task.subject_kind, task.subject_id) == ("invoice", str(ghost.pk))
    reconciliations.fix(who, row, None, now())
    put_right(books, row)
    assert set(states(row)) == {"fixed"}
    ghost.refresh_from_db()
    assert (ghost.stage, books.row(made[6]).billed) == ("deleted", Decimal("16.00"))
    assert len(books.hubspot_invoices()) == 7
    assert books.calls("quickbooks", writes=True) == []


def test_b26_d31_what_hubspot_changed_on_its_way_to_quickbooks_is_no_drift(books: Books) -> None:
    who = accountant(books)
    tab = turn_on(books)
    phone = {"PrimaryPhone": {"FreeFormNumber": "(650) 555-0100"}}
    ada = customer(books, "Ada Ways", "ada@ways.example", GivenName="Ada", **phone)
    eva = customer(books, "Eva Before", "eva@ways.example", GivenName="Eva", **phone)
    books.sync()
    edited, old = link(books, ada).hubspot_id, link(books, eva).hubspot_id
    tell(books, "contacts", old, phone="1")
    books.turn(seconds=5)
    tab.direction, tab.to_quickbooks_at = "both", now()
    books.turn(seconds=5)
    tell(books, "contacts", edited, phone="2")
    row = report(books, who)  # one way still: both are listed
    assert len(lines(row)) == 2
    tab.save()
    books.turn(seconds=5)
    reconciliations.fix(who, row, None, now())
    put_right(books, row)
    by_label = {each.label: each.state for each in reconciliations.lines_of(row)}
    assert by_label == {"Ada Ways": "gone", "Eva Before": "fixed"}
    assert in_hubspot_by_id(books, "contacts", old)["properties"]["phone"] == "(650) 555-0100"
    assert in_hubspot_by_id(books, "contacts", edited)["properties"]["phone"] == "2"
    books.sync("poll")
    assert latest(books, "Customer", ada["Id"])["PrimaryPhone"]["FreeFormNumber"] == "2"
    assert in_hubspot_by_id(books, "contacts", edited)["properties"]["phone"] == "2"


def test_b26_the_sums_of_a_page_are_added_with_one_statement(
    books: Books, django_assert_num_queries: Any
) -> None:
    row = Reconciliation.objects.create(
        portal=books.portal, company=books.company, trigger="night", started_at=now()
    )
    page = Sums(
        {
            (date(2026, month, 1), currency, "hubspot"): Sum(
                2, *map(Decimal, ("9.10", "1", "2", "3"))
            )
            for month in (1, 2, 3)
            for currency in ("EUR", "USD")
        }
    )
    for _ in range(2):
        with django_assert_num_queries(1):
            add_sums(row, page)
    rows = ReconciledSum.objects.for_portal(books.portal).filter(reconciliation=row)
    assert rows.count() == 6
    assert {(each.count, each.billed, each.open) for each in rows} == {(4, Decimal("18.20"), 6)}
    assert {each.company_id for each in rows} == {books.company.pk}
