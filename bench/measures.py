"""What a part of the bench gives back, and how it is printed and kept."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Measure:
    """``target`` None: a number worth watching that nobody promised anything about."""

    measure: str
    value: float
    target: float | None
    unit: str
    lower_is_better: bool = True

    @property
    def is_met(self) -> bool:
        if self.target is None:
            return True
        return self.value <= self.target if self.lower_is_better else self.value >= self.target


def table(measures: Iterable[Measure]) -> str:
    rows = [("measure", "value", "target", "unit", "")]
    for each in measures:
        target = "" if each.target is None else f"{each.target:g}"
        verdict = "" if each.target is None else ("met" if each.is_met else "MISSED")
        rows.append((each.measure, f"{each.value:g}", target, each.unit, verdict))
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    return "\n".join(
        "  ".join(
            text.rjust(width) if column in (1, 2) else text.ljust(width)
            for column, (text, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def keep(measures: Iterable[Measure], file: Path) -> None:
    """The whole list, replacing what an earlier run left."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps([asdict(each) for each in measures], indent=1) + "\n")
