"""The query language (reference section 3): checked and carried out."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from operator import attrgetter
from typing import Any

from sandbox.quickbooks.books import Books, Record
from sandbox.quickbooks.entities import BY_PATH
from sandbox.quickbooks.shapes import PARTS, Property, Row
from sandbox.quickbooks.statement import Condition, Parser, Statement, validation_error

MAX_PAGE = 1000


@dataclass(slots=True)
class Result:
    entity: str
    records: list[Record]
    start: int
    total: int
    count: bool
    columns: list[str]


def run(books: Books, text: str) -> Result:
    """Raises Refusal 4000 or 4001."""
    statement = Parser(text).parse()
    row = BY_PATH.get(statement.entity.lower())
    if row is None:
        raise validation_error(f"Invalid context declaration: {statement.entity}")
    if statement.start < 1:
        raise validation_error(f"value {statement.start} is too small. Min allowed value is 1")
    if statement.limit < (0 if statement.count else 1):
        raise validation_error(f"value {statement.limit} is too small. Min allowed value is 1")
    if statement.limit > MAX_PAGE:
        if books.switches["max_results_over_1000"] == "refuse":
            raise validation_error(
                f"value {statement.limit} is too large. Max allowed value is {MAX_PAGE}"
            )
        statement.limit = MAX_PAGE
    for column in statement.columns:
        if column != "*" and _property(row, column.split(".")[0]) is None:
            raise validation_error(f"Property {column} not found for Entity {row.name}")
    records = _select(books, row, statement)
    total = len(records)
    first = statement.start - 1
    page = [] if statement.count else records[first : first + statement.limit]
    return Result(row.name, page, statement.start, total, statement.count, statement.columns)


def _property(row: Row, name: str) -> Property | None:
    if name in row.properties:
        return row.properties[name]
    folded = name.casefold()
    return next((p for n, p in row.properties.items() if n.casefold() == folded), None)


def _known(row: Row, name: str) -> Property:
    prop = _property(row, name)
    if prop is None:
        raise validation_error(f"Property {name} not found for Entity {row.name}")
    return prop


def _check_filter(row: Row, name: str, for_order: bool) -> None:
    sortable = row.filters.get(name.casefold())
    if sortable is None and _property(row, name.split(".")[0]) is None:
        raise validation_error(f"Property {name} not found for Entity {row.name}")
    if sortable is None or (for_order and not sortable):
        word = "sortable" if for_order else "queryable"
        raise validation_error(f"property '{name}' is not {word}")


def _select(books: Books, row: Row, statement: Statement) -> list[Record]:
    tests = []
    for condition in statement.conditions:
        _check_filter(row, condition.name, for_order=False)
        if condition.name.casefold() == "id" and condition.operator not in ("=", "in"):
            raise validation_error("property 'Id' supports only the operators = and IN")
        tests.append(_test(books, row, condition))
    for name, _ in statement.order:
        _check_filter(row, name, for_order=True)
    records = _candidates(books, row, statement.conditions)
    if row.has_active and not any(c.name.casefold() == "active" for c in statement.conditions):
        records = [record for record in records if record.data.get("Active") is not False]
    for test in tests:
        records = [record for record in records if test(record)]
    for name, down in reversed(statement.order):
        records.sort(key=_sort_key(row, name), reverse=down)
    return records


def _candidates(books: Books, row: Row, conditions: list[Condition]) -> list[Record]:
    """Fewer records to test where an index or the order of changes gives them."""
    table = books.tables[row.name]
    for condition in conditions:
        name = condition.name.casefold()
        if name == "id":
            found = [table.by_id.get(value) for value in dict.fromkeys(condition.values)]
            return [record for record in found if record is not None]
        if condition.operator in ("=", "in"):
            for indexed in table.indexes:
                if indexed.casefold() == name:
                    values = dict.fromkeys(value.casefold() for value in condition.values)
                    return [record for value in values for record in table.find(indexed, value)]
    for condition in conditions:
        if condition.name.casefold() == "metadata.lastupdatedtime" and condition.operator in (
            ">",
            ">=",
        ):
            return table.changed_since(int(_instant(books, condition.values[0])))
    return list(table.by_id.values())


def _instant(books: Books, text: str) -> float:
    """Epoch seconds; without an offset the company's own clock is meant."""
    if text.upper() == "CURRENT_DATE":
        text = books.today()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise validation_error(f"'{text}' is not a valid date") from error
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=books.zone)
    return moment.timestamp()


