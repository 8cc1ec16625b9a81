"""Sync pages: state, runs, history, waiting records, the Invoices tab."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from integration.clock import now
from integration.models import Company, Job, Portal
from integration.models.people import Role
from sync.models import Cursor, ParkedRecord, RunState, SyncEntry, SyncRun, SyncSetting
from tests import tenants
from tests.pages.conftest import SignIn
from tests.tenants import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def portal() -> Portal:
    return tenants.portal()


@pytest.fixture
def company(portal: Portal) -> Company:
    return tenants.company(portal, name="Craig's Design")


@pytest.fixture
def operator(portal: Portal, company: Company, sign_in: SignIn) -> Client:
    return sign_in(tenants.member(portal, Role.OPERATOR))


@pytest.fixture
def admin(portal: Portal, company: Company, sign_in: SignIn) -> Client:
    return sign_in(tenants.member(portal, Role.ADMIN))


def run_of(company: Company, **facts: Any) -> SyncRun:
    values = {
        "trigger": "poll",
        "started_at": NOON,
        "state": RunState.DONE,
        "seen": 3,
        "written": 7,
    }
    return SyncRun.objects.create(
        portal=company.portal, company=company, finished_at=NOON, **{**values, **facts}
    )


def entry_of(run: SyncRun, **facts: Any) -> SyncEntry:
    values = {
        "operation": "write_deal_properties",
        "subject_kind": "Deal",
        "subject_id": "501",
        "label": "Lobby renovation",
        "outcome": "succeeded",
        "before": {"dealbooks_invoice_status": "sent"},
        "after": {"dealbooks_invoice_status": "paid"},
        "at": NOON,
    }
    return SyncEntry.objects.create(
        portal=run.portal, company=run.company, run=run, **{**values, **facts}
    )


def parked_of(company: Company, **facts: Any) -> ParkedRecord:
    values = {
        "subject_kind": "Deal",
        "subject_id": "501",
        "label": "Lobby renovation",
        "reason": "hubspot.INVALID_OPTION",
        "parked_at": NOON,
        "next_at": NOON + timedelta(minutes=5),
    }
    return ParkedRecord.objects.create(
        portal=company.portal, company=company, **{**values, **facts}
    )


def page(client: Client, name: str, portal: Portal, *more: Any, **query: str) -> str:
    answer = client.get(reverse(name, args=[portal.pk, *more]), query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_p03_the_overview_says_how_each_company_stands(
    operator: Client, portal: Portal, company: Company
) -> None:
    run_of(company)
    parked_of(company)
    parked_of(company, subject_id="502", next_at=None)
    text = page(operator, "sync", portal)
    assert "Craig&#x27;s Design" in text
    assert "1 record is tried again by itself" in text
    assert "1 record needs somebody" in text
    assert "By itself" in text


@pytest.mark.parametrize(
    ("event", "missed", "said"),
    [
        (None, None, "Webhooks: not set up, changes are found by polling every 5 minutes"),
        (2, None, "Webhooks: last event"),
        (2, 90, "Webhooks: last event"),
        (90, 2, "Webhooks went silent"),
    ],
)
def test_d29_the_overview_says_whether_webhooks_can_be_relied_on(
    operator: Client,
    portal: Portal,
    company: Company,
    settings: Settings,
    event: int | None,
    missed: int | None,
    said: str,
) -> None:
    settings.DEALBOOKS = {**settings.DEALBOOKS, "POLL_SECONDS": 300}
    ago = {None: None, 2: now() - timedelta(minutes=2), 90: now() - timedelta(minutes=90)}
    Company.objects.for_portal(portal).filter(pk=company.pk).update(last_event_at=ago[event])
    Cursor.objects.create(portal=portal, company=company, position=NOON, missed_at=ago[missed])
    assert said in page(operator, "sync", portal)


def test_p03_a_company_whose_sync_fails_says_why_and_what_to_do(
    operator: Client, portal: Portal, company: Company
) -> None:
    Job.objects.create(
        portal=portal,
        company=company,
        kind="sync.poll",
        dedup_key="x",
        next_at=NOON,
        last_error="net.timeout",
        last_error_parameters={"vendor": "quickbooks"},
        created_at=NOON,
    )
    text = page(operator, "sync", portal)
    assert "Failing" in text
    assert "QuickBooks" in text
    assert "net.timeout" not in text


def test_d29_sync_now_starts_a_run_and_the_page_watches_it(
    operator: Client, portal: Portal, company: Company
) -> None:
    address = reverse("sync_now", args=[portal.pk, company.pk])
    answer = operator.post(address, headers={"HX-Request": "true"})
    text = answer.content.decode()
    assert 'hx-trigger="every 2s"' in text
    assert Job.objects.for_portal(portal).get(kind="sync.poll").parameters == {"trigger": "person"}
    assert operator.post(address).status_code == 302
    assert operator.get(address).status_code == 405


def test_p03_d29_of_runs_that_found_nothing_only_those_asked_for_leave_a_line(
    operator: Client, portal: Portal, company: Company
) -> None:
    nothing = {"state": "done", "seen": 0, "written": 0, "skipped": 0, "failed": 0}
    by_itself, asked = (run_of(company, trigger=each, **nothing) for each in ("poll", "person"))
    shown = page(operator, "sync", portal)
    assert reverse("sync_run", args=[portal.pk, by_itself.pk]) not in shown
    assert reverse("sync_run", args=[portal.pk, asked.pk]) in shown
    assert "Runs that came by themselves and found nothing leave no line." in shown


def test_b07_a_run_shows_what_it_did_with_before_and_after(
    operator: Client, portal: Portal, company: Company
) -> None:
    run = run_of(company, state=RunState.FAILED, error="net.timeout")
    entry_of(run)
    entry_of(
        run,
        operation="skip",
        outcome="skipped",
        reason="sync.currency_differs",
        reason_parameters={"number": "1037", "currency": "EUR", "portal_currency": "USD"},
        before={},
        after={},
    )
    text = page(operator, "sync_run", portal, run.pk)
    assert "Deal Lobby renovation" in text
    assert "Invoice status" in text
    assert "It is in EUR" in text
    assert "sync.currency_differs" not in text
    assert page(operator, "sync_run", portal, run.pk, outcome="skipped").count("<tr>") == 2


def test_b07_history_is_filtered_and_its_csv_has_the_same_rows(
    admin: Client, portal: Portal, company: Company
) -> None:
    run = run_of(company)
    entry_of(run, label="Lobby renovation")
    entry_of(run, label="=Annex", outcome="failed", reason="hubspot.INVALID_OPTION")
    text = page(admin, "sync_history", portal, outcome="failed")
    assert "=Annex" in text
    assert "Lobby renovation" not in text
    answer = admin.get(reverse("sync_history_csv", args=[portal.pk]), {"outcome": "failed"})
    body = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    rows = list(csv.reader(io.StringIO(body)))
    assert len(rows) == 2
    assert rows[1][2] == "Deal =Annex"


@pytest.mark.parametrize("name", ["sync_history", "sync_waiting", "invoices", "search"])
def test_p03_a_search_with_a_nul_is_searched_without_it(
    admin: Client, portal: Portal, company: Company, name: str
) -> None:
    entry_of(run_of(company), label="Lobby renovation")
    text = page(admin, name, portal, q="lob\x00by")
    assert "lobby" in text
    assert ("Lobby renovation" in text) is (name == "sync_history")


def test_b07_a_waiting_record_is_retried_alone_or_with_all(
    operator: Client, portal: Portal, company: Company
) -> None:
    one, other = parked_of(company, next_at=None, attempts=5), parked_of(company, subject_id="502")
    text = page(operator, "sync_waiting", portal)
    assert "when you say so" in text
    assert operator.post(reverse("sync_retry", args=[portal.pk, one.pk])).status_code == 302
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.attempts, one.next_at is not None) == (0, True)
    assert other.next_at == NOON + timedelta(minutes=5)
    operator.post(reverse("sync_retry_all", args=[portal.pk]))
    other.refresh_from_db()
    assert other.attempts == 0


def test_s111_d26_turning_the_tab_on_asks_first_with_numbers(
    admin: Client, portal: Portal, company: Company
) -> None:
    address = reverse("sync_invoices_tab", args=[portal.pk, company.pk])
    chosen = {"enabled": "on", "save_policy": "create_only", "delete_policy": "mark"}
    question = admin.post(address, chosen).content.decode()
    assert "Sync all invoices of Craig&#x27;s Design?" in question
    assert "0 invoices made or added here are followed already" in question
    assert SyncSetting.objects.for_portal(portal).count() == 0
    assert admin.post(address, {**chosen, "confirmed": "on"}).status_code == 302
    [row] = SyncSetting.objects.for_portal(portal)
    assert (row.enabled, row.save_policy, row.enabled_at is not None) == (True, "create_only", True)
    kept = admin.post(address, {**chosen, "save_policy": "do_nothing"})
    assert kept.status_code == 302


def test_s112_two_open_pages_of_one_tab_do_not_undo_each_other(
    admin: Client, portal: Portal, company: Company
) -> None:
    address = reverse("sync_contacts_tab", args=[portal.pk, company.pk])
    seen = admin.get(address).context["form"].initial
    mine = {**seen, "enabled": "", "save_policy": "create_only", "without_email": "on"}
    theirs = {**mine, "save_policy": "do_nothing", "without_email": ""}
    assert admin.post(address, theirs).status_code == 302
    answer = admin.post(address, mine)
    text = answer.content.decode()
    assert "somebody else changed what is synced from Craig&#x27;s Design meanwhile" in text
    assert text.count("Somebody chose this meanwhile: Do nothing") == 2, "on top and at the field"
    form = answer.context["form"]
    assert (form["save_policy"].value(), form["without_email"].value()) == ("create_only", True)
    [row] = SyncSetting.objects.for_portal(portal)
    assert (row.save_policy, row.without_email) == ("do_nothing", False)
    assert admin.post(address, {**mine, "seen": form["seen"].value()}).status_code == 302
    row.refresh_from_db()
    assert (row.save_policy, row.without_email) == ("create_only", True)
    for odd in ("", "[1]", "{"):
        assert admin.post(address, {**mine, "seen": odd}).status_code == 302


def test_s112_a_wrong_policy_is_refused_with_words(
    admin: Client, portal: Portal, company: Company
) -> None:
    address = reverse("sync_invoices_tab", args=[portal.pk, company.pk])
    answer = admin.post(address, {"save_policy": "burn", "delete_policy": ""})
    assert "Please check the following" in answer.content.decode()
    assert SyncSetting.objects.for_portal(portal).count() == 0


def test_d05_reps_see_that_it_runs_but_not_whose_deals(
    portal: Portal, company: Company, sign_in: SignIn
) -> None:
    rep = sign_in(tenants.member(portal, Role.SALES_REP))
    run = run_of(company)
    entry_of(run)
    text = page(rep, "sync", portal)
    assert reverse("sync_run", args=[portal.pk, run.pk]) not in text
    for name, more in (("sync_run", [run.pk]), ("sync_history", []), ("sync_waiting", [])):
        assert rep.get(reverse(name, args=[portal.pk, *more])).status_code == 403


def test_c14_another_portals_runs_and_companies_do_not_exist(
    operator: Client, portal: Portal
) -> None:
    other = tenants.company(tenants.portal())
    theirs = run_of(other)
    record = parked_of(other)
    assert operator.get(reverse("sync_run", args=[portal.pk, theirs.pk])).status_code == 404
    assert operator.post(reverse("sync_now", args=[portal.pk, other.pk])).status_code == 404
    assert operator.post(reverse("sync_retry", args=[portal.pk, record.pk])).status_code == 404


def test_c14_a_member_of_one_company_sees_that_company_only(
    portal: Portal, company: Company, sign_in: SignIn
) -> None:
    other = tenants.company(portal, name="Other Books")
    run = run_of(other)
    entry_of(run, label="Secret deal")
    parked_of(other, label="Secret deal")
    client = sign_in(tenants.member(portal, Role.OPERATOR, company))
    assert "Other Books" not in page(client, "sync", portal)
    assert "Secret deal" not in page(client, "sync_history", portal)
    assert "Secret deal" not in page(client, "sync_waiting", portal)
    assert client.get(reverse("sync_run", args=[portal.pk, run.pk])).status_code == 404
