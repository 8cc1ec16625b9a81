"""A draft as QuickBooks' Invoice and Customer (S-36 to S-46, D-07, D-09, D-10, D-16). Pure.

Plain dicts: only what we mean is sent, so that QuickBooks' own defaults fill the rest.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from integration.records.quickbooks import Address, Customer, Item, Raw, TaxCode
from invoices import draft_estimates
from invoices.custom_fields import po_number_field, reference_field
from invoices.draft_content import DraftContent
from invoices.draft_facts import DraftFacts
from invoices.draft_lines import DraftLine
from invoices.line_discounts import LineDiscounts, posted_lines
from invoices.payload_customer import address_body
from invoices.payload_discount import discount_before_tax, discount_lines
from invoices.payload_lines import line_body as line_body
from invoices.payload_places import CUSTOM_FIELD_LENGTH as CUSTOM_FIELD_LENGTH
from invoices.payload_places import Places, custom_field_texts, line_places, places_of
from invoices.taxes import (
    TAXABLE,
    US_MODES,
    TaxedLine,
    TaxMode,
    Totals,
    group_code,
    totals,
    us_line_code,
)

GLOBAL_TAX = {
    TaxMode.EXCLUDED: "TaxExcluded",
    TaxMode.INCLUSIVE: "TaxInclusive",
    TaxMode.NOT_APPLICABLE: "NotApplicable",
}


@dataclass(frozen=True, slots=True)
class PayloadFacts:
    """What the body needs beside the content.

    ``reference`` is our short text such as "Ref DB-7F3K9"; ``reference_place`` ``custom_field``,
    ``memo`` or ``none``; ``deal_reference`` such as "D-20300100001-N" follows it in the custom field
    (D-32); ``custom_fields`` are (DefinitionId, name) of the company's sales forms.
    """

    mode: TaxMode
    group_code_id: str = ""
    multicurrency: bool = False
    customer_id: str = ""
    ship_to: Address = field(default_factory=Address)
    doc_number: str = ""
    reference: str = ""
    reference_place: str = "custom_field"
    deal_reference: str = ""
    custom_fields: tuple[tuple[str, str], ...] = ()
    discounts: LineDiscounts = field(default_factory=LineDiscounts)
    places: Places = field(default_factory=Places)


def facts_for(
    facts: DraftFacts,
    content: DraftContent,
    *,
    reference: str,
    reference_place: str,
    deal_reference: str = "",
) -> PayloadFacts:
    """All but the customer's id and the number, which are known later."""
    mode = facts.tax_mode(content.tax_mode)
    return PayloadFacts(
        mode=mode,
        group_code_id=group_code(mode, facts.preferences, facts.customer, facts.tax_codes),
        multicurrency=facts.preferences.multicurrency,
        customer_id=content.customer_id,
        ship_to=ship_to(content, facts.customer),
        reference=reference,
        reference_place=reference_place,
        deal_reference=deal_reference,
        custom_fields=facts.preferences.custom_fields,
        discounts=facts.line_discounts,
        places=places_of(facts.preferences),
    )


def ship_to(content: DraftContent, customer: Customer | None) -> Address:
    """Where the goods go: the ship-to address, else the billing address."""
    if content.new_customer is not None:
        return content.new_customer.address
    if customer is None:
        return Address()
    shipped = customer.ship_address
    return shipped if shipped.region or shipped.postcode or shipped.lines else customer.bill_address


def with_default_codes(
    content: DraftContent,
    mode: TaxMode,
    items: Mapping[str, Item],
    customer: Customer | None,
) -> DraftContent:
    """US lines without a choice become TAX or NON by item and customer (D-09)."""
    if mode not in (TaxMode.US_MANUAL, TaxMode.US_AUTOMATED):
        return content
    new = content.new_customer
    exempt = new.is_exempt if new else customer is not None and not customer.taxable

    def coded(line: DraftLine) -> DraftLine:
        if line.tax_code_id or line.is_text or line.tax_rate_id:
            return line
        item = items.get(line.item_id)
        code = us_line_code(bool(item and item.taxable), not exempt)
        return replace(line, tax_code_id=code)

    return replace(content, lines=tuple(coded(line) for line in content.lines))


def expected_totals(
    content: DraftContent,
    mode: TaxMode,
    codes: Mapping[str, TaxCode],
    group_code_id: str,
    discounts: LineDiscounts | None = None,
) -> Totals:
    """What Review shows (D-11), of the lines as they are sent; unreadable ones count as nothing."""
    taxed = [
        TaxedLine(line.amount(content.currency) or Decimal(0), line.tax_code_id)
        for line in posted_lines(content, discounts or LineDiscounts())
        if not line.is_text
    ]
    return totals(
        taxed, mode, codes, content.currency, group_code_id, discount=content.discount_amount
    )


