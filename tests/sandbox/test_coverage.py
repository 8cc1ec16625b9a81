"""Nothing is promised without a test: rules by number, switches by name."""

import re
from pathlib import Path
from typing import Any

import pytest

from sandbox.core.application import SWITCHES as CORE
from sandbox.hubspot.switches import SWITCHES as HUBSPOT
from sandbox.quickbooks.switches import SWITCHES as QUICKBOOKS

HERE = Path(__file__).parent
README = (HERE.parents[1] / "sandbox" / "README.md").read_text()
TESTS = {file.name: file.read_text() for file in HERE.glob("test_*.py") if file != Path(__file__)}
RULES = {"qbo": 42, "hubspot": 40}
SWITCHES: dict[str, Any] = {**CORE, **QUICKBOOKS, **HUBSPOT}


@pytest.mark.parametrize(("vendor", "count"), RULES.items())
def test_every_rule_of_the_reference_has_a_test_of_its_number(vendor: str, count: int) -> None:
    names = re.compile(rf"^def test_{vendor}_rule_(\d\d)_\w+\(", re.MULTILINE)
    found = {int(number) for text in TESTS.values() for number in names.findall(text)}
    assert found == set(range(1, count + 1))


def test_no_switch_has_two_meanings() -> None:
    assert len(SWITCHES) == len(CORE) + len(QUICKBOOKS) + len(HUBSPOT)


@pytest.mark.parametrize("name", SWITCHES)
def test_every_switch_is_in_the_readme_with_its_default(name: str) -> None:
    rows = re.findall(rf"^\| `{name}` \| ([^|]*) \|", README, re.MULTILINE)
    assert len(rows) == 1
    shown = rows[0].strip().strip("`").replace("_", "").lower()
    assert shown == str(SWITCHES[name]).replace("_", "").lower()


def test_the_readme_lists_no_switch_that_is_gone() -> None:
    tables = re.findall(r"\| Switch \| Default \| Meaning \|\n\|[-|]+\|\n((?:\|.*\n)+)", README)
    listed = re.findall(r"^\| `(\w+)` \|", "".join(tables), re.MULTILINE)
    assert sorted(listed) == sorted(SWITCHES)


@pytest.mark.parametrize("name", SWITCHES)
def test_every_switch_is_turned_in_some_test(name: str) -> None:
    turned = re.compile(rf"\b{name}=|\"{name}\"")
    assert [file for file, text in TESTS.items() if turned.search(text)]
