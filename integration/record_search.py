"""Type-ahead over mirrored records, fast on long lists with PostgreSQL's own indexes (S-33, D-05).

Each rank is one query on an index of its own (``integration.sql.SEARCH_INDEXES``), and the next one
is only asked while there is room: the exact SKU, names that begin so, records with words that begin
so, and at last those that have the letters somewhere.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import BooleanField, F, Func, Q, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Lower, Replace

from integration.records.quickbooks import Raw
from integration.sql import SPLITTERS, words_of

LONGEST = 200
MOST_SORTED = 300
"""Of more hits than these not every one takes part in the order: more letters find them."""
TO_BLANKS = str.maketrans(dict.fromkeys(SPLITTERS, " "))
NAME: Combinable = Lower("name")
SKU: Combinable = Lower(Replace(KeyTextTransform("Sku", "raw"), Value(" "), Value("")))


class HasWords(Func):
    """Every one of ``words`` begins a word of the column ``name``; answered by the index on it."""

    output_field = BooleanField()

    def __init__(self, name: str, words: list[str]) -> None:
        super().__init__(F(name), Value(" & ".join(f"'{word}':*" for word in words)))

    def as_sql(self, compiler: Any, connection: Any, **_more: Any) -> tuple[str, tuple[Any, ...]]:
        column, wanted = (compiler.compile(each) for each in self.get_source_expressions())
        return f"({words_of(column[0])} @@ {wanted[0]}::tsquery)", (*column[1], *wanted[1])


def plain_words(text: str) -> list[str]:
    """As the index splits a text: letters and digits, lower case."""
    return re.findall(r"\w+", text[:LONGEST].lower().translate(TO_BLANKS))


def find(rows: QuerySet[Any], text: str, limit: int, *, by_sku: bool = False) -> list[Raw]:
    """The raw records of ``rows`` (of one company and kind) that fit ``text``, best first."""
    wanted = " ".join(text[:LONGEST].lower().split())
    if not wanted:
        return list(rows.order_by(NAME, "qbo_id").values_list("raw", flat=True)[:limit])
    found: dict[str, Raw] = {}
    for rank in _ranks(rows, wanted, by_sku):
        room = limit - len(found)
        for qbo_id, raw in rank(room + len(found)):
            found.setdefault(qbo_id, raw)
        if len(found) >= limit:
            break
    return list(found.values())[:limit]


Rank = Callable[[int], Iterator[tuple[str, Raw]]]


def _ranks(rows: QuerySet[Any], wanted: str, by_sku: bool) -> Iterator[Rank]:
    if by_sku:
        folded = wanted.replace(" ", "")
        yield lambda most: _by_name(rows.alias(sku_key=SKU).filter(sku_key=folded), most)
    yield lambda most: _by_name(rows.alias(name_key=NAME).filter(name_key__startswith=wanted), most)
    words = plain_words(wanted)
    if words:
        yield lambda most: _some(rows.filter(HasWords("search_text", words)), most)
    letters = Q()
    for word in wanted.split():
        letters &= Q(search_text__contains=word)
    yield lambda most: _some(rows.filter(letters), most)


def _by_name(rows: QuerySet[Any], most: int) -> Iterator[tuple[str, Raw]]:
    yield from rows.order_by(NAME, "qbo_id").values_list("qbo_id", "raw")[:most]


def _some(rows: QuerySet[Any], most: int) -> Iterator[tuple[str, Raw]]:
    """By name among the first few hundred that come up: sorting all hits would take too long."""
    some = rows.order_by().values("pk")[:MOST_SORTED]
    chosen = rows.model._base_manager.filter(pk__in=some)
    yield from chosen.order_by(NAME, "qbo_id").values_list("qbo_id", "raw")[:most]
