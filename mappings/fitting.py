"""What a property of HubSpot or a field of QuickBooks takes, and what it does not. Pure.

HubSpot refuses a whole record for one bad value (hubspot.md 2), so a value is looked at before.
"""

import re
from datetime import UTC, date, datetime, time
from decimal import Decimal

from integration.gateways.values import instant
from mappings import transforms
from mappings.pairs import Property
from mappings.quickbooks_fields import FieldType, QuickBooksField
from mappings.step_functions import DAY, Unreadable, date_text, number

EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;.]+")
YES_NO = {"true": "true", "yes": "true", "1": "true", "false": "false", "no": "false", "0": "false"}
NOON = time(12)
"""A day as an instant stays on its day nearly everywhere."""


def for_hubspot(target: Property, value: str) -> str:
    """The value as HubSpot writes this type. Raises ``Unreadable`` with the reason."""
    bare = value.strip()
    if not bare:
        return transforms.CLEARED
    if target.type == "number":
        return f"{number(bare):f}"
    if target.type == "date":
        return date_text(bare, "year_first")
    if target.type == "datetime":
        return _instant(bare)
    if target.type == "bool":
        return _yes_no(bare)
    if target.type == "enumeration":
        return _option(target, bare)
    if target.name == "email" and not EMAIL.fullmatch(bare):
        raise Unreadable("mapping.not_an_email", bare)
    return transforms.text(value)


def _instant(value: str) -> str:
    try:
        if DAY.fullmatch(value) and len(value) <= len("2026-11-23"):
            day = date.fromisoformat(date_text(value, "year_first"))
            return transforms.instant(datetime.combine(day, NOON, tzinfo=UTC))
        return transforms.instant(instant(value))
    except (ValueError, OverflowError):
        raise Unreadable("mapping.not_a_date", value) from None


def _yes_no(value: str) -> str:
    found = YES_NO.get(value.lower())
    if found is None:
        raise Unreadable("mapping.not_yes_or_no", value)
    return found


def _option(target: Property, value: str) -> str:
    """Several options may come joined by semicolons, as HubSpot writes them."""
    if target.options is None:
        return value
    if not all(part in target.options for part in value.split(";")):
        raise Unreadable("mapping.not_in_options", value)
    return value


def for_quickbooks(target: QuickBooksField | None, value: str) -> str | bool | Decimal:
    """The value as QuickBooks' JSON wants it. Raises ``Unreadable`` with the reason."""
    if target is None or not target.writable:
        raise Unreadable("mapping.field_read_only", value)
    bare = value.strip()
    if target.type in (FieldType.MONEY, FieldType.NUMBER):
        return number(bare) if bare else Decimal(0)
    if target.type is FieldType.FLAG:
        return _yes_no(bare) == "true"
    if target.type is FieldType.DATE:
        return date_text(bare, "year_first") if bare else ""
    if target.type is FieldType.EMAIL and bare and not EMAIL.fullmatch(bare):
        raise Unreadable("mapping.not_an_email", bare)
    text = transforms.text(value)
    if target.longest and len(text) > target.longest:
        raise Unreadable("mapping.too_long", text)
    return text
