"""QuickBooks customers as HubSpot contacts and companies (S-77 to S-82, D-25 to D-27, B-24)."""

import pytest

from integration import crashpoints, jobs
from integration.access import actors
from integration.clock import now
from integration.jobs import Lease
from integration.models.company_settings import CustomerModel
from integration.reference import mirror_records
from sync.apply.history import Journal
from sync.engine.names import Names
from sync.engine.push import Push
from sync.models import ParkedRecord, SyncObject
from sync.retrying import retry_entry
from tests import tenants
from tests.sync.books import UK, Books, connect
from tests.sync.people import (
    change,
    customer,
    in_hubspot,
    in_hubspot_by_id,
    latest,
    link,
    links,
    make_in_hubspot,
    reasons,
    record,
    turn_on,
)

MAIL = "ada@lovelace-looms.example"
ADA = {"GivenName": "Ada", "FamilyName": "Byron", "CompanyName": "Lovelace Looms"}


def test_s79_with_the_toggle_off_nothing_reaches_hubspot(books: Books) -> None:
    customer(books, "Ada Byron", MAIL, **ADA)
    books.forget()
    run = books.sync("poll")
    assert books.calls("hubspot") == []
    assert (run.seen, run.written, run.skipped) == (0, 0, 0)


def test_s79_a_new_customer_becomes_a_contact_with_its_company(books: Books) -> None:
    turn_on(books)
    raw = customer(
        books, "Ada Byron", MAIL, **ADA, PrimaryPhone={"FreeFormNumber": "(650) 555-0199"}
    )
    books.sync()
    [contact] = in_hubspot(books, "contacts", email=MAIL)
    [company] = in_hubspot(books, "companies", name="Lovelace Looms")
    told = contact["properties"]
    assert (told["firstname"], told["lastname"]) == ("Ada", "Byron")
    assert told["dealbooks_key"] == f"{books.company.realm_id}:Customer:{raw['Id']}"
    assert told["dealbooks_open_balance"] == "0.00"
    assert company["id"] in contact["associations"]["companies"]
    assert link(books, raw).made_by_us
    assert link(books, raw).source == "created"


def test_d26_a_new_contact_is_not_marketed_to_and_its_lifecycle_is_left_alone(
    books: Books,
) -> None:
    turn_on(books)
    customer(books, "Ada Byron", MAIL, **ADA)
    books.sync()
    [contact] = in_hubspot(books, "contacts", email=MAIL)
    assert not contact["properties"].get("lifecyclestage")
    assert not contact["properties"].get("hs_marketable_status")


def test_s80_s82_a_change_is_told_alone_and_an_equal_content_never(books: Books) -> None:
    turn_on(books)
    raw = customer(books, "Ada Byron", MAIL, **ADA)
    books.sync()
    change(books, raw, PrimaryPhone={"FreeFormNumber": "(650) 555-0111"})
    books.sync()
    [contact] = in_hubspot(books, "contacts", email=MAIL)
    assert contact["properties"]["phone"] == "(650) 555-0111"
    entry = books.entries(operation="write_contact")[-1]
    assert entry.after == {"phone": "(650) 555-0111"}
    change(books, raw, ResaleNum="4711")
    books.forget()
    books.sync()
    assert books.calls("hubspot", writes=True) == []


def test_s82_a_customer_that_nobody_changes_stays_out(books: Books) -> None:
    raw = customer(books, "Ada Byron", MAIL, **ADA)
    books.turn(seconds=30)
    turn_on(books)
    books.sync()
    assert in_hubspot(books, "contacts", email=MAIL) == []
    books.turn(seconds=30)
    change(books, raw, ResaleNum="4711")
    books.sync()
    assert len(in_hubspot(books, "contacts", email=MAIL)) == 1


