"""An invoice from a quote of the deal, without JavaScript (S-26 to S-28, D-07, D-08, B-13)."""

from decimal import Decimal

import pytest

from tests.invoices import offers
from tests.invoices.desk import DEAL, Desk
from tests.invoices.pages import Visitor
from tests.invoices.quote_desk import (
    begin,
    choose,
    create,
    draft_of,
    net,
    only_quote,
    read_again,
    to_review,
)

PLAIN, LATER, FEE = "20300100011", "20300100023", "20300100015"
"""Demo deals: without a quote; with a line that starts later; with a fee and a fixed discount."""


# ------------------------------------------------------------------------------------- choosing
def test_s26_s27_a_rep_makes_an_invoice_from_the_deals_quote(desk: Desk, rep: Visitor) -> None:
    begin(desk, rep)
    assert "From the quote “Visitor centre fit-out”" in rep.text
    assert "From scratch" in rep.text
    quote_id = only_quote(rep)
    choose(rep, quote_id)
    assert rep.path.endswith("/customer/")
    assert draft_of(desk).quote_id == quote_id
    to_review(desk, rep)
    assert "The quote “Visitor centre fit-out”" in rep.text
    assert "Reception counter" in rep.text
    invoice = create(desk, rep)
    assert net(invoice) == Decimal(offers.amount_of(desk, quote_id)) == Decimal("5427.60")
    assert not invoice.total_differs
    [held] = desk.books.hubspot_invoices()
    assert quote_id in held["associations"]["quotes"], "D-24: the invoice hangs on its quote"


def test_s26_starting_from_scratch_asks_hubspot_nothing(desk: Desk, rep: Visitor) -> None:
    rep.post(f"/p/{desk.books.portal.pk}/deals/{DEAL}/invoice/")
    desk.books.forget()
    choose(rep, "scratch")
    assert rep.path.endswith("/customer/")
    assert desk.books.calls() == []
    assert draft_of(desk).content["source"] == "scratch"


def test_s26_a_source_has_to_be_chosen(desk: Desk, rep: Visitor) -> None:
    rep.post(f"/p/{desk.books.portal.pk}/deals/{DEAL}/invoice/")
    rep.press()
    assert rep.page.status_code == 422
    assert "Choose a quote, or start from scratch." in rep.text


def test_s26_without_quotes_the_step_is_left_out_and_the_page_says_so(
    desk: Desk, rep: Visitor
) -> None:
    rep.post(f"/p/{desk.books.portal.pk}/deals/{PLAIN}/invoice/")
    assert rep.path.endswith("/customer/")
    assert "The deal has no quotes in HubSpot" in rep.text
    step = rep.path
    offers.quote(desk, offers.line("CHR-TASK"), deal=PLAIN)
    rep.post(f"/p/{desk.books.portal.pk}/deals/{PLAIN}/invoice/")
    assert rep.path == step
    assert "The deal has no quotes" not in rep.text
    rep.see(step.replace("/customer/", "/source/"))
    rep.press("quotes")
    assert "From the quote “Offer”" in rep.text


@pytest.mark.parametrize(
    ("deal", "sentence"),
    [
        ("20300100003", "The quote is still a draft."),
        ("20300100005", "The quote waits for approval in HubSpot."),
        ("20300100012", "The quote was rejected in HubSpot."),
        ("20300100006", "The quote was good until"),
        ("20300100022", "The quote is in EUR. Ask an accountant"),
    ],
)
def test_s28_a_quote_that_cannot_be_used_says_why(
    desk: Desk, rep: Visitor, deal: str, sentence: str
) -> None:
    begin(desk, rep, deal)
    assert sentence in rep.text
    assert "disabled" in rep.page.content.decode()
    quote_id = draft_of(desk).content["extras"]["quote_ids"][0]
    desk.books.forget()
    choose(rep, quote_id)
    assert rep.page.status_code == 422
    assert rep.path.endswith("/source/")
    assert draft_of(desk).content["lines"] == []


