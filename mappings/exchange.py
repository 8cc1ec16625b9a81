"""Mappings as JSON: for versions, for export and import (B-30). Pure.

The text of a set is the same wherever it is made: members in a fixed order, nothing about when,
where or by whom. So what was imported exports byte for byte as it came.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from mappings.pairs import Direction, FieldPair, MappingSet, Property, WhenEmpty
from mappings.quickbooks_fields import Kind
from mappings.steps import MOST_STEPS, STEPS, Step, StepKind

FORMAT = "dealbooks-mappings"
FORMAT_VERSION = 1
LARGEST = 1_000_000
MOST_PAIRS = 500
MOST_OPTIONS = 1_000
LONGEST_TEXT = 1_000
Choice = TypeVar("Choice", Direction, WhenEmpty)
PROPERTY = re.compile(r"[A-Za-z0-9_]{1,100}")
KNOWN = frozenset({"field", "property", "type", "direction", "steps", "when_empty", "enabled",
                   "once", "locked"})  # fmt: skip


class NotReadable(Exception):
    """A text that is no export of mappings; ``code`` and ``parameters`` say where."""

    def __init__(self, code: str, **parameters: str) -> None:
        super().__init__(code)
        self.code, self.parameters = code, parameters


@dataclass(frozen=True, slots=True)
class Difference:
    """``before`` and ``after``: a pair in one set and in the other; one of them may be missing."""

    name: str
    before: FieldPair | None
    after: FieldPair | None

    @property
    def change(self) -> str:
        if self.before is None:
            return "added"
        return "removed" if self.after is None else "changed"


# -- writing


def as_json(found: MappingSet) -> str:
    """One export, with a line break at its end."""
    whole = {"format": FORMAT, "version": FORMAT_VERSION, "object": found.kind.value,
             "mappings": plain(found)}  # fmt: skip
    return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"


def plain(found: MappingSet) -> list[dict[str, Any]]:
    return [plain_pair(each) for each in found.pairs]


def plain_pair(pair: FieldPair) -> dict[str, Any]:
    return {
        "field": pair.field,
        "property": pair.property.name,
        "type": pair.property.type,
        "direction": pair.direction.value,
        "steps": [plain_step(each) for each in pair.steps],
        "when_empty": pair.when_empty.value,
        "enabled": pair.enabled,
        "once": pair.once,
        "locked": pair.locked,
    }


def plain_step(step: Step) -> dict[str, Any]:
    """Only parameters that the step has, in their order."""
    known = [each.name for each in STEPS[step.kind].parameters]
    given = {name: step.parameters[name] for name in known if name in step.parameters}
    return {"kind": step.kind.value, **given}


# -- reading


def read_json(text: str | bytes, kind: Kind) -> MappingSet:
    """An export of the same object. Raises ``NotReadable``; trusts nothing."""
    if len(text) > LARGEST:
        raise NotReadable("mapping.import_too_large")
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        raise NotReadable("mapping.import_no_json") from None
    if not isinstance(whole, Mapping) or whole.get("format") != FORMAT:
        raise NotReadable("mapping.import_other_file")
    if whole.get("version") != FORMAT_VERSION:
        raise NotReadable("mapping.import_newer")
    if whole.get("object") != kind.value:
        raise NotReadable("mapping.import_other_object", value=str(whole.get("object"))[:40])
    return MappingSet(kind, read_pairs(whole.get("mappings")))


def read_pairs(rows: Any) -> tuple[FieldPair, ...]:
    """Raises ``NotReadable`` naming the line (from 1) and the member."""
    if not isinstance(rows, Sequence) or isinstance(rows, str) or len(rows) > MOST_PAIRS:
        raise NotReadable("mapping.import_row", line="1", value="mappings")
    found = tuple(_read_row(row, line) for line, row in enumerate(rows, 1))
    names = [each.property.name for each in found]
    doubled = next((name for name in names if names.count(name) > 1), "")
    if doubled:
        raise NotReadable("mapping.import_doubled", property=doubled)
    return found


def _read_row(row: Any, line: int) -> FieldPair:
    try:
        return read_pair(row)
    except (KeyError, ValueError, TypeError) as found:
        member = str(found.args[0]) if found.args else ""
        raise NotReadable("mapping.import_row", line=str(line), value=member[:80]) from None


def read_pair(row: Any) -> FieldPair:
    """Raises KeyError, TypeError or ValueError naming the member that is wrong."""
    if not isinstance(row, Mapping):
        raise TypeError("mapping")
    unknown = sorted(str(name) for name in set(row) - KNOWN)
    if unknown:
        raise ValueError(unknown[0])
    name = _text(row, "property", required=True)
    if not PROPERTY.fullmatch(name):
        raise ValueError("property")
    return FieldPair(
        field=_text(row, "field", required=True)[:100],
        property=Property(name, (_text(row, "type") or "string")[:30]),
        direction=_choice(Direction, row, "direction", Direction.TO_HUBSPOT),
        steps=read_steps(row.get("steps", [])),
        when_empty=_choice(WhenEmpty, row, "when_empty", WhenEmpty.KEEP),
        enabled=_flag(row, "enabled", True),
        once=_flag(row, "once", False),
        locked=_flag(row, "locked", False),
    )


def read_steps(rows: Any) -> tuple[Step, ...]:
    if not isinstance(rows, list) or len(rows) > MOST_STEPS:
        raise ValueError("steps")
    return tuple(_read_step(row) for row in rows)


def _read_step(row: Any) -> Step:
    if not isinstance(row, Mapping):
        raise TypeError("steps")
    try:
        kind = StepKind(str(row.get("kind")))
    except ValueError:
        raise ValueError(str(row.get("kind"))) from None
    return Step(kind, dict(_parameters(kind, row)))


def _parameters(kind: StepKind, row: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    known = {each.name: each for each in STEPS[kind].parameters}
    for name in row:
        if name != "kind" and name not in known:
            raise ValueError(str(name))
    for name, spec in known.items():
        if name not in row:
            continue
        if spec.kind == "pairs":
            yield name, _pairs(row[name])
        elif spec.choices and row[name] not in spec.choices:
            raise ValueError(name)
        else:
            yield name, _text(row, name)


def _pairs(given: Any) -> list[list[str]]:
    if not isinstance(given, list) or len(given) > MOST_OPTIONS:
        raise ValueError("pairs")
    for each in given:
        is_pair = isinstance(each, list) and len(each) == 2
        if not (is_pair and all(isinstance(one, str) for one in each)):
            raise ValueError("pairs")
    return [[str(one)[:LONGEST_TEXT] for one in each] for each in given]


def _text(row: Mapping[str, Any], name: str, required: bool = False) -> str:
    value = row[name] if required else row.get(name, "")
    if not isinstance(value, str) or len(value) > LONGEST_TEXT or "\x00" in value:
        raise TypeError(name)
    if required and not value:
        raise ValueError(name)
    return value


def _flag(row: Mapping[str, Any], name: str, absent: bool) -> bool:
    value = row.get(name, absent)
    if not isinstance(value, bool):
        raise TypeError(name)
    return value


def _choice(known: type[Choice], row: Mapping[str, Any], name: str, absent: Choice) -> Choice:
    try:
        return known(row.get(name, absent))
    except ValueError:
        raise ValueError(name) from None


# -- comparing


def differences(before: MappingSet, after: MappingSet) -> list[Difference]:
    """By property, in the order of the later set; removed ones come last."""
    found = [
        Difference(each.property.name, before.by_property.get(each.property.name), each)
        for each in after.pairs
    ]
    gone = [each for each in before.pairs if each.property.name not in after.by_property]
    found += [Difference(each.property.name, each, None) for each in gone]
    return [
        each
        for each in found
        if each.before is None
        or each.after is None
        or plain_pair(each.before) != plain_pair(each.after)
    ]