def _test(books: Books, row: Row, condition: Condition) -> Callable[[Record], bool]:
    name = condition.name.casefold()
    if name == "metadata.lastupdatedtime":
        limits = [_instant(books, value) for value in condition.values]
        return _compare(lambda record: record.changed, condition.operator, limits)
    if name == "metadata.createtime":
        limits = [_instant(books, value) for value in condition.values]
        return _compare(
            lambda record: datetime.fromisoformat(
                record.data["MetaData"]["CreateTime"]
            ).timestamp(),
            condition.operator,
            limits,
        )
    if name.startswith("attachableref.entityref."):
        return _of_attached(name.rpartition(".")[2], condition)
    prop = _known(row, condition.name)
    if condition.operator == "like":
        pattern = _like(condition.values[0])
        read = _reader(prop)
        return lambda record: pattern.fullmatch(str(read(record) or "")) is not None
    values = [_literal(books, prop, value) for value in condition.values]
    return _compare(_reader(prop), condition.operator, values)


def _of_attached(member: str, condition: Condition) -> Callable[[Record], bool]:
    """Any of the records that a file or note hangs on; equality and IN only."""
    if condition.operator not in ("=", "in"):
        raise validation_error(f"property '{condition.name}' supports only the operators = and IN")
    wanted = {value.casefold() for value in condition.values}

    def test(record: Record) -> bool:
        ends = [ref.get("EntityRef") or {} for ref in record.data.get("AttachableRef") or ()]
        return any(str(end.get(member, "")).casefold() in wanted for end in ends)

    return test


def _like(pattern: str) -> re.Pattern[str]:
    parts = (re.escape(part) for part in pattern.casefold().split("%"))
    return re.compile(".*".join(parts), re.S)


def _literal(books: Books, prop: Property, text: str) -> Any:
    if prop.type in ("money", "number", "whole"):
        try:
            return Decimal(text)
        except InvalidOperation as error:
            raise validation_error(f"'{text}' is not a valid number") from error
    if prop.type == "truth":
        return text.casefold() == "true"
    if prop.type == "day":
        return books.today() if text.upper() == "CURRENT_DATE" else text[:10]
    return text.casefold()


def _reader(prop: Property) -> Callable[[Record], Any]:
    """How one property is compared: refs by id, addresses by their text, text without case."""
    name = prop.name
    if prop.type in ("money", "number", "whole"):
        return lambda record: record.data.get(name)
    if prop.type == "truth":
        default = name == "Active"
        return lambda record: record.data.get(name, default)
    inner = "value" if prop.type == "ref" else ""
    if prop.type == "part":
        inner = "Address" if "Address" in PARTS[prop.argument[0]] else "value"

    def text(record: Record) -> str | None:
        value = record.data.get(name)
        if isinstance(value, dict):
            value = value.get(inner or "value")
        return None if value is None else str(value).casefold()

    return text


def _compare(
    read: Callable[[Record], Any], operator: str, values: list[Any]
) -> Callable[[Record], bool]:
    value = values[0]
    if operator == "=":
        return lambda record: read(record) == value
    if operator == "!=":
        return lambda record: read(record) != value
    if operator == "in":
        wanted = set(values)
        return lambda record: read(record) in wanted
    less, same = operator[0] == "<", operator.endswith("=")

    def ordered(record: Record) -> bool:
        own = read(record)
        if own is None:
            return False
        return (own < value if less else own > value) or (same and own == value)

    return ordered


def _sort_key(row: Row, name: str) -> Callable[[Record], Any]:
    folded = name.casefold()
    if folded == "metadata.lastupdatedtime":
        return attrgetter("changed")
    if folded == "metadata.createtime":
        return lambda record: record.data["MetaData"]["CreateTime"]
    if folded == "id":
        return lambda record: (len(record.id), record.id)
    prop = _known(row, name)
    read = _reader(prop)
    empty: Any = Decimal("-Infinity") if prop.type in ("money", "number", "whole") else ""

    def key(record: Record) -> Any:
        value = read(record)
        return empty if value is None else value

    return key


def projected(result: Result, record: Record) -> dict[str, Any]:
    """Only the asked columns and the Id, when columns were named without ``*``."""
    wanted = {column.split(".")[0].casefold() for column in result.columns} | {"id"}
    return {name: value for name, value in record.data.items() if name.casefold() in wanted}
