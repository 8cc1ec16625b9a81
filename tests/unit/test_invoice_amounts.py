"""The four amounts (D-19)."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integration.records.quickbooks import Invoice, LinkedTransaction, Payment, PaymentLine
from invoices.amounts import Amounts, applications, missing_payments, split

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)


def invoice(total: str, balance: str, deposit: str = "0", linked: tuple[str, ...] = ()) -> Invoice:
    return Invoice(
        id="7",
        sync_token="1",
        updated_at=AT,
        currency="USD",
        total=Decimal(total),
        balance=Decimal(balance),
        deposit=Decimal(deposit),
        linked=tuple(LinkedTransaction(found, "Payment") for found in linked),
    )


def payment(
    total: str, *lines: tuple[str, str, str], unapplied: str = "0", id: str = "90"
) -> Payment:
    return Payment(
        id=id,
        sync_token="0",
        updated_at=AT,
        currency="USD",
        total=Decimal(total),
        unapplied=Decimal(unapplied),
        lines=tuple(PaymentLine(Decimal(amount), txn, kind) for amount, txn, kind in lines),
    )


CREDITED_40 = payment("0", ("40", "7", "Invoice"), ("40", "31", "CreditMemo"))


@pytest.mark.parametrize(
    ("record", "payments", "expected"),
    [
        (invoice("100", "100"), [], ("100", "0", "0", "100")),
        (invoice("100", "75"), [payment("25", ("25", "7", "Invoice"))], ("100", "25", "0", "75")),
        (invoice("100", "60"), [CREDITED_40], ("100", "0", "40", "60")),
        (
            invoice("100", "0"),
            [payment("60", ("100", "7", "Invoice"), ("40", "31", "CreditMemo"))],
            ("100", "60", "40", "0"),
        ),
        (
            invoice("100", "0"),
            [payment("70", ("100", "7", "Invoice"), ("30", "5", "JournalEntry"))],
            ("100", "70", "30", "0"),
        ),
        (
            invoice("100", "0"),
            [payment("150", ("100", "7", "Invoice"), unapplied="50")],
            ("100", "100", "0", "0"),
        ),
        (invoice("100", "80", deposit="20"), [], ("100", "20", "0", "80")),
        (
            invoice("100", "30", deposit="20"),
            [payment("50", ("50", "7", "Invoice"))],
            ("100", "70", "0", "30"),
        ),
        (invoice("100", "75"), [payment("25", ("25", "8", "Invoice"))], ("100", "0", "25", "75")),
        (invoice("0", "0"), [payment("0")], ("0", "0", "0", "0")),
    ],
)
def test_d19_cash_is_money_received_and_the_rest_is_credit(
    record: Invoice, payments: list[Payment], expected: tuple[str, ...]
) -> None:
    assert split(record, payments) == Amounts(*(Decimal(text) for text in expected))


def test_d19_one_payment_over_two_invoices_shares_its_cash() -> None:
    found = applications(
        payment(
            "100.01", ("100", "7", "Invoice"), ("50.01", "8", "Invoice"), ("50", "3", "CreditMemo")
        )
    )
    assert found["7"].cash + found["8"].cash == Decimal("100.01")
    assert found["7"].applied == Decimal("100")
    assert found["7"].cash == Decimal("66.67")


def test_d20_a_deleted_payment_settles_nothing() -> None:
    gone = Payment(id="90", sync_token="1", updated_at=AT, deleted=True)
    assert applications(gone) == {}


def test_b10_a_deleted_invoice_has_four_zeros() -> None:
    gone = Invoice(id="7", sync_token="3", updated_at=AT, deleted=True, total=Decimal(5))
    assert split(gone, []) == Amounts(*[Decimal(0)] * 4)


def test_d19_payments_not_seen_yet_are_named() -> None:
    record = invoice("100", "0", linked=("90", "91", "91"))
    assert missing_payments(record, [payment("1", id="90")]) == ("91",)


cents = st.integers(0, 100_000).map(lambda n: Decimal(n) / 100)


@given(
    st.lists(st.tuples(cents, st.sampled_from(["7", "8", "9"])), min_size=1, max_size=6),
    cents,
    cents,
)
def test_d19_shares_add_up_and_never_exceed_what_was_applied(
    lines: list[tuple[Decimal, str]], total: Decimal, unapplied: Decimal
) -> None:
    made = payment(
        str(total), *((str(a), i, "Invoice") for a, i in lines), unapplied=str(unapplied)
    )
    found = applications(made).values()
    assert all(Decimal(0) <= entry.cash <= entry.applied for entry in found)
    applied = sum((amount for amount, _ in lines), Decimal(0))
    assert sum((e.cash for e in found), Decimal(0)) == min(max(total - unapplied, 0), applied)


@given(cents, cents, cents)
def test_d19_the_parts_always_add_up(total: Decimal, settled: Decimal, received: Decimal) -> None:
    balance = max(total - settled, Decimal(0))
    found = split(
        invoice(str(total), str(balance)), [payment(str(received), (str(received), "7", "Invoice"))]
    )
    assert found.billed == found.cash + found.credited + found.open
    assert min(found.cash, found.credited, found.open) >= 0
