"""Several invoices, currencies and companies on one deal (S-19, S-61, B-06, B-11, D-21 to D-23)."""

import pytest

from integration import company_settings, jobs, sessions
from integration.access import actors
from integration.clock import now
from integration.leases import Lease
from invoices.models import DealRef, InvoiceAttachment
from sync import handlers
from tests import tenants
from tests.sync.books import DEAL, OTHER_DEAL, UK, Books, connect


def test_s61_b06_five_properties_of_the_latest_and_six_sums_over_all(books: Books) -> None:
    paid = books.make("100.00", DueDate=books.day(30))
    part = books.make("200.00", DueDate=books.day(10))
    late = books.make("50.00", TxnDate=books.day(-40), DueDate=books.day(-10))
    for raw in (paid, part, late):
        books.add(raw)
    books.do("pay", invoice_id=part["Id"], amount="80")
    books.turn(seconds=2)
    books.do("pay", invoice_id=paid["Id"])
    books.sync()
    deal = books.deal()
    assert deal["amount_invoiced"] == "100.00"
    assert deal["invoice_number"] == paid["DocNumber"]
    assert deal["invoice_status"] == "paid"
    assert deal["invoice_due_date"] == books.day(30)
    assert deal["total_invoiced"] == "350.00"
    assert deal["total_paid"] == "180.00"
    assert deal["open_balance"] == "170.00"
    assert deal["invoice_count"] == "3"
    assert deal["next_due_date"] == books.day(-10)
    assert deal["worst_status"] == "overdue"


def test_s61_an_edit_makes_an_older_invoice_the_latest(books: Books) -> None:
    first, second = books.make("10.00"), books.make("20.00")
    books.add(first)
    books.add(second)
    books.turn(seconds=2)
    books.do("edit", invoice_id=first["Id"], private_note="Thanks")
    books.sync()
    assert books.deal()["invoice_number"] == first["DocNumber"]


def test_d21_taking_the_last_invoice_off_clears_the_deal(books: Books) -> None:
    row = books.add(books.make("10.00"))
    assert books.deal()["invoice_count"] == "1"
    InvoiceAttachment.objects.for_portal(books.portal).filter(invoice=row).update(detached_at=now())
    assert books.refresh()
    assert set(books.deal()) == {"launch_link"}
    books.forget()
    assert books.refresh()
    assert books.calls("hubspot", writes=True) == []


@pytest.fixture
def uk(books: Books) -> Books:
    """A second company in the same portal, which books in pounds."""
    return connect(books.sandbox, realm=UK, portal=books.portal)


def pounds(uk: Books) -> dict[str, object]:
    customers = uk.sandbox.state("quickbooks")["quickbooks"]["companies"][UK]["Customer"]
    customer = next(each for each in customers if each["CurrencyRef"]["value"] == "GBP")
    return uk.make(
        "100.00",
        customer["Id"],
        CurrencyRef={"value": "GBP"},
        GlobalTaxCalculation="NotApplicable",
    )


def test_s19_b11_block_leaves_the_deal_alone_and_says_why(uk: Books) -> None:
    raw = pounds(uk)
    uk.add(raw)
    uk.do("edit", invoice_id=raw["Id"], private_note="Hello")
    uk.forget()
    uk.sync()
    assert uk.deal() == {}
    [reason] = [each for each in uk.entries(outcome="skipped") if each.subject_kind == "Deal"]
    assert reason.reason == "sync.currency_differs"
    assert reason.reason_parameters["currency"] == "GBP"
    [invoice] = uk.hubspot_invoices()
    assert invoice["properties"]["hs_currency"] == "GBP"


def test_b11_separate_writes_the_amount_with_its_currency(uk: Books) -> None:
    uk.configure(currency_policy="separate")
    uk.add(pounds(uk))
    deal = uk.deal()
    assert (deal["amount_invoiced"], deal["invoice_currency"]) == ("100.00", "GBP")


def test_b11_convert_uses_hubspots_rate_where_quickbooks_books_otherwise(uk: Books) -> None:
    uk.configure(currency_policy="convert")
    uk.add(pounds(uk))
    rates = sessions.hubspot(uk.portal).exchange_rates()
    rate = next(each.rate for each in rates if each.from_currency == "GBP")
    deal = uk.deal()
    assert deal["amount_invoiced"] == f"{100 * rate:.2f}"
    assert deal["invoice_currency"] == "USD"


def test_d23_another_currency_rule_reaches_the_deals_it_concerns_at_once(
    books: Books, uk: Books
) -> None:
    books.add(books.make("50.00"), OTHER_DEAL)
    uk.add(pounds(uk))
    assert uk.deal() == {}
    person = tenants.member(uk.portal).person
    actor = actors.of_person(person, uk.portal, origin="session")
    assert actor is not None
    settings = company_settings.of_company(uk.company)
    company_settings.change(
        actor, uk.company, {"currency_policy": "block"}, version=settings.version, now=now()
    )
    of_deals = jobs.open_jobs(uk.portal, uk.company).filter(kind="deals.currency")
    assert not of_deals.exists(), "it says what it said before"
    company_settings.change(
        actor, uk.company, {"currency_policy": "separate"}, version=settings.version, now=now()
    )
    uk.forget()
    job = of_deals.get()
    assert handlers.refresh_deals(job, Lease(job.pk, job.epoch), now()) is None
    deal = uk.deal()
    assert (deal["amount_invoiced"], deal["invoice_currency"]) == ("100.00", "GBP")
    written = [each for each in uk.calls("hubspot", writes=True) if "deals/batch/update" in each]
    assert len(written) == 1, "the other deal has no such invoice"


def test_d23_two_currencies_on_one_deal_are_named_not_added(books: Books, uk: Books) -> None:
    uk.configure(currency_policy="separate")
    books.add(books.make("50.00"))
    uk.add(pounds(uk))
    deal = books.deal()
    assert "total_invoiced" not in deal
    assert deal["mixed_currencies"] == "GBP 100.00 + USD 50.00"
    assert deal["invoice_count"] == "2"


def test_s14_d21_two_companies_share_a_deal_without_crossing(books: Books, uk: Books) -> None:
    uk.configure(currency_policy="separate")
    ours, theirs = books.make("50.00"), pounds(uk)
    books.add(ours)
    uk.add(theirs)
    books.turn(seconds=2)
    books.do("pay", invoice_id=ours["Id"])
    books.sync()
    keys = {each["properties"]["dealbooks_key"] for each in books.hubspot_invoices()}
    assert keys == {
        f"{books.company.realm_id}:Invoice:{ours['Id']}",
        f"{UK}:Invoice:{theirs['Id']}",
    }
    assert books.deal()["invoice_status"] == "paid"
    assert books.deal()["invoice_number"] == ours["DocNumber"]


def test_d21_a_deal_written_by_somebody_else_meanwhile_is_looked_at_again(books: Books) -> None:
    raw = books.make("10.00")
    books.add(raw)
    deals = DealRef.objects.for_portal(books.portal).filter(hubspot_id=DEAL)
    before = deals.get()
    books.do("pay", invoice_id=raw["Id"])
    books.sync()
    # What the run of another worker leaves that planned from the older state and wrote later.
    late = books.carry_late(before)
    assert late == {DEAL}
    assert deals.get().written_hash == ""
    assert books.refresh()
    assert books.deal()["invoice_status"] == "paid"