# -------------------------------------------------------------------------------------- invoice
def invoice_body(content: DraftContent, facts: PayloadFacts) -> Raw:
    """The Invoice to create. ``content`` has passed ``draft.problems`` without a blocker."""
    body: Raw = {
        "CustomerRef": {"value": facts.customer_id},
        "Line": [
            *_lines(content, facts),
            *discount_lines(content),
        ],
        "TxnDate": content.txn_date.strip(),
        "DueDate": content.due_date.strip(),
        **_tax(content, facts),
        **discount_before_tax(content, facts.mode),
        **facts.places.of_invoice(content),
        **_texts(content),
        **_reference(content, facts),
    }
    if content.terms_id:
        body["SalesTermRef"] = {"value": content.terms_id}
    if facts.multicurrency:
        body["CurrencyRef"] = {"value": content.currency}
    if linked := draft_estimates.links(content):
        body["LinkedTxn"] = linked
    if facts.doc_number:
        body["DocNumber"] = facts.doc_number
    return body


def _lines(content: DraftContent, facts: PayloadFacts) -> list[Raw]:
    return [
        line_body(line, content.currency, facts.mode, line_places(line, facts.places))
        for line in posted_lines(content, facts.discounts)
    ]


def _tax(content: DraftContent, facts: PayloadFacts) -> Raw:
    """D-09: a code and the ship-to address in the US; elsewhere how amounts are meant (D-10)."""
    if facts.mode not in US_MODES:
        return {"GlobalTaxCalculation": GLOBAL_TAX[facts.mode]}
    found: Raw = {}
    taxed = any(line.tax_code_id == TAXABLE for line in content.lines)
    if taxed and facts.group_code_id:
        found["TxnTaxDetail"] = {"TxnTaxCodeRef": {"value": facts.group_code_id}}
    address = address_body(facts.ship_to)
    if taxed and address:
        found["ShipAddr"] = address
    return found


def _texts(content: DraftContent) -> Raw:
    found: Raw = {}
    if content.message.strip():
        found["CustomerMemo"] = {"value": content.message.strip()}
    if content.bill_email.strip():
        found["BillEmail"] = {"Address": content.bill_email.strip()}
    if content.bill_email_cc.strip():
        found["BillEmailCc"] = {"Address": content.bill_email_cc.strip()}
    return found


def _reference(content: DraftContent, facts: PayloadFacts) -> Raw:
    """D-16 and E-07. The statement memo is read by customers: only where the company chose it."""
    values: dict[str, str] = {}
    po_field, own_field = po_number_field(facts.custom_fields), reference_field_of(facts)
    if po_field and content.po_number.strip():
        values[po_field] = content.po_number.strip()
    if own_field:
        values[own_field] = _both_references(facts)
    values |= custom_field_texts(content, facts.custom_fields, taken=frozenset(values))
    found: Raw = {}
    if values:
        found["CustomField"] = [
            {"DefinitionId": key, "Type": "StringType", "StringValue": text[:CUSTOM_FIELD_LENGTH]}
            for key, text in values.items()
        ]
    if facts.reference and facts.reference_place == "memo":
        found["PrivateNote"] = facts.reference
    return found


def _both_references(facts: PayloadFacts) -> str:
    """Ours first; the deal's only whole: a cut one would name no deal."""
    both = f"{facts.reference} {facts.deal_reference}".rstrip()
    return both if len(both) <= CUSTOM_FIELD_LENGTH else facts.reference


def reference_field_of(facts: PayloadFacts) -> str:
    """The field we own, where our reference is kept in one."""
    if not facts.reference or facts.reference_place != "custom_field":
        return ""
    return reference_field(facts.custom_fields)


# ----------------------------------------------------------------------------------- comparing
def content_hash(content: DraftContent) -> str:
    """Of everything that reaches QuickBooks; an approval binds to it (D-15)."""
    named = {name: value for name, value in content.to_json().items() if name != "extras"}
    text = json.dumps(named, sort_keys=True, ensure_ascii=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def carries_reference(raw: Mapping[str, Any], reference: str) -> bool:
    """Whether an invoice bears our mark in a custom field or its statement memo (D-16)."""
    fields = raw.get("CustomField") or ()
    texts = [str(entry.get("StringValue") or "") for entry in fields if isinstance(entry, Mapping)]
    return any(reference in text for text in (*texts, str(raw.get("PrivateNote") or "")))


def same_lines(
    raw: Mapping[str, Any], content: DraftContent, discounts: LineDiscounts | None = None
) -> bool:
    """Whether the priced lines are ours: item, quantity and description in order (D-16)."""
    theirs = [
        (
            str(line["SalesItemLineDetail"].get("ItemRef", {}).get("value", "")),
            Decimal(str(line["SalesItemLineDetail"].get("Qty") or 1)),
            str(line.get("Description") or ""),
        )
        for line in raw.get("Line") or ()
        if line.get("DetailType") == "SalesItemLineDetail"
    ]
    ours = [
        (line.item_id, line.quantity_value or Decimal(1), line.description.strip())
        for line in posted_lines(content, discounts or LineDiscounts())
        if not line.is_text
    ]
    return theirs == ours and str(raw.get("TxnDate") or "") == content.txn_date.strip()
