"""Which QuickBooks product a quote's line is (B-12, P-22)."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integration.records.quickbooks import Item
from invoices.product_matching import How, Match, NoMatch, WhyNot, folded_sku, match_all
from tests.unit.invoice_builders import DESIGN
from tests.unit.quote_builders import line

REALM = "9341450000000001"


def item(id: str, name: str, sku: str = "", **more: Any) -> Item:
    return replace(DESIGN, id=id, name=name, full_name=name, sku=sku, **more)


CHAIR = item("10", "Task chair", "CHR-TASK")
DESK = item("11", "Standing desk", "TBL STAND")
LAMP = item("12", "Desk lamp, oak")
GONE = item("13", "Roller blind (deleted)", "WIN-ROLL", active=False)
KIT = item("14", "Coffee corner kit", "KIT-COFFEE", kind="Group")
TWIN = item("15", "Panel, left", "PNL")
OTHER_TWIN = item("16", "Panel, right", "pnl")
SHELF = (CHAIR, DESK, LAMP, GONE, KIT, TWIN, OTHER_TWIN)


def found(links: dict[str, str] | None = None, **given: Any) -> tuple[str, str]:
    """(item id or reason, how)."""
    answer = match_all([line("1", **given)], SHELF, links or {}, REALM)["1"]
    return (answer.item.id, answer.how) if isinstance(answer, Match) else (answer.why, "")


@pytest.mark.parametrize(
    ("given_line", "expected"),
    [
        ({"sku": "CHR-TASK", "name": "Whatever"}, ("10", How.SKU)),
        ({"sku": "chr-task", "name": "Whatever"}, ("10", How.SKU)),
        ({"sku": " Chr-Task ", "name": "Whatever"}, ("10", How.SKU)),
        ({"sku": "tblstand", "name": ""}, ("11", How.SKU)),
        ({"sku": "ＣＨＲ-TASK", "name": ""}, ("10", How.SKU)),
        ({"sku": "", "name": "standing  DESK"}, ("11", How.NAME)),
        ({"sku": "LMP-9", "name": "Desk lamp, oak"}, ("12", How.NAME)),
        ({"sku": "CHR-9", "name": "Task chair"}, (WhyNot.NONE, "")),
        ({"sku": "", "name": ""}, (WhyNot.NONE, "")),
        ({"sku": "NOPE", "name": "Nothing"}, (WhyNot.NONE, "")),
        ({"sku": "win-roll", "name": ""}, (WhyNot.INACTIVE, "")),
        ({"sku": "KIT-COFFEE", "name": ""}, (WhyNot.UNSELLABLE, "")),
        ({"sku": "PNL", "name": "Panel"}, (WhyNot.SEVERAL, "")),
        ({"sku": "PNL", "name": "panel, LEFT"}, ("15", How.SKU)),
    ],
)
def test_b12_sku_and_name_without_case_and_blanks(
    given_line: dict[str, str], expected: tuple[str, str]
) -> None:
    assert found(**given_line) == expected


def test_b12_a_link_wins_over_everything() -> None:
    assert found({"55": "12"}, product_id="55", sku="CHR-TASK") == ("12", How.LINK)


def test_b12_a_link_to_an_inactive_product_falls_back() -> None:
    assert found({"55": "13"}, product_id="55", sku="CHR-TASK") == ("10", How.SKU)
    assert found({"55": "13"}, product_id="55", sku="", name="") == (WhyNot.INACTIVE, "")


def test_b12_the_key_of_another_company_proves_nothing() -> None:
    assert found(product_key=f"{REALM}:Item:12") == ("12", How.KEY)
    assert found(product_key="999:Item:12") == ("10", How.SKU)
    assert found(product_key=f"{REALM}:Customer:12") == ("10", How.SKU)


def test_b12_p22_all_bad_lines_are_answered_at_once() -> None:
    lines = [line("1"), line("2", sku="X1", name="One"), line("3", sku="X2", name="Two")]
    answers = match_all(lines, SHELF, {}, REALM)
    assert isinstance(answers["1"], Match)
    assert [answers[id] for id in ("2", "3")] == [NoMatch(WhyNot.NONE), NoMatch(WhyNot.NONE)]


def test_b12_what_stands_in_the_way_is_named() -> None:
    answer = match_all([line(sku="pnl", name="")], SHELF, {}, REALM)["1"]
    assert answer == NoMatch(WhyNot.SEVERAL, ("Panel, left", "Panel, right"))


SKUS = st.text("abcXYZ0189-./_", min_size=1, max_size=20)
GAPS = st.lists(st.sampled_from(["", " ", "  ", "\t", "\u00a0"]), min_size=20, max_size=20)


@given(SKUS, GAPS, st.sampled_from([str.upper, str.lower, str.swapcase]))
def test_b12_p22_case_and_blanks_never_matter(
    sku: str, gaps: list[str], cased: Callable[[str], str]
) -> None:
    written = "".join(gap + letter for gap, letter in zip(gaps, cased(sku), strict=False))
    answer = match_all([line(sku=written, name="")], [item("1", "Thing", sku)], {}, REALM)["1"]
    assert isinstance(answer, Match)
    assert folded_sku(written) == folded_sku(sku)
