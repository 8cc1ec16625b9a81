"""Steps of the rep: the wizard from its first page to the created invoice, form by form."""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from workflows.demo_check import compare, reading
from workflows.demo_check.browser import Browser, Page, expecting
from workflows.demo_check.check import REP, Check
from workflows.demo_check.progress import Stuck

NUMBER = re.compile(r"^Invoice (\S+)")
CREATE = "Create invoice in QuickBooks"
NOT_YET = 409
"""The wizard's answer while QuickBooks' lists are still being read."""


@dataclass(frozen=True)
class Line:
    """``search`` is typed into the picker and finds ``product``."""

    search: str
    product: str
    quantity: str
    price: str
    tax: str = "Taxable"


@dataclass(frozen=True)
class Order:
    """What the rep enters. ``days`` are those of the terms; ``company`` where it is asked for."""

    customer: str
    lines: tuple[Line, ...]
    terms: str
    days: int
    message: str
    company: str = ""


@dataclass(frozen=True)
class Created:
    """The invoice's page and what the review had said."""

    page: Page
    number: str
    review: Mapping[str, Any]


def from_hubspot(check: Check, deal_id: str, deal_name: str) -> tuple[Browser, Page]:
    """The card on HubSpot's deal page, its frame, and the wizard's first page in it."""
    address = f"{check.up.hubspot}/contacts/{check.report.seen['portal']}/record/0-3/{deal_id}"
    outside = check.rep.get(address)
    if deal_name not in outside.said:
        raise Stuck(f"{address} is not the deal {deal_name}", "sandbox")
    opened = check.rep.press(outside, "Create invoice")
    frame = opened.root.first("iframe")
    if frame is None:
        raise Stuck(f"The card opened nothing: {opened.said[:300]}", "web")
    inside = Browser(framed_by=check.up.hubspot)
    return inside, inside.get(frame.get("src"))


def from_own_pages(check: Check, deal_id: str, deal_name: str) -> tuple[Browser, Page]:
    """Deals, a search in HubSpot, the deal's page."""
    check.sign_in(check.rep, REP)
    deals = check.rep.get(f"{check.portal_url}deals/")
    found = check.rep.press(deals, "Search", {"hubspot": deal_name.split()[0]})
    deal = check.rep.get(found.link(deal_name))
    if f"/{deal_id}/" not in deal.address:
        raise Stuck(f"The search for {deal_name} led to {deal.address}", "web")
    return check.rep, deal


def run(check: Check, browser: Browser, first: Page, start: str, order: Order) -> Created:
    """Every step; ``start`` is the button on the first page."""
    page = check.until(
        "the wizard opens", lambda: _opened(browser.press(first, start, allowed=(NOT_YET,)))
    )
    for step in (_company, _source, _customer, _lines, _details)[0 if order.company else 1 :]:
        with expecting(page):
            page = step(browser, page, order)
    _expect(page, "review")
    with expecting(page):
        review = reading.review(page.root)
    return _create(check, browser, page, review)


def _opened(page: Page) -> Page | None:
    return None if page.status == NOT_YET else page


def _expect(page: Page, step: str) -> None:
    if not page.address.rstrip("/").endswith(f"/{step}"):
        raise Stuck(f"Not at the step {step} but at {page.address}: {page.said[:600]}", "web")


def _company(browser: Browser, page: Page, order: Order) -> Page:
    _expect(page, "company")
    chosen = page.form("Next").choice("company_id", order.company)
    return browser.press(page, "Next", {"company_id": chosen})


def _source(browser: Browser, page: Page, order: Order) -> Page:
    """From scratch, where the deal has quotes to choose from."""
    if not page.address.rstrip("/").endswith("/source"):
        return page
    return browser.press(page, "Next", {"source": "scratch"})


def _customer(browser: Browser, page: Page, order: Order) -> Page:
    """A suggestion where there is one, else the picker."""
    _expect(page, "customer")
    form = page.form("Next")
    offered = form.choices("choice")
    chosen = next(
        (value for value, label in offered.items()
         if value.startswith("c:") and label.startswith(order.customer)), "",
    )  # fmt: skip
    if chosen:
        return browser.press(page, "Next", {"choice": chosen})
    found = _pick(browser, page, "customer_id", order.customer, order.customer)
    answers = {"choice": "search", "customer_id": found, "customer_id_query": order.customer}
    return browser.press(page, "Next", answers)


