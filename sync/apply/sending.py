"""Calls to HubSpot side by side: while one hundred is under way, the next ones leave too.

Only the exchange happens in threads. Planning, saving and leases stay with the worker's own thread,
and the limiter says how fast all of them may go together.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
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

WRITERS = 4
"""So many calls under way at once (performance.md C.5): more would only wait for the limiter."""
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
    before: Callable[[Sequence[Kind]], None],
    *,
    knows_portal: bool = False,
) -> Iterator[tuple[Sequence[Kind], list[Outcome]]]:
    """Each chunk with its outcomes, in order. ``before`` is asked before a chunk leaves.

    Unless ``knows_portal`` the first one goes alone: what it teaches of the portal the others need
    not find out. An error that concerns everybody stops new chunks; those under way are given
    first, then it is raised.
    """
    alone = 0 if knows_portal and len(chunks) > 1 else 1
    for chunk in chunks[:alone]:
        before(chunk)
        yield chunk, sent(send, chunk)
    if len(chunks) > alone:
        yield from _pooled(chunks[alone:], send, before)


def _pooled(
    chunks: Sequence[Sequence[Kind]],
    send: Send[Kind],
    before: Callable[[Sequence[Kind]], None],
) -> Iterator[tuple[Sequence[Kind], list[Outcome]]]:
    waiting: deque[tuple[Sequence[Kind], Future[list[Outcome]]]] = deque()
    left = deque(chunks)
    trouble: GatewayError | None = None
    with ThreadPoolExecutor(WRITERS, thread_name_prefix="hubspot") as pool:
        while waiting or (left and trouble is None):
            while left and trouble is None and len(waiting) < WRITERS:
                chunk = left.popleft()
                before(chunk)
                future = pool.submit(copy_context().run, _in_thread, send, chunk)
                waiting.append((chunk, future))
            chunk, future = waiting.popleft()
            try:
                outcomes = future.result()
            except GatewayError as error:
                trouble = trouble or error
                continue
            yield chunk, outcomes
    if trouble is not None:
        raise trouble


def _in_thread(send: Send[Kind], chunk: Sequence[Kind]) -> list[Outcome]:
    """A token that had to be renewed opened a database connection of this thread's own."""
    try:
        return sent(send, chunk)
    finally:
        connections.close_all()
