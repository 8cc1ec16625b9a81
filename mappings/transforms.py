"""How a value of ours becomes the text HubSpot expects. Pure.

HubSpot takes strings only; an empty string clears a property.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from hashlib import blake2b

CLEARED = ""
TEXT_LIMIT = 65_536
"""The longest text HubSpot stores in a property."""


def money(amount: Decimal | None, places: int) -> str:
    """``1234.5`` with two places is ``1234.50``: plain digits, never an exponent."""
    if amount is None:
        return CLEARED
    rounded = amount.quantize(_unit(places), rounding=ROUND_HALF_UP)
    return f"{rounded if rounded else abs(rounded):f}"


@cache
def _unit(places: int) -> Decimal:
    return Decimal(1).scaleb(-places)


def whole(number: int | None) -> str:
    return CLEARED if number is None else str(number)


def day(value: date | None) -> str:
    """A date property is a calendar day: no time zone can shift it."""
    return CLEARED if value is None else value.isoformat()


def instant(value: datetime | None) -> str:
    """Milliseconds in UTC, as HubSpot writes them."""
    if value is None:
        return CLEARED
    if value.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def flag(value: bool | None) -> str:
    return CLEARED if value is None else ("true" if value else "false")


def enumeration(value: str, options: frozenset[str]) -> str:
    """One of the property's options, or nothing. Raises ValueError for anything else."""
    if value and value not in options:
        raise ValueError(f"{value!r} is not one of {', '.join(sorted(options))}")
    return value


def text(value: str | None) -> str:
    """One line or many, without the characters HubSpot refuses, and no longer than it stores."""
    if not value or value.isprintable():
        return (value or "").strip()[:TEXT_LIMIT]
    kept = "".join(sign for sign in value if sign in "\n\t" or ord(sign) >= 32)
    whole_text = kept.encode("utf-8", "ignore").decode("utf-8")
    return whole_text.strip()[:TEXT_LIMIT]


def fingerprint(properties: Mapping[str, str | None]) -> str:
    """The same for the same content in any order; tells whether a write would change anything."""
    joined = "\x1e".join(f"{name}\x1f{properties[name] or ''}" for name in sorted(properties))
    return blake2b(joined.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
