"""Class, location, service date and custom fields: only where the company has them (B-20)."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from integration.gateways.quickbooks_records import list_entry
from integration.gateways.quickbooks_records import preferences as parse_preferences
from integration.gateways.quickbooks_transactions import invoice
from invoices.draft import DraftContent, problems
from invoices.payload import PayloadFacts, facts_for, invoice_body
from invoices.payload_places import Places, own_custom_fields, places_of
from invoices.taxes import TaxMode
from tests.unit.invoice_builders import CONTENT, FACTS, preferences

FIELDS = (("1", "Reference"), ("2", "Purchase order"), ("3", "Sales rep"))
FULL: DraftContent = replace(
    CONTENT,
    lines=(
        replace(CONTENT.lines[0], service_date="2026-11-02", class_id="5", class_name="Projects"),
    ),
    class_id="6",
    location_id="7",
    custom_fields={"3": "Riley", "9": "gone"},
)


def body(places: Places) -> dict[str, object]:
    facts = PayloadFacts(TaxMode.US_OFF, customer_id="1", custom_fields=FIELDS, places=places)
    return invoice_body(FULL, facts)


def test_b20_a_company_with_everything_is_sent_everything() -> None:
    sent = body(Places(class_per_line=True, locations=True, service_dates=True))
    detail = sent["Line"][0]["SalesItemLineDetail"]  # type: ignore[index]
    assert (detail["ServiceDate"], detail["ClassRef"]) == ("2026-11-02", {"value": "5"})
    assert sent["DepartmentRef"] == {"value": "7"}
    assert "ClassRef" not in sent
    assert sent["CustomField"] == [
        {"DefinitionId": "3", "Type": "StringType", "StringValue": "Riley"}
    ]


def test_b20_a_class_for_the_whole_invoice_stands_on_the_invoice() -> None:
    sent = body(Places(class_per_invoice=True))
    assert sent["ClassRef"] == {"value": "6"}
    assert "ClassRef" not in sent["Line"][0]["SalesItemLineDetail"]  # type: ignore[index]


def test_b20_a_plain_company_is_sent_none_of_it() -> None:
    sent = body(Places())
    assert not {"ClassRef", "DepartmentRef"} & sent.keys()
    detail = sent["Line"][0]["SalesItemLineDetail"]  # type: ignore[index]
    assert not {"ClassRef", "ServiceDate"} & detail.keys()


def test_b20_preferences_say_what_a_company_has() -> None:
    raw = {
        "AccountingInfoPrefs": {"ClassTrackingPerTxn": True, "ClassTrackingPerTxnLine": True,
                                "TrackDepartments": True},
        "SalesFormsPrefs": {"AllowServiceDate": True},
    }  # fmt: skip
    found = parse_preferences(raw)
    assert places_of(found) == Places(
        class_per_line=True, class_per_invoice=False, locations=True, service_dates=True
    )
    raw["AccountingInfoPrefs"]["ClassTrackingPerTxnLine"] = False
    assert places_of(parse_preferences(raw)).class_per_invoice
    assert places_of(parse_preferences({})) == Places()
    assert facts_for(FACTS, FULL, reference="", reference_place="none").places == Places()


def test_b20_custom_fields_that_nothing_else_fills_in() -> None:
    assert own_custom_fields(FIELDS, "custom_field") == (("3", "Sales rep"),)
    assert own_custom_fields(FIELDS, "memo") == (("1", "Reference"), ("3", "Sales rep"))


@pytest.mark.parametrize(
    ("line", "invoice_wide", "expected"),
    [
        ({}, {}, []),
        ({"service_date": "soon"}, {}, ["draft.service_date"]),
        ({"class_id": "", "class_name": "Nope"}, {}, ["draft.class_unknown"]),
        ({"class_id": "99"}, {}, ["draft.class_inactive"]),
        ({}, {"location_id": "99"}, ["draft.location_inactive"]),
        ({}, {"custom_fields": {"3": "x" * 32}}, ["draft.custom_field_too_long"]),
    ],
)
def test_b20_b05_what_is_wrong_is_said(
    line: dict[str, str], invoice_wide: dict[str, object], expected: list[str]
) -> None:
    has = preferences(
        class_per_line=True, location_tracking=True, service_dates=True, custom_fields=FIELDS
    )
    facts = replace(
        FACTS, preferences=has, class_ids=frozenset({"5"}), location_ids=frozenset({"7"})
    )
    first = replace(FULL.lines[0], **line)
    content = replace(FULL, lines=(first,), **invoice_wide)  # type: ignore[arg-type]
    assert [found.code for found in problems(content, facts)] == expected


def test_b20_what_a_company_no_longer_has_is_no_problem() -> None:
    assert problems(replace(FULL, location_id="99", custom_fields={}), FACTS) == []


def test_b20_our_copy_reads_them_back() -> None:
    raw = {
        "Id": "9", "SyncToken": "0", "MetaData": {"LastUpdatedTime": "2026-11-20T10:33:39-08:00"},
        "ClassRef": {"value": "6", "name": "South"}, "DepartmentRef": {"value": "7", "name": "Denver"},
        "CustomField": [{"DefinitionId": "3", "Name": "Sales rep", "StringValue": "Riley"},
                        {"DefinitionId": "1", "Name": "Reference"}],
        "Line": [{"DetailType": "SalesItemLineDetail", "Amount": Decimal(5), "SalesItemLineDetail": {
            "ServiceDate": "2026-11-02", "ClassRef": {"value": "5", "name": "Projects"}}}],
    }  # fmt: skip
    found = invoice(raw)
    assert (found.class_name, found.location_name) == ("South", "Denver")
    assert found.custom_fields == (("Sales rep", "Riley"),)
    assert (found.lines[0].service_date, found.lines[0].class_name) == (
        date(2026, 11, 2),
        "Projects",
    )
    entry = list_entry({"Id": 5, "Name": "Retail", "FullyQualifiedName": "East:Retail"})
    assert (entry.id, entry.full_name, entry.active) == ("5", "East:Retail", True)
