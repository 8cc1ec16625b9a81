"""The whole path, step by step, with what is seen on the way."""

from decimal import Decimal
from urllib.parse import urlsplit

from workflows.demo_check import compare, connecting, following, wizard
from workflows.demo_check.check import ADMIN, COMPANY, Check, Connected
from workflows.demo_check.following import Followed
from workflows.demo_check.wizard import Created, Line, Order

FIRST_DEAL = "Aviary visitor centre fit-out"
SECOND_DEAL = "Quiet room panels"
FIRST_ORDER = Order(
    customer="Amy's Bird Sanctuary",
    lines=(
        Line("recep", "Reception counter", "1", "2150.00"),
        Line("CHR-STACK", "Stacking chair", "24", "74.95"),
        Line("installation", "Installation, hour", "16", "85.00", tax="Not taxable"),
    ),
    terms="Net 30",
    days=30,
    message="Thank you, Amy – “as agreed”, in three parts.",
)
SECOND_ORDER = Order(
    customer="Diego Rodriguez Architects",
    lines=(Line("acoustic", "Acoustic panel 60x120", "18", "94.25"),),
    terms="Net 15",
    days=15,
    message="Panels and fitting.",
    company=COMPANY,
)
PART = Decimal("1500.25")


def walk(check: Check) -> None:
    """Raises ``Stuck`` and ``PageProblem`` where a person could not go on."""
    company = _connect(check)
    first = _first_invoice(check, company)
    _paid_and_reversed(check, first)
    second = _second_invoice(check, company)
    _overdue(check, first, second)


def _connect(check: Check) -> Connected:
    step = check.report.step
    with step("admin signs in"):
        check.sign_in(check.admin, ADMIN)
    with step("HubSpot is connected"):
        connecting.connect_hubspot(check)
    with step(f"{COMPANY} is connected"):
        company = connecting.connect_company(check, COMPANY)
    with step("properties made in HubSpot, lists read from QuickBooks"):
        connecting.wait_for_set_up(check, company)
    check.report.seen["company"] = {"name": company.name, "realm": company.realm}
    return company


def _first_invoice(check: Check, company: Connected) -> Followed:
    step = check.report.step
    with step("rep opens the wizard in HubSpot's frame"):
        deal_id = check.portal.deal_named(FIRST_DEAL)
        inside, page = wizard.from_hubspot(check, deal_id, FIRST_DEAL)
    with step("invoice created through the wizard"):
        before = check.books(company.realm).count_invoices()
        created = wizard.run(check, inside, page, "Start", FIRST_ORDER)
    followed = Followed(company, deal_id, created.number)
    with step("its PDF, downloaded in the frame"):
        wizard.preview(check, inside, created)
    with step("QuickBooks' invoice is the one on the review"):
        _compare_created(check, followed, created, FIRST_ORDER)
        made = check.books(company.realm).count_invoices() - before
        check.report.compare("QuickBooks", {"new invoices": "1"}, {"new invoices": str(made)})
    check.report.seen["deal"] = {"id": deal_id, "name": FIRST_DEAL}
    check.report.seen["invoice"] = _told(created)
    with step("deal, properties and invoice object in HubSpot"):
        check.report.seen["after_creation"] = following.wait_for_deal(
            check, followed, "awaiting_sending"
        )
    return followed


def _compare_created(check: Check, followed: Followed, created: Created, order: Order) -> None:
    check.report.compare("review", *wizard.entered(order, created.review))
    following.compare_with_review(check, followed, dict(created.review))


def _told(created: Created) -> dict[str, object]:
    texts, amounts = ("customer", "currency", "terms", "due_date"), ("net", "tax", "total")
    return {
        "number": created.number,
        "page": urlsplit(created.page.address).path,
        **{name: created.review[name] for name in texts},
        **{name: compare.money(created.review[name]) for name in amounts},
        "lines": len(created.review["lines"]),
    }


def _paid_and_reversed(check: Check, followed: Followed) -> None:
    step, seen = check.report.step, check.report.seen
    with step("sent in QuickBooks, Sent to customer on the deal"):
        following.send(check, followed)
        seen["after_sending"] = following.wait_for_deal(check, followed, "sent")
    with step("part paid in QuickBooks, Partially paid on the deal"):
        following.pay(check, followed, PART)
        seen["after_part"] = following.wait_for_deal(check, followed, "partially_paid")
    with step("rest paid in QuickBooks, Sync now, Paid in full on the deal"):
        following.pay(check, followed, None)
        following.sync_now(check, followed.company)
        seen["after_rest"] = following.wait_for_deal(check, followed, "paid")
    with step("one payment voided, Sync now, reversal on the timeline"):
        following.void_payment(check, followed)
        following.sync_now(check, followed.company)
        seen["after_reversal"] = following.wait_for_deal(check, followed, "partially_paid")


def _second_invoice(check: Check, company: Connected) -> Followed:
    """While two companies are connected, so that the wizard asks which one; its picker finds the
    customer, whom nothing ties to the deal."""
    step, seen = check.report.step, check.report.seen
    with step("a second company is connected"):
        other = connecting.connect_another(check)
    with step("second invoice created from the product's own pages"):
        deal_id = check.portal.deal_named(SECOND_DEAL)
        browser, page = wizard.from_own_pages(check, deal_id, SECOND_DEAL)
        created = wizard.run(check, browser, page, "Create invoice", SECOND_ORDER)
        second = Followed(company, deal_id, created.number)
        _compare_created(check, second, created, SECOND_ORDER)
        seen["second_invoice"] = _told(created)
    with step("its PDF, opened from its page"):
        wizard.preview(check, browser, created)
    with step("sent while the second company is disconnected"):
        following.send(check, second)
        connecting.disconnect(check, other, company)
        following.wait_for_deal(check, second, "sent")
    return second


def _overdue(check: Check, first: Followed, second: Followed) -> None:
    """Only the second is past its due date; QuickBooks changed nothing."""
    step, seen = check.report.step, check.report.seen
    with step("the clock turns past its due date, Overdue on its deal"):
        seen["day_after_due_date"] = following.turn_past_due(check, second)
        seen["after_due_date"] = following.wait_for_deal(check, second, "overdue")
        following.wait_for_deal(check, first, "partially_paid")
