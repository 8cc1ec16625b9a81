"""The products and details steps, without JavaScript: lines of every kind, their order, and what
only some companies have (S-33 to S-43, D-08, B-13, B-20)."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from integration.clock import now
from integration.models.people import Role
from tests import tenants
from tests.invoices.desk import DEAL, Desk
from tests.invoices.pages import BACKEND, Visitor
from tests.invoices.quote_desk import create, draft_of, go, read_again
from tests.sandbox_process import SandboxProcess
from tests.sync.books import connect_prepared

BRIGHT, SUMMIT = "9341450000000002", "9341450000000004"


def visitor(desk: Desk) -> Visitor:
    client = Client()
    client.force_login(desk.member.person, backend=BACKEND)
    return Visitor(client)


def at_lines(desk: Desk, rep: Visitor) -> None:
    """At the products step of an invoice from scratch, with one product on it."""
    rep.post(f"/p/{desk.books.portal.pk}/deals/{DEAL}/invoice/")
    rep.press(source="scratch")
    rep.press(choice="search", customer_id=desk.customer().id)
    assert rep.path.endswith("/lines/"), rep.text
    add(desk, rep)


def add(desk: Desk, rep: Visitor) -> None:
    rep.press("add", add_item=desk.item().id)


def keys(desk: Desk) -> list[str]:
    return [line["key"] for line in draft_of(desk).content["lines"]]


def line(desk: Desk, place: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = draft_of(desk).content["lines"][place]
    return found


def to_review(rep: Visitor) -> None:
    go(rep, "review")
    assert rep.path.endswith("/review/"), rep.text


def sent(desk: Desk, rep: Visitor) -> dict[str, Any]:
    """The invoice as QuickBooks has it."""
    to_review(rep)
    invoice = create(desk, rep)
    [row] = [row for row in desk.in_quickbooks() if row["Id"] == invoice.qbo_id]
    return row


@pytest.fixture
def sit_at(transactional_db: None, sandbox: SandboxProcess, unlimited: None) -> Any:
    sandbox.switch(burst_limit=0)

    def at(realm: str) -> Desk:
        books = connect_prepared(sandbox, realm=realm)
        return Desk(books)

    return at


# --------------------------------------------------------------------------------- kinds of lines
def test_d08_s33_a_text_line_reaches_quickbooks_as_words(desk: Desk, rep: Visitor) -> None:
    at_lines(desk, rep)
    rep.press("save", add_text="1")
    assert "Text line" in rep.text
    words = keys(desk)[1]
    rep.press()
    assert "is a text line without text" in rep.text
    rep.press(**{f"line-{words}-description": "Delivered in May"})
    assert rep.path.endswith("/details/"), rep.text
    to_review(rep)
    assert "Delivered in May" in rep.text
    row = sent(desk, rep)
    assert [each["DetailType"] for each in row["Line"]] == [
        "SalesItemLineDetail", "DescriptionOnly", "SubTotalLineDetail",
    ]  # fmt: skip
    assert row["Line"][1]["Description"] == "Delivered in May"


def test_d08_s34_priced_words_need_a_product_that_stands_in(desk: Desk, rep: Visitor) -> None:
    at_lines(desk, rep)
    assert "Add line without a product" not in rep.text
    rep.press("save", add_free="1")
    assert "has chosen none" in rep.text
    assert len(keys(desk)) == 1
    desk.books.configure(default_item_id=desk.item().id)
    rep.see(rep.path)
    assert "Add line without a product" in rep.text
    rep.press("save", add_free="1")
    free = keys(desk)[1]
    rep.press("save", **{f"line-{free}-unit_price": "12.50"})
    rep.press()
    assert "has no product of its own and no description" in rep.text
    rep.press(**{f"line-{free}-description": "Assembly of the shelves"})
    row = sent(desk, rep)
    assert row["Line"][1]["Description"] == "Assembly of the shelves"
    assert row["Line"][1]["SalesItemLineDetail"]["ItemRef"]["value"] == desk.item().id


def test_d08_c13_priced_words_need_a_right(desk: Desk) -> None:
    desk.books.configure(default_item_id=desk.item().id)
    desk.books.portal.deal_scope = "all"
    desk.books.portal.save(update_fields=["deal_scope"])
    reps = Desk(desk.books, tenants.member(desk.books.portal, Role.SALES_REP))
    rep = visitor(reps)
    at_lines(reps, rep)
    assert "Add line without a product" not in rep.text
    rep.press("save", add_free="1")
    assert "you may invoice QuickBooks products only" in rep.text
    assert len(keys(desk)) == 1


def test_s33_a_product_made_inactive_under_the_picker_is_named(desk: Desk, rep: Visitor) -> None:
    at_lines(desk, rep)
    other = next(each for each in desk.reference.items() if each.id != desk.item().id)
    raw = {**other.raw, "Active": False, "SyncToken": str(int(other.sync_token) + 1)}
    desk.reference.keep("Item", [raw], now())
    rep.press("add", add_item=other.id, add_item_query=other.name)
    assert f"{other.name} was not added" in rep.text
    assert "no longer an active product" in rep.text
    assert len(keys(desk)) == 1
    rep.press("save")
    assert "was not added" not in rep.text


# -------------------------------------------------------------------------------------------- order
def test_s33_lines_are_put_in_order_with_buttons(desk: Desk, rep: Visitor) -> None:
    at_lines(desk, rep)
    add(desk, rep)
    add(desk, rep)
    first, second, third = keys(desk)
    assert "Move up" in rep.text
    rep.press("save", move=f"{third}:up")
    assert keys(desk) == [first, third, second]
    rep.press("save", move=f"{first}:down", **{f"line-{first}-quantity": "9"})
    assert keys(desk) == [third, first, second]
    assert line(desk, 1)["quantity"] == "9"
    rep.press("save", move=f"{third}:up")
    assert keys(desk) == [third, first, second]


def test_s33_a_dragged_line_arrives_as_an_order_of_keys(desk: Desk, rep: Visitor) -> None:
    at_lines(desk, rep)
    add(desk, rep)
    first, second = keys(desk)
    rep.press("save", order=f"{second},nobody,{first}")
    assert keys(desk) == [second, first]
    rep.press("save")
    assert keys(desk) == [second, first]


# ---------------------------------------------------------------------------------------- discounts
def test_b13_a_line_discount_from_scratch_keeps_the_list_price(desk: Desk, rep: Visitor) -> None:
    at_lines(desk, rep)
    key = keys(desk)[0]
    rep.press("save", **{f"line-{key}-quantity": "2", f"line-{key}-unit_price": "100.00",
                         f"line-{key}-discount": "10"})  # fmt: skip
    assert "180.00" in rep.text
    row = sent(desk, rep)
    assert row["Line"][0]["Amount"] == 180
    assert row["Line"][0]["SalesItemLineDetail"]["UnitPrice"] == 90
    assert row["Line"][0]["Description"].endswith("list 100.00 less 10 %")


def test_b13_a_line_discount_on_a_line_of_its_own(desk: Desk, rep: Visitor) -> None:
    desk.books.configure(discount_style="item_line")
    at_lines(desk, rep)
    key = keys(desk)[0]
    prices = {f"line-{key}-quantity": "2", f"line-{key}-unit_price": "100.00"}
    off = {f"line-{key}-discount": "15.50", f"line-{key}-discount_kind": "amount"}
    rep.press("next", **prices, **off)
    assert "has not chosen the product of discount lines" in rep.text
    desk.books.configure(discount_item_id=desk.item().id)
    rep.press("next")
    assert rep.path.endswith("/details/"), rep.text
    row = sent(desk, rep)
    assert [each["Amount"] for each in row["Line"][:2]] == [200, -15.5]


def test_b13_an_order_discount_from_scratch(desk: Desk, rep: Visitor) -> None:
    at_lines(desk, rep)
    key = keys(desk)[0]
    assert "Add discount on the whole invoice" in rep.text
    rep.press("save", add_discount="1", **{f"line-{key}-unit_price": "200.00"})
    rep.press()
    assert rep.page.status_code == 422
    rep.press("save", discount_value="5", discount_kind="amount")
    row = sent(desk, rep)
    [off] = [each for each in row["Line"] if each["DetailType"] == "DiscountLineDetail"]
    assert off["Amount"] == 5
    assert row["ApplyTaxAfterDiscount"] is True


# -------------------------------------------------------- what only some companies have (B-20, E-08)
def test_b20_a_plain_company_is_asked_nothing_of_it(desk: Desk, rep: Visitor) -> None:
    at_lines(desk, rep)
    names = rep.fields()
    assert not [name for name in names if name.endswith(("-class", "-service_date"))]
    rep.press()
    assert not {"class_id", "location_id"} & rep.fields().keys()
    assert "Sales rep" in rep.text


def test_b20_classes_and_service_dates_arrive_on_each_line(
    sit_at: Callable[[str], Desk],
) -> None:
    desk = sit_at(BRIGHT)
    rep = visitor(desk)
    at_lines(desk, rep)
    key = keys(desk)[0]
    assert '<option value="Projects">' in rep.page.content.decode()
    rep.press("next", **{f"line-{key}-class": "Nowhere", f"line-{key}-service_date": "soon"})
    assert "QuickBooks has no class Nowhere" in rep.text
    assert "soon is not a service date" in rep.text
    day = desk.books.day(-3)
    rep.press("next", **{f"line-{key}-class": "projects", f"line-{key}-service_date": day})
    assert rep.path.endswith("/details/"), rep.text
    rep.press("next", custom_field_3="Riley")
    assert rep.path.endswith("/review/")
    assert "Class Projects" in rep.text
    assert "Riley" in rep.text
    row = sent(desk, rep)
    detail = row["Line"][0]["SalesItemLineDetail"]
    assert (detail["ClassRef"]["name"], detail["ServiceDate"]) == ("Projects", day)
    fields = {each["Name"]: each.get("StringValue") for each in row["CustomField"]}
    assert fields["Sales rep"] == "Riley"
    assert "Class Projects" in rep.text
    assert "Riley" in rep.text


def test_b20_a_location_and_a_class_for_the_whole_invoice(
    sit_at: Callable[[str], Desk], sandbox: SandboxProcess
) -> None:
    desk = sit_at(SUMMIT)
    groups = {
        "SalesFormsPrefs": {"CustomTxnNumbers": False},
        "AccountingInfoPrefs": {"ClassTrackingPerTxnLine": False, "ClassTrackingPerTxn": True},
    }
    sandbox.admin("POST", "quickbooks/preferences", {"realm": SUMMIT, "preferences": groups})
    read_again(desk)
    rep = visitor(desk)
    at_lines(desk, rep)
    assert not [name for name in rep.fields() if name.endswith("-class")]
    rep.press()
    places = {each.name: each.id for each in desk.reference.locations()}
    classes = {each.name: each.id for each in desk.reference.classes()}
    rep.press("next", location_id=places["Boulder"], class_id=classes["South"])
    row = sent(desk, rep)
    assert row["DepartmentRef"]["name"] == "Boulder"
    assert row["ClassRef"]["name"] == "South"
    assert "Boulder" in rep.text


# ------------------------------------------------------------------------------------------ details
def test_s42_terms_changed_in_the_same_moment_as_next_move_the_due_date(
    desk: Desk, rep: Visitor
) -> None:
    at_lines(desk, rep)
    rep.press()
    fields = rep.fields()
    other = next(term.id for term in desk.reference.terms() if term.name == "Net 15")
    first = "2026-11-02"
    rep.press("save", terms_id=other, txn_date=first)
    stored = draft_of(desk).content
    assert stored["due_date"] == "2026-11-17"
    # The form as it stood before that save was answered, with Next.
    rep.post(rep.path, **{**fields, "version": str(draft_of(desk).version), "terms_id": other,
                          "txn_date": first, "go": "next"})  # fmt: skip
    assert draft_of(desk).content["due_date"] == "2026-11-17"


def test_s42_a_due_date_chosen_by_hand_stays(desk: Desk, rep: Visitor) -> None:
    at_lines(desk, rep)
    rep.press()
    rep.press("save", due_date="2027-01-31")
    other = next(term.id for term in desk.reference.terms() if term.name == "Net 15")
    rep.press("save", terms_id=other)
    assert draft_of(desk).content["due_date"] == "2027-01-31"


def test_s35_five_hundred_lines_stay_usable(desk: Desk, rep: Visitor) -> None:
    at_lines(desk, rep)
    draft = draft_of(desk)
    one = draft.content["lines"][0]
    draft.content = {**draft.content, "lines": [{**one, "key": f"k{n}"} for n in range(500)]}
    draft.save(update_fields=["content"])
    rep.see(rep.path)
    assert len(re.findall(r'data-line="k\d+"', rep.page.content.decode())) == 500
    rep.press("save", **{"line-k499-quantity": "7", "line-k0-description": "The first"})
    assert line(desk, 499)["quantity"] == "7"
    assert line(desk, 0)["description"] == "The first"
    assert "and 475 more lines" in rep.text
