"""The stage of an invoice (D-18, S-49 to S-54)."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoices.stages import InvoiceFacts, Stage, derive

TODAY = date(2026, 11, 23)
OPEN = InvoiceFacts(
    total=Decimal("150"), balance=Decimal("150"), due_date=TODAY + timedelta(days=30)
)
ZERO_NOW = replace(OPEN, total=Decimal(0), balance=Decimal(0), lines_are_zero=True)


@pytest.mark.parametrize(
    ("facts", "stage"),
    [
        (OPEN, Stage.AWAITING_SENDING),
        (replace(OPEN, email_status="NeedToSend"), Stage.AWAITING_SENDING),
        (replace(OPEN, email_status="EmailSent"), Stage.SENT),
        (replace(OPEN, delivered=True), Stage.SENT),
        (replace(OPEN, einvoice_status="Viewed"), Stage.SENT),
        (replace(OPEN, einvoice_status="Delivery Error"), Stage.AWAITING_SENDING),
        (replace(OPEN, print_status="PrintComplete"), Stage.SENT),
        (replace(OPEN, print_status="NeedToPrint"), Stage.AWAITING_SENDING),
        (replace(OPEN, balance=Decimal("50")), Stage.PARTIALLY_PAID),
        (replace(OPEN, balance=Decimal("50"), email_status="EmailSent"), Stage.PARTIALLY_PAID),
        (replace(OPEN, due_date=TODAY), Stage.AWAITING_SENDING),
        (replace(OPEN, due_date=TODAY - timedelta(days=1)), Stage.OVERDUE),
        (replace(OPEN, due_date=None), Stage.AWAITING_SENDING),
        (
            replace(OPEN, balance=Decimal("1"), due_date=TODAY - timedelta(days=1)),
            Stage.OVERDUE,
        ),
        (replace(OPEN, balance=Decimal(0)), Stage.PAID),
        (replace(OPEN, balance=Decimal(0), due_date=date(2020, 1, 1)), Stage.PAID),
        (ZERO_NOW, Stage.PAID),
        (replace(ZERO_NOW, had_amount=True), Stage.VOIDED),
        (replace(ZERO_NOW, void_event=True), Stage.VOIDED),
        (replace(ZERO_NOW, private_note="Voided - thanks"), Stage.VOIDED),
        (replace(ZERO_NOW, private_note="Annulé"), Stage.VOIDED),
        (replace(ZERO_NOW, private_note="Voided by nobody"), Stage.PAID),
        (replace(ZERO_NOW, had_amount=True, lines_are_zero=False), Stage.PAID),
        (replace(OPEN, private_note="Voided"), Stage.AWAITING_SENDING),
        (replace(OPEN, deleted=True), Stage.DELETED),
        (replace(ZERO_NOW, had_amount=True, deleted=True), Stage.DELETED),
    ],
)
def test_d18_the_first_stage_that_applies_wins(facts: InvoiceFacts, stage: Stage) -> None:
    assert derive(facts, TODAY).stage is stage


def test_d18_printing_counts_as_sending_only_where_the_company_says_so() -> None:
    printed = replace(OPEN, print_status="PrintComplete")
    assert derive(printed, TODAY, printed_counts_as_sent=False).stage is Stage.AWAITING_SENDING


def test_d18_booleans_stand_beside_the_stage() -> None:
    facts = replace(
        OPEN, balance=Decimal("50"), due_date=date(2026, 1, 1), email_status="EmailSent"
    )
    found = derive(facts, TODAY)
    assert (found.stage, found.is_sent, found.is_overdue, found.is_part_paid) == (
        Stage.OVERDUE,
        True,
        True,
        True,
    )


def test_s50_reopening_after_a_reversed_payment_goes_back_to_sent() -> None:
    sent = replace(OPEN, email_status="EmailSent")
    paid = replace(sent, balance=Decimal(0))
    assert derive(paid, TODAY).stage is Stage.PAID
    assert derive(replace(paid, balance=paid.total), TODAY).stage is Stage.SENT


def test_f90_what_people_undo_moves_the_stage_back_and_forth() -> None:
    """Part paid, overpaid, part refunded, credited, reopened, voided and deleted, one by one."""
    late = TODAY - timedelta(days=1)
    sent = replace(OPEN, email_status="EmailSent", had_amount=True)
    story = [
        ({"balance": sent.total / 2}, Stage.PARTIALLY_PAID),
        ({"balance": Decimal(0)}, Stage.PAID),  # what was paid beyond it lies on the payment
        ({"balance": Decimal("0.01")}, Stage.PARTIALLY_PAID),
        ({"balance": Decimal("0.01"), "due_date": late}, Stage.OVERDUE),
        ({"balance": Decimal(0), "due_date": late}, Stage.PAID),
        ({"balance": sent.total}, Stage.SENT),
        ({"total": Decimal(0), "balance": Decimal(0), "lines_are_zero": True}, Stage.VOIDED),
        ({"balance": sent.total, "deleted": True}, Stage.DELETED),
    ]
    for changes, stage in story:
        assert derive(replace(sent, **changes), TODAY).stage is stage, changes  # type: ignore[arg-type]


facts_strategy = st.builds(
    InvoiceFacts,
    total=st.decimals(0, 1000, places=2),
    balance=st.decimals(0, 1000, places=2),
    lines_are_zero=st.booleans(),
    due_date=st.none() | st.dates(date(2026, 1, 1), date(2027, 1, 1)),
    email_status=st.sampled_from(["", "NotSet", "NeedToSend", "EmailSent"]),
    print_status=st.sampled_from(["", "NotSet", "NeedToPrint", "PrintComplete"]),
    einvoice_status=st.sampled_from(["", "Sent", "Viewed", "Error", "Something new"]),
    delivered=st.booleans(),
    private_note=st.sampled_from(["", "Voided", "Annulée - merci", "hello"]),
    had_amount=st.booleans(),
    void_event=st.booleans(),
    deleted=st.booleans(),
)


@given(facts_strategy, st.dates(date(2026, 1, 1), date(2027, 1, 1)), st.integers(1, 400))
def test_d18_paid_never_becomes_overdue_merely_as_days_pass(
    facts: InvoiceFacts, today: date, days: int
) -> None:
    now, later = derive(facts, today), derive(facts, today + timedelta(days=days))
    if now.stage is Stage.PAID:
        assert later.stage is Stage.PAID
    if later.stage is Stage.OVERDUE:
        assert now.stage not in (Stage.PAID, Stage.VOIDED, Stage.DELETED)


@given(facts_strategy, st.dates(date(2026, 1, 1), date(2027, 1, 1)))
def test_d18_booleans_agree_with_the_stage(facts: InvoiceFacts, today: date) -> None:
    found = derive(facts, today)
    if found.stage is Stage.OVERDUE:
        assert found.is_overdue
    if found.stage in (Stage.PAID, Stage.VOIDED, Stage.DELETED):
        assert not found.is_overdue
        assert not found.is_part_paid
    if found.stage is Stage.SENT:
        assert found.is_sent
