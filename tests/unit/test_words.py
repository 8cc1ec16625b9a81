"""Words to search by: what is stored and what is asked must agree (B-14, S-33)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integration.models import Record
from integration.models.words import begins, contains, lexemes, plain_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("T-100 round_oak", ["t", "100", "round", "oak"]),
        ("O'Brien & Sons\\", ["o", "brien", "sons"]),
        ("株式会社さくら", ["株式会社さくら"]),
        ("%(name)s {{ 7*7 }}", ["name", "s", "7"]),
        ("🐦", []),
    ],
)
def test_b14_words_are_letters_and_digits(text: str, words: list[str]) -> None:
    assert plain_words(text) == words


def test_d06_accents_and_apostrophes_may_be_left_out() -> None:
    found = lexemes([], ["O'Brien Café S.A."])
    for typed in ("brien", "obrien", "café", "cafe", "sa"):
        assert f"'{typed}':1A" in found


def test_s33_whole_words_weigh_more_than_their_ends() -> None:
    assert lexemes(["red"], ["lamp"]) == "'lamp':1A 'red':1A 'amp':2 'mp':2"
    assert begins("red la") == "'red':*A & 'la':*A"
    assert contains("mp") == "'mp':*"
    assert begins("--") == ""


@given(st.text(max_size=80))
def test_b14_no_text_can_break_out_of_the_search(text: str) -> None:
    for word in plain_words(text):
        assert not set("'\\ :&|!()<>*") & set(word)


def test_s33_the_column_follows_its_row() -> None:
    row = Record(name="Oak table", raw={"Sku": "T-1"}, search_text="oak table t-1 round")
    assert "'table':1A" in row.words
    assert "'able':2" in row.words
    row.name = "Pine"
    assert "able'" not in row.words.replace("'table'", "")
