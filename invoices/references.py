"""The reference that ties an invoice made in QuickBooks to a HubSpot deal (D-32, B-23). Pure.

``D-<dealId>-<check letter>``, e.g. ``D-20300100001-N``. The letter is the deal's id modulo 23, a
prime: one wrong digit changes the remainder, and so does swapping two digits less than 22 places
apart, which in an id of at most 20 digits is every swap.
"""

import re

LETTERS = "ABCDEFGHJKLMNPQRSTVWXYZ"
"""23 of them; I, O and U are left out, which people read as 1, 0 and V."""
LONGEST_ID = 20
REFERENCE = re.compile(r"(?<![A-Z0-9])D-([1-9][0-9]{0,19})-([A-Z])(?![A-Z0-9])")


def check_letter(deal_id: str) -> str:
    """Raises ValueError when this is no HubSpot id."""
    if not (deal_id.isascii() and deal_id.isdigit() and len(deal_id) <= LONGEST_ID):
        raise ValueError(f"not a HubSpot id: {deal_id!r}")
    return LETTERS[int(deal_id) % len(LETTERS)]


def reference(deal_id: str) -> str:
    """What is printed for this deal."""
    return f"D-{deal_id}-{check_letter(deal_id)}"


def deals_in(text: str) -> tuple[str, ...]:
    """Ids of the deals whose reference stands in the text, in order and once each.

    Letter case does not matter. A reference that stands inside a longer word, or whose letter does
    not fit its digits, is none.
    """
    found = REFERENCE.findall(text.upper())
    return tuple(dict.fromkeys(deal for deal, letter in found if check_letter(deal) == letter))
