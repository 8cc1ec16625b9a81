"""A column of words to search by: what a person types finds them by their beginnings, and the words
of names also from the middle. Plain PostgreSQL full text search (``tsvector`` with a GIN index).

    words = WordsField(by_beginning=("search_text",), anywhere=("name",))
    rows.filter(words__having=begins("lamp 12"))

The value follows from the other columns of the row, so nobody ever sets it.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models.lookups import Lookup

WORD = re.compile(r"[^\W_]+")
LONGEST_WORD = 40
MOST_WORDS = 80
MOST_ENDS = 200


APOSTROPHES = re.compile(r"(?<=\w)['’`.](?=\w)")


def folded(text: str) -> str:
    """Without accents and the apostrophes and dots within words: Café and O'Brien as people type
    them."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return APOSTROPHES.sub("", "".join(each for each in plain if not unicodedata.combining(each)))


def plain_words(text: str) -> list[str]:
    """Letters and digits, lower case, each once; never a quote or backslash."""
    found = dict.fromkeys(word[:LONGEST_WORD] for word in WORD.findall(text.lower()))
    return list(found)[:MOST_WORDS]


def lexemes(by_beginning: Iterable[str], anywhere: Iterable[str]) -> str:
    """As PostgreSQL reads a ``tsvector``: whole words with weight A, ends of words without."""
    named, more = " ".join(anywhere), " ".join(by_beginning)
    names = _both_ways(named)
    whole = dict.fromkeys([*names, *_both_ways(more)])
    ends = dict.fromkeys(word[first:] for word in names for first in range(1, len(word) - 1))
    found = [f"'{word}':1A" for word in whole]
    found += [f"'{end}':2" for end in list(ends)[:MOST_ENDS] if end not in whole]
    return " ".join(found)


def _both_ways(text: str) -> list[str]:
    found, plain = plain_words(text), folded(text)
    return found if plain == text.lower() else list(dict.fromkeys([*found, *plain_words(plain)]))


def begins(text: str) -> str:
    """For ``having``: every word of ``text`` begins a word of the row. Empty without a word."""
    return " & ".join(f"'{word}':*A" for word in plain_words(text))


def contains(text: str) -> str:
    """For ``having``: or it stands within a word of those that are searched anywhere."""
    return " & ".join(f"'{word}':*" for word in plain_words(text))


class _Following:
    """The attribute: worked out anew whenever it is read; what the database says is not kept."""

    def __init__(self, field: "WordsField") -> None:
        self.field = field

    def __get__(self, row: models.Model | None, _owner: Any = None) -> Any:
        if row is None:
            return self
        texts = ([str(getattr(row, name) or "") for name in names] for names in self.field.sources)
        return lexemes(*texts)

    def __set__(self, row: models.Model, value: Any) -> None:
        """Nothing: it follows from the other columns."""


class WordsField(models.Field):
    """``by_beginning`` and ``anywhere`` name attributes of the row."""

    def __init__(
        self, *args: Any, by_beginning: Iterable[str] = (), anywhere: Iterable[str] = (),
        **options: Any,
    ) -> None:  # fmt: skip
        self.sources = (tuple(by_beginning), tuple(anywhere))
        options |= {"editable": False, "default": ""}
        super().__init__(*args, **options)

    def deconstruct(self) -> Any:
        name, path, args, options = super().deconstruct()
        for fixed in ("editable", "default"):
            options.pop(fixed, None)
        return name, path, args, options

    def db_type(self, connection: Any) -> str:
        return "tsvector"

    def contribute_to_class(self, cls: type[models.Model], name: str, **options: Any) -> None:
        super().contribute_to_class(cls, name, **options)
        if any(self.sources):
            setattr(cls, name, _Following(self))


@WordsField.register_lookup
class Having(Lookup):
    lookup_name = "having"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, parameters = self.process_lhs(compiler, connection)
        return f"{column} @@ %s::tsquery", (*parameters, self.rhs)