def test_s28_a_quote_expires_at_the_portals_midnight(desk: Desk, rep: Visitor) -> None:
    """23:30 in London's tomorrow is still today in the portal's Los Angeles."""
    begin(desk, rep)
    quote_id = only_quote(rep)
    good_until = draft_of(desk).content["extras"]["quotes"]["rows"][0]["expires_on"]
    while desk.books.day() < good_until:
        desk.books.turn(days=1)
    rep.post(f"/p/{desk.books.portal.pk}/deals/{DEAL}/invoice/")
    rep.see(f"{rep.path.rsplit('/', 2)[0]}/source/")
    rep.press("quotes")
    assert only_quote(rep) == quote_id
    desk.books.turn(days=1)
    rep.press("quotes")
    assert "The quote was good until" in rep.text


def test_s28_a_quote_of_another_deal_is_not_taken(desk: Desk, rep: Visitor) -> None:
    other = offers.quote(desk, offers.line("CHR-TASK"), deal=PLAIN)
    begin(desk, rep)
    choose(rep, other)
    assert rep.page.status_code == 422
    assert draft_of(desk).content["source"] == "scratch"


def test_d07_the_quotes_contact_and_company_come_first(desk: Desk, rep: Visitor) -> None:
    hubspot = desk.books.hubspot()
    other = hubspot.deal(LATER)
    quote_id = offers.quote(
        desk, offers.line("CHR-TASK"), contacts=other.contact_ids[:1], companies=other.company_ids
    )
    begin(desk, rep)
    choose(rep, quote_id)
    content = draft_of(desk).content
    assert content["contact_id"] == other.contact_ids[0]
    assert content["extras"]["people"]["company"]["id"] == other.company_ids[0]
    assert content["bill_email"] == content["extras"]["people"]["contacts"][0]["email"]


def test_s27_d06_a_linked_customer_is_chosen_with_the_quote(desk: Desk, rep: Visitor) -> None:
    company = desk.books.hubspot().deal(DEAL).company_ids[0]
    desk.books.link_customer(desk.customer().id, "companies", company)
    begin(desk, rep)
    choose(rep, only_quote(rep))
    assert draft_of(desk).content["customer_id"] == desk.customer().id


def test_s40_the_quotes_terms_go_before_the_customers(desk: Desk, rep: Visitor) -> None:
    terms = {term.name: term.id for term in desk.reference.terms()}
    quote_id = offers.quote(desk, offers.line("CHR-TASK"), hs_terms="Payment within 15 days.")
    begin(desk, rep)
    choose(rep, quote_id)
    rep.press(choice="search", customer_id=desk.customer().id)
    content = draft_of(desk).content
    assert content["terms_id"] == terms["Net 15"]
    assert content["due_date"] == desk.books.day(15)


def test_m09_an_invoice_of_20_lines_from_a_quote_takes_ten_calls(desk: Desk, rep: Visitor) -> None:
    skus = [item.sku for item in desk.reference.items() if item.sku][:20]
    assert len(skus) == 20
    quote_id = offers.quote(desk, *(offers.line(sku) for sku in skus), deal=PLAIN)
    desk.books.forget()
    begin(desk, rep, PLAIN)
    choose(rep, quote_id)
    to_review(desk, rep)
    create(desk, rep)
    calls = desk.books.calls()
    assert len(calls) <= 10, calls


# ---------------------------------------------------------------------------------------- lines
def test_d08_later_starts_are_listed_and_not_selected(desk: Desk, rep: Visitor) -> None:
    begin(desk, rep, LATER)
    choose(rep, only_quote(rep))
    rep.press(choice="search", customer_id=desk.customer().id)
    assert rep.path.endswith("/lines/")
    assert "Also in the quote, not on this invoice Care plan Bills from" in rep.text
    content = draft_of(desk).content
    assert [line["item_name"] for line in content["lines"]] == [
        "Standing desk",
        "Task chair",
        "Project management, day",
    ]
    assert (content["discount"]["value"], content["discount"]["is_percent"]) == ("5", True)
    left = rep.page.content.decode().split('name="add_quote_line" value="')[1].split('"')[0]
    rep.press("save", add_quote_line=left)
    assert "not on this invoice" not in rep.text
    assert len(draft_of(desk).content["lines"]) == 4


