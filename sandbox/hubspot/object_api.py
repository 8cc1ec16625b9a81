"""Single-record endpoints: list, create, read, update, archive, merge, search."""

import base64
import binascii

from sandbox.core.messages import Response, json_response
from sandbox.hubspot import objects, search
from sandbox.hubspot.calls import Call, wire
from sandbox.hubspot.errors import invalid, not_found
from sandbox.hubspot.schemas import ObjectType
from sandbox.hubspot.store import Record
from sandbox.hubspot.validation import enforce

MAX_PAGE, MAX_PAGE_WITH_HISTORY = 100, 50


def encode_after(record_id: str) -> str:
    return base64.urlsafe_b64encode(record_id.encode()).decode()


def decode_after(call: Call) -> int:
    text = call.request.query.get("after", "")
    if not text:
        return 0
    try:
        return int(base64.urlsafe_b64decode(text.encode()).decode())
    except (ValueError, binascii.Error) as error:
        raise invalid("after is not a paging token of this endpoint") from error


def _present(call: Call, record: Record) -> dict[str, object]:
    return wire(
        call,
        record,
        call.names("properties"),
        call.names("propertiesWithHistory"),
        call.names("associations"),
    )


def list_objects(call: Call, kind_name: str) -> Response:
    kind = call.readable(kind_name)
    most = MAX_PAGE_WITH_HISTORY if call.names("propertiesWithHistory") else MAX_PAGE
    limit, after = call.whole("limit", 10, most), decode_after(call)
    archived = call.flag("archived")
    page: list[Record] = []
    for record in call.portal.all(kind).values():
        if int(record.id) > after and bool(record.archived) == archived:
            page.append(record)
            if len(page) > limit:
                break
    answer: dict[str, object] = {"results": [_present(call, record) for record in page[:limit]]}
    if len(page) > limit:
        token = encode_after(page[limit - 1].id)
        answer["paging"] = {"next": {"after": token, "link": call.link_to(token)}}
    return json_response(answer)


def create_object(call: Call, kind_name: str) -> Response:
    kind = call.writable(kind_name)
    body = call.json()
    enforce(call, kind, body)
    record = objects.store(call.portal, objects.prepare(call.portal, kind, body))
    answer = wire(call, record, [*kind.returned, *body.get("properties", {})])
    if body.get("objectWriteTraceId"):
        answer["objectWriteTraceId"] = body["objectWriteTraceId"]
    return json_response(answer, 201)


def _found(call: Call, kind: ObjectType, record_id: str, archived: bool = False) -> Record:
    id_property = call.request.query.get("idProperty", "")
    record = objects.find(call.portal, kind, record_id, id_property, archived)
    if record is None:
        raise not_found()
    return record


def read_object(call: Call, kind_name: str, record_id: str) -> Response:
    kind = call.readable(kind_name)
    return json_response(_present(call, _found(call, kind, record_id, call.flag("archived"))))


def update_object(call: Call, kind_name: str, record_id: str) -> Response:
    kind = call.writable(kind_name)
    record = _found(call, kind, record_id)
    body = call.json()
    enforce(call, kind, body)
    properties = body.get("properties", {})
    objects.update(call.portal, record, properties)
    return json_response(wire(call, record, [*kind.returned, *properties]))


def archive_object(call: Call, kind_name: str, record_id: str) -> Response:
    """204 also for what is already gone."""
    record = call.portal.find(call.writable(kind_name), record_id)
    if record is not None:
        objects.archive(call.portal, record)
    return Response(204)


def merge_objects(call: Call, kind_name: str) -> Response:
    kind = call.writable(kind_name)
    body = call.json()
    winner = objects.merge(
        call.portal, kind, str(body.get("primaryObjectId")), str(body.get("objectIdToMerge"))
    )
    return json_response(wire(call, winner))


def gdpr_delete(call: Call, kind_name: str) -> Response:
    """Erases a contact for good, found by id or by ``idProperty`` email."""
    kind = call.writable(kind_name)
    body = call.json()
    record = objects.find(
        call.portal, kind, str(body.get("objectId", "")), str(body.get("idProperty") or "")
    )
    if record is not None:
        objects.archive(call.portal, record)
        record.values.clear()
        record.past.clear()
        call.portal.observe(action="erase", type=kind.name, id=record.id)
    return Response(204)


def search_objects(call: Call, kind_name: str) -> Response:
    kind = call.readable(kind_name)
    if len(call.request.body) > search.MAX_CHARACTERS:
        raise invalid(f"the body of a search may have {search.MAX_CHARACTERS} characters")
    body = call.json()
    records, total, limit, offset = search.run(call.portal, kind, body)
    page = records[offset : offset + limit]
    answer: dict[str, object] = {
        "total": total,
        "results": [wire(call, record, body.get("properties") or ()) for record in page],
    }
    if offset + limit < total:
        after = str(offset + limit)
        answer["paging"] = {"next": {"after": after, "link": call.link_to(after)}}
    return json_response(answer)
