"""Walking through a table that changes while it is read (faults 44, 45)."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from integration.gateways import quickbooks_paging as paging
from integration.gateways.quickbooks_query import PAGE
from integration.records.quickbooks import Raw

START = datetime(2026, 11, 23, 12, tzinfo=UTC)


class Table:
    """Rows as QuickBooks answers them: in the order of change, a thousand at most."""

    def __init__(self, seconds: list[int]) -> None:
        self.rows = {
            str(number): self._row(str(number), 0, START + timedelta(seconds=second))
            for number, second in enumerate(seconds)
        }
        self.latest = START + timedelta(days=1)

    @staticmethod
    def _row(id: str, token: int, at: datetime) -> Raw:
        return {"Id": id, "SyncToken": str(token), "MetaData": {"LastUpdatedTime": at.isoformat()}}

    def ask(self, condition: str, start: int) -> list[Raw]:
        since = condition.partition("'")[2].rstrip("'")
        found = sorted(self.rows.values(), key=lambda row: (self._stamp(row), int(row["Id"])))
        later = [row for row in found if self._stamp(row) >= since]
        return later[start - 1 : start - 1 + PAGE]

    @staticmethod
    def _stamp(row: Raw) -> str:
        return str(row["MetaData"]["LastUpdatedTime"])

    def edit(self, id: str) -> None:
        """It moves behind all others."""
        self.latest += timedelta(seconds=1)
        self.rows[id] = self._row(id, int(self.rows[id]["SyncToken"]) + 1, self.latest)


def walk(table: Table, edits: list[list[str]]) -> dict[str, int]:
    """Id to the highest version seen; ``edits`` happen after each page."""
    seen: dict[str, int] = {}
    for page in paging.pages(table.ask):
        for row in page:
            seen[row["Id"]] = max(int(row["SyncToken"]), seen.get(row["Id"], -1))
        for id in edits.pop(0) if edits else ():
            table.edit(id)
    return seen


@settings(max_examples=15, phases=[Phase.reuse, Phase.generate])
@given(
    st.integers(PAGE - 2, 2 * PAGE + 300),
    st.sampled_from([1, 2, 40, 5_000]),
    st.integers(),
    st.integers(0, 60),
)
def test_f44_f45_a_row_that_changes_meanwhile_is_seen_and_hides_no_other(
    size: int, spread: int, seed: int, count: int
) -> None:
    """``spread`` 1: all rows carry one and the same second, as after an import."""
    dice = random.Random(seed)
    table = Table([dice.randrange(spread) for _ in range(size)])
    edits = [[str(dice.randrange(size)) for _ in range(count)] for _ in range(4)]
    assert walk(table, edits).keys() == table.rows.keys()


def test_f45_a_row_that_changed_while_a_page_was_read_comes_again() -> None:
    table = Table(list(range(PAGE + 1)))
    assert walk(table, [["3"]])["3"] == 1


@pytest.mark.parametrize("size", [0, 1, PAGE, PAGE + 1, 2 * PAGE])
def test_f44_a_second_full_of_rows_ends(size: int) -> None:
    assert len(walk(Table([0] * size), [])) == size
