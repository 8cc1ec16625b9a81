"""B-27: bars of a chart stay in their field and keep their proportions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integration.charts import round_top, stacked


@pytest.mark.parametrize(
    ("most", "top"), [(0, 10), (10, 10), (11, 15), (31, 50), (51, 75), (1_001, 1_500), (7_654, 10_000)]
)  # fmt: skip
def test_b27_the_scale_ends_at_a_round_number(most: int, top: int) -> None:
    assert round_top(most) == top


@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), max_size=60))
def test_b27_bars_stay_inside_and_stand_for_their_numbers(rows: list[tuple[int, int]]) -> None:
    chart = stacked(rows)
    assert len(chart.bars) == len(rows)
    right = 0.0
    for row, bar in zip(rows, chart.bars, strict=True):
        assert bar.x >= right - 0.01
        right = bar.x + bar.width
        assert right <= 100.01
        for part in bar.parts:
            assert part.y >= -0.01
            assert part.height == pytest.approx(row[part.series] * 100 / chart.top, abs=0.001)
