"""The form of one mapping, and its list of transforms, which works without JavaScript."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from integration.records.hubspot import PropertyDefinition
from mappings import words
from mappings.checks import OURS, WRITTEN_BY_SYNC
from mappings.exchange import LONGEST_TEXT, MOST_OPTIONS
from mappings.pairs import Direction, FieldPair, Property, WhenEmpty
from mappings.quickbooks_fields import COMPANY, COMPUTED, QuickBooksField
from mappings.sides import Sides
from mappings.steps import MOST_STEPS, STEPS, Parameter, Step, StepKind, pairs_of

ARROW = re.compile(r"\s*(?:→|=>|=)\s*")
STEP_KINDS = frozenset(StepKind)
Options = list[tuple[str, str]]


# -- the two drop-downs


def field_options(sides: Sides) -> list[tuple[str, Options]]:
    """Grouped: fields that both sides may write, then those QuickBooks works out itself."""
    writable: Options = []
    fixed: Options = []
    for path, found in sides.fields.items():
        if path.startswith(COMPUTED) and path != COMPANY:
            continue
        group = writable if found.writable else fixed
        group.append((path, words.field_label(path, sides.fields)))
    groups = [(gettext("Fields"), writable), (gettext("Only to read"), fixed)]
    return [(label, sorted(found, key=_by_label)) for label, found in groups if found]


def property_options(sides: Sides) -> list[tuple[str, Options]]:
    """The portal's own properties first, then HubSpot's; what Dealbooks writes is not offered."""
    ours: Options = []
    built_in: Options = []
    for name, found in sides.properties.items():
        if name.startswith(OURS) or name in WRITTEN_BY_SYNC:
            continue
        label = f"{found.label or name} ({name})"
        if found.read_only:
            label += gettext(", read-only")
        group = built_in if name.startswith("hs_") else ours
        group.append((name, label))
    groups = [(gettext("Properties"), ours), (gettext("More of HubSpot"), built_in)]
    return [(label, sorted(found, key=_by_label)) for label, found in groups if found]


def _by_label(option: tuple[str, str]) -> str:
    return option[1].casefold()


class MappingForm(forms.Form):
    """S-91, S-92: which field goes with which property, and how."""

    field = forms.ChoiceField(label=_("QuickBooks field"))
    property = forms.ChoiceField(label=_("HubSpot property"))
    direction = forms.ChoiceField(
        label=_("Direction"),
        choices=[(each.value, label) for each, label in words.DIRECTIONS.items()],
        widget=forms.RadioSelect,
        initial=Direction.TO_HUBSPOT.value,
        help_text=_("The company's tab decides which of these ways are used at all."),
    )
    when_empty = forms.ChoiceField(
        label=_("When the value is empty"),
        choices=[(each.value, label) for each, label in words.WHEN_EMPTY.items()],
        widget=forms.RadioSelect,
        initial=WhenEmpty.KEEP.value,
    )
    enabled = forms.BooleanField(label=_("Use this mapping"), required=False, initial=True)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, sides: Sides, is_one_way: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        choose = [("", gettext("Choose"))]
        self.fields["field"].choices = [*choose, *field_options(sides)]
        self.fields["property"].choices = [*choose, *property_options(sides)]
        if is_one_way:  # invoices flow from QuickBooks only (S-111)
            del self.fields["direction"]
        self._offer_stored("field", {path: words.field_label(path) for path in sides.fields})
        labels = {name: f"{found.label} ({name})" for name, found in sides.properties.items()}
        self._offer_stored("property", labels)

    def _offer_stored(self, name: str, labels: Mapping[str, str]) -> None:
        """What its mapping holds stays offered, also when it is gone meanwhile."""
        stored = self.initial.get(name)
        offered = {
            value
            for _label, group in self.fields[name].choices[1:]
            for value, _text in group
        }  # fmt: skip
        if stored and stored not in offered:
            gone = gettext("%(name)s (gone)") % {"name": stored}
            label = labels.get(stored, gone)
            self.fields[name].choices = [*self.fields[name].choices, (stored, label)]

    def pair(self, steps: tuple[Step, ...]) -> FieldPair:
        """Of a valid form."""
        found = self.cleaned_data
        return FieldPair(
            field=found["field"],
            property=Property(found["property"]),
            direction=Direction(found.get("direction") or Direction.TO_HUBSPOT),
            steps=steps,
            when_empty=WhenEmpty(found["when_empty"]),
            enabled=found["enabled"],
        )


def initial_of(pair: FieldPair, version: int) -> dict[str, Any]:
    return {
        "field": pair.field,
        "property": pair.property.name,
        "direction": pair.direction.value,
        "when_empty": pair.when_empty.value,
        "enabled": pair.enabled,
        "version": version,
    }


# -- transforms


@dataclass(frozen=True, slots=True)
class Control:
    """One parameter as the page shows it; ``value`` is what was typed, readable or not."""

    name: str
    label: str
    kind: str
    value: str
    choices: Options = field(default_factory=list)
    error: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """One transform on the page; ``number`` counts from 0."""

    number: int
    kind: StepKind
    label: str
    help: str
    controls: tuple[Control, ...]


@dataclass
class StepsEditor:
    """The transforms of a mapping while they are edited. Nothing typed is ever lost."""

    fields: Mapping[str, QuickBooksField]
    typed: list[tuple[StepKind, dict[str, str]]] = field(default_factory=list)

    @classmethod
    def of(cls, pair: FieldPair, fields: Mapping[str, QuickBooksField]) -> "StepsEditor":
        return cls(fields, [(step.kind, dict(_typed(step))) for step in pair.steps])

    @classmethod
    def posted(cls, data: QueryDict, fields: Mapping[str, QuickBooksField]) -> "StepsEditor":
        found = cls(fields, list(_read(data)))
        found.change(data.get("do", ""), data.get("new_step", ""))
        return found

    def change(self, do: str, kind: str) -> bool:
        """A button of the list: ``add_step``, ``remove-2``, ``up-2``. Whether it was one."""
        verb, _dash, number = do.partition("-")
        place = int(number) if number.isdecimal() and len(number) < 4 else -1
        if do == "add_step":
            if kind in STEP_KINDS and len(self.typed) < MOST_STEPS:
                self.typed.append((StepKind(kind), {}))
        elif verb == "remove" and 0 <= place < len(self.typed):
            del self.typed[place]
        elif verb == "up" and 0 < place < len(self.typed):
            self.typed.insert(place - 1, self.typed.pop(place))
        return do == "add_step" or verb in ("remove", "up")

    def steps(self) -> tuple[Step, ...]:
        return tuple(Step(kind, _parameters(kind, typed)) for kind, typed in self.typed)

    @property
    def errors(self) -> list[str]:
        return [each.error for shown in self.shown() for each in shown.controls if each.error]

    @property
    def new_choices(self) -> Options:
        return [(kind.value, str(label)) for kind, label in words.STEP_NAMES.items()]

    def shown(self) -> list[Shown]:
        return [
            Shown(number, kind, str(words.STEP_NAMES[kind]), str(words.STEP_HELP[kind]),
                  tuple(self._controls(kind, typed)))
            for number, (kind, typed) in enumerate(self.typed)
        ]  # fmt: skip

    def _controls(self, kind: StepKind, typed: Mapping[str, str]) -> Iterator[Control]:
        for spec in STEPS[kind].parameters:
            label = str(words.PARAMETERS[spec.name])
            value = typed.get(spec.name, _blank(spec))
            error = _unreadable(value) if spec.kind == "pairs" else ""
            yield Control(spec.name, label, spec.kind, value, self._choices(spec), error)

    def _choices(self, spec: Parameter) -> Options:
        if spec.kind == "field":
            listed = ((path, words.field_label(path, self.fields)) for path in self.fields
                      if not path.startswith(COMPUTED))  # fmt: skip
            return [("", gettext("Nothing")), *sorted(listed, key=_by_label)]
        return [(each, str(words.CHOICES[each])) for each in spec.choices]


def _blank(spec: Parameter) -> str:
    return spec.choices[0] if spec.choices else " " if spec.name == "separator" else ""


def _typed(step: Step) -> Iterator[tuple[str, str]]:
    for spec in STEPS[step.kind].parameters:
        if spec.kind == "pairs":
            yield spec.name, "\n".join(f"{one} = {other}" for one, other in pairs_of(step))
        elif spec.name in step.parameters:
            yield spec.name, step.said(spec.name)


def _read(data: QueryDict) -> Iterator[tuple[StepKind, dict[str, str]]]:
    for number in range(MOST_STEPS):
        kind = data.get(f"step-{number}-kind", "")
        if kind in STEP_KINDS:
            known = StepKind(kind)
            names = (spec.name for spec in STEPS[known].parameters)
            yield known, {name: data.get(f"step-{number}-{name}", "")[:100_000] for name in names}


def _parameters(kind: StepKind, typed: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for spec in STEPS[kind].parameters:
        value = typed.get(spec.name, _blank(spec))
        if spec.kind == "pairs":
            found[spec.name] = [list(each) for each in _lines(value) if len(each) == 2]
        elif value or spec.name == "separator":
            found[spec.name] = value[:LONGEST_TEXT].replace("\x00", "")
    return found


def _lines(value: str) -> list[list[str]]:
    lines = [line.strip() for line in value.replace("\x00", "").splitlines() if line.strip()]
    return [ARROW.split(line, maxsplit=1) for line in lines[:MOST_OPTIONS]]


def _unreadable(value: str) -> str:
    """The first line that is no pair, in words."""
    bad = next((each[0] for each in _lines(value) if len(each) != 2 or not each[0]), None)
    if bad is None:
        return ""
    said = gettext("“%(line)s” is not readable. Write: value = option.")
    return said % {"line": bad[:80]}


class ImportForm(forms.Form):
    """A file, or its text; the preview carries the text along."""

    file = forms.FileField(label=_("File"), required=False, help_text=_("An export of mappings."))
    text = forms.CharField(
        label=_("Or its text"), required=False, widget=forms.Textarea(attrs={"rows": 8})
    )

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if not found.get("file") and not found.get("text"):
            raise forms.ValidationError(_("Choose a file or paste its text."))
        return found

    @property
    def content(self) -> bytes | str:
        given = self.cleaned_data
        return given["file"].read() if given.get("file") else given["text"]


def options_of(properties: Iterable[PropertyDefinition], name: str) -> Options:
    """What an option map may lead to."""
    found = next((each for each in properties if each.name == name), None)
    return list(found.options) if found else []
