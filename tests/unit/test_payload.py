"""The Invoice and Customer that QuickBooks receives (S-36 to S-46, D-07, D-09, D-10, D-16)."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from integration.records.quickbooks import Address
from invoices.draft import NewCustomer
from invoices.payload import (
    PayloadFacts,
    carries_reference,
    content_hash,
    expected_totals,
    facts_for,
    invoice_body,
    same_lines,
    with_default_codes,
)
from invoices.payload_customer import customer_body
from invoices.taxes import TaxMode
from tests.unit.invoice_builders import AMY, CODES, CONTENT, DESIGN, FACTS, preferences, with_line

FIELDS = (("1", "Crew #"), ("2", "P.O. Number"), ("3", "Dealbooks ref"))
US = PayloadFacts(
    mode=TaxMode.US_MANUAL,
    group_code_id="2",
    customer_id="1",
    ship_to=AMY.ship_address,
    reference="Ref DB-7F3K9",
    custom_fields=FIELDS,
)


def test_s46_the_smallest_body_names_customer_lines_dates_and_nothing_else() -> None:
    bare = replace(CONTENT, bill_email="", terms_id="")
    assert invoice_body(bare, PayloadFacts(mode=TaxMode.US_OFF, customer_id="1")) == {
        "CustomerRef": {"value": "1"},
        "Line": [
            {
                "DetailType": "SalesItemLineDetail",
                "Amount": Decimal("150.00"),
                "Description": "Custom design",
                "SalesItemLineDetail": {
                    "ItemRef": {"value": "4"},
                    "Qty": Decimal("2"),
                    "UnitPrice": Decimal("75.00"),
                },
            }
        ],
        "TxnDate": "2026-11-23",
        "DueDate": "2026-12-23",
    }


def test_s39_d09_us_lines_carry_tax_or_non_and_the_group_with_the_ship_to_address() -> None:
    body = invoice_body(with_line(tax_code_id="TAX"), US)
    assert body["Line"][0]["SalesItemLineDetail"]["TaxCodeRef"] == {"value": "TAX"}
    assert body["TxnTaxDetail"] == {"TxnTaxCodeRef": {"value": "2"}}
    assert body["ShipAddr"]["CountrySubDivisionCode"] == "CA"
    assert "GlobalTaxCalculation" not in body


def test_d09_nothing_taxable_sends_no_group() -> None:
    body = invoice_body(CONTENT, US)
    assert "TxnTaxDetail" not in body
    assert "ShipAddr" not in body


def test_d10_elsewhere_says_how_amounts_are_meant() -> None:
    content = with_line(tax_code_id="6", unit_price="60")
    excluded = invoice_body(content, replace(US, mode=TaxMode.EXCLUDED))
    assert excluded["GlobalTaxCalculation"] == "TaxExcluded"
    inclusive = invoice_body(content, replace(US, mode=TaxMode.INCLUSIVE))
    assert inclusive["GlobalTaxCalculation"] == "TaxInclusive"
    line = inclusive["Line"][0]
    assert line["Amount"] == line["SalesItemLineDetail"]["TaxInclusiveAmt"] == Decimal("120.00")
    none = invoice_body(content, replace(US, mode=TaxMode.NOT_APPLICABLE))
    assert "TaxCodeRef" not in none["Line"][0]["SalesItemLineDetail"]


def test_s40_s43_terms_message_and_addresses_travel() -> None:
    content = replace(CONTENT, message="Thanks! 🎉\nSee you", bill_email_cc="boss@amys.example")
    body = invoice_body(content, replace(US, multicurrency=True, doc_number="INV-0042"))
    assert body["SalesTermRef"] == {"value": "3"}
    assert body["CustomerMemo"] == {"value": "Thanks! 🎉\nSee you"}
    assert body["BillEmail"] == {"Address": "birds@amys.example"}
    assert body["BillEmailCc"] == {"Address": "boss@amys.example"}
    assert body["CurrencyRef"] == {"value": "USD"}
    assert body["DocNumber"] == "INV-0042"


def test_d16_the_reference_stands_where_the_company_chose() -> None:
    body = invoice_body(replace(CONTENT, po_number="PO 77"), US)
    assert body["CustomField"] == [
        {"DefinitionId": "2", "Type": "StringType", "StringValue": "PO 77"},
        {"DefinitionId": "3", "Type": "StringType", "StringValue": "Ref DB-7F3K9"},
    ]
    assert "PrivateNote" not in body
    memo = invoice_body(CONTENT, replace(US, reference_place="memo"))
    assert memo["PrivateNote"] == "Ref DB-7F3K9"
    assert "CustomField" not in memo
    assert "CustomField" not in invoice_body(CONTENT, replace(US, reference_place="none"))
    foreign = invoice_body(CONTENT, replace(US, custom_fields=(("1", "Crew #"),)))
    assert "CustomField" not in foreign


def test_d16_our_invoice_is_recognised_by_mark_or_by_lines() -> None:
    body = invoice_body(CONTENT, US)
    assert carries_reference(body, "Ref DB-7F3K9")
    assert not carries_reference(body, "Ref DB-00000")
    assert carries_reference({"PrivateNote": "hello. Ref DB-7F3K9"}, "Ref DB-7F3K9")
    assert same_lines(body, CONTENT)
    assert not same_lines(body, with_line(quantity="3"))
    assert not same_lines(body, replace(CONTENT, txn_date="2026-11-24"))
    answered = {**body, "Line": [*body["Line"], {"DetailType": "SubTotalLineDetail"}]}
    assert same_lines(answered, CONTENT)


def test_d09_lines_without_a_choice_follow_item_and_exemption() -> None:
    items = {"4": replace(DESIGN, taxable=True)}
    blank = with_line(tax_code_id="")
    found = with_default_codes(blank, TaxMode.US_MANUAL, items, AMY)
    assert found.lines[0].tax_code_id == "TAX"
    exempt = with_default_codes(blank, TaxMode.US_MANUAL, items, replace(AMY, taxable=False))
    assert exempt.lines[0].tax_code_id == "NON"
    kept = with_default_codes(with_line(tax_code_id="NON"), TaxMode.US_MANUAL, items, AMY)
    assert kept.lines[0].tax_code_id == "NON"
    assert with_default_codes(blank, TaxMode.EXCLUDED, items, AMY) == blank


def test_d11_expected_total_of_a_draft() -> None:
    content = with_line(tax_code_id="TAX")
    assert expected_totals(content, TaxMode.US_MANUAL, CODES, "2").total == Decimal("162.00")


def test_facts_for_a_draft_come_from_the_mirror() -> None:
    facts = replace(FACTS, preferences=preferences(custom_fields=FIELDS, multicurrency=True))
    found = facts_for(facts, CONTENT, reference="Ref X", reference_place="memo")
    assert (found.mode, found.group_code_id, found.multicurrency) == (TaxMode.US_MANUAL, "2", True)
    assert found.ship_to == AMY.ship_address


def test_s31_a_new_customer() -> None:
    new = NewCustomer(
        display_name=" Zoë 🎉 “Quotes” ", company_name="Zoë Ltd", given_name="Zoë",
        email="zoe@example.org", phone="555", line1="1 Main St", city="Town", region="CA",
        postcode="94000", country="US",
    )  # fmt: skip
    address = {
        "Line1": "1 Main St",
        "City": "Town",
        "CountrySubDivisionCode": "CA",
        "PostalCode": "94000",
        "Country": "US",
    }
    assert customer_body(new, "EUR", multicurrency=True, is_us=True) == {
        "DisplayName": "Zoë 🎉 “Quotes”",
        "CompanyName": "Zoë Ltd",
        "GivenName": "Zoë",
        "PrimaryEmailAddr": {"Address": "zoe@example.org"},
        "PrimaryPhone": {"FreeFormNumber": "555"},
        "BillAddr": address,
        "ShipAddr": address,
        "CurrencyRef": {"value": "EUR"},
        "Taxable": True,
    }
    sub = customer_body(
        NewCustomer("Deal 9", parent_id="1"), "USD", multicurrency=False, is_us=False
    )
    assert sub == {
        "DisplayName": "Deal 9",
        "ParentRef": {"value": "1"},
        "Job": True,
        "BillWithParent": False,
    }
    exempt = NewCustomer("X", tax="exempt", terms_id="3", parent_id="1", bill_with_parent=True)
    body = customer_body(exempt, "USD", multicurrency=False, is_us=True)
    assert body["Taxable"] is False
    assert body["SalesTermRef"] == {"value": "3"}
    assert body["BillWithParent"] is True
    coded = customer_body(NewCustomer("X", tax="5"), "GBP", multicurrency=False, is_us=False)
    assert coded == {"DisplayName": "X", "DefaultTaxCodeRef": {"value": "5"}}
    assert facts_for(
        FACTS, replace(CONTENT, new_customer=new), reference="", reference_place="none"
    ).ship_to == Address(("1 Main St",), "Town", "CA", "94000", "US")


@given(st.decimals("0.01", "999", places=2), st.decimals("0.01", "99999", places=2))
def test_f85_amount_is_quantity_times_price_rounded(quantity: Decimal, price: Decimal) -> None:
    line = invoice_body(with_line(quantity=str(quantity), unit_price=str(price)), US)["Line"][0]
    difference = line["Amount"] - quantity * price
    assert abs(difference) <= Decimal("0.005")
    assert line["Amount"] == line["Amount"].quantize(Decimal("0.01"))


def test_d15_the_hash_changes_with_the_content() -> None:
    assert content_hash(CONTENT) == content_hash(replace(CONTENT))
    assert content_hash(CONTENT) != content_hash(with_line(quantity="3"))
