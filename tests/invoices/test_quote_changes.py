"""A quote or deal that changes while the wizard is open, and what was invoiced before (S-28, D-08)."""

import re
from decimal import Decimal

import pytest

from invoices.models import DealRef
from invoices.models.drafts import RecoveryPoint
from tests.invoices import offers
from tests.invoices.desk import DEAL, Desk
from tests.invoices.pages import Visitor
from tests.invoices.quote_desk import (
    begin,
    choose,
    create,
    draft_of,
    go,
    net,
    newest,
    nothing_created,
    to_lines,
    to_review,
)


def at_review(desk: Desk, rep: Visitor, *lines: dict[str, str], **more: str) -> str:
    """A draft from a quote of these lines, ready to be created; the quote's id."""
    quote_id = offers.quote(desk, *(lines or (offers.line("CHR-TASK"),)), **more)
    begin(desk, rep)
    choose(rep, quote_id)
    to_review(desk, rep)
    return quote_id


def test_s28_a_quote_edited_meanwhile_comes_back_with_what_changed(
    desk: Desk, rep: Visitor
) -> None:
    quote_id = at_review(desk, rep, offers.line("CHR-TASK"), offers.line("CHR-STACK"))
    offers.change_line(desk, offers.lines_of(desk, quote_id)[0], quantity="3")
    offers.change(desk, quote_id, hs_status="DRAFT")
    offers.change(desk, quote_id, hs_status="APPROVED")
    desk.books.forget()
    rep.press("create")
    assert rep.path.endswith("/review/")
    assert "The quote Offer was changed in HubSpot since its lines were taken over." in rep.text
    assert desk.books.calls("quickbooks", writes=True) == []
    assert nothing_created(desk)
    go(rep, "source")
    assert "CHR-TASK was 200.00 and is 300.00." in rep.text
    rep.press("take_over")
    to_review(desk, rep)
    invoice = create(desk, rep)
    assert net(invoice) == Decimal(offers.amount_of(desk, quote_id)) == 500


def test_s28_the_rep_may_keep_the_invoice_as_it_was(desk: Desk, rep: Visitor) -> None:
    quote_id = at_review(desk, rep)
    offers.change_line(desk, offers.lines_of(desk, quote_id)[0], quantity="3")
    rep.press("create")
    go(rep, "source")
    rep.press("keep")
    assert "was changed in HubSpot" not in rep.text
    go(rep, "review")
    assert "the quote says USD 300.00" in rep.text
    assert net(create(desk, rep)) == 200


@pytest.mark.parametrize("with_amount", [True, False])
def test_s28_a_line_changed_behind_the_quotes_back_is_seen(
    desk: Desk, rep: Visitor, with_amount: bool
) -> None:
    quote_id = at_review(desk, rep)
    changes = {"price": "120.00"} if with_amount else {"hs_sku": "CHR-STACK"}
    offers.change_line(desk, offers.lines_of(desk, quote_id)[0], **changes)
    rep.press("create")
    assert "was changed in HubSpot" in rep.text
    assert nothing_created(desk)


def test_s28_a_quote_withdrawn_meanwhile_stops_and_its_lines_may_stay(
    desk: Desk, rep: Visitor
) -> None:
    quote_id = at_review(desk, rep)
    offers.change(desk, quote_id, hs_status="DRAFT")
    rep.press("create")
    assert "The quote is still a draft." in rep.text
    assert nothing_created(desk)
    rep.press("create")
    assert rep.page.status_code == 422
    go(rep, "source")
    rep.press("keep_lines")
    content = draft_of(desk).content
    assert (content["source"], len(content["lines"])) == ("scratch", 1)
    go(rep, "review")
    assert net(create(desk, rep)) == 200


def test_s28_a_quote_that_expired_meanwhile_asks_nobody(desk: Desk, rep: Visitor) -> None:
    at_review(desk, rep)
    desk.books.turn(days=29)
    rep.see(rep.path)
    desk.books.turn(days=2)
    rep.see(rep.path)
    if rep.page.status_code == 409:  # the draft rests after 30 days, everything is still there
        rep.post(rep.path.replace("/review/", "/revive/"))
        go(rep, "review")
    assert "The quote was good until" in rep.text
    desk.books.forget()
    rep.press("create")
    assert rep.page.status_code == 422
    assert desk.books.calls() == []


