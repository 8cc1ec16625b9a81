"""Calls to HubSpot side by side: while one hundred is under way, the next ones leave too.

Only the exchange happens in threads. Planning, saving and leases stay with the worker's own thread,
and the limiter says how fast all of them may go together.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from typing import TypeVar

from django.db import connections

from integration.gateways.errors import (
    AccountBlocked,
    Conflict,
    GatewayError,
    NotFound,
    Rejected,
)
from sync.apply.outcomes import Outcome, of_error
from sync.operations import Operation

WRITERS = 6
"""So many calls under way at once: more would only wait for the limiter."""
TOGETHER_SECONDS = 0.25
"""Answers that come so soon after the oldest are saved with it: a transaction costs what the rows of
a whole hundred cost."""
Kind = TypeVar("Kind", bound=Operation)
Send = Callable[[Sequence[Kind]], list[Outcome]]


def sent(send: Send[Kind], chunk: Sequence[Kind]) -> list[Outcome]:
    """A refusal of this kind of write alone is a line for each record, not the end of the run."""
    try:
        return send(chunk)
    except (AccountBlocked, Rejected, Conflict, NotFound) as error:
        return [of_error(each, error) for each in chunk]


def side_by_side(
    chunks: Sequence[Sequence[Kind]],
    send: Send[Kind],
    before: Callable[[Sequence[Sequence[Kind]]], None],
    *,
    knows_portal: bool = False,
) -> Iterator[list[tuple[Sequence[Kind], list[Outcome]]]]:
    """Chunks with their outcomes, in order: those whose answers came together, together.

    ``before`` is asked before chunks leave. None leaves in the place of one that was not given yet.
    Unless ``knows_portal`` the first one goes alone: what it teaches of the portal the others need
    not find out. An error that concerns everybody stops new chunks; those under way are given
    first, then it is raised.
    """
    alone = 0 if knows_portal and len(chunks) > 1 else 1
    for chunk in chunks[:alone]:
        before([chunk])
        yield [(chunk, sent(send, chunk))]
    if len(chunks) > alone:
        yield from _pooled(chunks[alone:], send, before)


def _pooled(
    chunks: Sequence[Sequence[Kind]],
    send: Send[Kind],
    before: Callable[[Sequence[Sequence[Kind]]], None],
) -> Iterator[list[tuple[Sequence[Kind], list[Outcome]]]]:
    under_way: deque[tuple[Sequence[Kind], Future[list[Outcome]]]] = deque()
    left = deque(chunks)
    trouble: GatewayError | None = None
    with ThreadPoolExecutor(WRITERS, thread_name_prefix="hubspot") as pool:
        while under_way or (left and trouble is None):
            if trouble is None:
                leaving = [left.popleft() for _ in range(min(len(left), WRITERS - len(under_way)))]
                if leaving:
                    before(leaving)
                for chunk in leaving:
                    future = pool.submit(copy_context().run, _in_thread, send, chunk)
                    under_way.append((chunk, future))
            answered: list[tuple[Sequence[Kind], list[Outcome]]] = []
            for chunk, future in _come_together(under_way):
                try:
                    answered.append((chunk, future.result()))
                except GatewayError as error:
                    trouble = trouble or error
            if answered:
                yield answered
    if trouble is not None:
        raise trouble


def _come_together(
    under_way: "deque[tuple[Sequence[Kind], Future[list[Outcome]]]]",
) -> "list[tuple[Sequence[Kind], Future[list[Outcome]]]]":
    """Takes the first one and those after it that are answered soon after."""
    first = under_way.popleft()
    wait([first[1]])
    wait([future for _, future in under_way], timeout=TOGETHER_SECONDS)
    found = [first]
    while under_way and under_way[0][1].done():
        found.append(under_way.popleft())
    return found


def _in_thread(send: Send[Kind], chunk: Sequence[Kind]) -> list[Outcome]:
    """A token that had to be renewed opened a database connection of this thread's own."""
    try:
        return sent(send, chunk)
    finally:
        connections.close_all()
