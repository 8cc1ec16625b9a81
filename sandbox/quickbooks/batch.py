"""``POST batch``: up to 30 independent items, 200 even when each one is refused (section 4)."""

from dataclasses import dataclass
from typing import Any

from sandbox.core.messages import dump_json
from sandbox.quickbooks import reads, refusals, writing
from sandbox.quickbooks.books import Books
from sandbox.quickbooks.entities import BY_PATH


@dataclass(slots=True)
class BatchResult:
    body: bytes
    reads: int
    """Metered reads among the items."""


def run(books: Books, body: dict[str, Any], language: str) -> BatchResult:
    """Raises Refusal for the whole batch only when it has no items or too many."""
    items = body.get("BatchItemRequest")
    if not isinstance(items, list) or not items:
        raise refusals.missing("BatchItemRequest")
    limit = int(books.switches["batch_limit"])
    if len(items) > limit:
        raise refusals.Refusal(
            "1040",
            "Too many items in the batch",
            f"Too many items in the batch : {len(items)}, at most {limit} are allowed",
        )
    parts = [b""] * len(items)
    metered = 0
    # Items do not see each other: what reads comes before what writes.
    order = sorted(range(len(items)), key=lambda at: not _reads(items[at]))
    for at in order:
        item = items[at]
        identity = str(item.get("bId", "")) if isinstance(item, dict) else ""
        try:
            name, raw = _carry_out(books, item)
            metered += name == "QueryResponse"
        except refusals.Refusal as refusal:
            name, raw = "Fault", dump_json(refusal.fault(language))
        parts[at] = b'{"bId":%b,"%b":%b}' % (dump_json(identity), name.encode(), raw)
    answer = b'{"BatchItemResponse":[%b],"time":%b}'
    told = b",".join(_told(parts, str(books.switches["batch_answer"])))
    return BatchResult(answer % (told, reads.quoted(books.time())), metered)


def _told(parts: list[bytes], manner: str) -> list[bytes]:
    """QuickBooks promises neither the order of the answers nor that none is missing."""
    if manner == "reversed":
        return parts[::-1]
    return parts[:-1] if manner == "short" and len(parts) > 1 else parts


def _reads(item: Any) -> bool:
    return isinstance(item, dict) and "Query" in item


def _carry_out(books: Books, item: Any) -> tuple[str, bytes]:
    """(member name, its JSON) of one item. Raises Refusal."""
    if not isinstance(item, dict):
        raise refusals.unsupported_property("BatchItemRequest")
    if not item.get("bId"):
        raise refusals.missing("bId")
    if "Query" in item:
        return "QueryResponse", reads.query_response(books, str(item["Query"]))
    if "CDCQuery" in item:
        raise refusals.unsupported_operation("CDCQuery")
    for name, value in item.items():
        row = BY_PATH.get(name.lower())
        if row is not None and isinstance(value, dict):
            return _write(books, item, name, value)
    raise refusals.missing("entity")


def _write(
    books: Books, item: dict[str, Any], name: str, value: dict[str, Any]
) -> tuple[str, bytes]:
    row = BY_PATH[name.lower()]
    options = frozenset(
        word.strip().lower() for word in str(item.get("optionsData", "")).split(",")
    )
    operation = str(item.get("operation", "")).lower()
    if operation == "delete":
        return row.name, dump_json(writing.delete(books, row, value))
    if operation not in ("create", "update"):
        raise refusals.bad_enumeration("operation", item.get("operation"))
    if "void" in options:
        return row.name, writing.void(books, row, value).raw
    if operation == "update" and not value.get("Id"):
        raise refusals.missing("Id")
    body = {key: val for key, val in value.items() if operation != "create" or key != "Id"}
    return row.name, reads.public(writing.save(books, row, body, options))
