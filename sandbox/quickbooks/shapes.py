"""Property types of the v3 schema, and how a sent value is read into its stored form.

A shape is written as text, one ``Name:type`` a property: ``text21``, ``number``, ``money``,
``whole``, ``truth``, ``day``, ``instant``, ``any``, ``choice(A,B)``, ``ref(Customer)``,
``part(Address)``, ``list(SalesLine)``. ``!`` marks it required on create, ``~`` read-only.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from sandbox.quickbooks import refusals

CENT = Decimal("0.01")
_TOKEN = re.compile(r"(\w+):([a-z]+)(\d*)(?:\(([^)]*)\))?(!?)(~?)$")


@dataclass(frozen=True, slots=True)
class Property:
    name: str
    type: str
    limit: int = 0
    argument: tuple[str, ...] = ()
    required: bool = False
    read_only: bool = False


Shape = dict[str, Property]
PARTS: dict[str, Shape] = {}


def shape(text: str) -> Shape:
    """Read the notation of the module's docstring."""
    found: Shape = {}
    for token in text.split():
        match = _TOKEN.match(token)
        if match is None:
            raise ValueError(f"not a property: {token}")
        name, kind, limit, argument, required, read_only = match.groups()
        choices = tuple((argument or "").split(",")) if argument else ()
        found[name] = Property(
            name, kind, int(limit or 0), choices, bool(required), bool(read_only)
        )
    return found


def part(name: str, text: str) -> None:
    PARTS[name] = shape(text)


def money(value: Decimal) -> Decimal:
    """Two decimals, half up, as QuickBooks rounds."""
    return value.quantize(CENT, rounding="ROUND_HALF_UP")


def _read_text(prop: Property, value: Any) -> str:
    if isinstance(value, bool | dict | list):
        raise refusals.bad_text(prop.name)
    text = str(value)
    if prop.limit and len(text) > prop.limit:
        raise refusals.too_long(prop.name, prop.limit, len(text))
    if any(ord(letter) < 32 and letter not in "\t\n\r" for letter in text):
        raise refusals.bad_text(prop.name)
    if any(0xD800 <= ord(letter) <= 0xDFFF for letter in text):
        raise refusals.bad_text(prop.name)
    return text


def _read_number(prop: Property, value: Any) -> Decimal:
    if isinstance(value, bool | dict | list):
        raise refusals.bad_number(prop.name, value)
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation as error:
        raise refusals.bad_number(prop.name, value) from error
    if not number.is_finite() or abs(number) >= Decimal("1e14"):
        raise refusals.bad_number(prop.name, value)
    return number


def _read_truth(prop: Property, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if str(value).lower() in ("true", "false"):
        return str(value).lower() == "true"
    raise refusals.unsupported_property(prop.name)


def _read_day(prop: Property, value: Any) -> str:
    try:
        return date.fromisoformat(str(value)[:10]).isoformat()
    except ValueError as error:
        raise refusals.bad_date(prop.name, value) from error


def _read_choice(prop: Property, value: Any) -> str:
    for known in prop.argument:
        if str(value).casefold() == known.casefold():
            return known
    raise refusals.bad_enumeration(prop.name, value)


def _read_reference(prop: Property, value: Any) -> dict[str, str] | None:
    if not isinstance(value, dict):
        raise refusals.unsupported_property(prop.name)
    for name in value:
        if name not in ("value", "name", "type"):
            raise refusals.unsupported_property(name)
    identity = value.get("value")
    if identity in (None, ""):
        return None
    reference = {"value": str(identity)}
    if value.get("type"):
        reference["type"] = str(value["type"])
    return reference


def read(value: Any, prop: Property) -> Any:
    """The stored form; None for null and empty text, which both clear. Raises Refusal."""
    if value is None or (value == "" and prop.type not in ("part", "list")):
        return None
    reader = _READERS.get(prop.type)
    return value if reader is None else reader(prop, value)


def _read_list(prop: Property, value: Any) -> list[dict[str, Any] | None]:
    if not isinstance(value, list):
        raise refusals.unsupported_property(prop.name)
    return [read_part(entry, prop) for entry in value]


def read_part(value: Any, prop: Property) -> dict[str, Any] | None:
    if value == "":
        return None
    if not isinstance(value, dict):
        raise refusals.unsupported_property(prop.name)
    return read_object(value, PARTS[prop.argument[0]])


_READERS: dict[str, Callable[[Property, Any], Any]] = {
    "text": _read_text,
    "instant": _read_text,
    "money": lambda prop, value: money(_read_number(prop, value)),
    "number": _read_number,
    "whole": lambda prop, value: int(_read_number(prop, value)),
    "truth": _read_truth,
    "day": _read_day,
    "choice": _read_choice,
    "ref": _read_reference,
    "part": lambda prop, value: read_part(value, prop),
    "list": _read_list,
}


def read_object(body: dict[str, Any], properties: Shape) -> dict[str, Any]:
    """Known writable properties of ``body``; read-only ones are dropped, unknown ones refused."""
    values = {}
    for name, value in body.items():
        prop = properties.get(name)
        if prop is None:
            raise refusals.unsupported_property(name)
        if not prop.read_only:
            values[name] = read(value, prop)
    return values


@dataclass(frozen=True, slots=True)
class Row:
    """One entity: a new one is a new row in ``entities.py``.

    ``family`` names the rules it follows; ``sequence`` the counter its ids come from;
    ``filters`` what a query may compare (True: also order by).
    """

    name: str
    family: str
    properties: Shape
    filters: dict[str, bool]
    sequence: str = ""
    key: str = ""
    cdc: bool = True
    refs: dict[str, Property] = field(default_factory=dict)

    @property
    def is_transaction(self) -> bool:
        return self.sequence == "txn"

    @property
    def has_active(self) -> bool:
        return "Active" in self.properties
