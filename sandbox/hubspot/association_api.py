"""Association endpoints of v4, of the dated versions, and the old v3 single form."""

from typing import Any

from sandbox.core.messages import Response, json_response
from sandbox.hubspot import objects
from sandbox.hubspot.associations import (
    AssociationType,
    default_type,
    disconnect,
    read_specs,
    target_record,
    types_of,
)
from sandbox.hubspot.batch_api import Outcome, read_inputs
from sandbox.hubspot.calls import Call
from sandbox.hubspot.errors import HubSpotError, invalid, not_found
from sandbox.hubspot.schemas import ObjectType
from sandbox.hubspot.store import Record
from sandbox.hubspot.values import iso

MAX_PAGE = 500


def pair_of(
    call: Call, source: str, target: str, write: bool = False
) -> tuple[ObjectType, ObjectType]:
    check = call.writable if write else call.readable
    return check(source), check(target)


def _ends(
    call: Call, source: str, source_id: str, target: str, target_id: str
) -> tuple[Record, Record]:
    a, b = pair_of(call, source, target, write=True)
    return target_record(call.portal, a, source_id), target_record(call.portal, b, target_id)


def _spec(row: AssociationType, source: Record, target: Record) -> dict[str, Any]:
    return {
        "from": {"id": source.id},
        "to": {"id": target.id},
        "associationSpec": {
            "associationCategory": row.category,
            "associationTypeId": row.id,
        },
    }


def _both_ways(call: Call, source: Record, target: Record) -> list[dict[str, Any]]:
    row = objects.link_default(call.portal, source, target)
    back = default_type(call.portal, target.kind.name, source.kind.name)
    return [_spec(row, source, target), _spec(back, target, source)]


def put_default(call: Call, source: str, source_id: str, target: str, target_id: str) -> Response:
    a, b = _ends(call, source, source_id, target, target_id)
    now = iso(call.portal.now_ms())
    return json_response(
        {
            "status": "COMPLETE",
            "results": _both_ways(call, a, b),
            "startedAt": now,
            "completedAt": now,
        }
    )


def _labels(types: list[AssociationType]) -> list[str]:
    return [row.label for row in types if row.label]


def _labelled(source: Record, target: Record, types: list[AssociationType]) -> dict[str, Any]:
    return {
        "fromObjectTypeId": source.kind.type_id,
        "fromObjectId": source.id,
        "toObjectTypeId": target.kind.type_id,
        "toObjectId": target.id,
        "labels": _labels(types),
    }


def put_labelled(call: Call, source: str, source_id: str, target: str, target_id: str) -> Response:
    a, b = _ends(call, source, source_id, target, target_id)
    types = read_specs(call.portal, a.kind, b.kind, call.any_json())
    objects.link(call.portal, a, b, types)
    return json_response(_labelled(a, b, types), 201)


def put_v3(
    call: Call, source: str, source_id: str, target: str, target_id: str, type_name: str
) -> Response:
    """``PUT …/associations/deals/1/invoice_to_deal`` (or the type id), as older clients write it."""
    a, b = _ends(call, source, source_id, target, target_id)
    known = types_of(call.portal, a.kind.name, b.kind.name)
    chosen = [row for row in known if type_name in (row.name, str(row.id))]
    if not chosen:
        raise invalid(f"association type {type_name} does not exist")
    objects.link(call.portal, a, b, chosen)
    return json_response({"id": a.id, "properties": {}, "archived": False}, 200)


def delete_pair(
    call: Call, source: str, source_id: str, target: str, target_id: str, type_name: str = ""
) -> Response:
    a, b = pair_of(call, source, target, write=True)
    one, other = call.portal.find(a, source_id), call.portal.find(b, target_id)
    if one is not None and other is not None:
        disconnect(call.portal, one, other)
    return Response(204)


def _entry(
    call: Call, source: ObjectType, target: ObjectType, other: str, ids: list[int]
) -> dict[str, Any]:
    known = {row.id: row for row in types_of(call.portal, source.name, target.name)}
    numbers = call.portal.switches.get("association_ids_as_numbers")
    return {
        "toObjectId": int(other) if numbers else other,
        "associationTypes": [
            {"category": known[number].category, "typeId": number, "label": known[number].label}
            for number in ids
            if number in known
        ],
    }


def list_associations(call: Call, source: str, source_id: str, target: str) -> Response:
    a, b = pair_of(call, source, target)
    record = call.portal.find(a, source_id)
    if record is None:
        raise not_found()
    limit = call.whole("limit", MAX_PAGE, MAX_PAGE)
    after = call.request.query.get("after", "0") or "0"
    if not after.isdigit():
        raise invalid("after is not a paging token of this endpoint")
    found = list(call.portal.linked(a, record.id, b.name).items())
    page = found[int(after) : int(after) + limit]
    if call.version == "v3":
        results = _v3_entries(call, a, b, page)
    else:
        results = [_entry(call, a, b, other, ids) for other, ids in page]
    answer: dict[str, Any] = {"results": results}
    if int(after) + limit < len(found):
        token = str(int(after) + limit)
        answer["paging"] = {"next": {"after": token, "link": call.link_to(token)}}
    return json_response(answer)


