"""Is a mapping still good: property, field, types, options (S-88, S-113, B-30). Pure."""

from collections.abc import Iterator, Mapping

from integration.records.hubspot import PropertyDefinition
from mappings import compatibility
from mappings.pairs import Direction, FieldPair
from mappings.quickbooks_fields import COMPUTED, FieldType, QuickBooksField
from mappings.step_functions import Problem
from mappings.steps import STEPS, Step, StepKind, pairs_of

Properties = Mapping[str, PropertyDefinition]
Fields = Mapping[str, QuickBooksField]
OURS = "dealbooks_"
WRITTEN_BY_SYNC = frozenset(
    {
        "hs_invoice_billable", "hs_currency", "hs_invoice_status", "hs_amount_billed",
        "hs_balance_due", "hs_number", "hs_title", "hs_invoice_date", "hs_due_date",
        "hs_object_id",
    }
)  # fmt: skip
"""Built-in values of an invoice that Dealbooks writes itself (D-24)."""
HARMLESS = frozenset({"mapping.property_type_changed", "mapping.option_missing"})
"""The value is looked at again as the property is now, and left out when it does not fit."""


def is_fatal(problem: Problem) -> bool:
    """HubSpot or QuickBooks would refuse the whole record for it."""
    return problem.code not in HARMLESS


def check(pair: FieldPair, properties: Properties, fields: Fields) -> list[Problem]:
    """Everything that keeps this pair from working; nothing when all is well."""
    return list(_problems(pair, properties.get(pair.property.name), fields.get(pair.field)))


def _problems(
    pair: FieldPair, property: PropertyDefinition | None, field: QuickBooksField | None
) -> Iterator[Problem]:
    name, path = pair.property.name, pair.field
    is_ours = path.startswith(COMPUTED) and name.startswith(OURS)
    if not pair.locked and not is_ours and (name.startswith(OURS) or name in WRITTEN_BY_SYNC):
        yield Problem("mapping.reserved", path, name)
    if property is None:
        yield Problem("mapping.property_gone", path, name)
    if field is None:
        yield Problem("mapping.field_gone", path, name)
    yield from (Problem(code, path, name) for code in _incomplete(pair.steps))
    if property is None or field is None:
        return
    if pair.direction.to_hubspot and property.read_only:
        yield Problem("mapping.property_read_only", path, name)
    if pair.direction.to_quickbooks and not field.writable:
        yield Problem("mapping.field_read_only", path, name)
    if pair.property.type and not same_type(pair.property.type, property.type):
        types = {"before": pair.property.type, "now": property.type}
        yield Problem("mapping.property_type_changed", path, name, types)
    yield from _types(pair, property, field.type)
    yield from _options(pair, property)


def same_type(one: str, other: str) -> bool:
    """A phone number is a text to both vendors."""
    texts = ("string", "phone_number")
    return one == other or (one in texts and other in texts)


def _types(pair: FieldPair, property: PropertyDefinition, type: FieldType) -> Iterator[Problem]:
    codes = []
    if pair.direction is Direction.TO_QUICKBOOKS:
        codes.append(compatibility.to_quickbooks(property.type, pair.steps, type))
    else:
        codes.append(compatibility.to_hubspot(type, pair.steps, property.type))
    if pair.direction is Direction.BOTH:
        codes.append(compatibility.back_to_quickbooks(property.type, pair.steps, type))
    yield from (
        Problem(code, pair.field, pair.property.name) for code in dict.fromkeys(codes) if code
    )


def _incomplete(steps: tuple[Step, ...]) -> Iterator[str]:
    for step in steps:
        if step.kind is StepKind.OPTIONS and not pairs_of(step):
            yield "mapping.no_pairs"
        if step.kind in (StepKind.CONSTANT, StepKind.DEFAULT) and not step.said("value"):
            yield "mapping.no_value"
        if step.kind is StepKind.JOIN and not (step.said("second") or step.said("third")):
            yield "mapping.nothing_to_join"


def _options(pair: FieldPair, property: PropertyDefinition) -> Iterator[Problem]:
    """Values that transforms make up must be among the property's options."""
    if property.type != "enumeration" or not property.options or not pair.direction.to_hubspot:
        return
    known = {value for value, _ in property.options}
    for value in _made_up(pair.steps):
        if value and value not in known:
            said = {"value": value}
            yield Problem("mapping.option_missing", pair.field, pair.property.name, said)


def _made_up(steps: tuple[Step, ...]) -> Iterator[str]:
    """What the last step that makes values up may answer."""
    for step in reversed(steps):
        if step.kind in (StepKind.CONSTANT, StepKind.DEFAULT):
            yield step.said("value")
        if step.kind is StepKind.OPTIONS:
            yield from (to for _, to in pairs_of(step))
        if STEPS[step.kind].makes or step.kind is StepKind.DEFAULT:
            return
