"""The page that sends an invoice, without JavaScript; the button that says why not; the pay link."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from integration.access.pages import record_url
from integration.access.rights import IN_FRAME
from integration.clock import now
from integration.models import Membership
from integration.models.people import Role
from invoices.models import Invoice, InvoiceSending
from invoices.models.sending import SendState
from invoices.views.sending import panel
from tests import tenants
from tests.invoices.desk import Desk
from tests.invoices.mails import SEND, TO, allow, ask, fresh, made, mails
from tests.invoices.pages import BACKEND, Visitor
from tests.invoices.test_creation_faults import fault


def page(desk: Desk, row: Invoice, tail: str = "") -> str:
    return f"/p/{desk.books.portal.pk}/invoices/{row.pk}/{tail}"


def form_of(visitor: Visitor) -> dict[str, str]:
    """The send form: the one form of the page without an id that has a recipient."""
    html = visitor.page.content.decode()
    forms = re.findall(r"<form.*?</form>", html, flags=re.S)
    form = next(each for each in forms if 'name="to"' in each)
    found = {}
    for tag in re.findall(r"<input[^>]*>", form):
        facts = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if facts.get("type") not in ("radio", "checkbox") or "checked" in tag:
            found[facts.get("name", "")] = facts.get("value", "")
    found.pop("", None)
    return found


def press(visitor: Visitor, path: str, **typed: str) -> str:
    visitor.post(path, **{**form_of(visitor), **typed})
    return visitor.text


@pytest.fixture
def row(desk: Desk) -> Invoice:
    allow(desk)
    return made(desk)


# ------------------------------------------------------------------------------- the button (E-05)
def test_e05_the_button_says_why_it_does_not_work(desk: Desk, rep: Visitor) -> None:
    invoice = made(desk)
    rep.see(page(desk, invoice))
    assert "Sending from here is not turned on" in rep.text
    html = rep.page.content.decode()
    assert 'aria-describedby="why-not-send"' in html
    assert f'href="{page(desk, invoice, "send/")}"' not in html
    rep.see(page(desk, invoice, "send/"))
    assert "Company settings" in rep.text
    assert 'name="to"' not in rep.page.content.decode()


def test_e05_people_without_the_right_see_no_button(desk: Desk, row: Invoice) -> None:
    other = tenants.member(desk.books.portal, Role.READ_ONLY)
    client = Client()
    client.force_login(other.person, backend=BACKEND)
    visitor = Visitor(client)
    visitor.see(page(desk, row))
    assert "send/" not in visitor.page.content.decode()
    assert client.get(page(desk, row, "send/")).status_code == 403
    assert client.post(page(desk, row, "send/cancel/")).status_code == 403


def test_e05_in_hubspots_frame_the_button_opens_the_product(desk: Desk, row: Invoice) -> None:
    framed = desk.actor
    object.__setattr__(framed, "origin", "embed")
    object.__setattr__(framed, "rights", framed.rights & IN_FRAME)
    deal_id = row.attachments.get(object_kind="deals").hubspot_id
    found = panel(framed, fresh(row), deal_id)
    assert found.url == page(desk, row, "send/")
    assert (found.is_offered, found.why_not) == (True, "")
    Membership.objects.for_portal(desk.books.portal).update(role=Role.SALES_REP)
    rep_in_frame = desk.actor
    object.__setattr__(rep_in_frame, "origin", "embed")
    assert panel(rep_in_frame, fresh(row), deal_id).is_offered is False


# ----------------------------------------------------------------------------------- sending it
def test_b16_sent_from_its_page(desk: Desk, rep: Visitor, row: Invoice) -> None:
    rep.see(page(desk, row, "send/"))
    assert form_of(rep)["to"] == TO
    for expected in ("100.00 USD", "America/Los_Angeles", "Send invoice"):
        assert expected in rep.text
    told = press(rep, page(desk, row, "send/"))
    assert f"QuickBooks mailed invoice {row.doc_number} to {TO}." in told
    assert "QuickBooks sent it and knows of no trouble" in told
    assert len(mails(desk)) == 1


def test_b16_pressing_twice_is_one_mail(desk: Desk, rep: Visitor, row: Invoice) -> None:
    rep.see(page(desk, row, "send/"))
    fields = form_of(rep)
    for _ in range(2):
        rep.post(page(desk, row, "send/"), **fields)
        assert "QuickBooks mailed invoice" in rep.text
    assert len(mails(desk)) == 1


def test_c14_the_id_of_another_invoices_sending_does_not_exist(
    desk: Desk, rep: Visitor, row: Invoice
) -> None:
    theirs = ask(desk, made(desk))
    rep.see(page(desk, row, "send/"))
    fields = {**form_of(rep), "operation": str(theirs.pk)}
    answer = rep.client.post(page(desk, row, "send/"), fields)
    assert answer.status_code == 404
    assert not InvoiceSending.objects.for_portal(desk.books.portal).filter(invoice=row).exists()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"to": ""}, "There is no e-mail address"),
        ({"to": "nobody"}, "“nobody” is not an e-mail address."),
        ({"cc": "a@b"}, "“a@b” is not an e-mail address."),
        ({"when": "later", "at": ""}, "No day and time were chosen."),
        ({"when": "later", "at": "2020-01-01T10:00"}, "This time is already over."),
        ({"when": "later", "at": "2090-01-01T10:00"}, "at most 180 days"),
    ],
)
def test_d17_what_is_wrong_is_said_and_nothing_is_lost(
    desk: Desk, rep: Visitor, row: Invoice, typed: dict[str, str], said: str
) -> None:
    rep.see(page(desk, row, "send/"))
    told = press(rep, page(desk, row, "send/"), **{"bcc": "me@us.example", **typed})
    assert said in told
    assert form_of(rep)["bcc"] == "me@us.example"
    assert mails(desk) == []


def test_d17_changed_while_the_page_was_open_is_shown_anew(
    desk: Desk, rep: Visitor, row: Invoice
) -> None:
    rep.see(page(desk, row, "send/"))
    desk.books.do("edit", invoice_id=row.qbo_id, quantity="1", unit_price="90", amount="90")
    desk.books.sync()
    told = press(rep, page(desk, row, "send/"))
    assert "was changed in QuickBooks since you saw it" in told
    assert "90.00 USD" in told
    assert "QuickBooks mailed invoice" in press(rep, page(desk, row, "send/"))
    assert len(mails(desk)) == 1


def test_b16_a_lost_answer_says_what_happens_next(desk: Desk, rep: Visitor, row: Invoice) -> None:
    desk.sandbox.faults(fault(SEND, "reset"))
    rep.see(page(desk, row, "send/"))
    told = press(rep, page(desk, row, "send/"))
    assert "is being sent" in told
    assert "finds out what QuickBooks did before it tries again" in told


# ------------------------------------------------------------------------------------- at a time
def test_d17_scheduled_changed_and_called_off_on_the_page(
    desk: Desk, rep: Visitor, row: Invoice
) -> None:
    rep.see(page(desk, row, "send/"))
    at = f"{desk.books.day(2)}T09:30"
    told = press(rep, page(desk, row, "send/"), when="later", at=at)
    assert "09:30 (America/Los_Angeles)" in told
    rep.see(page(desk, row, "send/"))
    assert form_of(rep)["at"] == at
    press(rep, page(desk, row, "send/"), at=f"{desk.books.day(3)}T10:00")
    told = rep.text
    assert "10:00 (America/Los_Angeles)" in told
    assert "Do not send" in told
    rep.post(page(desk, row, "send/cancel/"))
    assert "called off" in rep.text
    rep.post(page(desk, row, "send/cancel/"))
    assert "Nothing waits any more" in rep.text
    rows = InvoiceSending.objects.for_portal(row.portal_id)
    assert set(rows.values_list("state", flat=True)) == {SendState.CANCELLED}


def test_d17_what_was_called_off_by_the_check_stands_on_the_page_and_on_home(
    desk: Desk, rep: Visitor, row: Invoice
) -> None:
    desk.books.do("edit", invoice_id=row.qbo_id, doc_number="9999")
    ask(desk, row)
    rep.see(page(desk, row))
    assert "was changed in QuickBooks since you saw it" in rep.text
    rep.see(f"/p/{desk.books.portal.pk}/tasks/")
    assert f"to {TO} was not sent." in rep.text
    assert "was changed in QuickBooks since you saw it" in rep.text


# ------------------------------------------------------------------------------------ its status
def test_b16_a_bounce_shows_on_the_invoice_and_in_the_lists(
    desk: Desk, rep: Visitor, row: Invoice
) -> None:
    ask(desk, row)
    desk.books.turn(seconds=60)
    desk.books.do("mail", invoice_id=row.qbo_id, error="Bounced Email")
    desk.books.sync()
    deal_id = row.attachments.get(object_kind="deals").hubspot_id
    for path in (
        page(desk, row),
        f"/p/{desk.books.portal.pk}/invoices/",
        f"/p/{desk.books.portal.pk}/invoices/?mark=mail_failed",
        record_url(desk.actor, "deal", deal_id),
    ):
        rep.see(path)
        assert "E-mail came back" in rep.text, path
        assert row.doc_number in rep.text, path


# -------------------------------------------------------------------------------------- pay link
def test_b16_the_pay_link_has_a_copy_button_and_is_kept_nowhere(
    desk: Desk, rep: Visitor, row: Invoice
) -> None:
    deal_id = row.attachments.get(object_kind="deals").hubspot_id
    for path in (
        page(desk, row, "pay-link/"),
        record_url(desk.actor, "deal-invoice-pay-link", deal_id, invoice_id=row.pk),
    ):
        answer: Any = rep.see(path)
        assert "no-store" in answer["Cache-Control"]
        assert re.search(r'<code id="pay-link">http[^<]+/t/scs-v1-', answer.content.decode())
        assert 'data-copy="pay-link"' in answer.content.decode()
    rep.see(page(desk, row))
    assert "scs-v1" not in rep.page.content.decode()


def test_b16_without_a_link_a_plain_reason(desk: Desk, rep: Visitor) -> None:
    bare = made(desk, BillEmail=None)
    rep.see(page(desk, bare, "pay-link/"))
    assert "the invoice has no e-mail address" in rep.text


def test_c14_other_portals_invoices_have_no_pay_link(desk: Desk, row: Invoice) -> None:
    stranger = tenants.member(tenants.portal(), Role.OWNER)
    client = Client()
    client.force_login(stranger.person, backend=BACKEND)
    assert client.get(page(desk, row, "pay-link/")).status_code == 404
    assert client.get(page(desk, row, "send/")).status_code == 404


def test_d17_the_hour_is_shown_in_the_companys_zone(desk: Desk, rep: Visitor, row: Invoice) -> None:
    ask(desk, row, at=now() + timedelta(hours=2))
    rep.see(page(desk, row))
    assert f"It goes to {TO} on" in rep.text
    assert "(America/Los_Angeles)" in rep.text
