"""The search endpoint: limits, operators, case rules, index lag."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from sandbox.hubspot.computed import value_of
from sandbox.hubspot.errors import invalid
from sandbox.hubspot.properties import Property
from sandbox.hubspot.schemas import ObjectType, find_type
from sandbox.hubspot.store import Portal, Record
from sandbox.hubspot.values import instant_ms, number

MAX_GROUPS, MAX_FILTERS, MAX_ALL = 5, 6, 18
MAX_PAGE, MAX_TOTAL, MAX_CHARACTERS = 200, 10_000, 3_000
Test = Callable[[str | None], bool]
Predicate = Callable[[Record, dict[str, str]], bool]


def _comparable(definition: Property, text: str) -> Any:
    """Numbers and instants compare as such; the rest as lower-case text."""
    if definition.type == "number":
        return number(text)
    if definition.type in ("datetime", "date"):
        moment = instant_ms(text)
        return None if moment is None else Decimal(moment)
    return text if definition.type == "enumeration" else text.lower()


def _compare(definition: Property, wanted: str, fits: Callable[[Any, Any], bool]) -> Test:
    right = _comparable(definition, wanted)
    if right is None:
        raise invalid(f"{wanted} is not a valid value for property {definition.name}")

    def test(text: str | None) -> bool:
        left = None if text is None else _comparable(definition, text)
        return left is not None and fits(left, right)

    return test


def _token_test(wanted: str) -> Test:
    """Whole words, ``*`` stands for any characters."""
    words = [
        re.compile(re.escape(word).replace(r"\*", ".*"))
        for word in re.findall(r"[\w*]+", wanted.lower())
    ]

    def test(text: str | None) -> bool:
        tokens = re.findall(r"\w+", (text or "").lower())
        return bool(words) and all(any(w.fullmatch(t) for t in tokens) for w in words)

    return test


def _in_test(definition: Property, wanted: Any) -> Test:
    if not isinstance(wanted, list) or not wanted:
        raise invalid("operators IN and NOT_IN need a list in values")
    if definition.type == "enumeration":
        return lambda text: text is not None and text in wanted
    if definition.type in ("number", "date", "datetime"):
        allowed = {_comparable(definition, str(value)) for value in wanted}
        return lambda text: text is not None and _comparable(definition, text) in allowed
    # Text must be given in lower case: anything else matches nothing.
    return lambda text: text is not None and text.lower() in wanted


COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "EQ": lambda left, right: left == right,
    "LT": lambda left, right: left < right,
    "LTE": lambda left, right: left <= right,
    "GT": lambda left, right: left > right,
    "GTE": lambda left, right: left >= right,
}
OPERATORS = (
    *COMPARISONS, "NEQ", "BETWEEN", "IN", "NOT_IN", "HAS_PROPERTY", "NOT_HAS_PROPERTY",
    "CONTAINS_TOKEN", "NOT_CONTAINS_TOKEN",
)  # fmt: skip


def _value(given: dict[str, Any], name: str) -> str:
    if not isinstance(given.get(name), str | int | Decimal):
        raise invalid(f"a filter with operator {given.get('operator')} needs {name}")
    return str(given[name])


def _value_test(definition: Property, given: dict[str, Any]) -> Test:
    operator = given.get("operator")
    if operator in COMPARISONS:
        return _compare(definition, _value(given, "value"), COMPARISONS[operator])
    if operator == "NEQ":
        equal = _compare(definition, _value(given, "value"), COMPARISONS["EQ"])
        return lambda text: text is not None and not equal(text)
    if operator == "BETWEEN":
        low = _compare(definition, _value(given, "value"), COMPARISONS["GTE"])
        high = _compare(definition, _value(given, "highValue"), COMPARISONS["LTE"])
        return lambda text: low(text) and high(text)
    if operator in ("IN", "NOT_IN"):
        inside = _in_test(definition, given.get("values"))
        return inside if operator == "IN" else lambda t: t is not None and not inside(t)
    if operator in ("HAS_PROPERTY", "NOT_HAS_PROPERTY"):
        return lambda text: (text is not None) == (operator == "HAS_PROPERTY")
    if operator in ("CONTAINS_TOKEN", "NOT_CONTAINS_TOKEN"):
        holds = _token_test(_value(given, "value"))
        return holds if operator == "CONTAINS_TOKEN" else lambda text: not holds(text)
    raise invalid(f"operator {operator} is not one of {', '.join(OPERATORS)}")


def _predicate(portal: Portal, kind: ObjectType, given: Any) -> Predicate:
    if not isinstance(given, dict):
        raise invalid("Invalid input JSON: a filter must be an object.")
    name = str(given.get("propertyName", ""))
    if name.startswith("associations."):
        target = find_type(name.removeprefix("associations."))
        if target is None or given.get("operator") not in ("EQ", "IN"):
            raise invalid(f"{name} can only be searched with EQ or IN and a standard object type")
        wanted = {str(v) for v in given.get("values") or [given.get("value")]}
        return lambda record, _: bool(wanted & set(portal.linked(kind, record.id, target.name)))
    definition = portal.definition(kind, name)
    if definition is None:
        raise invalid(f"There was a problem with the request. Property {name} does not exist")
    test = _value_test(definition, given)
    return lambda record, seen: test(_seen_value(portal, record, seen, name))


def _seen_value(portal: Portal, record: Record, seen: dict[str, str], name: str) -> str | None:
    found = seen.get(name)
    if found is None and (seen is record.values or name not in record.values):
        return value_of(portal, record, name)
    return found


def read_groups(portal: Portal, kind: ObjectType, body: dict[str, Any]) -> list[list[Predicate]]:
    groups = body.get("filterGroups") or []
    if not groups and body.get("filters"):
        groups = [{"filters": body["filters"]}]
    if not isinstance(groups, list) or not all(isinstance(group, dict) for group in groups):
        raise invalid("Invalid input JSON: filterGroups must be a list of objects.")
    sizes = [len(group.get("filters") or []) for group in groups]
    if len(groups) > MAX_GROUPS or max(sizes, default=0) > MAX_FILTERS or sum(sizes) > MAX_ALL:
        raise invalid(
            f"too many filters: at most {MAX_GROUPS} filterGroups of {MAX_FILTERS} filters, "
            f"{MAX_ALL} in all"
        )
    return [
        [_predicate(portal, kind, given) for given in group.get("filters") or []]
        for group in groups
    ]


def read_page(body: dict[str, Any]) -> tuple[int, int]:
    """(limit, offset); raises 400 beyond 200 a page, 10,000 in all, or a token that is no number."""
    limit, after = body.get("limit") or 10, str(body.get("after") or "0")
    if not isinstance(limit, int) or not 1 <= limit <= MAX_PAGE:
        raise invalid(f"limit must be between 1 and {MAX_PAGE}")
    if not after.isascii() or not after.isdigit():
        raise invalid("after must be the number that the last page named")
    if int(after) + limit > MAX_TOTAL:
        raise invalid(f"search results cannot be paged past {MAX_TOTAL}")
    return limit, int(after)


def read_sort(
    portal: Portal, kind: ObjectType, body: dict[str, Any]
) -> tuple[Property, bool] | None:
    sorts = body.get("sorts") or []
    if not sorts:
        return None
    if len(sorts) > 1:
        raise invalid("only one sort is allowed")
    rule = sorts[0]
    if isinstance(rule, str):
        name, down = rule.lstrip("-"), rule.startswith("-")
    else:
        name, down = str(rule.get("propertyName")), rule.get("direction") == "DESCENDING"
    definition = portal.definition(kind, name)
    if definition is None:
        raise invalid(f"There was a problem with the request. Property {name} does not exist")
    return definition, down


def _query_test(kind: ObjectType, query: str) -> Predicate:
    words = query.lower().split()

    def test(record: Record, seen: dict[str, str]) -> bool:
        text = " ".join(seen.get(name, "") for name in kind.searched).lower()
        return all(word in text for word in words)

    return test


def run(
    portal: Portal, kind: ObjectType, body: dict[str, Any]
) -> tuple[list[Record], int, int, int]:
    """All matches in order, with the count, page size and offset; archived ones never."""
    query = body.get("query") or ""
    if not isinstance(query, str) or len(query) > MAX_CHARACTERS:
        raise invalid(f"query must be text of at most {MAX_CHARACTERS} characters")
    groups, sort = read_groups(portal, kind, body), read_sort(portal, kind, body)
    limit, offset = read_page(body)
    if query:
        matcher = _query_test(kind, query)
        groups = [[*group, matcher] for group in groups] or [[matcher]]
    now = portal.now_ms()
    found: list[tuple[Record, dict[str, str]]] = []
    for record in portal.all(kind).values():
        seen = portal.searchable(record, now) if record.index else record.values
        if seen is None or (record.archived and not record.index):
            continue
        if not groups or any(all(test(record, seen) for test in group) for group in groups):
            found.append((record, seen))
    if sort is not None:
        _order(portal, found, *sort)
    return [record for record, _ in found], len(found), limit, offset


def _order(
    portal: Portal, found: list[tuple[Record, dict[str, str]]], definition: Property, down: bool
) -> None:
    """Records without a value come last, whatever the direction."""

    def key(pair: tuple[Record, dict[str, str]]) -> Any:
        text = _seen_value(portal, pair[0], pair[1], definition.name)
        return None if text is None else _comparable(definition, text)

    keyed = [(key(pair), pair) for pair in found]
    have = sorted(
        (row for row in keyed if row[0] is not None), key=lambda row: row[0], reverse=down
    )
    found[:] = [pair for _, pair in have] + [pair for value, pair in keyed if value is None]
