"""Home answers three questions, each for what the person may see."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from integration.access import actors
from integration.access.actors import Actor, Forbidden
from integration.access.rights import Right
from integration.clock import now
from integration.models import AuditEvent, Company, Grant, Membership, Portal
from integration.models.grants import GrantState
from integration.models.people import Role
from invoices.models import DealRef, Draft, Invoice, InvoiceAttachment, PaymentApplication
from invoices.models.invoices import Origin
from invoices.signals import total_differs
from tests import tenants
from tests.tenants import NOON
from workflows import money, search, tasks_list
from workflows.models import Task, TaskState

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 23)
SignIn = Callable[[Membership], Client]


def acting(membership: Membership) -> Actor:
    found = actors.of_person(membership.person, membership.portal, origin="session")
    assert found is not None
    return found


def invoice(company: Company, number: str, total: str, stage: str, **fields: Any) -> Invoice:
    amount = Decimal(total)
    return Invoice.objects.create(
        portal=company.portal, company=company, qbo_id=number, sync_token="0", doc_number=number,
        customer_id="1", customer_name="Amy's Bird Sanctuary", total=amount, balance=amount,
        billed=amount, stage=stage, is_overdue=stage == "overdue", origin=Origin.CREATED,
        updated_at=NOON, seen_at=NOON, raw_hash="x",
        **{"currency": company.home_currency, "open": amount, **fields},
    )  # fmt: skip


def paid(of: Invoice, number: str, cash: str, on: date, **fields: Any) -> None:
    amount = Decimal(cash)
    PaymentApplication.objects.create(
        portal=of.portal, company=of.company, payment_id=number, invoice=of, applied=amount,
        cash=amount, currency=of.currency, paid_on=on, sync_token="0", seen_at=NOON, **fields,
    )  # fmt: skip


def deal(portal: Portal, number: str, owner: str, *invoices: Invoice) -> DealRef:
    found = DealRef.objects.create(
        portal=portal, hubspot_id=number, name=f"Deal {number}", owner_id=owner, fetched_at=NOON
    )
    for each in invoices:
        counts = not InvoiceAttachment.objects.for_portal(portal).filter(invoice=each).exists()
        InvoiceAttachment.objects.create(
            portal=portal, company=each.company, invoice=each, object_kind="deals",
            hubspot_id=number, counts=counts, attached_at=NOON,
        )  # fmt: skip
    return found


def texts(amounts: list[money.Amount]) -> list[str]:
    return [f"{each.value:.2f} {each.currency} ({each.count})" for each in amounts]


def test_d23_money_of_two_currencies_is_never_added() -> None:
    portal = tenants.portal()
    us, uk = tenants.company(portal), tenants.company(portal, country="GB", home_currency="GBP")
    invoice(us, "1", "100.10", "overdue")
    invoice(us, "2", "200.20", "overdue")
    invoice(uk, "3", "50.05", "overdue")
    invoice(us, "4", "70", "voided", open=Decimal(0))
    found = money.of(acting(tenants.member(portal)), None, TODAY)
    assert texts(found.overdue) == ["300.30 USD (2)", "50.05 GBP (1)"]
    assert found.not_sent == []
    one = money.of(acting(tenants.member(portal)), uk, TODAY)
    assert texts(one.overdue) == ["50.05 GBP (1)"]


def test_due_this_week_counts_open_amounts_of_seven_days() -> None:
    company = tenants.company(tenants.portal())
    for number, (days, open_amount) in enumerate([(0, "5"), (6, "7"), (7, "11"), (-1, "13")]):
        invoice(
            company, str(number), "20", "sent",
            due_date=TODAY + timedelta(days=days), open=Decimal(open_amount),
        )  # fmt: skip
    invoice(company, "paid", "20", "paid", due_date=TODAY, open=Decimal(0))
    found = money.of(acting(tenants.member(company.portal)), None, TODAY)
    assert texts(found.due_soon) == ["12.00 USD (2)"]


def test_d19_paid_this_month_means_cash_that_was_not_taken_back() -> None:
    company = tenants.company(tenants.portal())
    of = invoice(company, "1", "500", "partially_paid")
    paid(of, "a", "100", TODAY)
    paid(of, "b", "50", TODAY.replace(day=1))
    paid(of, "c", "900", TODAY.replace(day=1) - timedelta(days=1))
    paid(of, "d", "70", TODAY, reversed_at=NOON)
    found = money.of(acting(tenants.member(company.portal)), None, TODAY)
    assert texts(found.paid) == ["150.00 USD (2)"]


def test_d05_a_rep_counts_only_invoices_of_own_deals() -> None:
    portal = tenants.portal(deal_scope="own")
    company = tenants.company(portal)
    mine, theirs = invoice(company, "1", "10", "overdue"), invoice(company, "2", "20", "overdue")
    deal(portal, "7", "owner-7", mine)
    deal(portal, "8", "owner-8", theirs)
    deal(portal, "9", "owner-7", mine)
    rep = acting(tenants.member(portal, Role.SALES_REP, hubspot_owner_id="owner-7"))
    assert texts(money.of(rep, None, TODAY).overdue) == ["10.00 USD (1)"]
    hits = [hit.title for group in search.find(rep, "amy") for hit in group.hits]
    assert hits == ["1"]
    assert [hit.title for group in search.find(rep, "deal") for hit in group.hits][:3] == [
        "Deal 7", "Deal 9", "Deals",
    ]  # fmt: skip


def test_search_finds_each_word_and_pages_without_any() -> None:
    portal = tenants.portal()
    invoice(tenants.company(portal), "1037", "10", "sent")
    actor = acting(tenants.member(portal))
    assert [group.title for group in search.find(actor, "bird 1037")] == ["Invoices"]
    assert search.find(actor, "bird 9999") == []
    assert [group.title for group in search.find(actor, "")] == ["Pages"]
    assert [hit.title for hit in search.find(actor, "audit")[0].hits] == ["Audit log"]
    reader = acting(tenants.member(portal, Role.READ_ONLY))
    assert search.find(reader, "audit") == []


def test_d11_a_differing_total_is_one_task_for_those_who_correct() -> None:
    portal = tenants.portal()
    of = invoice(tenants.company(portal), "1037", "10", "awaiting_sending")
    for _twice in range(2):
        total_differs.send(Invoice, invoice=of, now=NOON, actual="10.00", expected="9.00")
    task = Task.objects.for_portal(portal).get()
    accountant = acting(tenants.member(portal, Role.ACCOUNTANT))
    line = tasks_list.open_lines(accountant, None, 5)[0]
    assert line.message.what == "QuickBooks made the invoice over 10.00; Review showed 9.00."
    assert line.url == f"/p/{portal.pk}/invoices/{of.pk}/"
    rep = acting(tenants.member(portal, Role.SALES_REP))
    assert tasks_list.open_lines(rep, None, 5) == []
    assert not tasks_list.finish(rep, task.pk, NOON)
    assert tasks_list.finish(accountant, task.pk, NOON)
    assert not tasks_list.finish(accountant, task.pk, NOON)
    task.refresh_from_db()
    assert (task.state, task.done_by) == (TaskState.DONE, accountant.person)
    assert AuditEvent.objects.for_portal(portal).filter(action="task.done").count() == 1


def test_b15_tasks_of_another_company_stay_out_of_sight() -> None:
    portal = tenants.portal()
    ours, theirs = tenants.company(portal), tenants.company(portal)
    for company in (ours, theirs, None):
        Task.objects.create(
            portal=portal, company=company, kind="draft.custom_numbers", created_at=NOON,
            subject_id=str(company and company.pk),
        )  # fmt: skip
    everybody = acting(tenants.member(portal, Role.ACCOUNTANT))
    assert len(tasks_list.open_lines(everybody, None, 5)) == 3
    of_one = acting(tenants.member(portal, Role.ACCOUNTANT, ours))
    seen = [line.task.company for line in tasks_list.open_lines(of_one, None, 5)]
    assert sorted(map(str, seen)) == sorted([str(ours), "None"])


def test_d04_somebody_who_only_reads_ends_no_task() -> None:
    portal = tenants.portal()
    task = Task.objects.create(portal=portal, kind="draft.custom_numbers", created_at=NOON)
    with pytest.raises(Forbidden):
        tasks_list.finish(acting(tenants.member(portal, Role.READ_ONLY)), task.pk, NOON)


def test_a_portal_that_is_not_connected_starts_with_the_first_steps(sign_in: SignIn) -> None:
    portal = tenants.portal(hub_id=None)
    owner, rep = tenants.member(portal), tenants.member(portal, Role.SALES_REP)
    answer = sign_in(owner).get(f"/p/{portal.pk}/")
    assert answer["Location"] == f"/p/{portal.pk}/start/"
    page = sign_in(rep).get(f"/p/{portal.pk}/").content.decode()
    assert "No QuickBooks company is connected yet." in page
    steps = sign_in(rep).get(f"/p/{portal.pk}/start/").content.decode()
    assert "Connecting is for owners and admins" in steps
    assert "Connect QuickBooks account" not in steps


def test_b03_home_says_what_needs_the_person(sign_in: SignIn) -> None:
    portal = tenants.portal()
    company = tenants.company(portal, connected_at=now())
    for of, vendor, state in (
        (None, "hubspot", GrantState.ACTIVE),
        (company, "quickbooks", GrantState.NEEDS_RECONNECT),
    ):
        Grant.objects.create(portal=portal, company=of, vendor=vendor, state=state, created_at=NOON)
    owner = tenants.member(portal)
    mine = deal(portal, "77", "")
    Draft.objects.create(
        portal=portal, deal=mine, created_by=owner.person, edited_by=owner.person,
        created_at=NOON, edited_at=NOON, expires_at=NOON,
    )  # fmt: skip
    page = sign_in(owner).get(f"/p/{portal.pk}/").content.decode()
    assert f"{company.name} needs to be reconnected" in page
    assert "Draft for Deal 77" in page
    rep = sign_in(tenants.member(portal, Role.SALES_REP)).get(f"/p/{portal.pk}/").content.decode()
    assert "needs to be reconnected</p><p" not in rep
    assert "Draft for" not in rep
    assert Right.CONNECT not in acting(tenants.member(portal, Role.SALES_REP)).rights
