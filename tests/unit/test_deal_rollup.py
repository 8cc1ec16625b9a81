"""What a deal shows of its invoices (D-21 to D-23, B-06, B-11)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoices.deal_rollup import Blocked, Candidate, CurrencyPolicy, currency_rule, roll_up
from invoices.stages import Stage

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
ONE = Candidate(
    realm_id="9130",
    qbo_id="145",
    sync_token=1,
    updated_at=AT,
    stage=Stage.SENT,
    number="1041",
    recipient="Amy's Bird Sanctuary",
    due_date=date(2026, 12, 20),
    currency="USD",
    billed=Decimal("100"),
    cash=Decimal("0"),
    open=Decimal("100"),
    home_currency="USD",
)


def winner_of(*candidates: Candidate) -> str:
    found = roll_up(candidates, "USD").winner
    return found.candidate.qbo_id if found else ""


def test_d21_the_latest_update_wins_as_an_instant() -> None:
    pacific = timezone(timedelta(hours=-8))
    later = replace(ONE, qbo_id="9", updated_at=datetime(2026, 11, 20, 4, 0, 1, tzinfo=pacific))
    assert winner_of(ONE, later) == "9"


def test_d21_f90_equal_times_fall_to_sync_token_as_a_number_then_id_then_realm() -> None:
    assert winner_of(replace(ONE, sync_token=9), replace(ONE, qbo_id="9", sync_token=10)) == "9"
    assert winner_of(replace(ONE, qbo_id="99"), replace(ONE, qbo_id="145")) == "145"
    twins = (ONE, replace(ONE, realm_id="9131"))
    for order in (twins, twins[::-1]):
        found = roll_up(order, "USD").winner
        assert found is not None
        assert found.candidate.realm_id == "9131"


def test_d21_voided_and_deleted_do_not_compete() -> None:
    voided = replace(ONE, qbo_id="9", stage=Stage.VOIDED, updated_at=AT + timedelta(days=1))
    assert winner_of(ONE, voided) == "145"


def test_d21_none_left_shows_the_newest_gone_one_with_amount_zero() -> None:
    voided = replace(ONE, stage=Stage.VOIDED, number="1041")
    deleted = replace(
        ONE, qbo_id="9", number="1042", stage=Stage.DELETED, updated_at=AT + timedelta(1)
    )
    found = roll_up([voided, deleted], "USD")
    assert found.winner is not None
    assert (found.winner.candidate.number, found.winner.candidate.stage) == ("1042", Stage.DELETED)
    assert found.amount_invoiced == 0
    assert found.invoice_count == 0


def test_d21_nothing_attached_clears() -> None:
    found = roll_up([], "USD")
    assert found.winner is None
    assert not found.untouched
    assert (found.total_invoiced, found.invoice_count, found.worst_status) == (0, 0, None)


def test_b06_roll_ups_equal_sums_by_hand_beside_the_latest_five() -> None:
    paid = replace(
        ONE,
        qbo_id="1",
        stage=Stage.PAID,
        cash=Decimal("100"),
        open=Decimal(0),
        due_date=date(2026, 10, 1),
    )
    part = replace(
        ONE, qbo_id="2", stage=Stage.PARTIALLY_PAID, billed=Decimal("200"), cash=Decimal("50"),
        open=Decimal("150"), due_date=date(2026, 12, 5), updated_at=AT + timedelta(hours=3),
    )  # fmt: skip
    late = replace(
        ONE, qbo_id="3", stage=Stage.OVERDUE, billed=Decimal("80.50"), cash=Decimal(0),
        open=Decimal("80.50"), due_date=date(2026, 11, 10),
    )  # fmt: skip
    found = roll_up([paid, part, late], "USD")
    assert found.winner is not None
    assert found.winner.candidate.qbo_id == "2"
    assert (found.amount_invoiced, found.currency) == (Decimal("200"), "USD")
    assert (found.total_invoiced, found.total_paid, found.open_balance) == (
        Decimal("380.50"),
        Decimal("150"),
        Decimal("230.50"),
    )
    assert (found.invoice_count, found.next_due_date, found.worst_status) == (
        3,
        date(2026, 11, 10),
        Stage.OVERDUE,
    )


def test_d22_a_deal_that_only_references_an_invoice_does_not_count_it() -> None:
    found = roll_up([replace(ONE, counts=False)], "USD")
    assert found.winner is not None
    assert (found.invoice_count, found.total_invoiced) == (0, 0)


EURO = replace(ONE, currency="EUR", home_currency="USD", home_total=Decimal("109.00"))


def test_b11_block_leaves_the_deal_alone_and_says_why() -> None:
    found = roll_up([EURO], "USD")
    assert found.untouched
    assert [entry.reason for entry in found.blocked] == ["currency_differs"]


def test_b11_a_blocked_invoice_never_competes() -> None:
    found = roll_up([ONE, replace(EURO, qbo_id="9", updated_at=AT + timedelta(days=9))], "USD")
    assert found.winner is not None
    assert found.winner.candidate.qbo_id == "145"
    assert found.total_invoiced == 100
    assert len(found.blocked) == 1


def test_b11_separate_shows_the_plain_amount_with_its_currency() -> None:
    found = roll_up([replace(EURO, policy=CurrencyPolicy.SEPARATE)], "USD")
    assert (found.amount_invoiced, found.currency) == (Decimal("100"), "EUR")


def test_d23_mixed_currencies_have_a_text_in_place_of_sums() -> None:
    euro = replace(EURO, qbo_id="9", policy=CurrencyPolicy.SEPARATE, billed=Decimal("100"))
    found = roll_up([replace(ONE, billed=Decimal("50")), euro], "USD")
    assert found.total_invoiced is None
    assert found.open_balance is None
    assert found.mixed_currencies == "EUR 100.00 + USD 50.00"
    assert found.invoice_count == 2


def test_d23_convert_prefers_quickbooks_own_home_amount() -> None:
    found = roll_up(
        [replace(EURO, policy=CurrencyPolicy.CONVERT, txn_date=date(2026, 11, 20))], "USD"
    )
    assert found.winner is not None
    assert (found.amount_invoiced, found.currency) == (Decimal("109.00"), "USD")
    assert (found.winner.rate, found.winner.rate_source) == (Decimal("1.09"), "quickbooks")
    assert found.winner.rate_date == date(2026, 11, 20)


def test_d23_convert_falls_back_to_hubspots_rate_then_blocks() -> None:
    pound = replace(EURO, home_currency="GBP", policy=CurrencyPolicy.CONVERT)
    shown = roll_up([replace(pound, hubspot_rate=Decimal("1.1"))], "USD")
    assert shown.amount_invoiced == Decimal("110.00")
    assert shown.winner is not None
    assert shown.winner.rate_source == "hubspot"
    ruled = currency_rule(pound, "USD")
    assert isinstance(ruled, Blocked)
    assert ruled.reason == "no_rate"


candidates = st.builds(
    replace,
    st.just(ONE),
    qbo_id=st.integers(1, 200).map(str),
    realm_id=st.sampled_from(["1", "2"]),
    sync_token=st.integers(0, 12),
    updated_at=st.integers(0, 4).map(lambda n: AT + timedelta(seconds=n)),
    stage=st.sampled_from(Stage),
    currency=st.sampled_from(["USD", "EUR", "JPY"]),
    policy=st.sampled_from(CurrencyPolicy),
    counts=st.booleans(),
)
unique = st.lists(candidates, max_size=7, unique_by=lambda c: (c.realm_id, c.qbo_id))


@given(unique, st.randoms(use_true_random=False))
def test_d21_order_and_doubling_change_nothing(found: list[Candidate], random: object) -> None:
    shuffled = list(found)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert roll_up(found, "USD").winner == roll_up(shuffled, "USD").winner
    twice = roll_up([*found, *found], "USD")
    assert twice.winner == roll_up(found, "USD").winner


@given(unique)
def test_d23_a_mismatch_under_block_writes_nothing(found: list[Candidate]) -> None:
    foreign = [replace(entry, currency="EUR", policy=CurrencyPolicy.BLOCK) for entry in found]
    rolled = roll_up(foreign, "USD")
    assert rolled.winner is None
    assert rolled.untouched == bool(foreign)


@pytest.mark.parametrize("currency", ["", "USD"])
def test_d23_an_unknown_portal_currency_blocks_nothing(currency: str) -> None:
    assert roll_up([ONE], currency).winner is not None
