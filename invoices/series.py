"""The shape of invoice numbers: prefix, digits, zero padding (D-12). Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

LONGEST = 21
"""QuickBooks' DocNumber."""
TAIL = re.compile(r"(?P<prefix>.*?)(?P<digits>\d{1,15})", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Series:
    """``padding``: digits the number is filled up to; 0 means none."""

    prefix: str
    padding: int
    next_number: int

    def text(self, number: int) -> str:
        return f"{self.prefix}{number:0{self.padding}d}"


def read(number: str) -> Series | None:
    """The series a number belongs to, with the one after it as next; None without digits at the end."""
    found = TAIL.fullmatch(number.strip())
    if found is None:
        return None
    digits = found["digits"]
    padding = len(digits) if digits.startswith("0") else 0
    return Series(found["prefix"], padding, int(digits) + 1)


def guess(numbers: Iterable[str]) -> Series:
    """What the series probably is: the commonest prefix, its padding, one after its highest.

    ``numbers``: as used so far, in any order (as text 999 sorts after 1000, so values decide).
    """
    found = [entry for entry in map(read, numbers) if entry is not None]
    if not found:
        return Series("", 0, 1001)
    prefixes = [entry.prefix for entry in found]
    prefix = max(dict.fromkeys(prefixes), key=prefixes.count)
    same = [entry for entry in found if entry.prefix == prefix]
    return Series(
        prefix,
        max(entry.padding for entry in same),
        max(entry.next_number for entry in same),
    )
