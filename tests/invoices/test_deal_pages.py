"""The deal's page, the search in HubSpot and the PDF, against the running sandbox."""

import re
from typing import Any

import pytest
from django.test import Client

from integration import directory
from integration.access import embed
from integration.clock import now
from integration.models import Membership
from integration.models.people import Role
from integration.models.portals import DealScope
from invoices.models import DealRef, Invoice
from tests import tenants
from tests.invoices.desk import Desk
from tests.sync.books import DEAL, OTHER_DEAL, Books

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
RILEY = {"hubspot_owner_id": "71000002", "hubspot_team_ids": ["502"]}
"""The owner of DEAL in the sandbox."""


@pytest.fixture
def owner(books: Books) -> Membership:
    return tenants.member(books.portal, Role.OWNER)


def visit(member: Membership, path: str) -> Any:
    client = Client(raise_request_exception=False)
    client.force_login(member.person, backend=BACKEND)
    return client.get(f"/p/{member.portal.pk}/{path}")


def words(answer: Any) -> str:
    html = re.sub(r"<(script|style|template)\b.*?</\1>", " ", answer.content.decode(), flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", html).replace("&#x27;", "'").split())


def calls(books: Books) -> list[str]:
    """Paths asked of HubSpot since the history was forgotten."""
    return [
        each["path"]
        for each in books.sandbox.history()
        if each.get("path") and each["vendor"] == "hubspot" and "/__sandbox" not in each["path"]
    ]


def away(vendor: str) -> dict[str, Any]:
    """Every call of the vendor ends in a 503 from now on."""
    return {
        "match": {"vendor": vendor, "path": "^/(crm|v3)/"},
        "fault": {"kind": "status", "status": 503},
        "times": 1000,
    }


def found_in_hubspot(answer: Any) -> list[str]:
    panel = re.search(r'class="panel found".*?</table>', answer.content.decode(), flags=re.S)
    return re.findall(r'class="row-link"[^>]*>([^<]+)<', panel[0]) if panel else []


# -------------------------------------------------------------------------------- one deal's page
def test_s24_s71_the_deal_lists_its_integration_invoices(books: Books, owner: Membership) -> None:
    directory.refresh(books.portal, books.hubspot(), now())
    row = books.add(books.make("120.00"))
    books.do("pay", invoice_id=row.qbo_id, amount="20.00")
    books.sync()
    answer = visit(owner, f"deals/{DEAL}/")
    text = words(answer)
    for expected in (
        "Integration invoices", "Create invoice", row.doc_number, "Partially paid",
        "Payment received: 20.00", "Closed won", "Invoice amount", "Aviary visitor centre fit-out",
    ):  # fmt: skip
        assert expected in text, expected
    assert f"/deals/{DEAL}/invoices/{row.pk}/" in answer.content.decode()
    assert f"/contacts/{books.portal.hub_id}/record/0-3/{DEAL}" in answer.content.decode()


def test_s24_looking_at_a_deal_costs_at_most_two_calls_and_keeps_nothing(
    books: Books, owner: Membership
) -> None:
    books.forget()
    assert visit(owner, f"deals/{DEAL}/").status_code == 200
    assert len(calls(books)) == 2
    assert not DealRef.objects.for_portal(books.portal).exists()
    books.add(books.make("10.00"))
    visit(owner, f"deals/{DEAL}/")
    books.forget()
    assert visit(owner, f"deals/{DEAL}/").status_code == 200
    assert len(calls(books)) == 1


@pytest.mark.parametrize("deal_id", ["1", "abc", "0" * 40, "999999999999"])
def test_d05_a_deal_that_does_not_exist_is_not_found(
    books: Books, owner: Membership, deal_id: str
) -> None:
    answer = visit(owner, f"deals/{deal_id}/")
    assert answer.status_code == 404
    assert "Deal not found" in words(answer)


def test_d05_a_foreign_deal_does_not_exist_for_a_rep(books: Books) -> None:
    directory.refresh(books.portal, books.hubspot(), now())
    member = tenants.member(books.portal, Role.SALES_REP, **RILEY)
    assert visit(member, f"deals/{DEAL}/").status_code == 200
    assert visit(member, f"deals/{OTHER_DEAL}/").status_code == 404
    books.portal.deal_scope = DealScope.ALL
    books.portal.save()
    assert visit(member, f"deals/{OTHER_DEAL}/").status_code == 200


def test_b08_while_hubspot_is_away_the_deal_is_shown_as_we_knew_it(
    books: Books, owner: Membership
) -> None:
    row = books.add(books.make("10.00"))
    visit(owner, f"deals/{DEAL}/")
    books.sandbox.faults(away("hubspot"))
    text = words(visit(owner, f"deals/{DEAL}/"))
    assert "HubSpot did not answer" in text
    assert row.doc_number in text
    assert visit(owner, f"deals/{OTHER_DEAL}/").status_code == 503
    books.sandbox.faults()


def test_s71_the_panel_in_hubspots_frame_is_the_same_page(books: Books, owner: Membership) -> None:
    row = books.add(books.make("10.00"))
    code = embed.issue_code(owner.person, books.portal, ("deals", DEAL), "panel", now())
    client = Client()
    answer = client.get(f"/embed/start?code={code}", follow=True)
    assert answer.redirect_chain[-1][0] == f"/embed/deals/{DEAL}/"
    assert row.doc_number in words(answer)
    assert f"/embed/deals/{DEAL}/invoices/{row.pk}/" in answer.content.decode()


# ----------------------------------------------------------------------------- search in HubSpot
def test_s24_deals_are_found_in_hubspot_and_can_be_opened(books: Books, owner: Membership) -> None:
    answer = visit(owner, "deals/?hubspot=showroom")
    assert found_in_hubspot(answer) == ["Showroom lighting, phase 1"]
    assert f"/deals/{OTHER_DEAL}/" in answer.content.decode()
    assert "HubSpot has no such deal" in words(visit(owner, "deals/?hubspot=zzzz"))


def test_d05_one_letter_asks_nobody(books: Books, owner: Membership) -> None:
    books.forget()
    assert "Type at least two letters." in words(visit(owner, "deals/?hubspot=s"))
    assert calls(books) == []


def test_d05_a_rep_finds_own_and_team_deals_only(books: Books, owner: Membership) -> None:
    directory.refresh(books.portal, books.hubspot(), now())
    everything = found_in_hubspot(visit(owner, "deals/?hubspot=re"))
    mine = found_in_hubspot(
        visit(tenants.member(books.portal, Role.SALES_REP, **RILEY), "deals/?hubspot=re")
    )
    assert 0 < len(mine) < len(everything)
    stranger = tenants.member(books.portal, Role.SALES_REP)
    assert found_in_hubspot(visit(stranger, "deals/?hubspot=re")) == []
    shown = books.sandbox.state("hubspot")["hubspot"][str(books.portal.hub_id)]["objects"]["deals"]
    names = {
        each["properties"]["dealname"]
        for each in shown.values()
        if each["properties"].get("hubspot_owner_id") == RILEY["hubspot_owner_id"]
    }
    assert set(mine) <= names


def test_b08_a_search_hubspot_does_not_answer_says_so(books: Books, owner: Membership) -> None:
    books.sandbox.faults(away("hubspot"))
    answer = visit(owner, "deals/?hubspot=showroom")
    assert answer.status_code == 200
    assert "HubSpot" in words(answer)
    assert found_in_hubspot(answer) == []
    books.sandbox.faults()


# ------------------------------------------------------------------------------------------- PDF
def test_s47_the_preview_is_quickbooks_own_pdf_through_our_server(desk: Desk, books: Books) -> None:
    row = books.add(books.make("120.00"))
    page = visit(desk.member, f"invoices/{row.pk}/").content.decode()
    frame = re.search(r'<iframe[^>]*src="([^"#]+)', page)
    assert frame
    assert frame[1] == f"/p/{books.portal.pk}/invoices/{row.pk}/pdf/"
    answer = visit(desk.member, f"invoices/{row.pk}/pdf/")
    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f'inline; filename="invoice-{row.doc_number}.pdf"'
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in answer["Content-Security-Policy"]
    assert "no-store" in answer["Cache-Control"]


def test_c36_a_hostile_number_makes_a_harmless_file_name(desk: Desk, books: Books) -> None:
    row = books.add(books.make("120.00"))
    Invoice.objects.for_portal(books.portal).filter(pk=row.pk).update(doc_number='..\\"; x=é\r\n/1')
    answer = visit(desk.member, f"invoices/{row.pk}/pdf/")
    assert answer["Content-Disposition"] == 'inline; filename="invoice-x-1.pdf"'


def test_s47_in_hubspots_frame_the_pdf_is_a_download(desk: Desk, books: Books) -> None:
    row = books.add(books.make("120.00"))
    code = embed.issue_code(desk.member.person, books.portal, ("deals", DEAL), "panel", now())
    client = Client()
    client.get(f"/embed/start?code={code}")
    answer = client.get(f"/embed/deals/{DEAL}/invoices/{row.pk}/pdf/")
    assert answer.content.startswith(b"%PDF")
    assert answer["Content-Disposition"].startswith("attachment; ")


def test_s47_without_an_answer_the_preview_says_what_to_do(desk: Desk, books: Books) -> None:
    row = books.add(books.make("120.00"))
    books.sandbox.faults(away("quickbooks"))
    answer = visit(desk.member, f"invoices/{row.pk}/pdf/")
    assert answer.status_code == 503
    text = words(answer)
    assert "QuickBooks gave no PDF of this invoice." in text
    assert "Try again" in text
    books.sandbox.faults()
    books.do("delete", invoice_id=row.qbo_id)
    gone = visit(desk.member, f"invoices/{row.pk}/pdf/")
    assert gone.status_code == 404
    assert "deleted in QuickBooks" in words(gone)
