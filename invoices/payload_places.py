"""Class, location, service date and custom fields: only where the company has them (B-20). Pure.

What was typed before a company switched one of them off stays in the draft and is not sent.
"""

from dataclasses import dataclass

from integration.records.quickbooks import Preferences, Raw
from invoices.custom_fields import po_number_field, reference_field
from invoices.draft_content import DraftContent
from invoices.draft_lines import DraftLine

CUSTOM_FIELD_LENGTH = 31
"""QuickBooks keeps no more of a custom field."""


@dataclass(frozen=True, slots=True)
class Places:
    """What the company has. A class stands on each line or on the whole invoice, never on both."""

    class_per_line: bool = False
    class_per_invoice: bool = False
    locations: bool = False
    service_dates: bool = False

    def of_invoice(self, content: DraftContent) -> Raw:
        found: Raw = {}
        if self.class_per_invoice and content.class_id:
            found["ClassRef"] = {"value": content.class_id}
        if self.locations and content.location_id:
            found["DepartmentRef"] = {"value": content.location_id}
        return found


def places_of(preferences: Preferences) -> Places:
    per_line = preferences.class_per_line
    return Places(
        class_per_line=per_line,
        class_per_invoice=preferences.class_per_transaction and not per_line,
        locations=preferences.location_tracking,
        service_dates=preferences.service_dates,
    )


def line_places(line: DraftLine, places: Places) -> Raw:
    found: Raw = {}
    if places.service_dates and line.service_date.strip():
        found["ServiceDate"] = line.service_date.strip()
    if places.class_per_line and line.class_id:
        found["ClassRef"] = {"value": line.class_id}
    return found


def own_custom_fields(
    custom_fields: tuple[tuple[str, str], ...], reference_place: str
) -> tuple[tuple[str, str], ...]:
    """The company's fields that nothing else fills in: not the order number, not our reference."""
    taken = {po_number_field(custom_fields)}
    if reference_place == "custom_field":
        taken.add(reference_field(custom_fields))
    return tuple(each for each in custom_fields if each[0] not in taken)


def custom_field_texts(
    content: DraftContent, custom_fields: tuple[tuple[str, str], ...], taken: frozenset[str]
) -> dict[str, str]:
    known = {key for key, _name in custom_fields} - taken
    return {
        key: text.strip()
        for key, text in content.custom_fields.items()
        if key in known and text.strip()
    }
