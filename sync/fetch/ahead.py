"""Reading the next page while this one is told to HubSpot."""

from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any, TypeVar

from django.db import connections

Item = TypeVar("Item")
END = object()


def ahead(items: Iterator[Item]) -> Generator[Item, None, None]:
    """The same items; each is fetched, in a thread, while its forerunner is worked on.

    One at most is held ready, so that memory stays flat. An error comes when its item's turn comes.
    What ``items`` uses (a gateway, say) must be nobody else's meanwhile.
    """
    with ThreadPoolExecutor(1, thread_name_prefix="ahead") as pool:

        def fetch() -> Any:
            try:
                return next(items, END)
            finally:  # a token that had to be renewed opened a connection of this thread's own
                connections.close_all()

        following = pool.submit(copy_context().run, fetch)
        while (found := following.result()) is not END:
            following = pool.submit(copy_context().run, fetch)
            yield found
