"""Products of a quote that QuickBooks does not have, by the company's policy (B-12, P-22)."""

from typing import Any

import pytest

from integration.models import Record, RecordLink
from invoices.models import Invoice
from invoices.models.drafts import RecoveryPoint
from tests.invoices import offers
from tests.invoices.desk import DEAL, Desk
from tests.invoices.pages import Visitor
from tests.invoices.quote_desk import begin, choose, create, draft_of, net, to_lines, to_review
from tests.invoices.test_creation_faults import fault, run_again

ITEM_POST = {"vendor": "quickbooks", "method": "POST", "path": "/v3/company/[0-9]+/item$"}


def three_lines(desk: Desk) -> str:
    return offers.quote(
        desk,
        offers.line("chr-task "),
        offers.line("NOPE-1", name="Perch"),
        offers.line("NOPE-2", name="Bird: bath"),
    )


def items_of(invoice: Invoice) -> list[str]:
    return [
        line["SalesItemLineDetail"]["ItemRef"]["name"]
        for line in invoice.raw["Line"]
        if line["DetailType"] == "SalesItemLineDetail"
    ]


def in_books(desk: Desk, name: str) -> list[dict[str, Any]]:
    state = desk.sandbox.state("quickbooks")["quickbooks"]["companies"][desk.company.realm_id]
    return [row for row in state["Item"] if row["Name"] == name]


def income_account(desk: Desk) -> str:
    accounts = Record.objects.for_portal(desk.books.portal).filter(
        company=desk.company, kind="Account", raw__AccountType="Income"
    )
    return str(accounts.order_by("qbo_id").first().qbo_id)


def test_b12_p22_every_unknown_product_is_listed_at_once_with_a_picker(
    desk: Desk, rep: Visitor
) -> None:
    quote_id = three_lines(desk)
    begin(desk, rep)
    choose(rep, quote_id)
    to_lines(desk, rep)
    assert "QuickBooks has no product Perch (SKU NOPE-1)" in rep.text
    assert "QuickBooks has no product Bird: bath (SKU NOPE-2)" in rep.text
    pickers = [name for name in rep.fields() if name.endswith("-item_id")]
    assert len(pickers) == 2
    rep.press()
    assert rep.page.status_code == 422
    rep.press(**{name: desk.item().id for name in pickers})
    assert rep.path.endswith("/details/"), rep.text
    rep.press()
    assert items_of(create(desk, rep)) == ["Task chair", desk.item().name, desk.item().name]


def test_b12_without_javascript_a_picker_searches_with_a_button(desk: Desk, rep: Visitor) -> None:
    quote_id = three_lines(desk)
    begin(desk, rep)
    choose(rep, quote_id)
    to_lines(desk, rep)
    picker = next(name for name in rep.fields() if name.endswith("-item_id"))
    rep.press("", find=picker, **{f"{picker}_query": "pendant"})
    page = rep.page.content.decode()
    assert "Pendant lamp, brass" in page
    assert f'type="radio" name="{picker}"' in page
    assert 'type="radio" name="add_item"' not in page


def test_b12_a_product_chosen_once_is_found_by_its_link_next_time(desk: Desk, rep: Visitor) -> None:
    [product] = offers.made(desk, "products", [{"name": "Perch", "hs_sku": "NOPE-1", "price": "9"}])
    line = offers.line("NOPE-1", name="Perch", hs_product_id=product)
    first = offers.quote(desk, line)
    begin(desk, rep)
    choose(rep, first)
    to_lines(desk, rep)
    picker = next(name for name in rep.fields() if name.endswith("-item_id"))
    rep.press(**{picker: desk.item().id})
    rep.press()
    create(desk, rep)
    link = RecordLink.objects.for_portal(desk.books.portal).get(kind="Item")
    assert (link.hubspot_id, link.qbo_id, link.source) == (product, desk.item().id, "confirmed")
    again = offers.quote(desk, line)
    begin(desk, rep)
    choose(rep, again)
    assert draft_of(desk).content["lines"][0]["item_id"] == desk.item().id


def test_b12_the_default_product_stands_in_and_keeps_the_quotes_name(
    desk: Desk, rep: Visitor
) -> None:
    desk.books.configure(product_policy="default_item", default_item_id=desk.item().id)
    quote_id = three_lines(desk)
    begin(desk, rep)
    choose(rep, quote_id)
    to_review(desk, rep)
    invoice = create(desk, rep)
    assert items_of(invoice) == ["Task chair", desk.item().name, desk.item().name]
    texts = [line.get("Description") for line in invoice.raw["Line"][:3]]
    assert texts[1:] == ["Perch", "Bird: bath"]
    assert net(invoice) == 600


@pytest.mark.parametrize("kind", ["reset", "html"])
def test_b12_f22_missing_products_are_created_once_even_when_an_answer_is_lost(
    desk: Desk, rep: Visitor, kind: str
) -> None:
    desk.books.configure(product_policy="create", new_item_account_id=income_account(desk))
    quote_id = three_lines(desk)
    begin(desk, rep)
    choose(rep, quote_id)
    to_review(desk, rep)
    assert rep.text.count("New in QuickBooks") == 2
    desk.sandbox.faults(fault(ITEM_POST, kind))
    rep.press("create")
    operation = run_again(draft_of(desk).operation)
    assert operation.point == RecoveryPoint.DONE, operation.problem
    assert [len(in_books(desk, name)) for name in ("Perch", "Bird - bath")] == [1, 1]
    assert in_books(desk, "Perch")[0]["Sku"] == "NOPE-1"
    invoice = operation.invoice
    assert items_of(invoice) == ["Task chair", "Perch", "Bird - bath"]


def test_b12_an_inactive_product_of_that_name_is_not_doubled(desk: Desk, rep: Visitor) -> None:
    desk.books.configure(product_policy="create", new_item_account_id=income_account(desk))
    quote_id = offers.quote(desk, offers.line("NOPE-1", name="Fixtures"))
    body = {"Name": "Fixtures", "Type": "Category"}
    desk.books.do("save", kind="Item", body=body)
    begin(desk, rep)
    choose(rep, quote_id)
    to_review(desk, rep)
    rep.press("create")
    assert "did not create the product Fixtures: the name is already used" in rep.text
    assert desk.in_quickbooks(PrivateNote="none") == []
    assert draft_of(desk).state == "open"


def test_b12_create_without_an_account_says_what_is_missing(desk: Desk, rep: Visitor) -> None:
    desk.books.configure(product_policy="create")
    quote_id = three_lines(desk)
    begin(desk, rep)
    choose(rep, quote_id)
    to_lines(desk, rep)
    assert "No income account for new products is chosen" in rep.text
    rep.press()
    assert rep.page.status_code == 422


def test_b12_block_refuses_the_lines_until_quickbooks_has_them(desk: Desk, rep: Visitor) -> None:
    desk.books.configure(product_policy="block")
    quote_id = three_lines(desk)
    begin(desk, rep)
    choose(rep, quote_id)
    to_lines(desk, rep)
    assert rep.text.count("takes only products that QuickBooks has") >= 2
    assert not [name for name in rep.fields() if name.endswith("-item_id")]
    for key in [line["key"] for line in draft_of(desk).content["lines"][1:]]:
        rep.press("save", remove=key)
    rep.press()
    assert rep.path.endswith("/details/"), rep.text
    assert DEAL in rep.path
