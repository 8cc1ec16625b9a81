"""What each transform does to a text. Pure; ``Unreadable`` never leaves ``mappings.steps``."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from mappings import places

SPACES = re.compile(r"\s+")
EXTENSION = re.compile(r"\s*(?:;ext=|,|x|ext\.?|extension|#)\s*(\d{1,7})\s*$", re.IGNORECASE)
PHONE_SIGNS = re.compile(r"[\s().\-/\u2010-\u2015\u00a0]+")
TRUNK: Mapping[str, str] = {"HU": "06", "RU": "8"}
MONEY_SIGNS = re.compile(r"[^0-9.,\-()]")
DAY = re.compile(r"(\d{1,4})[-/. ](\d{1,2})[-/. ](\d{1,4})(?:$|[T ].*)", re.DOTALL)
LARGEST_EXPONENT = 15
AS_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+(?:E-?\d{1,2})?)?", re.ASCII)
"""As programs write numbers: 01234 is a postcode, +1555 a telephone, 1_000 a name."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a value was not written. ``target`` is the property or field it was meant for."""

    code: str
    source: str = ""
    target: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)


class Unreadable(Exception):
    """This value means nothing to this transform."""

    def __init__(self, code: str, value: str) -> None:
        super().__init__(code)
        self.problem = Problem(code, parameters={"value": value[:200]})


def trim(value: str) -> str:
    """Without spaces at the ends, and single ones between words."""
    return SPACES.sub(" ", value).strip()


def case(value: str, mode: str) -> str:
    if mode == "upper":
        return value.upper()
    if mode == "lower":
        return value.lower()
    if mode == "sentence":
        return _capital(value)
    return "".join(_capital(word) for word in re.split(r"([\s\-]+)", value))


def _capital(word: str) -> str:
    """Only a first letter that has one capital is changed, so that twice is the same as once."""
    lower = word.lower()
    first = lower[:1].upper()
    return first + lower[1:] if len(first) == 1 else lower


def phone(value: str, country: str) -> str:
    """International, ``+15551234567``, with `` ext 12`` behind it when one is said."""
    found = EXTENSION.search(value)
    number, extension = (value[: found.start()], found[1]) if found else (value, "")
    bare = PHONE_SIGNS.sub("", number)
    digits = _international(bare, country)
    if not (digits.isascii() and digits.isdigit() and 7 <= len(digits) <= 15):
        raise Unreadable("mapping.not_a_phone", value)
    return f"+{digits} ext {extension}" if extension else f"+{digits}"


def _international(bare: str, country: str) -> str:
    if bare.startswith("+"):
        return bare[1:]
    if bare.startswith("00"):
        return bare[2:]
    prefix = places.DIALLING.get(country, "")
    if not prefix:
        raise Unreadable("mapping.phone_without_country", bare)
    if country in places.NANP:
        return bare if len(bare) == 11 and bare.startswith("1") else f"1{bare}"
    trunk = "" if country in places.NO_TRUNK else TRUNK.get(country, "0")
    return prefix + (bare.removeprefix(trunk) if trunk else bare)


def country(value: str, to: str) -> str:
    code = places.country_code(value)
    if not code:
        raise Unreadable("mapping.unknown_country", value)
    if to == "alpha_2":
        return code
    return places.ALPHA_3[code] if to == "alpha_3" else places.COUNTRIES[code]


def region(value: str, country_code: str, to: str) -> str:
    """Countries whose states have no codes here keep what they have."""
    if country_code not in places.REGIONS:
        return value
    code = places.region_code(value, country_code)
    if not code:
        raise Unreadable("mapping.unknown_region", value)
    return places.REGIONS[country_code][code] if to == "name" else code


def name_part(value: str, part: str) -> str:
    """``Ada King Lovelace`` is ``Ada King`` and ``Lovelace``, and so is ``Lovelace, Ada King``."""
    last, comma, first = value.partition(",")
    if comma and first.strip():
        return trim(first if part == "first" else last)
    before, _, after = trim(value.replace(",", " ")).rpartition(" ")
    if not before:
        before, after = after, ""
    return before if part == "first" else after


def date_text(value: str, order: str) -> str:
    """``2026-11-23`` from the same, from an instant, or from ``11/23/2026`` in the order said."""
    found = DAY.fullmatch(value.strip())
    if not found:
        raise Unreadable("mapping.not_a_date", value)
    parts = [found[1], found[2], found[3]]
    if len(parts[0]) != 4:
        first, second, year = parts
        month_and_day = [first, second] if order == "month_first" else [second, first]
        parts = [year, *month_and_day]
    try:
        year, month, day = (int(part) for part in parts)
        return date(year + 2000 if year < 100 else year, month, day).isoformat()
    except ValueError:
        raise Unreadable("mapping.not_a_date", value) from None


def number(value: str) -> Decimal:
    """Plain digits with a point; raises ``Unreadable`` for anything else."""
    try:
        found = Decimal(value.strip())
    except InvalidOperation:
        raise Unreadable("mapping.not_a_number", value) from None
    if not found.is_finite() or abs(found.adjusted()) > LARGEST_EXPONENT:
        raise Unreadable("mapping.not_a_number", value)
    return found


def equal_numbers(one: str, other: str) -> bool:
    """``75`` and ``75.00``, but not ``01234`` and ``1234``."""
    left, right = one.strip(), other.strip()
    both = AS_NUMBER.fullmatch(left) and AS_NUMBER.fullmatch(right)
    return bool(both) and Decimal(left) == Decimal(right)


def money(value: str, decimal_sign: str, decimals: int) -> str:
    """``$1,234.5`` as ``1234.50``; brackets are a minus."""
    bare = MONEY_SIGNS.sub("", value)
    if bare.startswith("(") and bare.endswith(")"):
        bare = f"-{bare[1:-1]}"
    bare = bare.replace(".", "").replace(",", ".") if decimal_sign == "comma" and "," in bare \
        else bare.replace(",", "")  # fmt: skip
    try:
        found = number(bare)
    except Unreadable:
        raise Unreadable("mapping.not_a_number", value) from None
    rounded = found.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    return f"{abs(rounded) if rounded == 0 else rounded:f}"


def options(value: str, pairs: Sequence[tuple[str, str]], otherwise: str) -> str:
    """The first pair whose left side is the value, in any letter case when none is exact."""
    known = dict(reversed(pairs))
    if value in known:
        return known[value]
    folded = {come_from.casefold(): to for come_from, to in reversed(pairs)}
    if value.casefold() in folded:
        return folded[value.casefold()]
    if otherwise == "keep":
        return value
    if otherwise == "empty":
        return ""
    raise Unreadable("mapping.no_option", value)
