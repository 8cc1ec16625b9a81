"""Which types go together, and why not where they do not (B-30). Pure.

``refusal`` answers with a message code of the catalogue, or nothing when the types fit.
"""

from collections.abc import Iterable, Mapping

from mappings.quickbooks_fields import FieldType
from mappings.steps import STEPS, Step, StepKind, is_reversible

TEXTUAL = frozenset(
    {FieldType.TEXT, FieldType.EMAIL, FieldType.PHONE, FieldType.COUNTRY, FieldType.REGION}
)
NUMERIC = frozenset({FieldType.NUMBER, FieldType.MONEY})
TIMELY = frozenset({FieldType.DATE, FieldType.INSTANT})
EVERYTHING = frozenset(FieldType)
CHOSEN = frozenset({FieldType.CHOICE})
HUBSPOT_TAKES: Mapping[str, frozenset[FieldType]] = {
    "string": EVERYTHING,
    "phone_number": frozenset({FieldType.TEXT, FieldType.PHONE, FieldType.CHOICE}),
    "number": NUMERIC,
    "date": TIMELY,
    "datetime": TIMELY,
    "bool": frozenset({FieldType.FLAG}),
    "enumeration": frozenset({FieldType.FLAG}),
}
"""By HubSpot's property type. A choice that a transform made goes anywhere: its values are seen."""
HUBSPOT_WANTS: Mapping[str, str] = {
    "phone_number": "mapping.needs_phone",
    "number": "mapping.needs_number",
    "date": "mapping.needs_date",
    "datetime": "mapping.needs_date",
    "bool": "mapping.needs_yes_no",
    "enumeration": "mapping.needs_options",
}
HUBSPOT_GIVES: Mapping[str, FieldType] = {
    "string": FieldType.TEXT,
    "phone_number": FieldType.PHONE,
    "number": FieldType.NUMBER,
    "date": FieldType.DATE,
    "datetime": FieldType.INSTANT,
    "bool": FieldType.FLAG,
    "enumeration": FieldType.CHOICE,
}
QUICKBOOKS_TAKES: Mapping[FieldType, frozenset[FieldType]] = {
    FieldType.TEXT: EVERYTHING,
    FieldType.EMAIL: TEXTUAL,
    FieldType.PHONE: TEXTUAL,
    FieldType.COUNTRY: TEXTUAL | CHOSEN,
    FieldType.REGION: TEXTUAL | CHOSEN,
    FieldType.NUMBER: NUMERIC,
    FieldType.MONEY: NUMERIC,
    FieldType.DATE: TIMELY,
    FieldType.INSTANT: TIMELY,
    FieldType.FLAG: frozenset({FieldType.FLAG}),
    FieldType.CHOICE: CHOSEN,
}
QUICKBOOKS_WANTS: Mapping[FieldType, str] = {
    FieldType.EMAIL: "mapping.needs_text",
    FieldType.PHONE: "mapping.needs_text",
    FieldType.COUNTRY: "mapping.needs_text",
    FieldType.REGION: "mapping.needs_text",
    FieldType.NUMBER: "mapping.needs_number",
    FieldType.MONEY: "mapping.needs_number",
    FieldType.DATE: "mapping.needs_date",
    FieldType.INSTANT: "mapping.needs_date",
    FieldType.FLAG: "mapping.needs_yes_no",
    FieldType.CHOICE: "mapping.needs_options",
}


def made_of(start: FieldType, steps: Iterable[Step]) -> tuple[FieldType, bool]:
    """The type after the steps, and whether its values were chosen in a transform."""
    type, is_chosen = start, False
    for step in steps:
        makes = STEPS[step.kind].makes
        if makes:
            type = FieldType(makes)
            is_chosen = step.kind in (StepKind.OPTIONS, StepKind.CONSTANT)
    return type, is_chosen


def to_hubspot(start: FieldType, steps: Iterable[Step], property_type: str) -> str:
    """Why this field, after these transforms, may not go into such a property."""
    takes = HUBSPOT_TAKES.get(property_type)
    if takes is None:
        return "mapping.type_unknown"
    type, is_chosen = made_of(start, steps)
    fits = type in takes or (is_chosen and type is FieldType.CHOICE)
    return "" if fits else HUBSPOT_WANTS[property_type]


def to_quickbooks(property_type: str, steps: Iterable[Step], field_type: FieldType) -> str:
    """Why such a property, after these transforms, may not go into this field."""
    start = HUBSPOT_GIVES.get(property_type)
    if start is None:
        return "mapping.type_unknown"
    type, is_chosen = made_of(start, steps)
    fits = type in QUICKBOOKS_TAKES[field_type] or (is_chosen and type is FieldType.CHOICE)
    return "" if fits else QUICKBOOKS_WANTS[field_type]


def back_to_quickbooks(property_type: str, steps: Iterable[Step], field_type: FieldType) -> str:
    """The same for the way back of a two-way mapping, where only some transforms can be undone."""
    given = tuple(steps)
    if not all(is_reversible(step) for step in given):
        return "mapping.not_two_way"
    start = HUBSPOT_GIVES.get(property_type)
    if start is None:
        return "mapping.type_unknown"
    if any(step.kind is StepKind.OPTIONS for step in given):
        return ""
    takes = QUICKBOOKS_TAKES[field_type]
    return "" if start in takes else QUICKBOOKS_WANTS[field_type]
