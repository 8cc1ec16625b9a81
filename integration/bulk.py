"""Many rows written by one statement.

Rows travel as one JSON text that PostgreSQL takes apart. Django's ``bulk_update`` costs a thousand
invoices ten seconds of our own time, a list of VALUES a third of one, this a few hundredths.
"""

import operator
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models

from integration import exact_json
from integration.models.words import WordsField

AT_ONCE = 500
KINDS = (
    ArrayField,
    models.BooleanField,
    models.CharField,
    models.DateField,
    models.DecimalField,
    models.ForeignKey,
    models.IntegerField,
    models.JSONField,
    models.TextField,
    models.UUIDField,
    WordsField,
)
"""Fields whose values JSON knows as they stand on a row; choices are written as their texts."""


def update_rows(portal: Any, rows: Iterable[models.Model], names: Sequence[str]) -> None:
    """Save these fields of rows that exist, by primary key, within one portal.

    Unlike ``save`` it sends no signals and fills no ``auto_now``.
    """
    found = list(rows)
    if found:
        update_values(portal, type(found[0]), names, _read(found, ("pk", *names)))


def update_values(
    portal: Any, model: type[models.Model], names: Sequence[str], values: Iterable[Sequence[Any]]
) -> None:
    """The same without rows: each of ``values`` is a key and what stands in these fields now."""
    statement, columns = _update(model, tuple(names))
    _run(statement, columns, values, _key(portal))


@cache
def _update(model: type[models.Model], names: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """The statement, which takes the values and the portal, and the columns of the values."""
    fields = _fields(model, names)
    changes = ", ".join(f"{_name(each)} = new.{_value(each)}" for each in fields)
    # Table, columns and types are Django's own; values travel as one parameter.
    statement = (
        f'UPDATE "{model._meta.db_table}" AS old SET {changes} '  # noqa: S608
        f'FROM json_to_recordset(%s::json) AS new("id" uuid, {_columns(fields)}) '
        'WHERE old."id" = new."id" AND old."portal_id" = %s::uuid'
    )
    return statement, ("id", *[each.column for each in fields])


def insert_rows(portal: Any, rows: Iterable[models.Model]) -> None:
    """Add new rows of one portal; like ``bulk_create``, at a fraction of its cost.

    Every field is written as it stands on the row, so defaults of Django count and those of the
    database do not.
    """
    found = list(rows)
    if not found:
        return
    if any(str(row.portal_id) != _key(portal) for row in found):  # type: ignore[attr-defined]
        raise ValueError("a row of another portal")
    names = [field.name for field in found[0]._meta.concrete_fields]
    _insert(type(found[0]), names, _read(found, names))


def insert_values(
    portal: Any,
    model: type[models.Model],
    names: Sequence[str],
    values: Iterable[Sequence[Any]],
    *,
    adding: Sequence[str] = (),
    unique: Sequence[str] = (),
) -> None:
    """New rows without making them: each of ``values`` is what stands in these fields.

    Fields that are not named have Django's default; PostgreSQL makes the keys. Where a row with
    these ``unique`` fields is there, its numbers in ``adding`` grow by the new ones instead.
    """
    named = {each.name for each in _fields(model, ("id", "portal", *names))}
    others = [each for each in model._meta.concrete_fields if each.name not in named]
    same = (_key(portal), *[each.get_default() for each in others])
    fixed = ["portal", *[each.name for each in others]]
    ending = _adding(model, adding, unique) if adding else ""
    _insert(model, [*fixed, *names], ((*same, *each) for each in values), ending)


def _adding(model: type[models.Model], adding: Sequence[str], unique: Sequence[str]) -> str:
    among = ", ".join(_name(each) for each in _fields(model, unique))
    table = f'"{model._meta.db_table}"'
    grown = ", ".join(
        f"{name} = {table}.{name} + EXCLUDED.{name}" for name in map(_name, _fields(model, adding))
    )
    return f" ON CONFLICT ({among}) DO UPDATE SET {grown}"


def _insert(
    model: type[models.Model],
    names: Sequence[str],
    values: Iterable[Sequence[Any]],
    ending: str = "",
) -> None:
    statement, columns = _insertion(model, tuple(names), ending)
    _run(statement, columns, values)


@cache
def _insertion(
    model: type[models.Model], names: tuple[str, ...], ending: str
) -> tuple[str, tuple[str, ...]]:
    fields = _fields(model, names)
    into = ", ".join(_name(each) for each in fields)
    chosen = ", ".join(f"new.{_value(each)}" for each in fields)
    if not any(each.primary_key for each in fields):
        into, chosen = f'"id", {into}', f"gen_random_uuid(), {chosen}"
    # Table, columns and types are Django's own; values travel as one parameter.
    statement = (
        f'INSERT INTO "{model._meta.db_table}" ({into}) SELECT {chosen} '  # noqa: S608
        f"FROM json_to_recordset(%s::json) AS new({_columns(fields)}){ending}"
    )
    return statement, tuple(each.column for each in fields)


def _run(
    statement: str, columns: Sequence[str], values: Iterable[Sequence[Any]], *more: str
) -> None:
    found = [dict(zip(columns, each, strict=True)) for each in values]
    with connection.cursor() as cursor:
        for first in range(0, len(found), AT_ONCE):
            cursor.execute(statement, [exact_json.text(found[first : first + AT_ONCE]), *more])


def _read(rows: Sequence[models.Model], names: Sequence[str]) -> Iterable[tuple[Any, ...]]:
    meta = rows[0]._meta
    attributes = [name if name == "pk" else meta.get_field(name).attname for name in names]  # type: ignore[union-attr]
    readers = [operator.attrgetter(name) for name in attributes]
    return (tuple(read(row) for read in readers) for row in rows)


def _fields(model: type[models.Model], names: Sequence[str]) -> list[Any]:
    found = [model._meta.get_field(name) for name in names]
    for each in found:
        if not isinstance(each, KINDS):
            raise TypeError(f"{each} is of no kind that can be written in bulk")
    return found


def _name(field: Any) -> str:
    return f'"{field.column}"'


def _value(field: Any) -> str:
    """A text that is too long for its column is cut, as by any cast."""
    return f"{_name(field)}::{field.db_type(connection)}"


def _columns(fields: Sequence[Any]) -> str:
    return ", ".join(f"{_name(each)} {_kind(each)}" for each in fields)


def _kind(field: Any) -> str:
    kind = str(field.db_type(connection))
    return "text" if kind.startswith("varchar") else kind


def _key(portal: Any) -> str:
    """A UUID's own text: letters, digits and dashes only."""
    return str(models.UUIDField().to_python(getattr(portal, "pk", portal)))