def _v3_entries(
    call: Call, source: ObjectType, target: ObjectType, page: list[tuple[str, list[int]]]
) -> list[dict[str, Any]]:
    names = {row.id: row.name for row in types_of(call.portal, source.name, target.name)}
    return [
        {"id": other, "type": names.get(number, str(number))}
        for other, ids in page
        for number in ids
    ]


# -- batch


def _batch_ends(call: Call, source: str, target: str, row: dict[str, Any]) -> tuple[Record, Record]:
    start, end = row.get("from"), row.get("to")
    if not isinstance(start, dict) or not isinstance(end, dict):
        raise invalid("Invalid input JSON: each input needs from.id and to.id.")
    return _ends(call, source, str(start.get("id")), target, str(end.get("id")))


def batch_create(call: Call, source: str, target: str) -> Response:
    a, b = pair_of(call, source, target, write=True)
    outcome = Outcome(call, f"{a.name} to {b.name}")
    for row in read_inputs(call, call.json()):
        specs = row.get("types") or _v3_type(call, a, b, row)
        types = read_specs(call.portal, a, b, specs)
        try:
            one, other = _batch_ends(call, source, target, row)
            objects.link(call.portal, one, other, types)
            outcome.results.append(_labelled(one, other, types))
        except HubSpotError as error:
            outcome.fail(error, **_ids(row))
    return outcome.response(200 if call.version == "2026-09" else 201)


def _v3_type(call: Call, a: ObjectType, b: ObjectType, row: dict[str, Any]) -> list[dict[str, Any]]:
    """v3 names the type by word or number under ``type``."""
    known = types_of(call.portal, a.name, b.name)
    return [
        {"associationCategory": one.category, "associationTypeId": one.id}
        for one in known
        if str(row.get("type")) in (one.name, str(one.id))
    ]


def _ids(row: dict[str, Any]) -> dict[str, list[str]]:
    return {
        "fromObjectId": [str((row.get("from") or {}).get("id"))],
        "toObjectId": [str((row.get("to") or {}).get("id"))],
    }


def batch_default(call: Call, source: str, target: str) -> Response:
    outcome = Outcome(call, f"{source} to {target}")
    for row in read_inputs(call, call.json()):
        try:
            outcome.results += _both_ways(call, *_batch_ends(call, source, target, row))
        except HubSpotError as error:
            outcome.fail(error, **_ids(row))
    return outcome.response()


def batch_read(call: Call, source: str, target: str) -> Response:
    a, b = pair_of(call, source, target)
    outcome = Outcome(call, a.name)
    for row in read_inputs(call, call.json()):
        record = call.portal.find(a, str(row.get("id")))
        found = call.portal.linked(a, record.id, b.name) if record else {}
        if not found:
            outcome.fail(
                HubSpotError(
                    404,
                    f"No {b.name} is associated with {a.name} {row.get('id')}.",
                    "OBJECT_NOT_FOUND",
                    context={"fromObjectId": [str(row.get("id"))]},
                )
            )
            continue
        entries = (
            _v3_entries(call, a, b, list(found.items()))
            if call.version == "v3"
            else [_entry(call, a, b, other, ids) for other, ids in found.items()]
        )
        outcome.results.append({"from": {"id": str(row.get("id"))}, "to": entries})
    return outcome.response()


def _archived(call: Call, done: list[dict[str, Any]]) -> Response:
    """v3 and v4 answer 204; the dated versions 200 with a body."""
    if call.version in ("v3", "v4"):
        return Response(204)
    now = iso(call.portal.now_ms())
    return json_response(
        {"status": "COMPLETE", "results": done, "startedAt": now, "completedAt": now}
    )


def batch_archive(call: Call, source: str, target: str) -> Response:
    a, b = pair_of(call, source, target, write=True)
    done: list[dict[str, Any]] = []
    for row in read_inputs(call, call.json()):
        one = call.portal.find(a, str((row.get("from") or {}).get("id")))
        ends = row.get("to") or []
        for end in ends if isinstance(ends, list) else [ends]:
            other = call.portal.find(b, str(end.get("id")))
            if one is not None and other is not None:
                disconnect(call.portal, one, other)
                done.append({"from": {"id": one.id}, "to": {"id": other.id}})
    return _archived(call, done)


def batch_labels_archive(call: Call, source: str, target: str) -> Response:
    a, b = pair_of(call, source, target, write=True)
    done: list[dict[str, Any]] = []
    for row in read_inputs(call, call.json()):
        types = read_specs(call.portal, a, b, row.get("types"))
        one, other = _batch_ends(call, source, target, row)
        disconnect(call.portal, one, other, types)
        done.append({"from": {"id": one.id}, "to": {"id": other.id}})
    return _archived(call, done)
