"""Into which of the three lists what a run did belongs (D-31), and one line for each object (B-22)."""

from typing import Any

import pytest

from sync.planned import PLANNED, SKIPPED, Line, merged, without_made_up
from sync.undoing import Action, Among, Item, Seen, Written, judged, things

CONTACT = {"object_kind": "contacts", "object_id": "7"}


def wrote(operation: str = "write_contact", **facts: Any) -> Written:
    return Written(operation, "Customer", "c1", "Ada", **{**CONTACT, **facts})


def lists(entries: list[Written], seen: Seen | None) -> list[Item]:
    return [item for thing in things(entries) for item in judged(thing, seen)]


UPDATE = wrote(before={"lastname": "Byron", "city": ""}, after={"lastname": "King", "city": "Rome"})
MADE = wrote(made=True, after={"lastname": "King", "dealbooks_bulk": "true"})
TIE = wrote("associate_contact", after={"companies": "9"})
UNTIED = Written(
    "dissociate_invoice", "Invoice", "i1", "1001", "invoices", "5", after={"deals": "3"}
)
NOTE = Written("write_payment_note", "Payment", "p1", "1001", "notes", "4", after={"amount": 40})
AS_LEFT = {"lastname": "King", "city": "Rome"}


@pytest.mark.parametrize(
    ("entry", "seen", "expected"),
    [
        (UPDATE, Seen(AS_LEFT), [(Among.RESTORE, "", {"lastname": "Byron", "city": ""})]),
        (UPDATE, Seen({"lastname": "Byron", "city": None}), []),
        (
            UPDATE,
            Seen({"lastname": "Mine", "city": "Rome"}),
            [(Among.RESTORE, "", {"city": ""}), (Among.CHANGED, "", {"lastname": "Byron"})],
        ),
        (
            UPDATE,
            Seen(None),
            [(Among.CANNOT, "sync.undo_deleted_since", {"lastname": "Byron", "city": ""})],
        ),
        (
            wrote(before={}, after={"lastname": "King"}),
            Seen({"lastname": "King"}),
            [(Among.CANNOT, "sync.undo_unknown_before", {})],
        ),
        (
            wrote(before={"amount": "100.00"}, after={"amount": "70.00"}),
            Seen({"amount": "70"}),
            [(Among.RESTORE, "", {"amount": "100.00"})],
        ),
        (
            wrote(before={"city": ""}, after={"city": "Rome", "dealbooks_bulk": "true"}),
            Seen({"city": "Rome"}),
            [(Among.RESTORE, "", {"city": ""})],
        ),
        (MADE, Seen({"lastname": "King"}), [(Among.RESTORE, "", {})]),
        (MADE, Seen({"lastname": "Mine"}), [(Among.CHANGED, "", {})]),
        (MADE, Seen(None), [(Among.CHANGED, "sync.undo_deleted_since", {})]),
        (
            MADE,
            Seen({"lastname": "King"}, against="sync.undo_against_open_deal"),
            [(Among.CANNOT, "sync.undo_against_open_deal", {})],
        ),
        (TIE, Seen({}, frozenset({("companies", "9")})), [(Among.RESTORE, "", {})]),
        (TIE, Seen({}), []),
        (UNTIED, Seen({}), [(Among.RESTORE, "", {})]),
        (UNTIED, Seen({}, frozenset({("deals", "3")})), []),
        (NOTE, Seen({}), [(Among.RESTORE, "", {})]),
        (NOTE, Seen(None), [(Among.CHANGED, "sync.undo_deleted_since", {})]),
        (wrote("update_payment_note"), None, [(Among.CANNOT, "sync.undo_note_text", {})]),
        (wrote("withdraw_reversal_note"), None, [(Among.CANNOT, "sync.undo_note_withdrawn", {})]),
        (
            wrote("archive_record", before={"lastname": "King"}),
            None,
            [(Among.CANNOT, "sync.undo_archived", {"lastname": "King"})],
        ),
        (
            Written("update_quickbooks", "Customer", "c1", "Ada", before={"a": "1"}),
            None,
            [(Among.CANNOT, "sync.undo_not_hubspot", {"a": "1"})],
        ),
        (wrote("link_record"), Seen({}), []),
    ],
)
def test_d31_each_thing_is_in_the_right_list(
    entry: Written, seen: Seen | None, expected: list[tuple[Among, str, dict[str, Any]]]
) -> None:
    found = [(each.among, each.reason, dict(each.before)) for each in lists([entry], seen)]
    assert found == expected


def test_d31_several_writes_of_one_run_go_back_to_the_first_value() -> None:
    second = wrote(before={"lastname": "King"}, after={"lastname": "Lovelace"})
    [item] = lists([UPDATE, second], Seen({"lastname": "Lovelace", "city": "Rome"}))
    assert dict(item.before) == {"lastname": "Byron", "city": ""}
    assert item.thing.action is Action.RESTORE


def test_d31_what_the_run_made_takes_its_ties_along_and_what_it_archived_hides_the_rest() -> None:
    tied = Seen({"lastname": "King"}, frozenset({("companies", "9")}))
    [item] = lists([MADE, TIE], tied)
    assert item.thing.action is Action.ARCHIVE
    [gone] = lists([UPDATE, wrote("archive_record")], None)
    assert gone.reason == "sync.undo_archived"


def test_b22_two_writes_of_an_object_are_one_line_and_what_ends_as_it_began_is_none() -> None:
    def line(before: dict[str, Any], after: dict[str, Any], outcome: str = PLANNED) -> Line:
        return Line("write_deal_properties", "Deal", "3", "Looms", outcome, "", {}, before, after)

    skip = line({}, {}, SKIPPED)
    found = merged(
        [line({"a": "1", "b": "x"}, {"a": "2", "b": "y"}), skip, line({"b": "y"}, {"b": "x"})]
    )
    assert found == [line({"a": "1"}, {"a": "2"}), skip]
    assert without_made_up({"deals": "new-1a2b", "n": 4}, "new-") == {"deals": "new", "n": 4}
