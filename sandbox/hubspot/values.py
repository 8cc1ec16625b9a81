"""Property values: HubSpot keeps text or null, and refuses what does not fit the type."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from sandbox.hubspot.errors import ValueProblem
from sandbox.hubspot.properties import Property

MAX_TEXT = 65_536
EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;.]+(\.[^@\s,;.]+)+")


def iso(milliseconds: int) -> str:
    """Epoch milliseconds as HubSpot prints instants."""
    moment = datetime.fromtimestamp(milliseconds / 1000, tz=UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{milliseconds % 1000:03d}Z"


def instant_ms(text: str) -> int | None:
    """ISO 8601 text or epoch milliseconds to epoch milliseconds; None when it is neither."""
    if re.fullmatch(r"-?\d{5,14}", text):
        return int(text)
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return round(moment.timestamp() * 1000)


def number(text: str | None) -> Decimal | None:
    """None for empty text and for what is not a finite number."""
    try:
        value = Decimal(text or "")
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def plain(value: Decimal) -> str:
    """Decimal without exponent; trailing zeros stay."""
    return format(value, "f")


def to_text(value: Any) -> str | None:
    """JSON scalar to the text HubSpot keeps; raises TypeError for arrays and objects."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, str | int):
        return str(value)
    raise TypeError(type(value).__name__)


def _number(definition: Property, text: str) -> str | ValueProblem:
    if number(text) is None:
        return ValueProblem(definition.name, "INVALID_FLOAT", f"{text} was not a valid number.")
    return text


def _date(definition: Property, text: str) -> str | ValueProblem:
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError:
            pass
    moment = instant_ms(text)
    if moment is None or moment % 86_400_000:
        return ValueProblem(
            definition.name, "INVALID_DATE", f"{text} was not a valid date at midnight UTC."
        )
    return iso(moment)[:10]


def _datetime(definition: Property, text: str) -> str | ValueProblem:
    moment = instant_ms(text)
    if moment is None:
        return ValueProblem(
            definition.name, "INVALID_DATE", f"{text} was not a valid date or instant."
        )
    return iso(moment)


def _bool(definition: Property, text: str) -> str | ValueProblem:
    if text.lower() in ("true", "false"):
        return text.lower()
    return ValueProblem(
        definition.name,
        "INVALID_BOOLEAN",
        f"{text} was not one of the allowed options: true, false",
    )


def _enumeration(definition: Property, text: str) -> str | ValueProblem:
    if definition.external_options:
        return text
    values = text.split(";") if definition.field_type == "checkbox" else [text]
    wrong = [value for value in values if value and value not in definition.choices]
    if wrong:
        return ValueProblem(
            definition.name,
            "INVALID_OPTION",
            f"{wrong[0]} was not one of the allowed options: [{', '.join(definition.choices)}]",
        )
    return text


CHECKS = {
    "number": _number,
    "date": _date,
    "datetime": _datetime,
    "bool": _bool,
    "enumeration": _enumeration,
}


def check(definition: Property, value: Any) -> str | ValueProblem | None:
    """The text to store (None clears), or why the value is refused."""
    try:
        text = to_text(value)
    except TypeError:
        return ValueProblem(definition.name, "INVALID_TYPE", "Property values must be text.")
    if text is None:
        return None
    checker = CHECKS.get(definition.type)
    if checker is None:
        if len(text) > MAX_TEXT:
            return ValueProblem(
                definition.name,
                "PROPERTY_VALUE_TOO_LONG",
                f"Property value is {len(text)} characters; the limit is {MAX_TEXT}.",
            )
        if definition.name == "email" and not EMAIL.fullmatch(text):
            return ValueProblem(
                definition.name, "INVALID_EMAIL", f"Email address {text} is invalid"
            )
        return text
    if text != text.strip():
        return ValueProblem(
            definition.name,
            "INVALID_WHITESPACE",
            f"Property {definition.name} must not begin or end with whitespace.",
        )
    return checker(definition, text)
