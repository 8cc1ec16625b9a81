"""Empties the database after a test that committed: only the tables that have rows.

Django truncates every table and then writes its content types and permissions anew; with some
eighty tables that takes longer than most tests. Foreign keys and the trigger that keeps history
append-only are out of force while it happens, as in a restore.
"""

from collections.abc import Callable
from typing import Any

from django.db import OperationalError, connections, transaction
from django.test import TransactionTestCase

KEPT = frozenset({"django_migrations", "django_content_type", "auth_permission", "django_site"})
TRIES = 5


def empty(alias: str) -> None:
    connection = connections[alias]
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    tables = [connection.ops.quote_name(name) for name in names if name not in KEPT]
    has_rows = " UNION ALL ".join(
        f"(SELECT '{table.strip(chr(34))}' FROM {table} LIMIT 1)" for table in tables
    )
    for attempt in range(TRIES):
        try:
            with transaction.atomic(alias), connection.cursor() as cursor:
                _delete(cursor, has_rows, connection.ops.quote_name)
        except OperationalError:  # a page that a browser left behind still writes: deadlock
            if attempt == TRIES - 1:
                raise
        else:
            return


def _delete(cursor: Any, has_rows: str, quoted: Callable[[str], str]) -> None:
    cursor.execute(has_rows)
    filled = [quoted(row[0]) for row in cursor.fetchall()]
    if filled:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(";".join(f"DELETE FROM {table}" for table in filled))


def _fixture_teardown(self: Any) -> None:
    for alias in self._databases_names(include_mirrors=False):
        empty(alias)


def install() -> None:
    """Every test that commits is tidied up this way from here on."""
    TransactionTestCase._fixture_teardown = _fixture_teardown  # type: ignore[method-assign]
