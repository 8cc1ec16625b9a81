"""Control 20: an exported cell never runs in a spreadsheet."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from integration import csv_files


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("+44 20 7946 0000", "'+44 20 7946 0000"),
        ("-2", "'-2"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("  =cmd|'/C calc'!A0", "'  =cmd|'/C calc'!A0"),
        ("Amy's Bird Sanctuary", "Amy's Bird Sanctuary"),
        (Decimal("-40.00"), "-40.00"),
        (date(2026, 11, 23), "2026-11-23"),
        (datetime(2026, 11, 23, 12, tzinfo=UTC), "2026-11-23T12:00:00+00:00"),
        (None, ""),
    ],
)
def test_c20_cells(value: Any, shown: str) -> None:
    assert csv_files.cell(value) == shown


@given(some.lists(some.lists(some.text(), min_size=2, max_size=2), max_size=5))
def test_c20_a_reader_gets_every_row_back(rows: list[list[str]]) -> None:
    answer = csv_files.answer("things", ["a", "b"], rows)
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[arg-type]
    read = list(csv.reader(io.StringIO(text, newline="")))
    assert read == [["a", "b"], *([csv_files.cell(cell) for cell in row] for row in rows)]
