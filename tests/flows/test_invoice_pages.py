"""The pages of deals, invoices and drafts: what they show, to whom, and with how many queries."""

import csv
import io
import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from integration import audit
from integration.access import embed
from integration.clock import now
from integration.models import AuditEvent, Company, Job, Membership
from integration.models.people import Role
from invoices.models import DealRef, Draft, Invoice
from invoices.models.invoices import Origin
from sync.models import SyncEntry
from tests import books, tenants
from tests.tenants import NOON
from tests.unit import invoice_rows

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def company() -> Company:
    return tenants.company(tenants.portal(), name="Harbor Light Design")


@pytest.fixture
def owner(company: Company) -> Membership:
    return tenants.member(company.portal, Role.OWNER)


def rep(company: Company, **fields: Any) -> Membership:
    return tenants.member(company.portal, Role.SALES_REP, hubspot_owner_id="71", **fields)


def visit(member: Membership, path: str, method: str = "get") -> Any:
    """``path`` below the portal."""
    client = Client(raise_request_exception=False)
    client.force_login(member.person, backend=BACKEND)
    return getattr(client, method)(f"/p/{member.portal.pk}/{path}")


def words(answer: Any) -> str:
    """What a person reads, without tags and doubled blanks."""
    assert answer.status_code == 200, (answer.status_code, answer.content[:300])
    html = re.sub(r"<(script|style|template)\b.*?</\1>", " ", answer.content.decode(), flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", html).replace("&#x27;", "'").split())


def numbers(answer: Any) -> list[str]:
    """The numbers in the list's rows, in their order."""
    assert answer.status_code == 200, answer.content[:300]
    body = re.search(r"<tbody>(.*?)</tbody>", answer.content.decode(), flags=re.S)
    return re.findall(r'class="row-link"[^>]*>([^<]+)<', body[1]) if body else []


def number(row: Invoice) -> str:
    return str(row.doc_number)


def page_of(row: Invoice) -> str:
    return f"invoices/{row.pk}/"


# ---------------------------------------------------------------------------------------- the list
def test_s06_the_list_shows_stage_amounts_deal_and_customer(
    company: Company, owner: Membership
) -> None:
    deal = books.deal(company, name="Showroom lighting")
    books.pay(books.invoice(company, deal, total="362.07"), "62.07")
    text = words(visit(owner, "invoices/"))
    for expected in ("Showroom lighting", "Amy's Bird Sanctuary", "Partially paid", "362.07",
                     "300.00 USD", "1 result"):  # fmt: skip
        assert expected in text


def test_d19_paid_partly_by_credit_says_so(company: Company, owner: Membership) -> None:
    row = books.pay(books.invoice(company, books.deal(company)), "150", TotalAmt=Decimal(110))
    for path in ("invoices/", page_of(row)):
        assert "Paid (credit 40.00)" in words(visit(owner, path))


def test_s06_filters_in_the_address_narrow_the_list(company: Company, owner: Membership) -> None:
    other = tenants.company(company.portal)
    plain = books.invoice(company, books.deal(company))
    late = books.invoice(company, DueDate=books.days(-3), TxnDate=books.days(-40))
    theirs = books.invoice(other, CustomerRef={"value": "7", "name": "O'Neill & Söhne"})
    credited = books.pay(books.invoice(company, books.deal(company)), "150", TotalAmt=Decimal(0))
    Invoice.objects.for_portal(company.portal).filter(pk=plain.pk).update(total_differs=True)
    for query, expected in (
        ("", [plain, late, theirs, credited]),
        ("stage=overdue", [late]),
        ("stage=overdue&stage=paid", [late, credited]),
        (f"due_to={books.days(-1)}", [late]),
        (f"date_from={books.days(-10)}", [plain, theirs, credited]),
        (f"company={other.pk}", [theirs]),
        ("mark=differs", [plain]),
        ("mark=credited", [credited]),
        ("mark=no_deal", [late, theirs]),
        ("mark=not_sent&mark=no_deal", [late, theirs]),
        ("q=o'neill", [theirs]),
        (f"q={number(late)}", [late]),
        ("stage=nonsense&mark=nonsense&due_from=31.2.", [plain, late, theirs, credited]),
    ):
        found = numbers(visit(owner, f"invoices/?{query}"))
        assert sorted(found) == sorted(map(number, expected)), query


def test_s06_a_list_without_rows_says_what_comes_next(company: Company, owner: Membership) -> None:
    assert "Choose a deal" in words(visit(owner, "invoices/"))
    assert "Nothing matches these filters." in words(visit(owner, "invoices/?stage=paid"))
    nobody = tenants.member(tenants.portal(), Role.OWNER)
    assert "Connect a company first" in words(visit(nobody, "invoices/"))


def test_s06_pages_follow_a_row_and_count_all(company: Company, owner: Membership) -> None:
    made = [books.invoice(company, TxnDate=books.days(-each)) for each in range(53)]
    first = visit(owner, "invoices/")
    assert "53 results" in words(first)
    following = re.search(r'href="(\?[^"]*after=[^"]+)"', first.content.decode())
    assert following
    second = visit(owner, f"invoices/{following[1].replace('&amp;', '&')}")
    assert numbers(first) + numbers(second) == list(map(number, made))


def test_m10_a_long_list_asks_as_often_as_a_short_one(company: Company, owner: Membership) -> None:
    for path in ("invoices/", "invoices/drafts/", "deals/"):
        counts = []
        for many in (2, 15):
            for _ in range(many):
                deal = books.deal(company)
                books.invoice(company, deal)
                invoice_rows.draft(company, owner, deal=deal)
            with CaptureQueriesContext(connection) as queries:
                assert len(numbers(visit(owner, path))) >= many
            counts.append(len(queries))
        assert counts[1] <= counts[0], path


def test_c20_the_export_has_the_filtered_rows_and_runs_no_formula(
    company: Company, owner: Membership
) -> None:
    deal = books.deal(company, name="@SUM(A1)")
    evil = {"value": "7", "name": '=HYPERLINK("http://x","y")'}
    row = books.invoice(company, deal, DueDate=books.days(-3), CustomerRef=evil)
    books.invoice(company)
    answer = visit(owner, "invoices/export.csv?stage=overdue")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == 1
    assert rows[0]["customer"] == '\'=HYPERLINK("http://x","y")'
    assert rows[0]["deals"] == "'@SUM(A1)"
    assert (rows[0]["number"], rows[0]["total"], rows[0]["stage"]) == (
        number(row), "150.00", "Overdue",
    )  # fmt: skip
    assert visit(rep(company), "invoices/export.csv").status_code == 403


# --------------------------------------------------------------------------------------- one invoice
def test_s06_the_invoice_page_says_all_that_stands_on_it(
    company: Company, owner: Membership
) -> None:
    deal = books.deal(company, name="Showroom lighting")
    row = books.pay(books.invoice(company, deal), "50", PaymentRefNum="CHK 12")
    answer = visit(owner, page_of(row))
    text = words(answer)
    for expected in (
        f"Invoice {number(row)}", "Partially paid", "Custom design", "Not taxable", "100.00 USD",
        "CHK 12", "Showroom lighting", "birds@amys.example", "Thank you for your business.",
        "Harbor Light Design", "Payment received: 50.00 USD",
    ):  # fmt: skip
        assert expected in text, expected
    html = answer.content.decode()
    assert f"/app/{company.realm_id}/invoices/{row.qbo_id}" in html
    assert "Open in HubSpot" not in text  # it is not there yet
    Invoice.objects.for_portal(company.portal).filter(pk=row.pk).update(hubspot_id="88")
    assert (
        f"/contacts/{company.portal.hub_id}/record/0-53/88"
        in visit(owner, page_of(row)).content.decode()
    )


def test_s06_history_joins_people_quickbooks_and_sync(company: Company, owner: Membership) -> None:
    deal = books.deal(company)
    row = books.invoice(company, deal, EmailStatus="EmailSent")
    operation = invoice_rows.operation(
        company, owner, draft=invoice_rows.draft(company, owner, deal=deal), invoice=row
    )
    audit.record(
        "draft.started", person=owner.person, portal=company.portal, company=company,
        subject=("draft", operation.draft_id), after={"deal": "Fountain"},
        now=NOON - timedelta(hours=2),
    )  # fmt: skip
    audit.record(
        "invoice.created", person=owner.person, portal=company.portal, company=company,
        subject=("invoice", row.pk), after={"number": number(row), "total": "150.00 USD"},
        now=NOON - timedelta(hours=1),
    )  # fmt: skip
    SyncEntry.objects.create(
        portal=company.portal, company=company, operation="upsert_hubspot_invoice",
        subject_kind="Invoice", subject_id=str(row.pk), outcome="failed",
        reason="sync.currency_not_in_portal", reason_parameters={"currency": "SEK"},
        at=NOON + timedelta(hours=1),
    )  # fmt: skip
    text = words(visit(owner, page_of(row)))
    order = [
        text.index(part)
        for part in (
            "Invoice in HubSpot: Failed",
            "It is in SEK",
            "Sent to the customer",
            f"Invoice {number(row)} over 150.00 USD was created in QuickBooks.",
            f"{owner.person} started an invoice for Fountain.",
        )
    ]
    assert order == sorted(order)
    assert f"Drafted and created by {owner.person}" in text


def test_d11_a_differing_total_shows_both_numbers(company: Company, owner: Membership) -> None:
    row = books.invoice(company, books.deal(company))
    Invoice.objects.for_portal(company.portal).filter(pk=row.pk).update(
        total_differs=True, expected_total=Decimal("148.50")
    )
    text = words(visit(owner, page_of(row)))
    assert "Total differs" in text
    assert "over 150.00 USD; Review showed 148.50 USD" in text


def test_s48_a_new_invoice_is_ready_to_be_sent_from_quickbooks(
    company: Company, owner: Membership
) -> None:
    deal = books.deal(company)
    row = books.invoice(company, deal)
    text = words(visit(owner, f"deals/{deal.hubspot_id}/{page_of(row)}?created=1"))
    assert "It is ready to be sent from QuickBooks." in text
    assert "Awaiting sending" in text


def test_d18_mark_as_delivered_counts_as_sent_and_tells_the_deal(
    company: Company, owner: Membership
) -> None:
    deal = books.deal(company)
    row = books.invoice(company, deal)
    assert "Mark as delivered" in words(visit(owner, page_of(row)))
    for _ in range(2):
        assert visit(owner, f"{page_of(row)}delivered/", "post").status_code == 302
    row.refresh_from_db()
    assert (row.stage, row.is_sent) == ("sent", True)
    assert row.delivered_by_hand_at is not None
    text = words(visit(owner, page_of(row)))
    assert f"{owner.person} marked the invoice as delivered." in text
    assert "Mark as delivered" not in text
    events = AuditEvent.objects.for_portal(company.portal).filter(action="invoice.delivered")
    assert events.count() == 1
    owed = Job.objects.for_portal(company.portal).filter(kind="deal.refresh")
    assert [job.subject for job in owed] == [deal.hubspot_id]
    assert visit(rep(company), f"{page_of(row)}delivered/", "post").status_code == 403


def test_d18_a_deleted_invoice_cannot_be_delivered(company: Company, owner: Membership) -> None:
    row = books.invoice(company)
    Invoice.objects.for_portal(company.portal).filter(pk=row.pk).update(
        stage="deleted", deleted_at=NOON
    )
    visit(owner, f"{page_of(row)}delivered/", "post")
    row.refresh_from_db()
    assert row.delivered_by_hand_at is None
    text = words(visit(owner, page_of(row)))
    assert "This invoice was deleted in QuickBooks." in text
    assert "Open PDF" not in text
    assert visit(owner, f"{page_of(row)}pdf/").status_code == 404


def test_s06_a_copy_nobody_can_read_still_has_its_page(company: Company, owner: Membership) -> None:
    row = books.invoice(company)
    Invoice.objects.for_portal(company.portal).filter(pk=row.pk).update(raw={"Id": "1"})
    assert "could not be read" in words(visit(owner, page_of(row)))


# -------------------------------------------------------------------------------------------- drafts
def test_s45_drafts_lead_back_into_the_wizard(company: Company, owner: Membership) -> None:
    deal = books.deal(company, name="Showroom lighting")
    draft = invoice_rows.draft(company, owner, deal=deal)
    old = invoice_rows.draft(company, owner, expires_at=NOON - timedelta(days=300))
    answer = visit(owner, "invoices/drafts/")
    text = words(answer)
    assert "Showroom lighting" in text
    assert "150.00 USD" in text
    assert f"/deals/{deal.hubspot_id}/invoice/{draft.pk}/" in answer.content.decode()
    assert "Expired" in text
    Draft.objects.for_portal(company.portal).filter(pk=old.pk).update(state="discarded")
    assert "Expired" not in words(visit(owner, "invoices/drafts/"))
    someone = tenants.member(company.portal, Role.ACCOUNTANT)
    assert numbers(visit(someone, "invoices/drafts/?whose=me")) == []


def test_b05_a_refused_draft_says_why(company: Company, owner: Membership) -> None:
    draft = invoice_rows.draft(company, owner, edited_at=NOON - timedelta(hours=1))
    invoice_rows.operation(
        company, owner, draft=draft, point="failed", problem="quickbooks.6240",
        problem_parameters={"name": "Amy"}, finished_at=NOON,
    )  # fmt: skip
    assert "Refused by QuickBooks" in words(visit(owner, "invoices/drafts/"))


# -------------------------------------------------------------------------------------------- rights
def test_c13_a_rep_sees_own_and_team_invoices_deals_and_drafts(
    company: Company, owner: Membership
) -> None:
    mine = books.deal(company, name="Mine", owner_id="71")
    team = books.deal(company, name="Team", owner_id="72", owner_team_ids=["5"])
    foreign = books.deal(company, name="Foreign", owner_id="73")
    rows = [books.invoice(company, each) for each in (mine, team, foreign)]
    loose = books.invoice(company, origin=Origin.SYNCED)
    for each in (mine, foreign):
        invoice_rows.draft(company, owner, deal=each)
    member = rep(company, hubspot_team_ids=["5"])
    assert sorted(numbers(visit(member, "invoices/"))) == sorted(map(number, rows[:2]))
    assert numbers(visit(member, "deals/")) == ["Mine", "Team"]
    assert numbers(visit(member, "invoices/drafts/")) == ["Mine"]
    for row in (rows[2], loose):
        for path in (page_of(row), f"{page_of(row)}pdf/"):
            assert visit(member, path).status_code == 404
    assert visit(member, page_of(rows[1])).status_code == 200


def test_c13_a_rep_is_not_told_the_name_of_a_foreign_deal(company: Company) -> None:
    mine = books.deal(company, name="Mine", owner_id="71")
    foreign = books.deal(company, name="Foreign secret", owner_id="73")
    row = books.invoice(company, foreign, mine)
    for path in ("invoices/", page_of(row)):
        text = words(visit(rep(company), path))
        assert "Mine" in text
        assert "Foreign secret" not in text


def test_c13_an_invoice_is_found_below_its_own_deal_only(
    company: Company, owner: Membership
) -> None:
    deal, other = books.deal(company), books.deal(company)
    row = books.invoice(company, deal)
    assert visit(owner, f"deals/{deal.hubspot_id}/{page_of(row)}").status_code == 200
    assert visit(owner, f"deals/{other.hubspot_id}/{page_of(row)}").status_code == 404


def test_c14_another_portals_invoice_does_not_exist(company: Company, owner: Membership) -> None:
    elsewhere = books.invoice(tenants.company(tenants.portal()))
    for path in (page_of(elsewhere), f"{page_of(elsewhere)}pdf/"):
        assert visit(owner, path).status_code == 404
    assert visit(owner, f"{page_of(elsewhere)}delivered/", "post").status_code == 404
    assert numbers(visit(owner, "invoices/")) == []


def test_b15_invoices_of_company_b_are_not_for_people_of_company_a(company: Company) -> None:
    ours, theirs = books.invoice(company), books.invoice(tenants.company(company.portal))
    member = tenants.member(company.portal, Role.ACCOUNTANT, company)
    assert numbers(visit(member, "invoices/")) == [number(ours)]
    assert visit(member, page_of(theirs)).status_code == 404


def test_c11_looking_changes_nothing(company: Company, owner: Membership) -> None:
    deal = books.deal(company)
    row = books.invoice(company, deal)
    paths = ["deals/", "invoices/", "invoices/drafts/", page_of(row)]
    for path in [*paths, f"deals/{deal.hubspot_id}/{page_of(row)}"]:
        client = Client()
        client.force_login(owner.person, backend=BACKEND)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/p/{company.portal.pk}/{path}").status_code == 200
        wrote = [
            each["sql"]
            for each in queries
            if each["sql"].startswith(("INSERT", "UPDATE", "DELETE"))
            and "django_session" not in each["sql"]
            and "usersessions" not in each["sql"]
        ]
        assert wrote == [], path


# ------------------------------------------------------------------------------- HubSpot's frame
def in_frame(member: Membership, deal: DealRef) -> Client:
    """A browser that HubSpot's card opened for this deal."""
    code = embed.issue_code(
        member.person, member.portal, ("deals", deal.hubspot_id), "panel", now()
    )
    client = Client(raise_request_exception=False)
    assert client.get(f"/embed/start?code={code}").status_code == 302
    return client


def test_s71_the_frame_shows_this_deals_invoices_and_no_other(
    company: Company, owner: Membership
) -> None:
    deal, other = books.deal(company), books.deal(company)
    row, foreign = books.invoice(company, deal), books.invoice(company, other)
    browser = in_frame(owner, deal)
    base = f"/embed/deals/{deal.hubspot_id}"
    answer = browser.get(f"{base}/{page_of(row)}")
    text = words(answer)
    assert f"Invoice {number(row)}" in text
    assert "Download PDF" in text
    assert "/p/" not in re.sub(r'href="http[^"]+"', "", answer.content.decode())
    assert browser.get(f"{base}/{page_of(foreign)}").status_code == 404
    assert browser.get(f"/embed/deals/{other.hubspot_id}/{page_of(foreign)}").status_code == 404
