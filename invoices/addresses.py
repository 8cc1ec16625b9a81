"""The recipients of one mail as people type them, and as QuickBooks takes them. Pure.

QuickBooks keeps several addresses in one field, split by commas, 100 characters in all.
"""

import re
from dataclasses import dataclass

from invoices.draft_checks import EMAIL, EMAIL_LIMIT

SEPARATORS = re.compile(r"[,;\s]+")
FIELDS = ("to", "cc", "bcc")


@dataclass(frozen=True, slots=True)
class Recipients:
    """Each is empty or one or several addresses, split by ``", "``."""

    to: str = ""
    cc: str = ""
    bcc: str = ""


@dataclass(frozen=True, slots=True)
class AddressProblem:
    """``code`` and ``parameters`` are for ``integration.messages``; ``field`` one of ``FIELDS``."""

    field: str
    code: str
    parameters: dict[str, str]


def tidy(text: str) -> str:
    """One form for what people type: semicolons, line breaks, doubled addresses."""
    found = [part for part in SEPARATORS.split(text.strip()) if part]
    seen = {part.casefold(): part for part in reversed(found)}
    return ",".join(part for part in dict.fromkeys(found) if seen[part.casefold()] == part)


def recipients(to: str, cc: str = "", bcc: str = "") -> Recipients:
    return Recipients(tidy(to), tidy(cc), tidy(bcc))


def problems(given: Recipients) -> list[AddressProblem]:
    """Everything that keeps QuickBooks from mailing to these, in the order of the fields."""
    found = []
    if not given.to:
        found.append(AddressProblem("to", "sending.no_address", {}))
    for field in FIELDS:
        text = getattr(given, field)
        found += [
            AddressProblem(field, "sending.address_invalid", {"email": address})
            for address in (text.split(",") if text else ())
            if not is_valid(address)
        ]
        if len(text) > EMAIL_LIMIT:
            size = {"length": str(len(text)), "limit": str(EMAIL_LIMIT)}
            found.append(AddressProblem(field, "sending.address_too_long", size))
    return found


def is_valid(address: str) -> bool:
    """An address that could exist; control characters and markup never pass into a mail."""
    return (
        bool(EMAIL.fullmatch(address)) and address.isprintable() and not set(address) & set('<>"`')
    )
