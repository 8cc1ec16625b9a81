"""The query language (reference section 3): read, check, carry out."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from sandbox.quickbooks import refusals
from sandbox.quickbooks.books import Books, Record
from sandbox.quickbooks.entities import BY_PATH
from sandbox.quickbooks.shapes import PARTS, Property, Row

DEFAULT_PAGE = 100
MAX_PAGE = 1000
_TOKENS = re.compile(
    r"\s+|(?P<text>'(?:\\.|[^'\\])*')|(?P<op><=|>=|!=|=|<|>)|(?P<mark>[(),*])"
    r"|(?P<number>[-+]?\d+(?:\.\d+)?(?![\w.]))|(?P<word>[A-Za-z_][\w.]*)"
)


@dataclass(frozen=True, slots=True)
class Token:
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Condition:
    name: str
    operator: str
    values: tuple[str, ...]


@dataclass(slots=True)
class Statement:
    entity: str = ""
    count: bool = False
    columns: list[str] = field(default_factory=list)
    conditions: list[Condition] = field(default_factory=list)
    order: list[tuple[str, bool]] = field(default_factory=list)
    start: int = 1
    limit: int = DEFAULT_PAGE


def parser_error(detail: str) -> refusals.Refusal:
    return refusals.Refusal("4000", "Error parsing query", f"QueryParserError: {detail}")


def validation_error(detail: str) -> refusals.Refusal:
    return refusals.Refusal("4001", "Invalid query", f"QueryValidationError: {detail}")


def tokens_of(text: str) -> list[Token]:
    found = []
    position = 0
    while position < len(text):
        match = _TOKENS.match(text, position)
        if match is None:
            letter = text[position]
            raise parser_error(
                f"Invalid content. Lexical error at line 1, column {position + 1}.  "
                f'Encountered: "{letter}" ({ord(letter)}), after : ""'
            )
        position = match.end()
        if match.lastgroup == "text":
            found.append(Token("text", re.sub(r"\\(.)", r"\1", match.group()[1:-1], flags=re.S)))
        elif match.lastgroup:
            found.append(Token(match.lastgroup, match.group()))
    return found


class Parser:
    """One statement; keywords in any case, ORDERBY and ORDER BY alike. Raises Refusal 4000."""

    def __init__(self, text: str) -> None:
        self.tokens = tokens_of(text)
        self.at = 0

    def parse(self) -> Statement:
        found = Statement()
        self.keyword("select")
        self._columns(found)
        self.keyword("from")
        found.entity = self._take("word").text
        if self.is_keyword("where"):
            self.at += 1
            found.conditions.append(self._condition())
            while self.is_keyword("and"):
                self.at += 1
                found.conditions.append(self._condition())
        if self.is_keyword("orderby") or self.is_keyword("order"):
            self.at += 2 if self.is_keyword("order") and self.is_keyword("by", 1) else 1
            self._order(found)
        self._page(found)
        if self.at < len(self.tokens):
            self._unexpected("<EOF>")
        return found

    def _columns(self, found: Statement) -> None:
        if self.is_keyword("count") and self._peek_text(1) == "(":
            for mark in ("count", "(", "*", ")"):
                if self._peek_text().lower() != mark:
                    self._unexpected(mark)
                self.at += 1
            found.count = True
            return
        while True:
            token = self._peek()
            if token is None or token.kind not in ("word", "mark") or token.text in "(),":
                self._unexpected("*")
            found.columns.append(token.text)
            self.at += 1
            if self._peek_text() != ",":
                return
            self.at += 1

    def _condition(self) -> Condition:
        name = self._take("word").text
        token = self._peek()
        word = token.text.lower() if token else ""
        if token is None or (token.kind != "op" and word not in ("like", "in")):
            self._unexpected("=")
        self.at += 1
        if word != "in":
            return Condition(name, word, (self._value(),))
        if self._peek_text() != "(":
            self._unexpected("(")
        values = []
        while self._peek_text() in ("(", ","):
            self.at += 1
            values.append(self._value())
        if self._peek_text() != ")":
            self._unexpected(")")
        self.at += 1
        return Condition(name, "in", tuple(values))

    def _value(self) -> str:
        token = self._peek()
        if token is None or token.kind not in ("text", "number", "word"):
            self._unexpected("value")
        self.at += 1
        return token.text

    def _order(self, found: Statement) -> None:
        while True:
            name = self._take("word").text
            down = self.is_keyword("desc")
            if down or self.is_keyword("asc"):
                self.at += 1
            found.order.append((name, down))
            if self._peek_text() != ",":
                return
            self.at += 1

    def _page(self, found: Statement) -> None:
        while self.is_keyword("startposition") or self.is_keyword("maxresults"):
            starts = self.is_keyword("startposition")
            self.at += 1
            value = self._take("number").text
            if "." in value:
                self._unexpected("number")
            if starts:
                found.start = int(value)
            else:
                found.limit = int(value)

    def keyword(self, word: str) -> None:
        if not self.is_keyword(word):
            self._unexpected(word)
        self.at += 1

    def is_keyword(self, word: str, ahead: int = 0) -> bool:
        token = self._peek(ahead)
        return token is not None and token.kind == "word" and token.text.lower() == word

    def _peek(self, ahead: int = 0) -> Token | None:
        position = self.at + ahead
        return self.tokens[position] if position < len(self.tokens) else None

    def _peek_text(self, ahead: int = 0) -> str:
        token = self._peek(ahead)
        return token.text if token and token.kind != "text" else ""

    def _take(self, kind: str) -> Token:
        token = self._peek()
        if token is None or token.kind != kind:
            self._unexpected(kind)
        self.at += 1
        return token

    def _unexpected(self, wanted: str) -> Any:
        token = self._peek()
        shown = token.text if token else "<EOF>"
        raise parser_error(
            f'Encountered "{shown}" at line 0, column 0. Was expecting: "{wanted}" ...'
        )


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
    named_active = any(c.name.casefold() == "active" for c in statement.conditions)
    records = [
        record
        for record in _candidates(books, row, statement.conditions)
        if (named_active or record.data.get("Active") is not False)
        and all(test(record) for test in tests)
    ]
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
            lambda record: datetime.fromisoformat(record.data["MetaData"]["CreateTime"]).timestamp(),
            condition.operator,
            limits,
        )
    prop = _property(row, condition.name)
    assert prop is not None
    if condition.operator == "like":
        pattern = _like(condition.values[0])
        read = _reader(prop)
        return lambda record: pattern.fullmatch(str(read(record) or "")) is not None
    values = [_literal(books, prop, value) for value in condition.values]
    return _compare(_reader(prop), condition.operator, values)


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
        return lambda record: record.changed
    if folded == "metadata.createtime":
        return lambda record: record.data["MetaData"]["CreateTime"]
    if folded == "id":
        return lambda record: (len(record.id), record.id)
    prop = _property(row, name)
    assert prop is not None
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
