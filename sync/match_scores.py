"""How likely a HubSpot object is an unlinked customer or product: 0 to 100, with reasons (B-24). Pure.

A score orders what a person is shown; it never links anything. What both sides say alike adds
points, what they say differently takes more away, and what only one side says counts for nothing.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from difflib import SequenceMatcher
from enum import StrEnum

from invoices.matching import is_free_mail, plain_name

MOST, LEAST = 100, 30
"""A pair below ``LEAST`` is not worth a person's look."""
ALIKE = 0.82
SHORTEST_PHONE = 7


class Reason(StrEnum):
    """What agrees; sentences are ``match.<reason>`` in ``sync.texts.matching``."""

    KEY = "key"
    EMAIL = "email"
    SKU = "sku"
    NAME = "name"
    NAME_ALIKE = "name_alike"
    PERSON = "person"
    DOMAIN = "domain"
    POSTCODE = "postcode"
    PHONE = "phone"
    PRICE = "price"


class Doubt(StrEnum):
    """What disagrees, or makes agreement prove less."""

    OTHER_NAME = "other_name"
    OTHER_COMPANY = "other_company"
    OTHER_DOMAIN = "other_domain"
    OTHER_POSTCODE = "other_postcode"
    OTHER_SKU = "other_sku"
    SHARED = "shared"
    TAKEN = "taken"


POINTS = {
    Reason.KEY: 100,
    Reason.EMAIL: 70,
    Reason.SKU: 80,
    Reason.NAME: 60,
    Reason.NAME_ALIKE: 40,
    Reason.PERSON: 45,
    Reason.DOMAIN: 25,
    Reason.POSTCODE: 20,
    Reason.PHONE: 20,
    Reason.PRICE: 10,
}
COST = {
    Doubt.OTHER_NAME: 20,
    Doubt.OTHER_COMPANY: 30,
    Doubt.OTHER_DOMAIN: 25,
    Doubt.OTHER_POSTCODE: 15,
    Doubt.OTHER_SKU: 50,
    Doubt.SHARED: 20,
    Doubt.TAKEN: 25,
}


@dataclass(frozen=True, slots=True)
class Side:
    """One record as either vendor knows it; what is not known is empty.

    ``name`` is a company's or product's, ``person`` a human's. ``company``: of a person, whom they
    work for. ``shared``: other records of QuickBooks have the same address, name or SKU. ``taken``:
    another record of the company is this HubSpot object already.
    """

    name: str = ""
    person: str = ""
    company: str = ""
    emails: tuple[str, ...] = ()
    domain: str = ""
    postcode: str = ""
    phones: tuple[str, ...] = ()
    sku: str = ""
    price: str = ""
    key: str = ""
    shared: bool = False
    taken: bool = False


@dataclass(frozen=True, slots=True)
class Score:
    """``doubts`` are to be read by a person before linking."""

    points: int
    reasons: tuple[Reason, ...] = ()
    doubts: tuple[Doubt, ...] = ()

    @property
    def is_worth_showing(self) -> bool:
        return self.points >= LEAST


Judge = Callable[[Side, Side], tuple[list[Reason], list[Doubt]]]


def score(kind: str, record: Side, object: Side) -> Score:
    """``kind`` is HubSpot's: contacts, companies or products."""
    if record.key and record.key == object.key:
        reasons, doubts = [Reason.KEY], list[Doubt]()
    else:
        reasons, doubts = JUDGES[kind](record, object)
    if record.shared and reasons and Reason.KEY not in reasons:
        doubts.append(Doubt.SHARED)
    if object.taken and reasons:
        doubts.append(Doubt.TAKEN)
    total = sum(POINTS[each] for each in reasons) - sum(COST[each] for each in doubts)
    points = max(0, min(MOST, total)) if reasons else 0
    return Score(points, tuple(reasons), tuple(doubts))


def best(
    kind: str, record: Side, objects: Iterable[tuple[str, Side]], most: int = 3
) -> list[tuple[str, Score]]:
    """(HubSpot id, score), the likeliest first; equal ones in the order of their ids."""
    scored = ((id, score(kind, record, side)) for id, side in objects)
    worth = [(id, each) for id, each in scored if each.is_worth_showing]
    return sorted(worth, key=lambda pair: (-pair[1].points, len(pair[0]), pair[0]))[:most]


def doubts_of(kind: str, record: Side, object: Side) -> tuple[Doubt, ...]:
    """Of any pair, also one that no score would suggest: what a person should know first."""
    found = score(kind, record, object)
    named = {Reason.NAME, Reason.NAME_ALIKE, Reason.PERSON, Reason.EMAIL, Reason.SKU, Reason.KEY}
    if not named & set(found.reasons) and Doubt.OTHER_NAME not in found.doubts:
        return (Doubt.OTHER_NAME, *found.doubts)
    return found.doubts


# ------------------------------------------------------------------------------- one kind each