def test_s28_a_quote_deleted_meanwhile(desk: Desk, rep: Visitor) -> None:
    quote_id = at_review(desk, rep)
    desk.books.hubspot().archive("quotes", [quote_id])
    rep.press("create")
    assert "The quote is no longer in HubSpot." in rep.text
    assert nothing_created(desk)
    assert draft_of(desk).state == "open"


def test_s28_hubspot_away_at_submit_waits_instead_of_guessing(desk: Desk, rep: Visitor) -> None:
    at_review(desk, rep)
    away = {"match": {"vendor": "hubspot"}, "fault": {"kind": "status", "status": 503}, "times": 50}
    desk.sandbox.faults(away)
    rep.press("create")
    assert rep.path.endswith("/result/")
    assert nothing_created(desk)
    desk.sandbox.faults()
    assert draft_of(desk).operation.point == RecoveryPoint.STORED


@pytest.mark.parametrize("from_quote", [True, False])
def test_bad_input_deal_deleted_while_the_wizard_is_open(
    desk: Desk, rep: Visitor, from_quote: bool
) -> None:
    if from_quote:
        at_review(desk, rep)
    else:
        desk.draft()
        rep.post(f"/p/{desk.books.portal.pk}/deals/{DEAL}/invoice/")
    desk.books.hubspot().archive("deals", [DEAL])
    rep.press("create")
    assert "The deal was deleted in HubSpot." in rep.text
    assert nothing_created(desk)
    assert DealRef.objects.for_portal(desk.books.portal).get(hubspot_id=DEAL).archived_at
    assert draft_of(desk).state == "open"


# ---------------------------------------------------------------------------- what is left to bill
def test_d08_what_was_invoiced_is_not_taken_over_again(desk: Desk, rep: Visitor) -> None:
    quote_id = at_review(desk, rep, offers.line("CHR-TASK"), offers.line("CHR-STACK"))
    go(rep, "lines")
    content = draft_of(desk).content
    kept, gone = (line["key"] for line in content["lines"])
    rep.press("save", remove=gone)
    rep.press("save", **{f"line-{kept}-quantity": "1"})
    assert "CHR-STACK Taken off this invoice" in rep.text
    go(rep, "review")
    assert net(create(desk, rep)) == 100

    begin(desk, rep)
    assert re.search(r"Already invoiced before tax: (USD )?100\.00", rep.text), rep.text
    choose(rep, quote_id)
    lines = draft_of(desk).content["lines"]
    assert [(line["quantity"], line["unit_price"]) for line in lines] == [
        ("1", "100.00"),
        ("2", "100.00"),
    ]
    to_lines(desk, rep)
    assert "of CHR-TASK, USD 100.00 was already invoiced" in rep.text.replace("100.0000", "100.00")
    go(rep, "review")
    assert net(create(desk, rep)) == 300

    begin(desk, rep)
    choose(rep, quote_id)
    assert draft_of(desk).content["lines"] == []
    to_lines(desk, rep)
    assert rep.text.count("Already invoiced") == 2


def test_d08_a_voided_invoice_gives_its_lines_back(desk: Desk, rep: Visitor) -> None:
    quote_id = at_review(desk, rep)
    invoice = create(desk, rep)
    desk.books.do("void", invoice_id=invoice.qbo_id)
    desk.books.sync()
    begin(desk, rep)
    choose(rep, quote_id)
    assert [line["quantity"] for line in draft_of(desk).content["lines"]] == ["2"]


def test_b13_a_fixed_discount_over_two_invoices_comes_to_the_quotes(
    desk: Desk, rep: Visitor
) -> None:
    quote_id = offers.quote(
        desk, offers.line("CHR-TASK", price="33.33"), offers.line("CHR-STACK"),
        discounts=[("FIXED", "10", "")],
    )  # fmt: skip
    begin(desk, rep)
    choose(rep, quote_id)
    to_lines(desk, rep)
    rep.press("save", remove=draft_of(desk).content["lines"][1]["key"])
    assert draft_of(desk).content["discount"]["value"] == "2.50"
    go(rep, "review")
    first = net(create(desk, rep))
    begin(desk, rep)
    choose(rep, quote_id)
    assert draft_of(desk).content["discount"]["value"] == "7.50"
    to_review(desk, rep)
    create(desk, rep)
    assert first + net(newest(desk)) == Decimal(offers.amount_of(desk, quote_id))
