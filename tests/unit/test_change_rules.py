"""What may be done to an invoice, and why not (D-13, D-14), as one table."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invoices.change_rules import Act, ChangeFacts, permission, permissions

DAY = date(2026, 11, 20)
PLAIN = ChangeFacts(
    number="1037",
    company="Harbor Light",
    total=Decimal(150),
    txn_date=DAY,
    today=date(2026, 11, 23),
    may_draft=True,
    may_post=True,
    may_correct=True,
    has_deal=True,
)
SENT = {"sent": True}
PAID = {"settled": Decimal(10), "linked": ("Payment",)}

TABLE = [
    # what is different, edit, void, correct, copy ("" means allowed)
    ({}, "", "", "change.edit_instead", ""),
    (SENT, "change.sent", "", "", ""),
    (PAID, "change.paid", "change.paid", "", ""),
    ({**SENT, **PAID}, "change.sent", "change.paid", "", ""),
    ({"linked": ("Estimate",)}, "", "change.linked", "change.edit_instead", ""),
    ({"linked": ("Payment",)}, "change.paid", "change.paid", "", ""),
    ({"voided": True, "total": Decimal(0)}, *["change.voided"] * 3, ""),
    ({"deleted": True}, *["change.deleted"] * 3, ""),
    ({"connected": False}, *["change.company_disconnected"] * 4),
    ({"under_way": True}, *["change.under_way"] * 3, ""),
    ({"book_close_date": DAY}, "change.books_closed", "change.books_closed", "", ""),
    ({"tax_filed_up_to": DAY}, "change.tax_filed", "change.tax_filed", "", ""),
    ({"book_close_date": date(2026, 11, 19)}, "", "", "change.edit_instead", ""),
    (
        {**SENT, "book_close_date": date(2026, 11, 23)},
        "change.sent", "change.books_closed", "change.today_closed", "",
    ),
    ({"has_deal": False}, "change.no_deal", "", "", "change.no_deal"),
    ({"uneditable": "change.bundle"}, "change.bundle", "", "", ""),
    (
        {"unreadable": "change.unreadable"},
        "change.unreadable", "", "change.unreadable", "change.unreadable",
    ),
    ({"total": Decimal(0)}, "", "", "change.nothing_to_credit", ""),
    ({"corrected_by": "1040"}, *["change.corrected"] * 3, ""),
    ({"may_correct": False}, "", *["change.no_right_to_correct"] * 2, ""),
    ({"may_post": False}, "change.no_right_to_edit", "", "", ""),
    ({"may_draft": False}, "", "", "change.edit_instead", "change.no_right_to_draft"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "edit", "void", "correct", "copy"), TABLE)
def test_d14_what_may_be_done_and_why_not(
    changes: dict[str, object], edit: str, void: str, correct: str, copy: str
) -> None:
    found = permissions(replace(PLAIN, **changes))  # type: ignore[arg-type]
    assert {act.value: each.code for act, each in found.items()} == {
        "edit": edit, "void": void, "correct": correct, "copy": copy,
    }  # fmt: skip


def test_d13_a_reason_names_the_days() -> None:
    found = permission(Act.VOID, replace(PLAIN, book_close_date=date(2026, 11, 30)))
    assert dict(found.parameters)["closed"] == "2026-11-30"
    assert dict(found.parameters)["date"] == "2026-11-20"


FACTS = st.builds(
    ChangeFacts,
    deleted=st.booleans(), voided=st.booleans(), sent=st.booleans(), connected=st.booleans(),
    total=st.sampled_from([Decimal(0), Decimal(150)]),
    settled=st.sampled_from([Decimal(0), Decimal(10)]),
    linked=st.lists(st.sampled_from(["Payment", "Estimate"]), unique=True).map(tuple),
    txn_date=st.just(DAY), today=st.just(date(2026, 11, 23)),
    book_close_date=st.sampled_from([None, DAY, date(2026, 11, 30)]),
    may_draft=st.booleans(), may_post=st.booleans(), may_correct=st.booleans(),
    has_deal=st.booleans(), under_way=st.booleans(),
)  # fmt: skip


@given(FACTS)
def test_d14_never_void_what_is_settled_and_never_edit_what_is_sent(facts: ChangeFacts) -> None:
    found = permissions(facts)
    if found[Act.VOID].allowed:
        assert facts.may_correct
        assert not facts.settled
        assert not facts.linked
    if found[Act.EDIT].allowed:
        assert not facts.sent
        assert not facts.settled
    assert not (found[Act.EDIT].allowed and found[Act.CORRECT].allowed)
    assert all(each.allowed or each.code.startswith("change.") for each in found.values())


@given(FACTS)
def test_d13_a_closed_period_is_never_written_to(facts: ChangeFacts) -> None:
    closed = facts.book_close_date is not None and facts.book_close_date >= DAY
    if closed:
        assert not permission(Act.EDIT, facts).allowed
        assert not permission(Act.VOID, facts).allowed
