"""Names that QuickBooks takes for customers (B-14, P-18, P-19). Pure.

A display name has at most 500 letters, no colon, tab or line break, and is unique over customers,
vendors and employees, inactive ones too; names of companies and people have at most 100.
"""

import re
from collections.abc import Callable, Iterator

DISPLAY_NAME_LIMIT = 500
NAME_LIMIT = 100
MOST_NUMBERS = 99


def safe_display_name(text: str) -> str:
    """As close to ``text`` as QuickBooks allows: a colon would make a sub-customer of it."""
    return _cut(re.sub(r"\s*:\s*", " - ", " ".join(text.split())), DISPLAY_NAME_LIMIT)


def safe_name(text: str) -> str:
    """For the names of companies and people."""
    return _cut(" ".join(text.split()), NAME_LIMIT)


def _cut(text: str, limit: int) -> str:
    """At the last blank, where that keeps most of it."""
    if len(text) <= limit:
        return text.strip()
    whole_words = text[: limit + 1].rpartition(" ")[0]
    return (whole_words if len(whole_words) > limit // 2 else text[:limit]).strip()


def unique_names(
    name: str, is_taken: Callable[[str], bool], *, place: str = "", person: str = "", most: int = 2
) -> list[str]:
    """Other names for a customer whose name is taken, the most telling first.

    ``is_taken`` knows customers only; of vendors and employees QuickBooks alone knows.
    """
    found: list[str] = []
    for candidate in _candidates(safe_display_name(name), place, person):
        if candidate not in found and not is_taken(candidate):
            found.append(candidate)
        if len(found) == most:
            break
    return found


def _candidates(name: str, place: str, person: str) -> Iterator[str]:
    for more in (place, person):
        text = safe_display_name(more)
        if text and text.casefold() not in name.casefold():
            yield _with(name, f"({text[:60].strip()})")
    for number in range(2, MOST_NUMBERS + 1):
        yield _with(name, str(number))


def _with(name: str, ending: str) -> str:
    return f"{name[: DISPLAY_NAME_LIMIT - len(ending) - 1].strip()} {ending}"
