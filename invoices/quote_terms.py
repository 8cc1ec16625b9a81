"""Which payment terms the free text of a quote means (S-40, D-07). Pure."""

import re
from collections.abc import Iterable

from integration.records.quickbooks import Term

DAYS = re.compile(r"\bnet\s*(\d{1,3})\b|\b(\d{1,3})[\s-]*(?:calendar\s+)?days?\b", re.IGNORECASE)


def terms_meant(text: str, terms: Iterable[Term]) -> Term | None:
    """The active term named in the text, else the only one with the days it speaks of.

    Text with several numbers of days says nothing: one of them may be a notice period.
    """
    able = sorted((term for term in terms if term.active), key=lambda term: -len(term.name))
    plain = " ".join(text.casefold().split())
    named = [term for term in able if _stands_in(term.name, plain)]
    if named:
        return named[0]
    days = {int(found[0] or found[1]) for found in DAYS.findall(plain)}
    same = [term for term in able if term.due_days is not None and {term.due_days} == days]
    return same[0] if len(same) == 1 else None


def _stands_in(name: str, text: str) -> bool:
    wanted = " ".join(name.casefold().split())
    return bool(wanted) and re.search(rf"(?<!\w){re.escape(wanted)}(?!\w)", text) is not None
