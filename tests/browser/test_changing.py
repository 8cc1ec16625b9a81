"""Editing, comparing, voiding and correcting in Chromium, and how these pages look."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from integration.clock import now
from integration.models.people import Role
from invoices import changes, editing, refunds
from invoices.models import Invoice
from invoices.models.changes import ChangePoint
from tests import tenants
from tests.browser.conftest import SignIn
from tests.browser.looks import faults
from tests.browser.test_existing import desk, rep_of, unlimited  # noqa: F401
from tests.invoices.change_desk import edited, fresh, made, there
from tests.invoices.desk import DEAL, Desk
from tests.invoices.test_credits_and_refunds import bank, form
from tests.sync.books import HUB


def place(invoice: Invoice, name: str = "invoice") -> str:
    return reverse(name, args=[invoice.portal_id, invoice.pk])


def test_d14_edit_in_the_wizard_with_two_versions(sign_in: SignIn, site: str, desk: Desk) -> None:  # noqa: F811
    invoice = made(desk)
    page = sign_in(desk.member)
    page.goto(f"{site}{place(invoice)}")
    page.get_by_role("button", name="Edit", exact=True).click()
    expect(page.get_by_role("heading", name=f"Edit invoice {invoice.doc_number}")).to_be_visible()
    page.get_by_role("textbox", name="Quantity").first.fill("5")
    page.get_by_role("button", name="Next: details").click()
    page.get_by_role("button", name="Next: review").click()
    desk.books.do("edit", invoice_id=invoice.qbo_id, quantity="3")
    page.get_by_role("button", name="Save changes in QuickBooks").click()
    expect(page.get_by_role("heading", name="Changed in QuickBooks meanwhile")).to_be_visible()
    page.get_by_role("button", name="Put my changes on top").click()
    expect(page.get_by_text("Your changes are saved in QuickBooks.")).to_be_visible()
    assert there(desk, invoice)["Line"][0]["SalesItemLineDetail"]["Qty"] == 5


def test_d14_void_asks_in_a_dialog(sign_in: SignIn, site: str, desk: Desk) -> None:  # noqa: F811
    invoice = made(desk)
    page = sign_in(desk.member)
    page.goto(f"{site}{place(invoice)}")
    page.get_by_role("link", name="Void", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("This cannot be taken back.")
    dialog.get_by_label("Reason (optional)").fill("Ordered twice")
    dialog.get_by_role("button", name="Void invoice").click()
    expect(page.get_by_text("The invoice was voided in QuickBooks.")).to_be_visible()
    expect(page.get_by_text("Ordered twice").first).to_be_visible()


def test_c09_a_rep_edits_inside_hubspots_frame(page: Page, site: str, desk: Desk) -> None:  # noqa: F811
    portal = desk.books.portal
    portal.ui_domain = desk.sandbox.hubspot.partition("://")[2]
    portal.save(update_fields=["ui_domain"])
    tenants.member(portal, Role.SALES_REP, **rep_of(desk))
    invoice = made(desk)
    page.goto(f"{desk.sandbox.hubspot}/contacts/{HUB}/record/0-3/{DEAL}")
    page.get_by_role("button", name="Add existing invoice").click()
    frame = page.frame_locator("iframe[name=card]")
    frame.locator("ol.crumbs a").first.click()
    frame.get_by_role("link", name=str(invoice.doc_number)).first.click()
    expect(frame.get_by_role("button", name="Void")).to_have_attribute("aria-disabled", "true")
    frame.get_by_role("button", name="Edit", exact=True).click()
    frame.get_by_role("textbox", name="Quantity").first.fill("4")
    frame.get_by_role("button", name="Next: details").click()
    frame.get_by_role("button", name="Next: review").click()
    frame.get_by_role("button", name="Save changes in QuickBooks").click()
    expect(frame.get_by_text("Your changes are saved in QuickBooks.")).to_be_visible()


@pytest.fixture
def furnished(desk: Desk) -> dict[str, str]:  # noqa: F811
    """Every page of a change, by name."""
    plain, paid, clash = made(desk), made(desk), made(desk)
    desk.books.do("pay", invoice_id=paid.qbo_id)
    receipts = [
        form(desk, paid, "RefundReceipt", each, **bank(desk)) for each in ("40.00", "15.00")
    ]
    desk.books.sync()
    refunds.accept(desk.actor, fresh(paid), receipts[0]["Id"], now())
    corrected = made(desk)
    desk.books.do("send", invoice_id=corrected.qbo_id, address="a@example.com")
    desk.books.sync()
    correction = changes.correct(desk.actor, fresh(corrected), now())
    draft = edited(desk, clash, quantity="5", message="Delivered in two parts")
    desk.books.do("edit", invoice_id=clash.qbo_id, quantity="3", due_date="2027-05-05")
    conflict = editing.submit(desk.actor, draft, draft.version, now())
    assert (correction.point, conflict.point) == (ChangePoint.DONE, ChangePoint.CONFLICT)
    edit = changes.begin_edit(desk.actor, plain, now())
    step = [plain.portal_id, DEAL, edit.pk]
    return {
        "invoice": place(plain),
        "settled": place(paid),
        "credited": place(corrected),
        "void": place(plain, "invoice-void"),
        "correct": place(paid, "invoice-correct"),
        "corrected": reverse("invoice-change", args=[plain.portal_id, corrected.pk, correction.pk]),
        "conflict": reverse("invoice-change", args=[plain.portal_id, clash.pk, conflict.pk]),
        "edit-lines": reverse("wizard-step", args=[*step, "lines"]),
        "edit-review": reverse("wizard-step", args=[*step, "review"]),
    }


def test_the_pages_are_accessible_and_fit(
    sign_in: SignIn,
    site: str,
    desk: Desk,  # noqa: F811
    furnished: dict[str, str],
) -> None:
    page = sign_in(desk.member)
    for address in furnished.values():
        page.goto(f"{site}{address}")
        assert faults(page) == [], address
