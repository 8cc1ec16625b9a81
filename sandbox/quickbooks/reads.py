"""Bodies of query and CDC answers, joined from the records' cached JSON."""

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


def cdc_response(books: Books, rows: list[Row], since: datetime) -> bytes:
    """The whole body: one QueryResponse object for each entity, ``{}`` where nothing changed."""
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
        part, used = _changes(books, row, instant, int(now), left)
        parts.append(part)
        if books.switches["cdc_cap_per"] == "response":
            left -= used
    body = b'{"CDCResponse":[{"QueryResponse":[%b]}],"time":%b}'
    return body % (b",".join(parts), quoted(books.time()))


def _changes(books: Books, row: Row, since: int, now: int, left: int) -> tuple[bytes, int]:
    """(the entity's object, how many records it holds), deleted ones last."""
    table = books.tables[row.name]
    newest = now - int(books.switches["cdc_lag_seconds"])
    raws = []
    for record in table.changed_since(since):
        if record.changed <= newest:
            liar = books.switches["cdc_false_deleted"] == f"{row.name}:{record.id}"
            raws.append(_marker(books, record.id, record.changed) if liar else record.raw)
    oldest_marker = now - CDC_DAYS * 86400
    for identity, at in table.deleted:
        if max(since, oldest_marker) <= at <= newest:
            raws.append(_marker(books, identity, at))
    raws = raws[: max(0, left)]
    if not raws:
        return b"{}", 0
    facts = {"startPosition": 1, "maxResults": len(raws), "totalCount": len(raws)}
    body = b'{"%b":[%b],%b' % (row.name.encode(), b",".join(raws), dump_json(facts)[1:])
    return body, len(raws)


def _marker(books: Books, identity: str, at: int) -> bytes:
    meta = {"LastUpdatedTime": books.stamp(at)}
    return dump_json({"domain": "QBO", "status": "Deleted", "Id": identity, "MetaData": meta})