def _companies(record: Side, object: Side) -> tuple[list[Reason], list[Doubt]]:
    reasons, doubts = _names(record.name, object.name)
    reasons += _equal(Reason.POSTCODE, _letters(record.postcode), _letters(object.postcode))
    reasons += _phones(record, object)
    ours, theirs = own_domain(record), own_domain(object)
    reasons += _equal(Reason.DOMAIN, ours, theirs)
    if ours and theirs and ours != theirs:
        doubts.append(Doubt.OTHER_DOMAIN)
    return reasons, doubts + _other_postcode(record, object)


def _contacts(record: Side, object: Side) -> tuple[list[Reason], list[Doubt]]:
    """An address names one person; a name alone is common, so it needs more beside it."""
    reasons: list[Reason] = []
    doubts: list[Doubt] = []
    if addresses(record) & addresses(object):
        reasons.append(Reason.EMAIL)
    ours, theirs = plain_name(record.person or record.name), plain_name(object.person)
    if ours and ours == theirs:
        reasons.append(Reason.PERSON)
    employers = plain_name(record.company or record.name), plain_name(object.company)
    if employers[0] and employers[0] == employers[1]:
        reasons.append(Reason.NAME)
    elif record.company and all(employers) and _likeness(*employers) < ALIKE:
        doubts.append(Doubt.OTHER_COMPANY)
    reasons += _equal(Reason.POSTCODE, _letters(record.postcode), _letters(object.postcode))
    reasons += _phones(record, object)
    if Reason.EMAIL not in reasons and Reason.PERSON not in reasons:
        # The employer, the town and its telephone are those of all its people.
        return [], doubts
    return reasons, doubts + _other_postcode(record, object)


def _products(record: Side, object: Side) -> tuple[list[Reason], list[Doubt]]:
    reasons, doubts = _names(record.name, object.name)
    ours, theirs = record.sku.strip().casefold(), object.sku.strip().casefold()
    reasons += _equal(Reason.SKU, ours, theirs)
    if ours and theirs and ours != theirs:
        doubts.append(Doubt.OTHER_SKU)
    if reasons and _price(record.price) is not None:
        reasons += [Reason.PRICE] if _price(record.price) == _price(object.price) else []
    return reasons, doubts


JUDGES: dict[str, Judge] = {
    "companies": _companies,
    "contacts": _contacts,
    "products": _products,
}


# ------------------------------------------------------------------------------------ comparing


def _names(ours: str, theirs: str) -> tuple[list[Reason], list[Doubt]]:
    one, other = plain_name(ours), plain_name(theirs)
    if not (one and other):
        return [], []
    if one == other:
        return [Reason.NAME], []
    return ([Reason.NAME_ALIKE], []) if _likeness(one, other) >= ALIKE else ([], [Doubt.OTHER_NAME])


def _likeness(one: str, other: str) -> float:
    """0 to 1, whatever the order of the words."""
    first, second = (" ".join(sorted(text.split())) for text in (one, other))
    return SequenceMatcher(None, first, second, autojunk=False).ratio()


def _equal(reason: Reason, ours: str, theirs: str) -> list[Reason]:
    return [reason] if ours and ours == theirs else []


def _phones(record: Side, object: Side) -> list[Reason]:
    ours, theirs = ({_digits(each) for each in side.phones} for side in (record, object))
    return [Reason.PHONE] if (ours & theirs) - {""} else []


def _other_postcode(record: Side, object: Side) -> list[Doubt]:
    ours, theirs = _letters(record.postcode), _letters(object.postcode)
    return [Doubt.OTHER_POSTCODE] if ours and theirs and ours != theirs else []


def own_domain(side: Side) -> str:
    domain = side.domain.strip().casefold().removeprefix("www.")
    return "" if is_free_mail(domain) else domain


def addresses(side: Side) -> set[str]:
    parts = (part.strip().casefold() for each in side.emails for part in each.split(","))
    return {part for part in parts if part}


def _letters(text: str) -> str:
    return re.sub(r"[^0-9a-z]", "", text.casefold())


def _digits(text: str) -> str:
    """The last ones: country codes and leading zeros are written or not."""
    found = re.sub(r"\D", "", text)
    return found[-9:] if len(found) >= SHORTEST_PHONE else ""


def _price(text: str) -> Decimal | None:
    try:
        return Decimal(text) if text else None
    except InvalidOperation:
        return None


def variants(names: Sequence[str]) -> tuple[str, ...]:
    """Spellings to search HubSpot for: as given, and without legal form or accents."""
    found = [name.strip().casefold() for name in names if name.strip()]
    plain = [plain_name(name) for name in names]
    bare = [re.sub(r"[,.]?\s+(inc|llc|ltd|gmbh|co|corp)\.?$", "", name) for name in found]
    return tuple(dict.fromkeys(each for each in (*found, *bare, *plain) if each))
