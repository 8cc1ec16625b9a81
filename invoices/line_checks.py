"""The checks of what a line has beside product, quantity and price (B-05, B-13, B-20, B-25). Pure.

Part of ``invoices.draft.problems``.
"""

from collections.abc import Iterator
from dataclasses import replace

from invoices.draft_content import DraftContent
from invoices.draft_facts import DraftFacts, Problem, blocker
from invoices.draft_lines import DraftLine
from invoices.payload_places import CUSTOM_FIELD_LENGTH, places_of
from invoices.quote_lines import DiscountStyle
from invoices.quote_taxes import Unmapped, mapped
from invoices.typed_values import read_date, read_number

Found = Iterator[Problem]


def with_mapped_codes(content: DraftContent, facts: DraftFacts) -> DraftContent:
    """Lines whose HubSpot rate got its tax code after the quote was taken over carry it now."""
    mode = facts.tax_mode(content.tax_mode)
    usable = {id: code for id, code in facts.tax_codes.items() if code.usable_for_sales}
    for line in content.lines:
        if line.tax_rate_id and not line.tax_code_id:
            code = mapped(line.tax_rate_id, mode, usable, facts.tax_map)
            if code:
                content = content.with_line(replace(line, tax_code_id=code))
    return content


def lines(content: DraftContent, facts: DraftFacts) -> Found:
    for number, line in enumerate(content.lines, start=1):
        at = f"lines.{line.key}"
        if line.is_text and not line.description.strip():
            yield blocker("draft.text_missing", f"{at}.description", number=number)
        elif line.is_free and not line.description.strip():
            yield blocker("draft.free_text_missing", f"{at}.description", number=number)
        if line.is_text:
            continue
        yield from _discount(line, content.currency, facts, at, number)
        yield from _places(line, facts, at, number)
        yield from _tax(line, facts, at, number)


def _discount(line: DraftLine, currency: str, facts: DraftFacts, at: str, number: int) -> Found:
    if not line.discount.strip():
        return
    field, named = f"{at}.discount", {"number": number, "typed": line.discount}
    off, listed = line.taken_off(currency), line.listed(currency)
    if read_number(line.discount) is None:
        yield blocker("discount.line_not_a_number", field, **named)
    elif off is None or listed is None:
        return  # quantity or price have their own sentence
    elif off < 0 or off > listed:
        yield blocker(
            "discount.line_out_of_range", field, listed=listed, currency=currency, **named
        )
    elif off and _needs_item(facts):
        yield blocker("discount.no_item", field, number=number, company=facts.company_name)


def _needs_item(facts: DraftFacts) -> bool:
    discounts = facts.line_discounts
    return discounts.style is DiscountStyle.ITEM_LINE and not discounts.item_id


def _places(line: DraftLine, facts: DraftFacts, at: str, number: int) -> Found:
    places = places_of(facts.preferences)
    typed = line.service_date.strip()
    if places.service_dates and typed and read_date(typed) is None:
        yield blocker("draft.service_date", f"{at}.service_date", number=number, typed=typed)
    if not places.class_per_line:
        return
    if line.class_name.strip() and not line.class_id:
        yield blocker(
            "draft.class_unknown", f"{at}.class", number=number, name=line.class_name.strip()
        )
    elif line.class_id and line.class_id not in facts.class_ids:
        yield blocker("draft.class_inactive", f"{at}.class", number=number, name=line.class_name)


def _tax(line: DraftLine, facts: DraftFacts, at: str, number: int) -> Found:
    """B-25: a HubSpot rate that nobody mapped. Another code typed by hand answers "ask", not "stop"."""
    if not line.tax_rate_id or line.tax_rate_id in facts.tax_map.codes:
        return
    named = {"number": number, "rate": line.tax_rate_name, "company": facts.company_name}
    if facts.tax_map.policy is Unmapped.STOP:
        yield blocker("quote.tax_stopped", f"{at}.tax_code", **named)
    elif not line.tax_code_id:
        yield blocker("quote.tax_unmapped", f"{at}.tax_code", **named)


def invoice(content: DraftContent, facts: DraftFacts) -> Found:
    """Class, location and custom fields of the whole invoice, where the company has them (B-20)."""
    places = places_of(facts.preferences)
    if places.class_per_invoice and content.class_id and content.class_id not in facts.class_ids:
        yield blocker("draft.invoice_class_inactive", "class")
    if places.locations and content.location_id and content.location_id not in facts.location_ids:
        yield blocker("draft.location_inactive", "location")
    for key, name in facts.preferences.custom_fields:
        text = content.custom_fields.get(key, "").strip()
        if len(text) > CUSTOM_FIELD_LENGTH:
            yield blocker(
                "draft.custom_field_too_long", f"custom_field.{key}", name=name,
                length=len(text), limit=CUSTOM_FIELD_LENGTH,
            )  # fmt: skip
