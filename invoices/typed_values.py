"""Numbers and dates as people type them: read, never guessed. Pure."""

import re
from datetime import date
from decimal import Decimal

THOUSANDS = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d*)?")
PLAIN = re.compile(r"-?(\d+(\.\d*)?|\.\d+)")
LONGEST_NUMBER = 30


def read_number(text: str) -> Decimal | None:
    """ "1,234.50" and "1234.5" are numbers; "12,5" is not (it could mean two things)."""
    found = text.strip()
    if len(found) > LONGEST_NUMBER:
        return None
    if THOUSANDS.fullmatch(found):
        found = found.replace(",", "")
    return Decimal(found) if PLAIN.fullmatch(found) else None


def read_date(text: str) -> date | None:
    """ISO dates only, as date inputs send them."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None
