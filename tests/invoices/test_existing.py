"""Invoices that QuickBooks already has, on deals, contacts and companies (S-20, S-21, S-64 to S-71)."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client

from integration import jobs
from integration.clock import now
from integration.gateways.errors import GatewayError
from integration.models import AuditEvent, Membership
from integration.models.people import Role
from integration.models.portals import DealScope
from invoices import attaching, crm_records, existing
from invoices.attaching import Added, Target
from invoices.existing import Criteria, Page
from invoices.models import Invoice, InvoiceAttachment
from tests import books as rows
from tests import tenants
from tests.invoices.desk import DEAL, Desk
from tests.invoices.pages import BACKEND, Visitor
from tests.sync.books import OTHER_DEAL, UK, connect

pytestmark = pytest.mark.django_db(transaction=True)
AMY, AMYS_COMPANY = "20100100001", "20200100001"
PAID, OPEN, VOIDED = "1037", "1042", "1040"


def find(desk: Desk, query: str = "", **criteria: Any) -> Page:
    return existing.search(desk.actor, desk.company, Criteria(**criteria), QueryDict(query), now())


def numbers(page: Page) -> list[str]:
    return [each.number for each in page.rows]


def qbo_id(desk: Desk, number: str) -> str:
    [row] = desk.in_quickbooks(DocNumber=number)
    return str(row["Id"])


def add(desk: Desk, *found: str, kind: str = "deals", to: str = DEAL) -> Added:
    """As a person adds invoices by number, and the worker does what is owed then."""
    instant = now()
    record = crm_records.open_record(desk.actor, kind, to, instant)
    ids = [qbo_id(desk, each) for each in found]
    target = Target(kind, to, record.name)
    done = attaching.attach(desk.actor, target, desk.company, ids, instant)
    work(desk)
    return done


def take_off(desk: Desk, number: str, kind: str = "deals", to: str = DEAL) -> bool:
    invoice = row_of(desk, number)
    done = attaching.detach(desk.actor, Target(kind, to), invoice, now())
    work(desk)
    return done


def is_away(desk: Desk, vendor: str) -> None:
    desk.sandbox.faults({"match": {"vendor": vendor}, "fault": {"kind": "status", "status": 503}})


def work(desk: Desk) -> None:
    for kind in ("deal.refresh", "record.refresh"):
        for job in desk.books.owed(kind):
            assert jobs.run_one(job.pk, now())
        assert desk.books.owed(kind) == []


def row_of(desk: Desk, number: str) -> Invoice:
    rows = Invoice.objects.for_portal(desk.books.portal)
    return rows.get(company=desk.company, doc_number=number)  # type: ignore[no-any-return]


def ties(desk: Desk) -> set[tuple[str, str, str, bool]]:
    rows = InvoiceAttachment.objects.for_portal(desk.books.portal).filter(detached_at=None)
    return {
        (each.invoice.doc_number, each.object_kind, each.hubspot_id, each.counts)
        for each in rows.select_related("invoice")
    }


def in_hubspot(desk: Desk, kind: str = "deals") -> dict[str, set[str]]:
    """Invoice number to the objects of a kind that HubSpot shows it on."""
    return {
        each["properties"]["hs_number"]: set(each["associations"].get(kind, {}))
        for each in desk.books.hubspot_invoices()
    }


# -------------------------------------------------------------------------------------- searching
def test_s20_s21_nothing_made_in_quickbooks_is_mirrored_until_it_is_added(desk: Desk) -> None:
    desk.books.sync()
    assert not Invoice.objects.for_portal(desk.books.portal).exists()
    assert len(find(desk).rows) == 14
    assert not Invoice.objects.for_portal(desk.books.portal).exists()
    add(desk, OPEN)
    assert Invoice.objects.for_portal(desk.books.portal).count() == 1


@pytest.mark.parametrize(
    ("criteria", "wanted"),
    [
        ({"number": "1042"}, ["1042"]),
        ({"number": "104"}, ["1049", "1048", "1047", "1046", "1045", "1044", "1043", "1042",
                             "1041", "1040"]),
        ({"number": "1042' OR Balance > '0"}, []),
        ({"number": "10\\"}, []),
        ({"customer": "whitcombe"}, ["1042"]),
        ({"customer": "gallery whit"}, ["1042"]),
        ({"total_from": Decimal("1743.18"), "total_to": Decimal("1743.18")}, ["1042"]),
        ({"total_from": Decimal(4000), "total_to": Decimal(5000)}, ["1047", "1039"]),
        ({"status": "paid"}, ["1041", "1037"]),
        ({"status": "open", "number": "1037"}, []),
        ({"status": "open", "number": "1039"}, ["1039"]),
        ({"customer": "heron", "status": "open"}, ["1046"]),
    ],
)  # fmt: skip
def test_s68_search_by_number_customer_amount_and_status(
    desk: Desk, criteria: dict[str, Any], wanted: list[str]
) -> None:
    desk.books.forget()
    assert numbers(find(desk, **criteria)) == wanted
    assert len(desk.books.calls("quickbooks")) == 1


def test_s68_search_by_date_and_overdue(desk: Desk) -> None:
    books = desk.books
    late = books.make("11.00", TxnDate=books.day(-40), DueDate=books.day(-10))
    soon = books.make("12.00", TxnDate=books.day(-1), DueDate=books.day(10))
    first, last = (now() + timedelta(days=-2)).date(), now().date()
    assert soon["DocNumber"] in numbers(find(desk, since=first, until=last))
    assert late["DocNumber"] not in numbers(find(desk, since=first, until=last))
    overdue = numbers(find(desk, status="overdue"))
    assert late["DocNumber"] in overdue
    assert soon["DocNumber"] not in overdue


def test_s68_the_stage_amounts_and_dates_are_shown_before_adding(desk: Desk) -> None:
    [found] = find(desk, number=PAID).rows
    assert (found.stage, found.total, found.open) == ("paid", Decimal("1328.37"), Decimal(0))
    assert found.customer == "Amy's Bird Sanctuary"
    assert found.txn_date is not None
    [voided] = find(desk, number=VOIDED).rows
    assert voided.stage == "voided"


def test_s68_a_customer_nobody_knows_asks_quickbooks_nothing(desk: Desk) -> None:
    desk.books.forget()
    page = find(desk, customer="nobody of this name")
    assert page.no_customer
    assert desk.books.calls("quickbooks") == []


def test_s68_tens_of_thousands_come_page_by_page(desk: Desk) -> None:
    for number in range(40):
        desk.books.make(f"{number + 1}.00", customer="2")
    first = find(desk)
    assert len(first.rows) == existing.PAGE
    [(name, mark)] = first.next
    second = find(desk, f"{name}={mark}")
    assert not set(numbers(first)) & set(numbers(second))
    assert len(numbers(second)) == existing.PAGE


def test_s68_a_spoilt_page_mark_shows_the_first_page(desk: Desk) -> None:
    assert numbers(find(desk, "start=-3")) == numbers(find(desk))
    assert numbers(find(desk, "start=99999999999")) == numbers(find(desk))


def test_s68_when_quickbooks_does_not_answer_the_known_ones_are_shown(desk: Desk) -> None:
    add(desk, PAID, OPEN)
    is_away(desk, "quickbooks")
    page = find(desk)
    assert page.trouble is not None
    assert page.is_mirror
    assert numbers(page) == [OPEN, PAID]


def test_s68_where_invoices_are_synced_the_mirror_answers_while_it_fills_the_page(
    desk: Desk,
) -> None:
    for number in range(existing.PAGE + 5):
        rows.invoice(desk.company, origin="synced", total=f"{number + 1}.00")
    desk.books.forget()
    page = find(desk)
    assert page.is_mirror
    assert len(page.rows) == existing.PAGE
    [(name, mark)] = page.next
    assert len(find(desk, f"{name}={mark}").rows) == 5
    assert desk.books.calls("quickbooks") == []
    assert not find(desk, "source=quickbooks").is_mirror


def test_s68_found_ones_tell_where_they_are_already(desk: Desk) -> None:
    add(desk, OPEN)
    [found] = find(desk, number=OPEN).rows
    assert [(each.object_kind, each.hubspot_id) for each in found.attached] == [("deals", DEAL)]


# ----------------------------------------------------------------------------------------- adding
def test_s69_s70_several_at_once_fill_the_deal(desk: Desk) -> None:
    desk.books.forget()
    done = add(desk, PAID, "1043")
    assert {str(each) for each in done.added} == {PAID, "1043"}
    assert in_hubspot(desk) == {PAID: {DEAL}, "1043": {DEAL}}
    deal = desk.books.deal()
    assert deal["invoice_count"] == "2"
    assert deal["total_invoiced"] == "2235.51"
    assert deal["total_paid"] == "1328.37"
    # The invoices in one call, their payments in another.
    assert len(desk.books.calls("quickbooks")) == 2


@pytest.mark.parametrize(("kind", "record"), [("contacts", AMY), ("companies", AMYS_COMPANY)])
def test_s64_contacts_and_companies_get_them_too(desk: Desk, kind: str, record: str) -> None:
    add(desk, OPEN, kind=kind, to=record)
    assert in_hubspot(desk, kind) == {OPEN: {record}}
    assert ties(desk) == {(OPEN, kind, record, False)}
    [tie] = InvoiceAttachment.objects.for_portal(desk.books.portal)
    assert tie.associated_at is not None


def test_s70_adding_twice_changes_nothing(desk: Desk) -> None:
    add(desk, OPEN)
    again = add(desk, OPEN)
    assert not again.added
    assert [str(each) for each in again.already] == [OPEN]
    assert ties(desk) == {(OPEN, "deals", DEAL, True)}
    assert len(desk.books.hubspot_invoices()) == 1


def test_s70_one_that_is_gone_does_not_stop_the_others(desk: Desk) -> None:
    instant = now()
    crm_records.open_record(desk.actor, "deals", DEAL, instant)
    ids = [qbo_id(desk, OPEN), "999999"]
    done = attaching.attach(desk.actor, Target("deals", DEAL), desk.company, ids, instant)
    assert done.missing == ("999999",)
    assert [str(each) for each in done.added] == [OPEN]


def test_s70_s114_an_added_invoice_is_followed_from_then_on(desk: Desk) -> None:
    add(desk, OPEN)
    desk.books.sync()
    desk.books.do("pay", invoice_id=qbo_id(desk, OPEN))
    desk.books.sync()
    assert desk.books.deal()["invoice_status"] == "paid"
    [shown] = desk.books.hubspot_invoices()
    assert shown["properties"]["hs_invoice_status"] == "paid"


def test_s70_without_an_answer_from_quickbooks_nothing_is_stored(desk: Desk) -> None:
    number = qbo_id(desk, OPEN)
    instant = now()
    is_away(desk, "quickbooks")
    with pytest.raises(GatewayError):
        attaching.attach(desk.actor, Target("deals", DEAL), desk.company, [number], instant)
    assert ties(desk) == set()
    assert not Invoice.objects.for_portal(desk.books.portal).exists()


def test_d22_the_first_deal_counts_an_invoice_the_second_references_it(desk: Desk) -> None:
    add(desk, OPEN)
    add(desk, OPEN, to=OTHER_DEAL)
    assert ties(desk) == {(OPEN, "deals", DEAL, True), (OPEN, "deals", OTHER_DEAL, False)}
    assert desk.books.deal()["total_invoiced"] == "1743.18"
    assert desk.books.deal(OTHER_DEAL).get("invoice_number") == OPEN
    assert desk.books.deal(OTHER_DEAL).get("total_invoiced") in (None, "0.00")


def test_d22_taken_off_the_first_deal_the_second_counts_it(desk: Desk) -> None:
    add(desk, OPEN)
    add(desk, OPEN, to=OTHER_DEAL)
    assert take_off(desk, OPEN)
    assert ties(desk) == {(OPEN, "deals", OTHER_DEAL, True)}
    assert desk.books.deal(OTHER_DEAL)["total_invoiced"] == "1743.18"


# -------------------------------------------------------------------------------------- taking off
def test_s70_taken_off_hubspot_forgets_the_tie_and_the_deal_is_as_before(desk: Desk) -> None:
    add(desk, PAID)
    before = desk.books.deal()
    add(desk, OPEN)
    assert desk.books.deal() != before
    assert take_off(desk, OPEN)
    assert desk.books.deal() == before
    assert in_hubspot(desk) == {PAID: {DEAL}, OPEN: set()}
    assert not take_off(desk, OPEN)


def test_s70_the_last_one_taken_off_clears_the_five_properties(desk: Desk) -> None:
    add(desk, OPEN)
    take_off(desk, OPEN)
    five = {"amount_invoiced", "invoice_recipient", "invoice_number", "invoice_status"}
    assert not five & set(desk.books.deal())


def test_s70_added_again_it_is_tied_again_and_no_note_is_doubled(desk: Desk) -> None:
    add(desk, PAID)
    assert len(desk.books.notes()) == 1
    take_off(desk, PAID)
    add(desk, PAID)
    assert in_hubspot(desk) == {PAID: {DEAL}}
    assert len(desk.books.notes()) == 1


def test_s07_the_deal_that_counts_it_next_hears_of_its_payments(desk: Desk) -> None:
    add(desk, PAID)
    take_off(desk, PAID)
    add(desk, PAID, to=OTHER_DEAL)
    assert len(desk.books.notes(OTHER_DEAL)) == 1


def test_s70_a_contact_is_freed_too(desk: Desk) -> None:
    add(desk, OPEN, kind="contacts", to=AMY)
    take_off(desk, OPEN, "contacts", AMY)
    assert in_hubspot(desk, "contacts") == {OPEN: set()}


def test_s70_the_history_says_who_added_and_who_took_it_off(desk: Desk) -> None:
    add(desk, OPEN)
    take_off(desk, OPEN)
    events = AuditEvent.objects.for_portal(desk.books.portal).filter(subject_kind="invoice")
    found = [(each.action, each.person) for each in events.order_by("at")]
    person = desk.member.person
    assert found == [("invoice.attached", person), ("invoice.detached", person)]


# ------------------------------------------------------------------------------------------- pages
@pytest.fixture
def visitor(desk: Desk) -> Visitor:
    return seated(desk.member)


def seated(member: Membership) -> Visitor:
    client = Client()
    client.force_login(member.person, backend=BACKEND)
    return Visitor(client)


def page_of(desk: Desk, kind: str, record: str, rest: str = "") -> str:
    return f"/p/{desk.books.portal.pk}/{kind}/{record}/{rest}"


@pytest.mark.parametrize(
    ("kind", "record", "name"),
    [
        ("deals", DEAL, "Aviary visitor centre fit-out"),
        ("contacts", AMY, "Amy Lauterbach"),
        ("companies", AMYS_COMPANY, "Amy's Bird Sanctuary"),
    ],
)
def test_s64_to_s71_from_the_record_to_its_list(
    desk: Desk, visitor: Visitor, kind: str, record: str, name: str
) -> None:
    visitor.see(page_of(desk, kind, record))
    assert name in visitor.text
    assert "No invoices yet." in visitor.text
    search = page_of(desk, kind, record, "existing/")
    visitor.post(search, go="search", number="1042", status="")
    assert "1,743.18" in visitor.text
    value = f"{qbo_id(desk, OPEN)}~{OPEN}"
    visitor.post(search, go="add", chosen=value)
    assert "1 invoice added" in visitor.text
    for shown in (OPEN, "1,743.18", "Whitcombe Gallery", "Overdue"):
        assert shown in visitor.text
    visitor.see(page_of(desk, kind, record))
    for shown in (OPEN, "Whitcombe Gallery"):
        assert shown in visitor.text


def test_s66_s68_a_linked_customers_invoices_come_first(desk: Desk, visitor: Visitor) -> None:
    desk.books.link_customer("1", "companies", AMYS_COMPANY)
    visitor.see(page_of(desk, "deals", DEAL, "existing/"))
    assert "Invoices of the linked customer" in visitor.text
    assert PAID in visitor.text
    assert OPEN not in visitor.text
    visitor.see(page_of(desk, "deals", DEAL, "existing/?all=1"))
    assert OPEN in visitor.text


def test_s67_with_several_companies_one_is_chosen_first(desk: Desk, visitor: Visitor) -> None:
    other = connect(desk.sandbox, realm=UK, portal=desk.books.portal)
    search = page_of(desk, "contacts", AMY, "existing/")
    visitor.see(search)
    assert "QuickBooks company" in visitor.text
    assert "Tea & Tools Ltd" in visitor.text
    visitor.see(f"{search}?company={other.company.pk}")
    assert "Pemberton Tea Merchants" in visitor.text
    assert "Whitcombe" not in visitor.text


def test_s69_ticks_survive_a_new_search_without_javascript(desk: Desk, visitor: Visitor) -> None:
    search = page_of(desk, "deals", DEAL, "existing/")
    ticked = f"{qbo_id(desk, OPEN)}~{OPEN}"
    visitor.post(search, go="search", number="1043", chosen=ticked)
    assert "Ticked before" in visitor.text
    page = visitor.page.content.decode()
    assert f'value="{ticked}" checked' in page
    second = f"{qbo_id(desk, '1043')}~1043"
    visitor.page = visitor.client.post(
        search, {"go": "add", "chosen": [ticked, second]}, follow=True
    )
    assert "2 invoices added" in visitor.text


def test_s69_nothing_ticked_is_said(desk: Desk, visitor: Visitor) -> None:
    visitor.post(page_of(desk, "deals", DEAL, "existing/"), go="add")
    assert "Nothing is ticked" in visitor.text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"total": "abc"}, "Enter an amount"),
        ({"customer": "a"}, "at least two letters"),
        ({"since": "2026-11-10", "until": "2026-11-01"}, "before the first one"),
        ({"number": "x" * 31}, "30"),
    ],
)
def test_s68_what_cannot_be_searched_is_explained(
    desk: Desk, visitor: Visitor, typed: dict[str, str], said: str
) -> None:
    desk.books.forget()
    visitor.post(page_of(desk, "deals", DEAL, "existing/"), go="search", **typed)
    assert said in visitor.text
    assert desk.books.calls("quickbooks") == []


def test_s70_removing_says_what_it_means_and_asks(desk: Desk, visitor: Visitor) -> None:
    add(desk, OPEN)
    add(desk, OPEN, to=OTHER_DEAL)
    rest = f"invoices/{row_of(desk, OPEN).pk}/remove/"
    visitor.see(page_of(desk, "deals", DEAL, rest))
    assert "Remove invoice 1042?" in visitor.text
    assert "From now on it counts for Showroom lighting, phase 1" in visitor.text
    assert (OPEN, "deals", DEAL, True) in ties(desk)
    visitor.post(page_of(desk, "deals", DEAL, rest))
    assert ties(desk) == {(OPEN, "deals", OTHER_DEAL, True)}


def test_s71_an_invoice_of_a_contact_opens_with_its_pdf(desk: Desk, visitor: Visitor) -> None:
    add(desk, OPEN, kind="contacts", to=AMY)
    rest = f"invoices/{row_of(desk, OPEN).pk}/"
    visitor.see(page_of(desk, "contacts", AMY, rest))
    assert "Invoice 1042" in visitor.text
    assert "Amy Lauterbach" in visitor.text
    answer = visitor.see(page_of(desk, "contacts", AMY, f"{rest}pdf/"))
    assert answer.content.startswith(b"%PDF")
    assert visitor.see(page_of(desk, "companies", AMYS_COMPANY, rest)).status_code == 404


# ------------------------------------------------------------------------------------------- reach
def rep_of(desk: Desk, scope: DealScope, owner: str) -> Membership:
    desk.books.portal.deal_scope = scope
    desk.books.portal.save(update_fields=["deal_scope"])
    return tenants.member(desk.books.portal, Role.SALES_REP, hubspot_owner_id=owner)


@pytest.mark.parametrize(
    ("kind", "record"), [("deals", DEAL), ("contacts", AMY), ("companies", AMYS_COMPANY)]
)
def test_d05_a_rep_finds_only_own_records(desk: Desk, kind: str, record: str) -> None:
    mine = seated(rep_of(desk, DealScope.OWN, "71000002"))
    other = seated(rep_of(desk, DealScope.OWN, "71000003"))
    for rest in ("", "existing/"):
        assert mine.see(page_of(desk, kind, record, rest)).status_code == 200
        assert other.see(page_of(desk, kind, record, rest)).status_code == 404
    chosen = f"{qbo_id(desk, OPEN)}~{OPEN}"
    search = page_of(desk, kind, record, "existing/")
    assert other.post(search, go="add", chosen=chosen).status_code == 404
    assert ties(desk) == set()


def test_d05_a_limited_rep_searches_but_does_not_browse_everything(desk: Desk) -> None:
    rep = seated(rep_of(desk, DealScope.OWN, "71000002"))
    search = page_of(desk, "deals", DEAL, "existing/")
    rep.see(search)
    assert "Search for the invoice." in rep.text
    assert OPEN not in rep.text
    rep.post(search, go="search", number=OPEN)
    assert "Whitcombe Gallery" in rep.text


def test_d05_another_reps_deal_is_not_named(desk: Desk) -> None:
    add(desk, OPEN, to=OTHER_DEAL)
    rep = seated(rep_of(desk, DealScope.OWN, "71000002"))
    rep.post(page_of(desk, "deals", DEAL, "existing/"), go="search", number=OPEN)
    assert "on another deal" in rep.text
    assert "Showroom lighting" not in rep.text


def test_c13_who_may_not_draft_may_not_add_nor_remove(desk: Desk) -> None:
    add(desk, OPEN)
    reader = seated(tenants.member(desk.books.portal, Role.READ_ONLY))
    assert reader.see(page_of(desk, "contacts", AMY)).status_code == 200
    assert reader.see(page_of(desk, "contacts", AMY, "existing/")).status_code == 403
    rest = f"invoices/{row_of(desk, OPEN).pk}/remove/"
    assert reader.post(page_of(desk, "deals", DEAL, rest)).status_code == 403


def test_s64_an_unknown_record_is_a_404_with_a_sentence(desk: Desk, visitor: Visitor) -> None:
    for kind, record in (("contacts", "1"), ("companies", "abc"), ("contacts", "9" * 30)):
        assert visitor.see(page_of(desk, kind, record)).status_code == 404
        assert visitor.see(page_of(desk, kind, record, "existing/")).status_code == 404


def test_s64_when_hubspot_does_not_answer_what_we_know_is_shown(
    desk: Desk, visitor: Visitor
) -> None:
    add(desk, OPEN, kind="contacts", to=AMY)
    is_away(desk, "hubspot")
    visitor.see(page_of(desk, "contacts", AMY))
    assert "HubSpot did not answer" in visitor.text
    assert OPEN in visitor.text