@pytest.mark.parametrize(
    ("policy", "made", "phone"),
    [
        ("create_and_update", 1, "(650) 555-0111"),
        ("create_only", 1, None),
        ("update_only", 0, None),
        ("do_nothing", 0, None),
    ],
)
def test_s80_d27_create_and_update_policies(
    books: Books, policy: str, made: int, phone: str | None
) -> None:
    turn_on(books, save_policy=policy)
    raw = customer(books, "Ada Byron", MAIL, **ADA)
    books.sync()
    assert len(in_hubspot(books, "contacts", email=MAIL)) == made
    change(books, raw, PrimaryPhone={"FreeFormNumber": "(650) 555-0111"})
    books.sync()
    found = [each["properties"].get("phone") for each in in_hubspot(books, "contacts", email=MAIL)]
    assert found == [phone] * made
    expected = {
        "create_and_update": [],
        "create_only": ["sync.record_update_not_allowed"],
        "update_only": ["sync.record_create_not_allowed"],
        "do_nothing": ["sync.record_create_not_allowed"],
    }[policy]
    assert set(reasons(books, raw)) == set(expected)


def test_d27_update_only_brings_a_contact_up_to_date_that_hubspot_has(books: Books) -> None:
    there = make_in_hubspot(books, "contacts", email=MAIL, firstname="A.")
    turn_on(books, save_policy="update_only")
    raw = customer(books, "Ada Byron", MAIL.upper(), **ADA)
    books.sync()
    contact = in_hubspot_by_id(books, "contacts", there)
    assert contact["properties"]["firstname"] == "Ada"
    assert link(books, raw).source == "matched"
    assert not link(books, raw).made_by_us


def test_d25_the_key_is_written_only_by_the_company_that_made_the_contact(books: Books) -> None:
    there = make_in_hubspot(books, "contacts", email=MAIL)
    turn_on(books)
    customer(books, "Ada Byron", MAIL, **ADA)
    books.sync()
    assert not in_hubspot_by_id(books, "contacts", there)["properties"].get("dealbooks_key")


def test_p20_s79_a_customer_without_an_address_is_a_company_and_says_why(books: Books) -> None:
    turn_on(books)
    raw = customer(books, "Lovelace Looms")
    books.sync()
    assert len(in_hubspot(books, "companies", name="Lovelace Looms")) == 1
    assert links(books, raw) == {"companies"}
    assert reasons(books, raw) == ["sync.no_email"]
    books.sync()
    assert reasons(books, raw) == ["sync.no_email"]
    change(books, raw, PrimaryEmailAddr={"Address": MAIL})
    books.sync()
    assert links(books, raw) == {"companies", "contacts"}


def test_p20_contacts_without_an_address_are_made_where_the_tab_says_so(books: Books) -> None:
    turn_on(books, without_email=True)
    raw = customer(books, "Ada Byron", GivenName="Ada", FamilyName="Byron")
    books.sync()
    key = f"{books.company.realm_id}:Customer:{raw['Id']}"
    [contact] = in_hubspot(books, "contacts", dealbooks_key=key)
    assert contact["properties"]["lastname"] == "Byron"


def test_f88_two_customers_with_one_address_are_linked_by_a_person(books: Books) -> None:
    turn_on(books)
    first = customer(books, "Ada Byron", MAIL, GivenName="Ada")
    second = customer(books, "Augusta King", MAIL, GivenName="Augusta")
    books.sync()
    assert in_hubspot(books, "contacts", email=MAIL) == []
    assert reasons(books, first) == reasons(books, second) == ["sync.shared"]
    [entry] = [each for each in books.entries(outcome="skipped") if each.label == "Ada Byron"]
    assert entry.reason_parameters["others"] == "Augusta King"


def test_b24_a_company_is_matched_by_name_and_domain(books: Books) -> None:
    there = make_in_hubspot(
        books, "companies", name="LOVELACE Looms", domain="lovelace-looms.example"
    )
    books.turn(seconds=5)
    turn_on(books)
    raw = customer(books, "Ada Byron", MAIL, **ADA)
    books.sync()
    assert link(books, raw, "companies").hubspot_id == there
    assert in_hubspot(books, "companies", name="LOVELACE Looms") == []


def test_b24_p06_a_company_of_another_domain_is_nobodys_guess(books: Books) -> None:
    make_in_hubspot(books, "companies", name="Lovelace Looms", domain="looms.example")
    books.turn(seconds=5)
    turn_on(books)
    raw = customer(books, "Ada Byron", MAIL, **ADA)
    books.sync()
    assert links(books, raw) == {"contacts"}
    assert "sync.several_in_hubspot" in reasons(books, raw)
    assert len(in_hubspot(books, "companies", name="Lovelace Looms")) == 1


