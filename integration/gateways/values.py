"""Vendor JSON to exact Python values. Pure; every reader raises ``ValueError`` for nonsense."""

from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

ZERO = Decimal(0)


def text(value: Any) -> str:
    """A string; numbers are written out, null and containers are empty."""
    if type(value) is str:
        return value
    if value is None or isinstance(value, dict | list):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def amount(value: Any) -> Decimal:
    """A finite Decimal; absent is zero."""
    found = optional_amount(value)
    return ZERO if found is None else found


def optional_amount(value: Any) -> Decimal | None:
    """A finite Decimal, or None when absent or empty. Floats never occur: JSON is read exactly."""
    if value is None or value == "":
        return None
    if type(value) is int:
        return Decimal(value)
    number = value if type(value) is Decimal else _number(value)
    if not number.is_finite():
        raise ValueError("not a finite number")
    return number


def _number(value: Any) -> Decimal:
    if isinstance(value, bool | dict | list):
        raise ValueError("not a number")
    try:
        return Decimal(str(value).strip())
    except InvalidOperation:
        raise ValueError("not a number") from None


def flag(value: Any, absent: bool = False) -> bool:
    """true, "true"; absent is ``absent``."""
    if value is None or value == "":
        return absent
    return value is True or str(value).strip().lower() == "true"


def day(value: Any) -> date | None:
    """``2026-11-23``, or the date part of a longer stamp; None when absent."""
    given = text(value).strip()
    return date.fromisoformat(given[:10]) if given else None


def instant(value: Any) -> datetime | None:
    """An aware instant from ISO text with an offset, or from epoch milliseconds; None if absent."""
    if value is None or value == "":
        return None
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return datetime.fromtimestamp(int(value) / 1000, tz=UTC)
    found = datetime.fromisoformat(_micro(text(value).strip()))
    if found.tzinfo is None:
        raise ValueError("an instant without an offset")
    return found


def needed_instant(value: Any) -> datetime:
    found = instant(value)
    if found is None:
        raise ValueError("an instant is missing")
    return found


def _micro(stamp: str) -> str:
    """Python reads at most microseconds; vendors may send nanoseconds."""
    head, dot, rest = stamp.partition(".")
    if not dot:
        return stamp
    digits = len(rest) - len(rest.lstrip("0123456789"))
    return f"{head}.{rest[: min(digits, 6)].ljust(6, '0')}{rest[digits:]}"
