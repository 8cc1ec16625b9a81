"""Readiness against the books (B-05, E-06, E-08, E-11): seen before, mended by a link, never sent."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.test import Client

from integration import sessions
from integration.clock import now
from integration.models import CompanySettings, Membership
from integration.models.people import Role
from integration.reference import refresh_reference
from invoices import drafts
from invoices.draft import DraftDiscount, NewCustomer
from invoices.models import Draft, Invoice, InvoiceOperation
from invoices.services import NotReady
from tests import tenants
from tests.invoices.desk import Desk
from tests.invoices.pages import BACKEND, Visitor
from tests.invoices.test_approvals import set_policy
from tests.sandbox_process import SandboxProcess
from tests.sync.books import US, connect_prepared

UK = "9341450000000003"
Seed = Callable[[Desk, Draft], None]


def changed(desk: Desk, draft: Draft, **values: Any) -> None:
    drafts.save(
        desk.actor, draft, lambda content: replace(content, **values),
        version=draft.version, step="review", now=now(),
    )  # fmt: skip


def preferences(**values: Any) -> Seed:
    def seed(desk: Desk, draft: Draft) -> None:
        desk.books.do("preferences", preferences=values)

    return seed


def inactive(kind: str) -> Seed:
    def seed(desk: Desk, draft: Draft) -> None:
        content = drafts.content_of(draft)
        wanted = content.customer_id if kind == "Customer" else content.lines[0].item_id
        state = desk.sandbox.state("quickbooks")["quickbooks"]["companies"]
        row = next(row for row in state[desk.company.realm_id][kind] if row["Id"] == wanted)
        body = {"Id": wanted, "SyncToken": row["SyncToken"], "sparse": True, "Active": False}
        desk.books.do("save", kind=kind, body=body)

    return seed


def euros(desk: Desk, draft: Draft) -> None:
    changed(desk, draft, currency="EUR")


def name_clash(desk: Desk, draft: Draft) -> None:
    taken = desk.customer().display_name
    changed(desk, draft, customer_id="", new_customer=NewCustomer(display_name=taken))


def discount_off(desk: Desk, draft: Draft) -> None:
    changed(desk, draft, discount=DraftDiscount("10"))
    preferences(SalesFormsPrefs={"AllowDiscount": False})(desk, draft)


def no_tax_code(desk: Desk, draft: Draft) -> None:
    line = drafts.content_of(draft).lines[0]
    changed(desk, draft, lines=(replace(line, tax_code_id=""),))


EIGHT = [
    pytest.param(
        preferences(SalesFormsPrefs={"CustomTxnNumbers": True}), "",
        "QuickBooks has custom transaction numbers switched on", "/numbers/", id="numbering",
    ),
    pytest.param(no_tax_code, UK, "has no tax code", "/lines/#id_line-", id="tax code"),
    pytest.param(
        euros, "", "This company cannot invoice in EUR", "/customer/#id_currency", id="currency"
    ),
    pytest.param(
        inactive("Customer"), "", "is inactive in QuickBooks", "/customer/#id_customer_id",
        id="customer",
    ),
    pytest.param(inactive("Item"), "", "inactive", "/lines/#id_line-", id="item"),
    pytest.param(
        name_clash, "", "already exists in QuickBooks", "/customer/#id_new_display_name", id="name"
    ),
    pytest.param(
        preferences(AccountingInfoPrefs={"BookCloseDate": "2099-12-31"}), "",
        "is in a closed period", "/details/#id_txn_date", id="period",
    ),
    pytest.param(
        discount_off, "", "Discounts are switched off in QuickBooks", "/lines/#id_discount",
        id="discount",
    ),
]  # fmt: skip


@pytest.fixture
def sit_down(transactional_db: None, sandbox: SandboxProcess, unlimited: None) -> Any:
    """A desk and its visitor at the company of this realm, the US one without a name."""
    sandbox.switch(burst_limit=0)

    def at(realm: str = "") -> tuple[Desk, Visitor]:
        books = connect_prepared(sandbox, realm=realm or US)
        desk = Desk(books)
        return desk, visitor(desk.member)

    return at


def visitor(member: Membership) -> Visitor:
    client = Client()
    client.force_login(member.person, backend=BACKEND)
    return Visitor(client)


def page_of(desk: Desk, draft: Draft, page: str = "review") -> str:
    return f"/p/{desk.books.portal.pk}/deals/{draft.deal.hubspot_id}/invoice/{draft.pk}/{page}/"


def links_of(visitor: Visitor, sentence: str) -> list[str]:
    """Where the line with this sentence leads."""
    items = re.findall(r"<li>(.*?)</li>", visitor.page.content.decode(), flags=re.S)
    found = [item for item in items if sentence in unescape(re.sub(r"<[^>]+>", "", item))]
    assert found, visitor.text
    return [unescape(url) for url in re.findall(r'href="([^"]+)"', found[0])]


@pytest.mark.parametrize(("seed", "realm", "sentence", "place"), EIGHT)
def test_b05_each_seeded_blocker_shows_its_sentence_and_a_fix_and_nothing_is_sent(
    sit_down: Any, seed: Seed, realm: str, sentence: str, place: str
) -> None:
    desk, visitor = sit_down(realm)
    draft = desk.draft()
    seed(desk, draft)
    refresh_reference(desk.company, sessions.quickbooks(desk.company), now())
    desk.books.forget()
    for page in ("review", "readiness"):
        visitor.see(page_of(desk, draft, page))
        assert any(place in url for url in links_of(visitor, sentence)), page
    visitor.see(page_of(desk, draft))
    visitor.press("create")
    assert visitor.page.status_code == 422
    assert sentence in visitor.text
    draft.refresh_from_db()
    with pytest.raises(NotReady):
        desk.submit(draft)
    assert desk.books.calls("quickbooks") == []
    assert not InvoiceOperation.objects.for_portal(desk.books.portal).exists()


def test_b05_readiness_can_be_opened_from_any_step(desk: Desk, rep: Visitor) -> None:
    draft = desk.draft(customer_id="", customer_name="")
    for step in ("customer", "lines", "details"):
        rep.see(page_of(desk, draft, step))
        assert f"/readiness/?from={step}" in rep.page.content.decode()
    rep.see(page_of(desk, draft, "readiness") + "?from=lines")
    assert "No customer is chosen." in rep.text
    assert page_of(desk, draft, "lines") in rep.page.content.decode()


def test_b05_the_same_invoice_within_a_week_is_pointed_out(desk: Desk, rep: Visitor) -> None:
    first = desk.submit(desk.draft())
    draft = desk.draft()
    rep.see(page_of(desk, draft))
    assert f"Invoice {first.invoice} of" in rep.text
    assert "has the same customer, products and amounts" in rep.text
    later = (now().date() + timedelta(days=9)).isoformat()
    InvoiceOperation.objects.for_portal(desk.books.portal).update(
        created_at=now() - timedelta(days=8)
    )
    changed(desk, draft, txn_date=later, due_date=later, due_date_typed=True)
    rep.see(page_of(desk, draft))
    assert "has the same customer" not in rep.text


def test_b05_the_same_invoice_on_its_way_is_pointed_out(desk: Desk, rep: Visitor) -> None:
    set_policy(desk, "always")
    desk.submit(desk.draft())
    rep.see(page_of(desk, desk.draft()))
    assert "is being created or waits for approval" in rep.text


def test_b05_other_amounts_are_no_twin(desk: Desk, rep: Visitor) -> None:
    desk.submit(desk.draft())
    draft = desk.draft()
    line = drafts.content_of(draft).lines[0]
    changed(desk, draft, lines=(replace(line, quantity="3"),))
    rep.see(page_of(desk, draft))
    assert "has the same customer" not in rep.text


def rules(desk: Desk, **values: Any) -> None:
    CompanySettings.objects.for_portal(desk.books.portal).update_or_create(
        company=desk.company, defaults={"portal": desk.books.portal, **values}
    )


def test_e11_a_late_customer_and_one_over_the_limit_are_only_warned_about(
    desk: Desk, rep: Visitor
) -> None:
    first = desk.submit(desk.draft())
    Invoice.objects.for_portal(desk.books.portal).filter(pk=first.invoice_id).update(
        is_overdue=True, open=Decimal("432.10")
    )
    rules(desk, credit_limit=Decimal("0.01"))
    rep.see(page_of(desk, desk.draft()))
    assert "has not paid 432.10 USD that is overdue (invoices: 1)" in rep.text
    assert "the limit is 0.01" in rep.text
    rules(desk, warn_overdue=False, credit_limit=None)
    rep.see(page_of(desk, desk.draft()))
    assert "has not paid" not in rep.text
    assert "the limit is" not in rep.text
    rep.press("create")
    assert rep.page.status_code == 200


def test_e06_finances_limits_are_shown_before_and_hold_after(desk: Desk, rep: Visitor) -> None:
    rules(
        desk, max_discount_percent=Decimal(5), min_price_percent=Decimal(90), backdating_days=0,
        required_fields=["message"],
    )  # fmt: skip
    draft = desk.draft(discount=DraftDiscount("10"), message="")
    rep.see(page_of(desk, draft, "lines"))
    assert "Discounts may come to 5 percent of the list prices at most." in rep.text
    assert "No price may be below 90 percent of the list price." in rep.text
    rep.see(page_of(desk, draft, "details"))
    assert "Finance wants these on every invoice: Message to the customer." in rep.text
    assert "at the earliest." in rep.text
    desk.books.forget()
    rep.see(page_of(desk, draft))
    rep.press("create")
    assert rep.page.status_code == 422
    assert (
        "The discounts come to 10 percent of the list prices; at most 5 percent may be." in rep.text
    )
    assert "The message to the customer is missing." in rep.text
    assert desk.books.calls("quickbooks") == []


def test_e06_the_rules_page_keeps_what_was_typed_and_explains(desk: Desk, rep: Visitor) -> None:
    item = desk.item()
    rep.see(f"/p/{desk.books.portal.pk}/settings/companies/{desk.company.pk}/rules/")
    typed = {
        "approval_rule": "over", "approval_limit": "", "four_eyes": "on",
        "max_discount_percent": "7.5", "min_price_percent": "", "backdating_days": "3",
        "allowed_items": f"{item.name}\nNo such thing", "credit_limit": "", "future_days": "",
        "version": "1",
    }  # fmt: skip
    rep.post(rep.path, **typed)
    assert rep.page.status_code == 422
    assert "QuickBooks has no such product, or several: No such thing." in rep.text
    assert "Enter the amount above which they wait." in rep.text
    assert "No such thing" in rep.page.content.decode()
    rep.post(rep.path, **{**typed, "approval_limit": "5,000.00", "allowed_items": item.name})
    if rep.page.status_code == 422:
        rep.post(rep.path, **{**typed, "approval_limit": "5000.00", "allowed_items": item.name})
    assert rep.page.status_code == 200
    stored = CompanySettings.objects.for_portal(desk.books.portal).get(company=desk.company)
    assert (stored.approval_rule, stored.approval_limit) == ("over", Decimal("5000.00"))
    assert stored.allowed_items == [[item.id, item.full_name or item.name]]
    assert (stored.backdating_days, stored.max_discount_percent) == (3, Decimal("7.50"))


def test_d15_an_admin_sees_the_policy_and_does_not_change_it(desk: Desk) -> None:
    admin = visitor(tenants.member(desk.books.portal, Role.ADMIN))
    address = f"/p/{desk.books.portal.pk}/settings/companies/{desk.company.pk}/rules/"
    admin.see(address)
    assert "Only people with the right to approve invoices change" in admin.text
    admin.post(address, approval_rule="always", backdating_days="2", version="1")
    stored = CompanySettings.objects.for_portal(desk.books.portal).get(company=desk.company)
    assert (stored.approval_rule, stored.backdating_days) == ("never", 2)
