"""JSON keeps what vendors say to the last digit, in both directions."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integration import exact_json

numbers = st.decimals(allow_nan=False, allow_infinity=False, places=4) | st.integers()
texts = st.text(st.characters(exclude_categories=["Cs"]))
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner) | st.dictionaries(texts, inner),
    max_leaves=20,
)


@given(values)
def test_law_7_what_is_written_is_read_again(value: Any) -> None:
    assert exact_json.read(exact_json.written(value)) == value
    assert json.loads(exact_json.text(value), parse_float=Decimal) == value


digits = st.from_regex(
    r"-?(0|[1-9][0-9]{0,30})(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,4})?", fullmatch=True
)
spaces = st.text(" \t\r\n", max_size=3)
written_texts = st.text().map(json.dumps) | texts.map(
    lambda one: json.dumps(one, ensure_ascii=False)
)
pieces = st.recursive(
    digits | written_texts | st.sampled_from(["true", "false", "null"]),
    lambda inner: (
        st.lists(inner).map(lambda found: f"[{' , '.join(found)}]")
        | st.lists(st.tuples(written_texts, spaces, inner)).map(
            lambda found: "{" + ",".join(f"{a}{b}:{c}" for a, b, c in found) + "}"
        )
    ),
    max_leaves=20,
)


@given(spaces, pieces, spaces)
def test_law_7_any_json_is_read_as_the_standard_library_reads_it(
    before: str, piece: str, after: str
) -> None:
    """Members named twice, escapes, lone surrogates, numbers of any length and exponent."""
    body = f"{before}{piece}{after}"
    expected = json.loads(body, parse_float=Decimal)
    for given_as in (body, body.encode("utf-8", "surrogatepass")):
        found = exact_json.read(given_as)
        assert repr(found) == repr(expected)


@given(st.text(st.sampled_from('[]{}:,"\\ue+-.019aflrst '), max_size=12))
def test_f28_what_the_standard_library_refuses_is_refused(body: str) -> None:
    try:
        expected = json.loads(body, parse_float=Decimal)
    except ValueError:
        with pytest.raises(ValueError):
            exact_json.read(body)
    else:
        assert repr(exact_json.read(body)) == repr(expected)


@given(st.dictionaries(texts, values))
def test_canonical_text_does_not_depend_on_the_order(value: dict[str, Any]) -> None:
    turned = dict(reversed(value.items()))
    assert exact_json.canonical(turned) == exact_json.canonical(value)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"1.10", Decimal("1.10")),
        (b"[1E5, -0.0]", [Decimal("1E5"), Decimal("-0.0")]),
        (b"12345678901234567890123", 12345678901234567890123),
        (b'"\\ud83c\\udf89 \\ud800"', "\U0001f389 \ud800"),
        (b"\xef\xbb\xbf{}", {}),
        ('"é"'.encode("utf-16"), "é"),
    ],
)
def test_f28_unusual_json_is_read(body: bytes, expected: Any) -> None:
    found = exact_json.read(body)
    assert found == expected
    assert str(found) == str(expected)


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"NaN", b"[1,]", b'{"a":Infinity}', b'"\x01"', b"1e" + b"9" * 30],
)
def test_f28_what_is_no_json_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError):
        exact_json.read(body)


def test_f29_too_deep_is_refused_and_ends() -> None:
    with pytest.raises(RecursionError):
        exact_json.read(b"[" * 100_000)


def test_what_cannot_be_sent_is_refused() -> None:
    class Safe(str):
        """As Django marks texts."""

    assert exact_json.written({"a": Safe("x")}) == b'{"a":"x"}'
    with pytest.raises(UnicodeEncodeError):
        exact_json.written(["\ud800"])
    with pytest.raises(TypeError):
        exact_json.written(object())
    assert exact_json.canonical(["\ud800"])
