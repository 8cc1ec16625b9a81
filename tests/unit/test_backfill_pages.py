"""Walking through older records page by page, whatever their times of creation (B-21, fault 45)."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from integration.gateways.values import instant
from integration.records.quickbooks import Raw
from sync.backfill_pages import DATED, Place, Span

ZONE = ZoneInfo("America/Los_Angeles")
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


def row(number: int, second: int) -> Raw:
    stamp = (BEGIN + timedelta(seconds=second)).isoformat()
    return {"Id": str(number), "MetaData": {"CreateTime": stamp}}


def asked(rows: list[Raw], place: Place) -> list[Raw]:
    """What QuickBooks answers: in the order of creation, from the place on."""
    since = instant(place.since)
    found = [each for each in rows if since is None or _made(each) >= since]
    return sorted(found, key=_made)[place.start - 1 :][: place.size]


def _made(raw: Raw) -> datetime:
    found = instant(raw["MetaData"]["CreateTime"])
    assert found is not None
    return found


@given(seconds=st.lists(st.integers(0, 12), max_size=40), size=st.integers(1, 9))
def test_b21_every_record_comes_exactly_once_also_over_restarts(
    seconds: list[int], size: int
) -> None:
    rows = [row(number, second) for number, second in enumerate(seconds)]
    place: Place | None = Place(size=size)
    seen: list[str] = []
    for _ in range(4 * len(rows) + 4):
        assert place is not None
        page = asked(rows, place)
        seen += [each["Id"] for each in place.fresh(page)]
        place = place.after(page)
        if place is None:
            break
        place = Place.of(place.stored())
    assert place is None
    assert sorted(seen, key=int) == [each["Id"] for each in rows]


def test_b21_days_are_the_companys_own() -> None:
    span = Span(ZONE, date(2026, 1, 1), date(2026, 1, 2))
    assert span.condition == (
        "MetaData.CreateTime >= '2026-01-01T00:00:00-08:00' AND "
        "MetaData.CreateTime < '2026-01-03T00:00:00-08:00'"
    )
    assert not span.covers(datetime(2026, 1, 1, 7, 59, tzinfo=UTC))
    assert span.covers(datetime(2026, 1, 1, 8, tzinfo=UTC))
    assert span.covers(datetime(2026, 1, 3, 7, 59, tzinfo=UTC))
    assert not span.covers(datetime(2026, 1, 3, 8, tzinfo=UTC))
    assert not span.covers(None)


def test_b21_invoice_dates_include_both_days() -> None:
    span = Span(ZONE, date(2026, 1, 1), date(2026, 1, 2), DATED)
    assert span.condition == "TxnDate >= '2026-01-01' AND TxnDate <= '2026-01-02'"
    assert span.covers(None, date(2026, 1, 2))
    assert not span.covers(None, date(2026, 1, 3))
    assert Span(ZONE).condition == ""
    assert Span(ZONE).covers(None)


def test_b21_any_day_of_the_calendar_may_be_asked_for() -> None:
    span = Span(ZONE, date.min, date.max)
    assert span.condition == "MetaData.CreateTime >= '1970-01-01T00:00:00-08:00'"
    assert span.covers(BEGIN)
    assert Span(ZONE, date.min, date.max, DATED).covers(None, BEGIN.date())
    assert not Span(ZONE, None, date.min).covers(BEGIN)
    assert Span(ZONE, None, date.min).condition == (
        "MetaData.CreateTime < '1970-01-01T00:00:00-08:00'"
    )