def _pick(browser: Browser, page: Page, name: str, typed: str, wanted: str) -> str:
    """Type into a picker and choose what it offers."""
    offered = reading.options(
        browser.piece(page, reading.picker(page.root, name), {"q": typed}).root
    )
    if wanted not in offered:
        raise Stuck(f"The picker for {typed!r} offers {list(offered)} instead of {wanted}", "web")
    return offered[wanted]


def _lines(browser: Browser, page: Page, order: Order) -> Page:
    """Each product by the picker, which saves at once; then quantities, prices and taxes."""
    _expect(page, "lines")
    for line in order.lines:
        item = _pick(browser, page, "add_item", line.search, line.product)
        browser.change(page, page.form("Next"), {"add_item": item}, "add_item")
        page = browser.get(page.address)
    keys = reading.line_keys(page.root)
    answers: dict[str, str] = {}
    form = page.form("Next")
    for line in order.lines:
        prefix = f"line-{keys[line.product]}-"
        answers[f"{prefix}quantity"] = line.quantity
        answers[f"{prefix}unit_price"] = line.price
        if form.choices(f"{prefix}tax_code_id"):
            answers[f"{prefix}tax_code_id"] = form.choice(f"{prefix}tax_code_id", line.tax)
    return browser.press(page, "Next", answers)


def _details(browser: Browser, page: Page, order: Order) -> Page:
    """The due date follows the terms as soon as they are chosen."""
    _expect(page, "details")
    terms = page.form("Next").choice("terms_id", order.terms)
    browser.change(page, page.form("Next"), {"terms_id": terms}, "terms_id")
    page = browser.get(page.address)
    form = page.form("Next")
    due = date.fromisoformat(form.value("txn_date")) + timedelta(days=order.days)
    if form.value("due_date") != due.isoformat():
        raise Stuck(
            f"{order.terms} from {form.value('txn_date')} gave {form.value('due_date')}", "web"
        )
    return browser.press(page, "Next", {"message": order.message})


def _create(check: Check, browser: Browser, page: Page, review: Mapping[str, Any]) -> Created:
    """Pressed twice, as people do (B-04); the page tells how far it is until the invoice is there."""
    browser.press(page, CREATE)
    shown = browser.press(page, CREATE)

    def finished() -> Page | None:
        nonlocal shown
        if "/invoices/" in shown.address:
            return shown
        if not shown.address.rstrip("/").endswith("/result"):
            raise Stuck(f"QuickBooks was not reached: {shown.said[:800]}", "web")
        time.sleep(0.5)
        shown = browser.get(shown.address)
        return None

    done = check.until("the invoice is created", finished)
    number = NUMBER.match(done.heading)
    if number is None:
        raise Stuck(f"{done.address} does not begin with the invoice's number: {done.said}", "web")
    return Created(done, number[1], review)


def preview(check: Check, browser: Browser, created: Created) -> None:
    """S-47: the invoice as the customer will see it; in HubSpot's frame it is downloaded."""
    label = "Download PDF" if browser.framed_by else "Open PDF"
    document = browser.get(created.page.link(label))
    kind = document.headers.get("content-type", "")
    if not document.text.startswith("%PDF"):
        check.report.differ(f"preview of invoice {created.number}", "a PDF", kind)


def entered(order: Order, review: Mapping[str, Any]) -> tuple[compare.Facts, compare.Facts]:
    """What the rep entered and what the review says of it."""
    said = {
        "customer": order.customer,
        "terms": order.terms,
        "message": order.message,
        "lines": [(line.product, line.quantity, line.price) for line in order.lines],
    }
    shown = {name: review[name] for name in ("customer", "terms", "message")}
    shown["lines"] = [row[:3] for row in review["lines"]]
    return compare.flat(said), compare.flat(shown)
