"""The query language (reference section 3): text to statement."""

import re
from dataclasses import dataclass, field
from typing import NoReturn

from sandbox.quickbooks import refusals

DEFAULT_PAGE = 100
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

    def _unexpected(self, wanted: str) -> NoReturn:
        token = self._peek()
        shown = token.text if token else "<EOF>"
        raise parser_error(
            f'Encountered "{shown}" at line 0, column 0. Was expecting: "{wanted}" ...'
        )
