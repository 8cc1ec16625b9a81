"""Bodies of query and CDC answers, joined from the records' cached JSON."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sandbox.core.messages import dump_json
from sandbox.quickbooks import query, refusals
from sandbox.quickbooks.books import Books, Record
from sandbox.quickbooks.entities import BY_PATH
from sandbox.quickbooks.shapes import Row

CDC_CAP = 1000
CDC_DAYS = 30


def quoted(text: str) -> bytes:
    return dump_json(text)


def enveloped(name: str, raw: bytes, books: Books) -> bytes:
    """``{"Invoice":{…},"time":"…"}``."""
    return b'{"%b":%b,"time":%b}' % (name.encode(), raw, quoted(books.time()))


def query_response(books: Books, statement: str) -> bytes:
    """The value of ``QueryResponse``. Raises Refusal."""
    result = query.run(books, statement)
    if result.count:
        return dump_json({"totalCount": result.total})
    if not result.records:
        return b"{}"
    if "*" in result.columns:
        raws = [public(record) for record in result.records]
    else:
        raws = [dump_json(query.projected(result, record)) for record in result.records]
    facts: dict[str, Any] = {"startPosition": result.start, "maxResults": len(raws)}
    if books.switches["query_total_count"] or result.entity in ("Preferences", "CompanyInfo"):
        facts["totalCount"] = result.total
    tail = dump_json(facts)[1:]
    return b'{"%b":[%b],%b' % (result.entity.encode(), b",".join(raws), tail)


def public(record: Record) -> bytes:
    """What a client sees; exchange rates have no Id."""
    if record.kind == "ExchangeRate":
        return dump_json({name: value for name, value in record.data.items() if name != "Id"})
    return record.raw


def cdc_entities(text: str) -> list[Row]:
    """Raises Refusal for a name that CDC does not serve."""
    rows = []
    for name in text.split(","):
        row = BY_PATH.get(name.strip().lower())
        if row is None or not row.cdc:
            raise refusals.bad_enumeration("entities", name.strip())
        rows.append(row)
    return rows


Covered = Callable[[str, int, int | None, bool], None]


def cdc_response(books: Books, rows: list[Row], since: datetime, covered: Covered) -> bytes:
    """The whole body: one QueryResponse object for each entity, ``{}`` where nothing changed.

    ``covered`` is told (entity, since, through, with_deleted) as in ``History.read``.
    """
    instant = int(since.timestamp())
    now = books.now().timestamp()
    if now - instant > CDC_DAYS * 86400:
        raise refusals.Refusal(
            "2040",
            "Invalid String",
            "Invalid String : changedSince older than 30 days is not supported",
            "changedSince",
        )
    left = CDC_CAP
    parts = []
    for row in rows:
        found = _changed_between(books, row, instant, int(now))
        shown = found[: max(0, left)]
        covered(row.name, instant, *_extent(books, instant, int(now), found, shown))
        parts.append(_part(row, [_raw(books, row, one) for one in shown]))
        if books.switches["cdc_cap_per"] == "response":
            left -= len(shown)
    body = b'{"CDCResponse":[{"QueryResponse":[%b]}],"time":%b}'
    return body % (b",".join(parts), quoted(books.time()))


Dated = list[tuple[int, str, Record | None]]
"""(when, id, the record or None for a delete marker)"""


def _extent(
    books: Books, since: int, now: int, found: Dated, shown: Dated
) -> tuple[int | None, bool]:
    """(before which instant the answer is whole, or None for now; whether with all deleted ones)."""
    if len(shown) < len(found):
        return (shown[-1][0] if shown else since), False
    lag = int(books.switches["cdc_lag_seconds"])
    return (now - lag + 1 if lag else None), True


def _part(row: Row, raws: list[bytes]) -> bytes:
    if not raws:
        return b"{}"
    facts = {"startPosition": 1, "maxResults": len(raws), "totalCount": len(raws)}
    return b'{"%b":[%b],%b' % (row.name.encode(), b",".join(raws), dump_json(facts)[1:])


def _changed_between(books: Books, row: Row, since: int, now: int) -> Dated:
    """Delete markers last."""
    table = books.tables[row.name]
    newest = now - int(books.switches["cdc_lag_seconds"])
    found: Dated = [
        (record.changed, record.id, record)
        for record in table.changed_since(since)
        if record.changed <= newest
    ]
    oldest_marker = max(since, now - CDC_DAYS * 86400)
    found += [(at, one, None) for one, at in table.deleted if oldest_marker <= at <= newest]
    return found


def _raw(books: Books, row: Row, dated: tuple[int, str, Record | None]) -> bytes:
    at, identity, record = dated
    if record is None or books.switches["cdc_false_deleted"] == f"{row.name}:{identity}":
        return _marker(books, identity, at)
    return record.raw


def _marker(books: Books, identity: str, at: int) -> bytes:
    meta = {"LastUpdatedTime": books.stamp(at)}
    return dump_json({"domain": "QBO", "status": "Deleted", "Id": identity, "MetaData": meta})
