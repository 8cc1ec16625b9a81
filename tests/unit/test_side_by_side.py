"""Calls side by side: nothing leaves in the place of an answer that is not saved yet."""

import threading
import time
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integration.gateways.errors import Unavailable
from sync.apply.outcomes import Ending, Outcome
from sync.apply.sending import WRITERS, side_by_side
from sync.operations import DEAL, Skip, Subject


class Vendor:
    """Answers each hundred after its seconds; ``None`` instead is no answer."""

    def __init__(self, seconds: Sequence[float | None]) -> None:
        self.chunks = [[Skip(Subject(DEAL, str(n), str(n)), "x")] for n in range(len(seconds))]
        self.seconds = dict(enumerate(seconds))
        self.open: set[int] = set()
        self.most = 0
        self.left: list[int] = []
        self.saved: list[int] = []
        self._lock = threading.Lock()

    def before(self, chunks: Sequence[Sequence[Skip]]) -> None:
        for chunk in chunks:
            number = int(chunk[0].subject.id)
            self.open.add(number)
            self.left.append(number)
        self.most = max(self.most, len(self.open))

    def send(self, chunk: Sequence[Skip]) -> list[Outcome]:
        wait = self.seconds[int(chunk[0].subject.id)]
        if wait is None:
            raise Unavailable("net.reset", vendor="hubspot")
        time.sleep(wait)
        return [Outcome(each, Ending.SUCCEEDED) for each in chunk]

    def run(self, *, knows_portal: bool) -> None:
        for answered in side_by_side(
            self.chunks, self.send, self.before, knows_portal=knows_portal
        ):
            for chunk, outcomes in answered:
                assert [each.operation for each in outcomes] == list(chunk)
                self.saved.append(int(chunk[0].subject.id))
            self.open -= set(self.saved)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from([0.0, 0.001, 0.01]), max_size=20), st.booleans())
def test_every_hundred_is_given_once_in_order(seconds: list[float], knows_portal: bool) -> None:
    vendor = Vendor(seconds)
    vendor.run(knows_portal=knows_portal)
    assert vendor.saved == list(range(len(seconds)))
    assert vendor.most <= WRITERS


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from([0.0, 0.01, None]), min_size=1, max_size=20), st.booleans())
def test_what_was_answered_is_given_before_the_error(
    seconds: list[float | None], knows_portal: bool
) -> None:
    vendor = Vendor([*seconds, None])
    with pytest.raises(Unavailable):
        vendor.run(knows_portal=knows_portal)
    answered = [number for number in vendor.left if vendor.seconds[number] is not None]
    assert vendor.saved == answered
    first = [*seconds, None].index(None)
    assert len(vendor.left) <= first + WRITERS


def test_a_slow_answer_does_not_hold_back_what_came_before_it() -> None:
    vendor = Vendor([0.0, 0.0, 0.6, 0.0])
    began = time.monotonic()
    answers = side_by_side(vendor.chunks, vendor.send, vendor.before, knows_portal=True)
    given_at = [(len(answered), time.monotonic() - began) for answered in answers]
    assert [count for count, _ in given_at] == [2, 2]
    assert given_at[0][1] < 0.5
