"""The mirror of QuickBooks' lists and what pages read from it (C.5.2, B-14)."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from integration import sessions
from integration.clock import now
from integration.models import Company, Record
from integration.reference import Reference, mirror_records, refresh_reference
from tests.connecting import UK, api_calls, connected_company, connected_portal, owner_of
from tests.sandbox_process import SandboxProcess

pytestmark = pytest.mark.django_db


@pytest.fixture
def company(sandbox: SandboxProcess) -> Company:
    found = connected_company(owner_of(connected_portal()))
    refresh_reference(found, sessions.quickbooks(found), now())
    return found


def rows(company: Company, kind: str) -> int:
    return Record.objects.for_portal(company.portal_id).filter(company=company, kind=kind).count()


def test_perf_reference_data_is_read_in_few_calls(
    sandbox: SandboxProcess, company: Company
) -> None:
    sandbox.forget_history()
    assert refresh_reference(company, sessions.quickbooks(company), now()) == 0
    assert len(list(api_calls(sandbox, "quickbooks"))) == 9
    assert rows(company, "Customer") == 22
    assert all(
        rows(company, kind)
        for kind in ("Item", "Term", "TaxCode", "TaxRate", "Account", "PaymentMethod")
    )


def test_perf_pages_read_without_any_call(sandbox: SandboxProcess, company: Company) -> None:
    sandbox.forget_history()
    known = Reference.of(company)
    assert known.is_ready
    facts, preferences = known.facts(), known.preferences()
    assert facts is not None
    assert preferences is not None
    assert (facts.name, preferences.home_currency) == (company.name, "USD")
    assert {"TAX", "NON"} <= {code.id for code in known.tax_codes()}
    assert any(percent > 0 for code in known.tax_codes() for _, percent in code.sales_rates)
    assert known.terms()
    assert known.items()
    first = known.customers()[0]
    assert known.customer(first.id) == first
    assert known.customer("99999") is None
    assert list(api_calls(sandbox)) == []


def test_s33_searching_finds_words_anywhere_and_beginnings_first(company: Company) -> None:
    raw = {"SyncToken": "0", "Active": True, "Type": "Service", "UnitPrice": Decimal("10.5")}
    items = [
        {
            "Id": "901",
            "Name": "Oak grizzle",
            "Sku": "T-100",
            "Description": "Round, four legs",
            **raw,
        },
        {"Id": "902", "Name": "Grizzle cloth", **raw},
        {"Id": "903", "Name": "Old grizzle", **raw, "Active": False},
        {"Id": "904", "Name": "Grizzles", **raw, "Type": "Category"},
    ]
    Reference.of(company).keep("Item", items, now())
    known = Reference.of(company)
    names = [item.name for item in known.search_items("grizzle")]
    assert names == ["Grizzle cloth", "Oak grizzle"]
    assert [item.id for item in known.search_items("t-100")] == ["901"]
    assert [item.id for item in known.search_items("round OAK")] == ["901"]
    assert len(known.search_items("grizzle", limit=1)) == 1
    assert known.search_items("no such thing") == []
    assert known.item("903") is not None
    assert set(known.items_by_id({"901", "903", "999"})) == {"901", "903"}


@pytest.mark.parametrize("words", ["100%", "a_b", "back\\", "o'brien", "(", "🐦", "' OR 1=1 --"])
def test_b14_search_takes_any_text_literally(company: Company, words: str) -> None:
    Reference.of(company).keep(
        "Customer", [{"Id": "900", "DisplayName": f"X {words} Y", "SyncToken": "0"}], now()
    )
    assert [one.id for one in Reference.of(company).search_customers(words)] == ["900"]


def test_s33_ranks_exact_sku_then_beginnings_then_words_then_letters(company: Company) -> None:
    raw = {"SyncToken": "0", "Active": True, "Type": "Service"}
    named = {"1": "Xylofoam", "2": "Board xylo", "3": "Board A", "4": "Axylofoam", "5": "Board B"}
    skus = {"3": "XY lo", "5": "T-xylo"}
    items = [
        {"Id": f"80{key}", "Name": name, "Sku": skus.get(key, ""), **raw}
        for key, name in named.items()
    ]
    Reference.of(company).keep("Item", items, now())
    found = [item.id for item in Reference.of(company).search_items("XYLO")]
    assert found == ["803", "801", "805", "802", "804"]
    with CaptureQueriesContext(connection) as asked:
        Reference.of(company).search_items("xylo", limit=1)
    assert len(asked) == 1


def test_s33_a_renamed_record_is_found_by_its_new_name_only(company: Company) -> None:
    known = Reference.of(company)
    known.keep("Item", [{"Id": "850", "Name": "Quillwort", "SyncToken": "0"}], now())
    known.keep("Item", [{"Id": "850", "Name": "Zanthoxyl", "SyncToken": "1"}], now())
    assert [item.id for item in known.search_items("anthox")] == ["850"]
    assert known.search_items("quillwort") == []


def test_s31_customers_are_found_by_name_e_mail_and_town(company: Company) -> None:
    raw = {
        "Id": "910", "DisplayName": "Quorvex Ltd", "CompanyName": "Quorvex Holdings", "SyncToken": "0",
        "PrimaryEmailAddr": {"Address": "Office@Quorvex.example"}, "BillAddr": {"City": "Whitby"},
    }  # fmt: skip
    project = {"Id": "911", "DisplayName": "Quorvex roof", "IsProject": True, "SyncToken": "0"}
    known = Reference.of(company)
    known.keep("Customer", [raw, project], now())
    for words in ("quor", "office@quorvex", "WHITBY quorvex", "holdings"):
        assert [one.id for one in known.search_customers(words)] == ["910"]
    found = known.customer_named("QUORVEX ltd")
    assert found is not None
    assert found.id == "910"
    assert known.customer_named("Quorvex") is None


def test_a2_an_older_version_never_replaces_a_newer_one(company: Company) -> None:
    new = {"Id": "920", "DisplayName": "New name", "SyncToken": "10"}
    old = {"Id": "920", "DisplayName": "Old name", "SyncToken": "9"}
    assert mirror_records(company, [("Customer", new)], now()) == 1
    assert mirror_records(company, [("Customer", old)], now()) == 0
    assert mirror_records(company, [("Customer", new)], now()) == 0
    found = Reference.of(company).customer("920")
    assert found is not None
    assert found.display_name == "New name"


def test_f75_inactive_and_deleted_records_stay_known(company: Company) -> None:
    gone = {"Id": "930", "DisplayName": "Gone (deleted)", "SyncToken": "3", "Active": False}
    Reference.of(company).keep("Customer", [gone], now())
    found = Reference.of(company).customer("930")
    assert found is not None
    assert not found.active
    assert Reference.of(company).search_customers("gone") == []


def test_d10_a_company_elsewhere(sandbox: SandboxProcess) -> None:
    company = connected_company(owner_of(connected_portal()), UK)
    refresh_reference(company, sessions.quickbooks(company), now())
    known = Reference.of(company)
    percents = {percent for code in known.tax_codes() for _, percent in code.sales_rates}
    assert Decimal(20) in percents


def test_c14_the_mirror_of_one_company_shows_nothing_of_another(company: Company) -> None:
    other = connected_company(owner_of(company.portal), UK)
    assert Reference.of(other).preferences() is None
    assert Reference.of(other).customers() == ()
    assert Reference.of(other).search_items("a") == []
