"""By what the product knows a record as its own, where a vendor has no key for that."""

import re
from collections.abc import Iterable

_PRINTED = re.compile(r"\bDB-[0-9A-Z]+(?:-[0-9A-Z]+)*\b")


def printed_marker(texts: Iterable[str]) -> str:
    """The first short reference such as ``DB-7F3K9`` that stands in one of the texts, or empty."""
    for text in texts:
        found = _PRINTED.search(text)
        if found:
            return found.group()
    return ""
