"""The products step with JavaScript: lines dragged and moved, sums while typing, what only some
companies have; and the tax map, on wide and narrow screens (S-33, B-13, B-20, B-25)."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from invoices.models import Draft
from tests.browser.conftest import SignIn
from tests.browser.looks import faults
from tests.browser.test_wizard import pick, sit_down, unlimited
from tests.invoices.desk import DEAL, Desk
from tests.sync.books import UK

BRIGHT = "9341450000000002"
__all__ = ["sit_down", "unlimited"]


@pytest.fixture
def desk(sit_down: Any) -> Desk:
    found: Desk = sit_down(BRIGHT)
    found.books.configure(default_item_id=found.item().id)
    return found


@pytest.fixture
def page(sign_in: SignIn, site: str, desk: Desk) -> Page:
    """At the products step, with two products and a text line."""
    page = sign_in(desk.member)
    page.goto(f"{site}/p/{desk.books.portal.pk}/deals/{DEAL}/")
    page.get_by_role("button", name="Create invoice").click()
    expect(page.get_by_text("From the quote")).to_be_visible()
    page.get_by_label("From scratch").check()
    page.get_by_role("button", name="Next: customer").last.click()
    customer = desk.customer()
    page.get_by_text("Another customer").or_(page.get_by_text("A customer in QuickBooks")).click()
    pick(page, "Customer", customer.display_name[:6], customer.display_name)
    expect(page.locator("#wizard-summary")).to_contain_text(customer.display_name)
    page.get_by_role("button", name="Next: products").last.click()
    for number, item in enumerate(two_items(desk), start=1):
        pick(page, "Add products from QuickBooks", item.name, item.name)
        expect(page.locator("[data-line]")).to_have_count(number)
    page.get_by_role("button", name="Add text line").click()
    expect(page.locator("[data-line]")).to_have_count(3)
    return page


def two_items(desk: Desk) -> list[Any]:
    able = [each for each in desk.reference.items() if each.unit_price and each.kind != "Category"]
    return able[:2]


def names(page: Page) -> list[str]:
    return [text.strip() for text in page.locator("[data-line] > legend").all_inner_texts()]


def line(page: Page, place: int) -> Locator:
    return page.locator("[data-line]").nth(place)


def stored(desk: Desk) -> list[dict[str, Any]]:
    draft = Draft.objects.for_portal(desk.books.portal).get()
    return list(draft.content["lines"])


def eventually(page: Page, holds: Callable[[], bool]) -> None:
    """A save is on its way: five seconds are plenty."""
    for _ in range(50):
        if holds():
            return
        page.wait_for_timeout(100)
    raise AssertionError("the draft was not saved")


def test_s33_a_new_text_line_is_typed_at_once_and_named_after_its_words(
    page: Page, desk: Desk
) -> None:
    words = page.get_by_label("Text on the invoice")
    expect(words).to_be_focused()
    words.fill("Delivered in May")
    words.blur()
    eventually(page, lambda: stored(desk)[2]["description"] == "Delivered in May")


def test_s33_lines_move_by_keyboard_and_keep_the_focus(page: Page, desk: Desk) -> None:
    first, second, _words = names(page)
    down = line(page, 0).get_by_role("button", name="Move down")
    down.focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-line] > legend").first).to_have_text(second)
    expect(line(page, 1).get_by_role("button", name="Move down")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("[data-line] > legend").nth(2)).to_have_text(first)
    expect(line(page, 2).get_by_role("button", name="Move up")).to_be_focused()


def test_s33_a_line_is_dragged_to_the_top(page: Page, desk: Desk) -> None:
    first, second, words = names(page)
    page.set_viewport_size({"width": 1280, "height": 1600})  # nothing scrolls under the pointer
    handle = line(page, 2).locator("[data-line-handle]")
    handle.drag_to(line(page, 0), target_position={"x": 60, "y": 60})
    expect(page.locator("[data-line] > legend").first).to_have_text(words)
    assert names(page) == [words, first, second]
    assert stored(desk)[0]["kind"] == "text"


def test_b13_sums_follow_while_a_discount_is_typed(page: Page, desk: Desk) -> None:
    editor = line(page, 0)
    editor.get_by_label("Price").fill("100.00")
    editor.get_by_label("Quantity").fill("2")
    expect(editor.locator(".line-amount")).to_contain_text("200.00")
    editor.get_by_text("Discount on this line").click()
    editor.get_by_role("textbox", name="Discount").press_sequentially("12.5")
    expect(editor.locator(".line-amount")).to_contain_text("175.00")
    expect(editor.get_by_role("textbox", name="Discount")).to_be_focused()
    expect(page.locator("#wizard-summary")).to_contain_text("175.00")


def test_s45_what_is_typed_survives_lines_that_are_drawn_anew(page: Page, desk: Desk) -> None:
    editor = line(page, 0)
    editor.get_by_text("Discount on this line").click()
    words = editor.get_by_label("Description")
    words.click()
    page.keyboard.press("End")
    page.evaluate("document.querySelector('[name=add_text]').click()")
    words.press_sequentially(" in oak")
    expect(page.locator("[data-line]")).to_have_count(4)
    expect(words).to_have_value(re.compile(" in oak$"))
    expect(editor.get_by_role("textbox", name="Discount")).to_be_visible()


def test_b20_a_class_is_offered_and_kept(page: Page, desk: Desk) -> None:
    field = line(page, 0).get_by_label("Class")
    field.fill("Projects")
    field.blur()
    eventually(page, lambda: stored(desk)[0]["class_name"] == "Projects")
    assert stored(desk)[0]["class_id"]


def test_s33_the_products_step_looks_right(page: Page) -> None:
    line(page, 0).get_by_text("Discount on this line").click()
    page.get_by_role("button", name="Add line without a product").click()
    expect(page.locator("[data-line]")).to_have_count(4)
    assert faults(page) == []


def test_b25_the_tax_map_looks_right(sign_in: SignIn, site: str, sit_down: Any) -> None:
    desk = sit_down(UK)
    page = sign_in(desk.member)
    page.goto(f"{site}/p/{desk.books.portal.pk}/companies/{desk.company.pk}/tax-map/")
    expect(page.get_by_label("UK standard rate")).to_be_visible()
    page.get_by_label("California sales tax").select_option(label="5.0% R (5 %)")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The tax map of Tea & Tools Ltd is saved.")).to_be_visible()
    assert faults(page) == []
