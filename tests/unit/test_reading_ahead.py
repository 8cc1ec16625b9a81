"""The next page is read while this one is worked on, one at most, and its error waits its turn."""

import threading
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integration.gateways.errors import Unavailable
from sync.fetch.ahead import ahead


def numbers(count: int, asked: list[int], fails: bool = False) -> Iterator[int]:
    for number in range(count):
        asked.append(number)
        yield number
    if fails:
        raise Unavailable("net.reset", vendor="quickbooks")


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 8), st.booleans())
def test_every_page_once_in_order_and_the_error_last(count: int, fails: bool) -> None:
    asked: list[int] = []
    found = []
    pages = ahead(numbers(count, asked, fails))
    for page in pages:
        assert len(asked) <= page + 2
        found.append(page)
        if fails and page == count - 1:
            break
    assert found == list(range(count))
    if fails:
        with pytest.raises(Unavailable):
            next(pages)
    else:
        assert list(pages) == []


def test_the_next_page_is_read_meanwhile_and_none_after_the_end() -> None:
    second = threading.Event()

    def read() -> Iterator[int]:
        yield 1
        second.set()
        yield 2
        raise AssertionError("nobody wanted a third page")

    pages = ahead(read())
    assert next(pages) == 1
    assert second.wait(5)
    pages.close()
    assert not [each for each in threading.enumerate() if each.name.startswith("ahead")]
