"""Settings of a company about products, fees and discounts of quotes (B-12, D-08)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from integration import company_settings
from integration.models import AuditEvent, Company, Membership, Portal, Record
from tests import tenants
from tests.pages.test_settings import VALUES
from tests.tenants import NOON

pytestmark = pytest.mark.django_db

SignIn = Callable[[Membership], Client]


@pytest.fixture
def company() -> Company:
    found = tenants.company(tenants.portal())
    _record(found, "Item", "7", "Sundry goods", Type="Service", Sku="SUN-1")
    _record(found, "Item", "8", "Delivery", Type="Service", Sku="DEL-1")
    _record(found, "Item", "9", "Furniture", Type="Category")
    _record(found, "Item", "10", "Old lamp", active=False, Type="NonInventory")
    _record(found, "Account", "79", "Sales of products", AccountType="Income")
    _record(found, "Account", "80", "Rent", AccountType="Expense")
    return found


def _record(company: Company, kind: str, qbo_id: str, name: str, *, active: bool = True,
            **raw: Any) -> None:  # fmt: skip
    Record.objects.create(
        portal=company.portal, company=company, kind=kind, qbo_id=qbo_id, name=name, active=active,
        search_text=f"{name} {raw.get('Sku', '')}".lower(), seen_at=NOON,
        raw={"Id": qbo_id, "Name": name, "Active": active, **raw},
    )  # fmt: skip


def address(company: Company) -> str:
    return f"/p/{company.portal_id}/settings/companies/{company.pk}/"


def visitor(sign_in: SignIn, company: Company) -> Client:
    portal: Portal = company.portal
    return sign_in(tenants.member(portal))


def test_b12_the_policy_is_stored_with_a_trail(sign_in: SignIn, company: Company) -> None:
    given = {"product_policy": "default_item", "default_item_id": "7", "fee_item_id": "8"}
    assert visitor(sign_in, company).post(address(company), VALUES | given).status_code == 302
    kept = company_settings.of_company(company)
    assert (kept.product_policy, kept.default_item_id, kept.fee_item_id) == (
        "default_item",
        "7",
        "8",
    )
    event = AuditEvent.objects.for_portal(company.portal).get(action="settings.changed")
    assert event.after["product_policy"] == "default_item"


def test_b12_fields_left_out_stay_as_they_are(sign_in: SignIn, company: Company) -> None:
    person = visitor(sign_in, company)
    person.post(address(company), VALUES | {"fee_item_id": "8", "discount_style": "net_price"})
    person.post(address(company), VALUES | {"version": "2", "default_item_id": "7"})
    kept = company_settings.of_company(company)
    assert (kept.fee_item_id, kept.default_item_id, kept.product_policy) == ("8", "7", "ask")


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"product_policy": "default_item"}, "Choose the product that stands in"),
        ({"product_policy": "create"}, "Choose the income account of new products"),
        ({"discount_style": "item_line"}, "Choose the product of discount lines"),
        ({"fee_item_id": "9"}, "QuickBooks has no such active product"),
        ({"fee_item_id": "10"}, "QuickBooks has no such active product"),
        ({"fee_item_id": "4711"}, "QuickBooks has no such active product"),
        ({"new_item_account_id": "80"}, "80 is not one of the available choices"),
    ],
)
def test_b12_a_choice_that_cannot_work_is_refused(
    sign_in: SignIn, company: Company, given: dict[str, str], sentence: str
) -> None:
    answer = visitor(sign_in, company).post(address(company), VALUES | given)
    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert company_settings.of_company(company).version == 1


def test_b12_pickers_show_the_chosen_product_and_find_others(
    sign_in: SignIn, company: Company
) -> None:
    person = visitor(sign_in, company)
    person.post(address(company), VALUES | {"fee_item_id": "8"})
    page = person.get(address(company)).content.decode()
    assert 'value="Delivery"' in page
    found = person.get(f"{address(company)}items/?q=sun").content.decode()
    assert "Sundry goods" in found
    everything = person.get(f"{address(company)}items/").content.decode()
    assert "Furniture" not in everything
    assert "Old lamp" not in everything


def test_b12_without_javascript_a_search_keeps_what_was_typed(
    sign_in: SignIn, company: Company
) -> None:
    typed = {"find": "fee_item_id", "fee_item_id_query": "deliv", "product_policy": "block"}
    answer = visitor(sign_in, company).post(address(company), VALUES | typed)
    page = answer.content.decode()
    assert 'name="fee_item_id" value="8"' in page
    assert company_settings.of_company(company).product_policy == "ask"
