"""What a restart must find again of QuickBooks, and how it is put back."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sandbox.core.keeping import kept, put_back
from sandbox.quickbooks.books import Books, Record, Table
from sandbox.quickbooks.entities import ROWS
from sandbox.quickbooks.oauth import Client, Code, Grant
from sandbox.quickbooks.shapes import Row
from sandbox.quickbooks.webhooks import Event

if TYPE_CHECKING:
    from sandbox.quickbooks.application import QuickBooks


def entity_row(name: str) -> Row:
    return ROWS[name]


CLASSES: tuple[type, ...] = (Record, Table, Client, Code, Grant, Event)
BY_NAME: dict[type, tuple[Callable[[str], Any], str]] = {Row: (entity_row, "name")}
OF_THE_PROCESS = ("zone", "realm", "_now", "_switches", "_report")


def remember(application: "QuickBooks") -> dict[str, Any]:
    hooks = application.webhooks
    return {
        "companies": {
            realm: (books.zone.key, kept(books, *OF_THE_PROCESS))
            for realm, books in application.companies.items()
        },
        "authority": kept(application.authority, "now", "switches"),
        "limits": kept(application.limits, "world"),
        "webhooks": kept(hooks, "application", "postman", "_watch"),
        "postman": kept(hooks.postman, "clock", "_task", "_hold"),
        "replies": application.replies,
        "traces": application.traces,
    }


def recall(application: "QuickBooks", memory: dict[str, Any]) -> None:
    """``application`` has just been started over."""
    for realm, (zone, facts) in memory["companies"].items():
        _recall_books(application.open_books(realm, zone), facts)
    put_back(application.authority, memory["authority"])
    put_back(application.limits, memory["limits"])
    put_back(application.webhooks, memory["webhooks"])
    put_back(application.webhooks.postman, memory["postman"])
    application.replies = memory["replies"]
    application.traces = memory["traces"]
    application.webhooks.postman.release()
    application.webhooks.wake()


def _recall_books(books: Books, facts: dict[str, Any]) -> None:
    """An entity this version knows more than the file did starts with an empty table."""
    tables = {**books.tables, **facts["tables"]}
    put_back(books, {**facts, "tables": tables})
