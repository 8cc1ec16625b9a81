r"""Building QuickBooks query statements whose values cannot break out (control 19). Pure.

python-quickbooks escapes only the quote: a value ending in a backslash would swallow it. Here
both are escaped, and field names must look like names.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

FIELD = re.compile(r"[A-Za-z][A-Za-z0-9]*(\.[A-Za-z][A-Za-z0-9]*)*")
OPERATORS = ("=", "<", ">", "<=", ">=", "LIKE")
PAGE = 1000
Value = str | bool | int | Decimal | date | datetime


def quote(value: Value) -> str:
    """A literal. Booleans stay bare; an instant must know its offset; the rest is quoted text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("a naive instant would be read in the company's time zone")
        text = value.isoformat(timespec="seconds")
    elif isinstance(value, date):
        text = value.isoformat()
    elif isinstance(value, Decimal):
        text = format(value, "f")
    else:
        text = str(value)
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def name(field: str) -> str:
    """The field itself if it can be one; raises ValueError."""
    if not FIELD.fullmatch(field):
        raise ValueError(f"not a field name: {field!r}")
    return field


def where(field: str, operator: str, value: Value) -> str:
    """One condition, e.g. ``where("Balance", ">", 0)``."""
    if operator not in OPERATORS:
        raise ValueError(f"not an operator: {operator!r}")
    return f"{name(field)} {operator} {quote(value)}"


def one_of(field: str, values: Sequence[Value]) -> str:
    """``Id IN ('1', '2')``; at least one value is needed."""
    if not values:
        raise ValueError("IN needs a value")
    return f"{name(field)} IN ({', '.join(quote(value) for value in values)})"


def contains(field: str, text: str) -> str:
    """Text anywhere in the field. ``%`` in the text is a wildcard too: QuickBooks has no escape."""
    return where(field, "LIKE", f"%{text}%")


def all_of(*conditions: str) -> str:
    """Joined with AND; empty ones are left out."""
    return " AND ".join(condition for condition in conditions if condition)


def select(
    entity: str, condition: str = "", order: str = "", start: int = 1, limit: int = PAGE
) -> str:
    """``order`` is ``Field`` or ``Field DESC``; ``start`` counts from 1; ``limit`` at most 1000."""
    field, _, direction = order.partition(" ")
    if direction not in ("", "ASC", "DESC"):
        raise ValueError(f"not a direction: {direction!r}")
    parts = [f"SELECT * FROM {name(entity)}"]  # noqa: S608 names and values are checked here
    if condition:
        parts.append(f"WHERE {condition}")
    if order:
        parts.append(f"ORDERBY {name(field)} {direction}".rstrip())
    parts.append(f"STARTPOSITION {max(1, start)} MAXRESULTS {min(max(1, limit), PAGE)}")
    return " ".join(parts)


def select_count(entity: str, condition: str = "") -> str:
    statement = f"SELECT count(*) FROM {name(entity)}"  # noqa: S608 as above
    return f"{statement} WHERE {condition}" if condition else statement
