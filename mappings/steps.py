"""The transforms an admin may chain in a mapping: text in, text out (B-30). Pure and total.

No input makes a step raise: what it cannot read becomes a ``Problem`` with a code of the
catalogue, and the property or field is then left as it is. An empty value passes every step
untouched but ``default`` and ``constant``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from mappings import step_functions as functions
from mappings.places import country_code
from mappings.step_functions import Problem, Unreadable

__all__ = ["STEPS", "Outcome", "Problem", "Step", "StepKind", "Surroundings", "run", "run_back"]
MOST_STEPS = 10


class StepKind(StrEnum):
    TRIM = "trim"
    CASE = "case"
    PHONE = "phone"
    COUNTRY = "country"
    REGION = "region"
    NAME_PART = "name_part"
    JOIN = "join"
    DATE = "date"
    MONEY = "money"
    OPTIONS = "options"
    CONSTANT = "constant"
    DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Step:
    """``parameters`` are JSON: texts, and for ``options`` a list of [from, to]."""

    kind: StepKind
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def said(self, name: str) -> str:
        """A parameter as text, its first choice where nothing is said."""
        given = self.parameters.get(name, "")
        spec = next((each for each in STEPS[self.kind].parameters if each.name == name), None)
        value = given if isinstance(given, str) else ""
        if spec is not None and spec.choices and value not in spec.choices:
            return spec.choices[0]
        return value


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a step may look at beside its value: other fields, the company's country and money.

    ``other`` reads another field of the same record by its path; ``places`` are the decimals of
    the company's currency.
    """

    country: str = ""
    places: int = 2
    other: Callable[[str], str] = lambda path: ""
    computed: frozenset[str] = frozenset()
    """Which values are known that QuickBooks does not hold."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The value after each step in order, and what stopped the chain."""

    value: str
    trail: tuple[str, ...] = ()
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Parameter:
    """``choices`` make a drop-down; ``kind``: text, choice, field (of the record) or pairs."""

    name: str
    kind: str = "text"
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StepSpec:
    apply: Callable[[str, Step, Surroundings], str]
    parameters: tuple[Parameter, ...] = ()
    reversible: bool = True
    makes: str = ""
    """The field type it turns a value into; empty when the type stays."""


def _case(value: str, step: Step, around: Surroundings) -> str:
    return functions.case(value, step.said("mode"))


def _phone(value: str, step: Step, around: Surroundings) -> str:
    return functions.phone(value, _country(step.said("country"), around))


def _region(value: str, step: Step, around: Surroundings) -> str:
    country = _country(step.said("country") or around.other("BillAddr.Country"), around)
    return functions.region(value, country, step.said("to"))


def _country(given: str, around: Surroundings) -> str:
    return country_code(given) or around.country


def _join(value: str, step: Step, around: Surroundings) -> str:
    others = (around.other(step.said(name)) for name in ("second", "third") if step.said(name))
    separator = step.said("separator") if "separator" in step.parameters else " "
    return separator.join(part for part in (value, *others) if part)


def _money(value: str, step: Step, around: Surroundings) -> str:
    digits = step.said("places")
    places = int(digits) if digits.isdecimal() and len(digits) == 1 else around.places
    return functions.money(value, step.said("decimal_sign"), places)


def pairs_of(step: Step) -> list[tuple[str, str]]:
    """The (from, to) of an option map; what is no pair of texts is left out."""
    listed = step.parameters.get("pairs", ())
    return [
        (each[0], each[1])
        for each in (listed if isinstance(listed, list | tuple) else ())
        if isinstance(each, list | tuple) and len(each) == 2
        and isinstance(each[0], str) and isinstance(each[1], str)
    ]  # fmt: skip


def _options(value: str, step: Step, around: Surroundings) -> str:
    return functions.options(value, pairs_of(step), step.said("otherwise"))


def _parameter(name: str, *choices: str, kind: str = "text") -> Parameter:
    return Parameter(name, "choice" if choices else kind, choices)


STEPS: Mapping[StepKind, StepSpec] = {
    StepKind.TRIM: StepSpec(lambda value, step, around: functions.trim(value)),
    StepKind.CASE: StepSpec(
        _case, (_parameter("mode", "upper", "lower", "title", "sentence"),), reversible=False
    ),
    StepKind.PHONE: StepSpec(_phone, (_parameter("country"),), makes="phone"),
    StepKind.COUNTRY: StepSpec(
        lambda value, step, around: functions.country(value, step.said("to")),
        (_parameter("to", "name", "alpha_2", "alpha_3"),),
        makes="country",
    ),
    StepKind.REGION: StepSpec(
        _region, (_parameter("to", "code", "name"), _parameter("country")), makes="region"
    ),
    StepKind.NAME_PART: StepSpec(
        lambda value, step, around: functions.name_part(value, step.said("part")),
        (_parameter("part", "first", "last"),),
        reversible=False,
        makes="text",
    ),
    StepKind.JOIN: StepSpec(
        _join,
        (_parameter("second", kind="field"), _parameter("third", kind="field"),
         _parameter("separator")),
        reversible=False,
        makes="text",
    ),
    StepKind.DATE: StepSpec(
        lambda value, step, around: functions.date_text(value, step.said("order")),
        (_parameter("order", "year_first", "month_first", "day_first"),),
        makes="date",
    ),
    StepKind.MONEY: StepSpec(
        _money,
        (_parameter("decimal_sign", "point", "comma"), _parameter("places")),
        makes="money",
    ),
    StepKind.OPTIONS: StepSpec(
        _options,
        (_parameter("pairs", kind="pairs"), _parameter("otherwise", "refuse", "keep", "empty")),
        makes="choice",
    ),
    StepKind.CONSTANT: StepSpec(
        lambda value, step, around: step.said("value"),
        (_parameter("value"),),
        reversible=False,
        makes="choice",
    ),
    StepKind.DEFAULT: StepSpec(
        lambda value, step, around: value or step.said("value"), (_parameter("value"),)
    ),
}  # fmt: skip
ON_EMPTY = frozenset({StepKind.DEFAULT, StepKind.CONSTANT, StepKind.JOIN})


def run(value: str, steps: tuple[Step, ...], around: Surroundings) -> Outcome:
    """All steps in order; the first that cannot read its value ends the chain with its problem."""
    trail: list[str] = []
    for step in steps:
        if value or step.kind in ON_EMPTY:
            try:
                value = STEPS[step.kind].apply(value, step, around)
            except Unreadable as found:
                return Outcome("", tuple(trail), found.problem)
        trail.append(value)
    return Outcome(value, tuple(trail))


def run_back(value: str, steps: tuple[Step, ...], around: Surroundings) -> Outcome:
    """What the reversible steps of a two-way mapping come from, last step first.

    A value that went there and back changes nothing when it goes there again.
    """
    return run(value, tuple(back for step in reversed(steps) for back in _backwards(step)), around)


def _backwards(step: Step) -> tuple[Step, ...]:
    if step.kind is StepKind.OPTIONS:
        swapped = [[to, come_from] for come_from, to in pairs_of(step)]
        return (Step(step.kind, {**step.parameters, "pairs": swapped}),)
    if step.kind is StepKind.REGION:
        return (Step(step.kind, {**step.parameters, "to": "code"}),)
    if step.kind in (StepKind.TRIM, StepKind.DATE, StepKind.MONEY):
        return (step,)
    return ()


def is_reversible(step: Step) -> bool:
    """An option map only when no two values become the same one."""
    if step.kind is StepKind.OPTIONS:
        listed = pairs_of(step)
        return len({to for _, to in listed}) == len(listed)
    return STEPS[step.kind].reversible