def test_b24_a_free_mail_address_proves_a_person_and_no_company(books: Books) -> None:
    there = make_in_hubspot(books, "contacts", email="ada@gmail.com")
    make_in_hubspot(books, "companies", name="Gmail Fans", domain="gmail.com")
    books.turn(seconds=5)
    turn_on(books)
    raw = customer(books, "Ada Byron", "ada@gmail.com", GivenName="Ada", FamilyName="Byron")
    books.sync()
    assert links(books, raw) == {"contacts"}
    assert link(books, raw).hubspot_id == there


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        (CustomerModel.COMPANY, {"contacts", "companies"}),
        (CustomerModel.CONTACT, {"contacts"}),
        (CustomerModel.SUB_CUSTOMER, {"contacts", "companies"}),
    ],
)
def test_s79_the_customer_model_decides_what_a_customer_is(
    books: Books, model: CustomerModel, expected: set[str]
) -> None:
    books.configure(customer_model=model)
    turn_on(books)
    raw = customer(books, "Ada Byron", MAIL, **ADA)
    job = customer(
        books, "Engine room", "engine@looms.example", ParentRef={"value": raw["Id"]}, Job=True
    )
    books.sync()
    assert links(books, raw) == expected
    if model is CustomerModel.SUB_CUSTOMER:
        assert reasons(books, job) == ["sync.sub_customer"]
    else:
        assert links(books, job) == {"contacts"}


def test_d25_a_contact_knows_what_its_customer_owes(books: Books) -> None:
    turn_on(books)
    raw = customer(books, "Ada Byron", MAIL, **ADA)
    made = books.make("120.00", customer=raw["Id"], DueDate=books.day(-1))
    books.add(made)
    books.sync()
    [contact] = in_hubspot(books, "contacts", email=MAIL)
    assert contact["properties"]["dealbooks_open_balance"] == "120.00"
    assert contact["properties"]["dealbooks_overdue_balance"] == "120.00"
    [company] = in_hubspot(books, "companies", name="Lovelace Looms")
    assert company["properties"]["dealbooks_open_balance"] == "120.00"
    books.do("pay", invoice_id=made["Id"], amount="50")
    books.sync()
    [contact] = in_hubspot(books, "contacts", email=MAIL)
    assert contact["properties"]["dealbooks_open_balance"] == "70.00"
    assert contact["properties"]["dealbooks_overdue_balance"] == "70.00"
    books.forget()
    books.sync()
    assert books.calls("hubspot", writes=True) == []


def test_d25_two_companies_share_a_contact_without_crossing(books: Books) -> None:
    turn_on(books)
    raw = customer(books, "Ada Byron", MAIL, **ADA)
    books.make("120.00", customer=raw["Id"])
    books.sync()
    [contact] = in_hubspot(books, "contacts", email=MAIL)
    other = connect(books.sandbox, realm=UK, portal=books.portal)
    turn_on(other)
    theirs = customer(other, "Ada Byron Ltd", MAIL, GivenName="Ada", FamilyName="Byron")
    other.sync()
    assert link(other, theirs).hubspot_id == contact["id"]
    contact = in_hubspot_by_id(books, "contacts", contact["id"])
    key = f"{books.company.realm_id}:Customer:{raw['Id']}"
    assert contact["properties"]["dealbooks_key"] == key
    # Dollars and pounds make no sum.
    assert not contact["properties"].get("dealbooks_open_balance")
    books.sync()
    books.forget()
    books.sync()
    other.sync()
    assert books.calls("hubspot", writes=True) == []


