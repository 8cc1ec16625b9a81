"""The one catalogue of sentences (B-08): codes with parameters in, words for people out.

Every layer adds its codes in ``<app>/texts.py``, which ``AppConfig.ready()`` loads. Pages, the
API and history take their sentences from here, so that one code reads the same everywhere.
Texts are lazy and translated when they are asked for, in the reader's language.
"""

import string
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, Protocol

import structlog
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from integration.display import amount_text

Text = str | Promise

log = structlog.stdlib.get_logger(__name__)


class Helper(StrEnum):
    """Who can put it right."""

    NOBODY = "nobody"
    """It heals by itself: Dealbooks tries again."""
    REP = "rep"
    ACCOUNTANT = "accountant"
    ADMIN = "admin"
    OPERATOR = "operator"


HELPERS: dict[Helper, Text] = {
    Helper.NOBODY: _("Nobody needs to act"),
    Helper.REP: _("You can fix this"),
    Helper.ACCOUNTANT: _("An accountant can fix this"),
    Helper.ADMIN: _("An admin can fix this"),
    Helper.OPERATOR: _("Whoever runs this installation can fix this"),
}

# Words for a parameter that the caller did not know.
UNKNOWN: dict[str, Text] = {
    "vendor": _("the other side"),
    "field": _("a field"),
    "element": _("a field"),
    "value": _("the value given"),
    "name": _("the record"),
    "company": _("the company"),
    "portal": _("the portal"),
    "person": _("Somebody"),
    "right": _("this"),
}

VENDORS = {"quickbooks": "QuickBooks", "hubspot": "HubSpot"}


@dataclass(frozen=True, slots=True)
class Entry:
    """What happened, why, and what to do. ``%(name)s`` stands for a parameter."""

    title: Text
    what: Text
    why: Text = ""
    to_do: Text = ""
    helper: Helper = Helper.NOBODY


@dataclass(frozen=True, slots=True)
class Message:
    """An entry in the reader's language with its parameters filled in; plain text, not HTML."""

    title: str
    what: str
    why: str
    to_do: str
    code: str = ""
    helper: Helper = Helper.NOBODY

    @property
    def sentence(self) -> str:
        """One line: what happened, why, what to do."""
        return " ".join(part for part in (self.what, self.why, self.to_do) if part)

    @property
    def who(self) -> str:
        """Who can put it right, in words."""
        return str(HELPERS[self.helper])


_catalogue: dict[str, Entry] = {}
_families: dict[str, Entry] = {}


def add(entries: Mapping[str, Entry]) -> None:
    """Add codes to the catalogue.

    A code ending in ``*`` speaks for a family: ``quickbooks.http_5*`` for every status from 500
    on; ``quickbooks.*`` only softens an unknown code, which is logged all the same. Raises
    ValueError when a code is taken by another entry.
    """
    for code, entry in entries.items():
        if code.endswith("*"):
            _families[code[:-1]] = entry
        elif _catalogue.get(code, entry) is not entry:
            raise ValueError(f"Message code {code} is already in the catalogue")
        else:
            _catalogue[code] = entry


def codes() -> frozenset[str]:
    """Every code that has an entry of its own."""
    return frozenset(_catalogue)


def entry(code: str) -> Entry:
    """The code's entry; an unknown code gets its family's or the general one, and is logged."""
    found = _catalogue.get(code)
    if found is not None:
        return found
    family = max((each for each in _families if code.startswith(each)), key=len, default="")
    if not family or family.endswith("."):
        log.error("message code without an entry", unmapped=code)
    return _families.get(family, GENERAL)


def is_known(code: str) -> bool:
    """Whether the code has its own entry or belongs to a family such as ``quickbooks.http_5*``."""
    families = (each for each in _families if not each.endswith("."))
    return code in _catalogue or code.startswith(tuple(families))


def message(code: str, **parameters: Any) -> Message:
    """The message for a code, in the language of the current thread."""
    found = entry(code)
    words = _Words(parameters, code)
    return Message(
        title=_fill(found.title, words),
        what=_fill(found.what, words),
        why=_fill(found.why, words),
        to_do=_fill(found.to_do, words),
        code=code,
        helper=found.helper,
    )


def sentence(code: str, **parameters: Any) -> str:
    """The message in one line."""
    return message(code, **parameters).sentence


class CodedError(Protocol):
    """A gateway error, or anything else that carries a code."""

    code: str
    vendor: str
    parameters: dict[str, str]


def of_error(error: CodedError, **parameters: Any) -> Message:
    """The message for a gateway error; ``parameters`` add names that the gateway cannot know."""
    return message(error.code, **{"vendor": error.vendor, **error.parameters, **parameters})


def in_english(code: str, **parameters: Any) -> str:
    """The sentence for places without a reader: command line and operator's logs."""
    with override("en"):
        return sentence(code, **parameters)


def placeholders(code: str) -> frozenset[str]:
    """Names of the parameters that the entry's texts use."""
    found = entry(code)
    texts = (found.title, found.what, found.why, found.to_do)
    return frozenset(name for text in texts for name in _names(str(text)))


def _names(text: str) -> list[str]:
    return [part.split(")", 1)[0] for part in text.replace("%%", "").split("%(")[1:]]


def _fill(text: Text, words: "_Words") -> str:
    return str(text) % words if text else ""


class _Words(dict[str, Any]):
    """Parameters by name; ``code`` is always there, and a missing one becomes a neutral word."""

    def __init__(self, parameters: Mapping[str, Any], code: str) -> None:
        super().__init__({"code": code.rpartition(".")[2]})
        currency = str(parameters.get("currency") or "")
        for name, value in parameters.items():
            if value in (None, ""):
                continue
            if name == "vendor":
                self[name] = VENDORS.get(value, value)
            elif currency and name in AMOUNTS:
                self[name] = _amount(value, currency)
            else:
                self[name] = _presentable(value)

    def __missing__(self, name: str) -> str:
        return str(UNKNOWN.get(name, ""))


AMOUNTS = frozenset(
    "amount billed deal discount left limit lines net now quote quoted so_far total".split()
)
"""Parameters that are amounts wherever a ``currency`` stands beside them."""


def _amount(value: Any, currency: str) -> Any:
    try:
        return amount_text(Decimal(str(value)), currency)
    except InvalidOperation:
        return _presentable(value)


def _presentable(value: Any) -> Any:
    """Vendors' texts without control characters; other values as they are."""
    if not isinstance(value, str):
        return value
    kept = (letter for letter in value if letter.isprintable() or letter in string.whitespace)
    return " ".join("".join(kept).split())


GENERAL = Entry(
    title=_("Something went wrong"),
    what=_("Dealbooks met a problem that it has no words for (%(code)s)."),
    why="",
    to_do=_("Try again. If it stays, show the technical details to whoever runs Dealbooks."),
    helper=Helper.OPERATOR,
)
