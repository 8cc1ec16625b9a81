"""The JSON shapes that well-known fields of a body must have, whatever the endpoint."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from sandbox.hubspot.errors import invalid

Test = Callable[[Any], bool]


def is_text(value: Any) -> bool:
    return isinstance(value, str)


def is_scalar(value: Any) -> bool:
    return isinstance(value, str | int | Decimal)


def is_object(value: Any) -> bool:
    return isinstance(value, dict)


def is_reference(value: Any) -> bool:
    """``{"id": "1"}``"""
    return isinstance(value, dict) and is_scalar(value.get("id", ""))


def list_of(test: Test) -> Test:
    return lambda value: isinstance(value, list) and all(test(row) for row in value)


def either(*tests: Test) -> Test:
    return lambda value: any(test(value) for test in tests)


def is_association(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and is_reference(value.get("to"))
        and list_of(is_object)(value.get("types", []))
    )


SHAPES: dict[str, Test] = {
    "id": is_scalar,
    "idProperty": is_text,
    "objectWriteTraceId": is_scalar,
    "properties": either(is_object, list_of(is_text)),
    "propertiesWithHistory": list_of(is_text),
    "associations": list_of(is_association),
    "from": is_reference,
    "to": either(is_reference, list_of(is_reference)),
    "types": list_of(is_object),
    "filterGroups": list_of(is_object),
    "filters": list_of(is_object),
    "sorts": list_of(either(is_text, is_object)),
    "query": is_text,
    "after": is_scalar,
    "name": is_text,
    "label": is_text,
    "inverseLabel": is_text,
    "groupName": is_text,
    "type": is_scalar,
    "fieldType": is_text,
    "description": is_text,
    "options": list_of(is_object),
    "stages": list_of(is_object),
    "displayOrder": is_scalar,
    "eventName": is_text,
    "fromCurrencyCode": is_text,
    "conversionRate": is_scalar,
}


def check_fields(body: dict[str, Any]) -> None:
    """Raises 400 for a known field of another shape; null counts as absent."""
    for name, value in body.items():
        test = SHAPES.get(name)
        if test is not None and value is not None and not test(value):
            raise invalid(f"Invalid input JSON: {name} does not have the expected form.")