def test_f59_what_a_customer_owes_is_told_by_the_run_after_one_that_died(
    books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn_on(books)
    raw = customer(books, "Ada Byron", MAIL, **ADA)
    books.sync()
    invoice = books.make("120.00", raw["Id"], DueDate=books.day(-1))
    books.add(invoice)
    books.sync("poll")
    books.do("edit", invoice_id=invoice["Id"], due_date=books.day(5))
    crashpoints.start_over()
    monkeypatch.setenv("CRASH_BY", "raise")
    monkeypatch.setenv("CRASH_AT", "sync.mirrored:1")
    with pytest.raises(crashpoints.Crashed):
        books.sync("poll")
    monkeypatch.delenv("CRASH_AT")
    books.sync("poll")
    [contact] = in_hubspot(books, "contacts", email=MAIL)
    assert contact["properties"]["dealbooks_open_balance"] == "120.00"
    assert contact["properties"]["dealbooks_overdue_balance"] == "0.00"


def test_f76_a_contact_deleted_in_hubspot_is_not_brought_back(books: Books) -> None:
    turn_on(books)
    raw = customer(books, "Ada Byron", MAIL, GivenName="Ada")
    books.sync()
    books.hubspot().archive("contacts", [link(books, raw).hubspot_id])
    change(books, raw, PrimaryPhone={"FreeFormNumber": "(650) 555-0111"})
    books.sync()
    assert in_hubspot(books, "contacts", email=MAIL) == []
    assert reasons(books, raw) == ["sync.gone_in_hubspot"]
    assert link(books, raw).lost_at is not None
    books.forget()
    change(books, raw, PrimaryPhone={"FreeFormNumber": "(650) 555-0112"})
    books.sync()
    assert books.calls("hubspot", writes=True) == []


def test_f80_f35_one_bad_customer_does_not_hold_up_the_others(books: Books) -> None:
    turn_on(books)
    good = customer(books, "Ada Byron", MAIL, GivenName="Ada")
    # QuickBooks takes an address that HubSpot refuses.
    bad = customer(books, "Mary Somerville", "mary@@somerville.example", GivenName="Mary")
    books.sync()
    assert links(books, good) == {"contacts"}
    failed = books.entries(operation="write_contact", outcome="failed")
    assert links(books, bad) == set() or not failed
    assert [each.label for each in failed] in (["Mary Somerville"], [])


def test_b24_a_contact_known_by_its_second_address_is_adopted(books: Books) -> None:
    there = make_in_hubspot(
        books, "contacts", email="a.byron@looms.example", hs_additional_emails=MAIL
    )
    turn_on(books)
    raw = customer(books, "Ada Byron", MAIL, GivenName="Ada")
    books.sync()
    found = in_hubspot(books, "contacts", email=MAIL)
    assert link(books, raw).hubspot_id in (there, *(each["id"] for each in found))


def test_d30_a_backfills_writes_are_marked(books: Books) -> None:
    raw = customer(books, "Ada Byron", MAIL, GivenName="Ada")
    books.sync()
    turn_on(books, SyncObject.CONTACTS)
    change(books, raw, ResaleNum="1")
    books.sync()
    [contact] = in_hubspot(books, "contacts", email=MAIL)
    assert not contact["properties"].get("dealbooks_bulk")
    change(books, raw, PrimaryPhone={"FreeFormNumber": "(650) 555-0111"})
    mirror_records(books.company, [("Customer", latest(books, "Customer", raw["Id"]))], now())
    job = jobs.enqueue("sync.poll", portal=books.portal, company=books.company, at=now())
    push = Push(books.portal, Journal(books.portal, books.company), Lease(job.pk, job.epoch), now())
    Names(books.company, push, now(), in_bulk=True).push_records([record(books, raw).pk])
    [contact] = in_hubspot(books, "contacts", email=MAIL)
    assert contact["properties"]["dealbooks_bulk"] == "true"
    change(books, raw, PrimaryPhone={"FreeFormNumber": "(650) 555-0112"})
    books.sync()
    [contact] = in_hubspot(books, "contacts", email=MAIL)
    assert not contact["properties"].get("dealbooks_bulk")


def test_b07_a_skipped_customer_turns_green_when_it_is_tried_again(books: Books) -> None:
    setting = turn_on(books)
    raw = customer(books, "Ada Byron", GivenName="Ada", FamilyName="Byron")
    books.sync()
    [entry] = books.entries(subject_kind="Customer", outcome="skipped")
    assert entry.reason == "sync.no_email"
    setting.without_email = True
    setting.save()
    books.sync()
    assert links(books, raw) == set()
    membership = tenants.member(books.portal)
    actor = actors.of_person(membership.person, membership.portal, origin="session")
    assert actor is not None
    assert retry_entry(actor, entry, now())
    books.sync()
    assert links(books, raw) == {"contacts"}
    assert books.entries(operation="write_contact")[-1].outcome == "succeeded"
    assert not ParkedRecord.objects.for_portal(books.portal).exists()