def test_b13_line_and_order_discounts_keep_the_quotes_total(desk: Desk, rep: Visitor) -> None:
    quote_id = offers.quote(
        desk,
        offers.line("CHR-TASK", hs_discount_percentage="10"),
        offers.line("CHR-STACK", price="79.90", quantity="3"),
        discounts=[("FIXED", "5.00", "Welcome")],
    )
    begin(desk, rep)
    choose(rep, quote_id)
    to_review(desk, rep)
    assert "list 100.00 less 10 %" in rep.text
    invoice = create(desk, rep)
    assert net(invoice) == Decimal(offers.amount_of(desk, quote_id)) == Decimal("414.70")
    discounts = [line for line in invoice.raw["Line"] if line["DetailType"] == "DiscountLineDetail"]
    assert [(str(line["Amount"]), line["Description"]) for line in discounts] == [
        ("5.00", "Welcome")
    ]
    assert not invoice.total_differs


def test_b13_line_discounts_on_lines_of_their_own(desk: Desk, rep: Visitor) -> None:
    item = desk.item()
    desk.books.configure(discount_style="item_line", discount_item_id=item.id)
    quote_id = offers.quote(
        desk, offers.line("CHR-TASK", hs_discount_percentage="10"), offers.line("CHR-STACK")
    )
    begin(desk, rep)
    choose(rep, quote_id)
    to_review(desk, rep)
    invoice = create(desk, rep)
    assert net(invoice) == Decimal(offers.amount_of(desk, quote_id)) == Decimal("380.00")
    amounts = [str(line["Amount"]) for line in invoice.raw["Line"][:3]]
    assert amounts == ["200.00", "-20.00", "200.00"]


def test_d08_a_fee_needs_the_companys_fee_product(desk: Desk, rep: Visitor) -> None:
    begin(desk, rep, FEE)
    choose(rep, only_quote(rep))
    rep.press(choice="search", customer_id=desk.customer().id)
    assert "the quote's fee Night delivery has no QuickBooks product" in rep.text
    rep.press()
    assert rep.page.status_code == 422
    desk.books.configure(fee_item_id=desk.item().id)
    source = rep.path.replace("/lines/", "/source/")
    rep.see(source)
    rep.press("take_over")
    to_review(desk, rep)
    quote_id = draft_of(desk).quote_id
    invoice = create(desk, rep)
    assert net(invoice) == Decimal(offers.amount_of(desk, quote_id))


def test_b13_a_total_that_cannot_be_kept_is_refused_with_both_numbers(
    desk: Desk, rep: Visitor
) -> None:
    quote_id = offers.quote(desk, offers.line("CHR-TASK"))
    begin(desk, rep)
    offers.change_line(desk, offers.lines_of(desk, quote_id)[0], price="100.50")
    choose(rep, quote_id)
    assert rep.page.status_code == 422
    assert "The quote says USD 200.00" in rep.text
    assert "USD 201.00" in rep.text
    assert draft_of(desk).content["lines"] == []


def test_b13_b05_a_discount_where_quickbooks_has_them_switched_off(
    desk: Desk, rep: Visitor
) -> None:
    desk.books.do("preferences", preferences={"SalesFormsPrefs": {"AllowDiscount": False}})
    read_again(desk)
    quote_id = offers.quote(
        desk, offers.line("CHR-TASK"), discounts=[("PERCENT", "10", "Framework")]
    )
    begin(desk, rep)
    choose(rep, quote_id)
    rep.press(choice="search", customer_id=desk.customer().id)
    rep.press()
    rep.press()
    desk.books.forget()
    rep.press("create")
    assert "Discounts are switched off in QuickBooks" in rep.text
    assert desk.books.calls("quickbooks", writes=True) == []
    rep.see(rep.path.replace("/review/", "/lines/"))
    rep.press("save", remove_discount="1")
    assert draft_of(desk).content["discount"] is None


def test_s27_switching_to_scratch_keeps_only_what_the_rep_added(desk: Desk, rep: Visitor) -> None:
    begin(desk, rep)
    choose(rep, only_quote(rep))
    rep.press(choice="search", customer_id=desk.customer().id)
    rep.press("add", add_item=desk.item().id)
    rep.see(rep.path.replace("/lines/", "/source/"))
    choose(rep, "scratch")
    content = draft_of(desk).content
    assert [line["item_id"] for line in content["lines"]] == [desk.item().id]
    assert (content["source"], draft_of(desk).quote_id) == ("scratch", "")
