"""Where the bars of a chart stand, for drawings that the server writes. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

STEPS = (10, 15, 20, 30, 50, 75)
GAP = 0.25
"""Of a bar's place."""


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of a bar, from above; ``series`` is its place in the row."""

    series: int
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Bar:
    x: float
    width: float
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """In a field of 100 by 100; ``top`` is what its upper edge stands for."""

    top: int
    bars: tuple[Bar, ...]


def stacked(rows: Sequence[Sequence[int]]) -> Chart:
    """A bar for each row, its numbers upon each other, the first at the bottom."""
    top = round_top(max((sum(row) for row in rows), default=0))
    place = 100 / max(len(rows), 1)
    width = round(place * (1 - GAP), 3)
    bars = [
        Bar(round(index * place + place * GAP / 2, 3), width, _parts(row, top))
        for index, row in enumerate(rows)
    ]
    return Chart(top, tuple(bars))


def round_top(most: int) -> int:
    """The next of 10, 15, 20, 30, 50, 75, 100, 150 … that holds it."""
    power = 1
    while True:
        for step in STEPS:
            if most <= step * power:
                return step * power
        power *= 10


def _parts(row: Sequence[int], top: int) -> tuple[Part, ...]:
    below = 0.0
    parts = []
    for series, number in enumerate(row):
        height = round(number * 100 / top, 3)
        if height > 0:
            parts.append(Part(series, round(100 - below - height, 3), height))
        below += height
    return tuple(parts)
