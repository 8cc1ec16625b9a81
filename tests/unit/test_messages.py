"""B-08: one catalogue, and no code without an entry."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from integration import messages
from integration.gateways.errors import Unavailable
from integration.messages import Entry
from integration.texts import connect

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("integration", "mappings", "invoices", "sync", "workflows")
VENDOR_CODE = re.compile(r"(quickbooks|hubspot|net)\.[A-Za-z0-9_]+")
# Job kinds share the shape "vendor.word" but are no messages.
JOB_KINDS = {"hubspot.setup"}
# First argument is a message code.
SPEAKERS = {"message", "sentence", "ConnectRefused", "Forbidden", "Refused", "ApiProblem"}


def sources(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def literals(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def calls(path: Path) -> Iterator[tuple[str, str]]:
    """(called name, first literal argument) of every call in a file."""
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = (
            node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        )
        first = node.args[0]
        if isinstance(first, ast.Constant) and isinstance(first.value, str):
            yield name, first.value


# How the sandbox's HubSpot refuses: the words in these calls, and a refusal's default category.
REFUSING = {"HubSpotError", "ValueProblem", "OAuthRefusal", "refusal", "fail"}
WORD = re.compile(r"[A-Z][A-Z0-9]+(_[A-Z0-9]+)*")


def refusal_words(path: Path) -> Iterator[str]:
    """Categories, value codes and OAuth statuses that the file answers with."""
    for node in ast.walk(ast.parse(path.read_text())):
        spoken: list[ast.expr | None] = []
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            named = [each.value for each in node.keywords if each.arg == "category"]
            spoken = [*node.args, *named] if name in REFUSING else []
        elif isinstance(node, ast.ClassDef) and node.name in REFUSING:
            spoken = [each.value for each in node.body if isinstance(each, ast.AnnAssign)]
        either = [(each.body, each.orelse) for each in spoken if isinstance(each, ast.IfExp)]
        for each in [*spoken, *(branch for pair in either for branch in pair)]:
            if isinstance(each, ast.Constant) and WORD.fullmatch(str(each.value)):
                yield str(each.value)


def test_b08_every_code_that_the_gateways_name_has_an_entry() -> None:
    named = {
        (path.name, code)
        for path in sources("integration")
        if "texts" not in path.parts
        for code in literals(path)
        if VENDOR_CODE.fullmatch(code) and code not in JOB_KINDS
    }
    assert named, "the scan found no code at all"
    assert [(file, code) for file, code in sorted(named) if not messages.is_known(code)] == []


def test_b08_every_code_of_the_fault_tables_has_an_entry() -> None:
    from integration.gateways import hubspot_faults, quickbooks_faults

    wanted = {f"quickbooks.{code}" for code in quickbooks_faults.CLASSES}
    wanted |= {f"quickbooks.{code}" for code in quickbooks_faults.OAUTH_CLASSES}
    wanted |= {f"hubspot.{name}" for name in hubspot_faults.BY_NAME}
    wanted |= {f"hubspot.http_{status}" for status in hubspot_faults.BY_STATUS}
    wanted |= {f"quickbooks.http_{status}" for status in (400, 401, 403, 404, 409, 429, 500, 503)}
    assert sorted(code for code in wanted if not messages.is_known(code)) == []


def test_b08_every_fault_that_the_sandbox_answers_has_an_entry() -> None:
    numbers = {
        f"quickbooks.{code}"
        for path in sources("sandbox/quickbooks")
        for name, code in calls(path)
        if name == "Refusal"
    }
    categories = {
        f"hubspot.{word}" for path in sources("sandbox/hubspot") for word in refusal_words(path)
    }
    assert "quickbooks.6240" in numbers
    spoken = ("MISSING_SCOPES", "CONFLICT", "VALIDATION_ERROR", "INVALID_OPTION",
              "BAD_REFRESH_TOKEN", "EXPIRED_AUTHENTICATION", "VALIDATION_RULE")  # fmt: skip
    assert {f"hubspot.{word}" for word in spoken} <= categories
    assert sorted(code for code in numbers | categories if not messages.is_known(code)) == []


def test_b08_every_code_spoken_anywhere_in_the_product_has_an_entry() -> None:
    spoken = {
        (path.name, code)
        for path in sources(*PRODUCT)
        for name, code in calls(path)
        if name in SPEAKERS
    }
    recorded = {
        (path.name, f"audit.{action}")
        for path in sources(*PRODUCT)
        for name, action in calls(path)
        if name == "record" and "." in action
    }
    assert [found for found in sorted(spoken | recorded) if not messages.is_known(found[1])] == []


@pytest.mark.parametrize("code", sorted(messages.codes()))
def test_b08_every_entry_says_what_happened_and_what_to_do(code: str) -> None:
    said = messages.message(code)
    assert said.title
    assert said.what.endswith((".", "!", "?")) or code.endswith("VALIDATION_ERROR")
    assert "%" not in said.sentence
    assert "successfully" not in said.sentence
    if said.helper is not messages.Helper.NOBODY:
        assert said.to_do, f"{code}: somebody must act, so say how"


def test_parameters_fill_the_sentence() -> None:
    said = messages.message(
        "connect.other_company", chosen="Craig's Design", company="Larry's Books"
    )
    assert said.what == "You chose Craig's Design, but this reconnects Larry's Books."
    assert said.who == "An admin can fix this"


def test_an_error_of_a_gateway_names_its_vendor() -> None:
    error = Unavailable("net.timeout", vendor="quickbooks")
    assert messages.of_error(error).what == "QuickBooks did not answer in time."


def test_a_missing_parameter_becomes_a_neutral_word() -> None:
    assert messages.message("hubspot.PROPERTY_DOESNT_EXIST").what.startswith(
        "The HubSpot property a field"
    )


def test_an_unknown_code_speaks_for_its_family_and_is_logged(
    capsys: pytest.CaptureFixture[str],
) -> None:
    said = messages.message("quickbooks.4711", detail="Something new.")
    assert said.what == "QuickBooks refused this (code 4711): Something new."
    assert messages.message("no.such.thing").title == "Something went wrong"
    assert not messages.is_known("quickbooks.4711")


def test_a_code_cannot_be_taken_twice() -> None:
    with pytest.raises(ValueError, match=r"connect\.denied"):
        messages.add({"connect.denied": Entry("Other", "Other.")})
    messages.add({"connect.denied": connect.ENTRIES["connect.denied"]})


def test_sentences_follow_the_readers_language() -> None:
    with override("zh-hant"):
        assert messages.sentence("net.timeout", vendor="QuickBooks")


@given(st.text(), st.text())
def test_vendor_texts_never_break_a_sentence(value: str, detail: str) -> None:
    said = messages.message("quickbooks.6240", value=value, detail=detail)
    assert "\n" not in said.sentence
    assert "\x00" not in said.sentence
