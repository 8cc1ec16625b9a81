"""Batch endpoints: at most 100 inputs, failures grouped as HubSpot's multi-status answers do."""

from collections.abc import Callable
from functools import partial
from typing import Any

from sandbox.core.messages import Response, json_response
from sandbox.hubspot import objects, rules
from sandbox.hubspot.calls import Call, wire
from sandbox.hubspot.errors import HubSpotError, invalid
from sandbox.hubspot.schemas import ObjectType
from sandbox.hubspot.shapes import check_fields
from sandbox.hubspot.store import Record
from sandbox.hubspot.validation import enforce
from sandbox.hubspot.values import iso

MAX_INPUTS = 100
Input = dict[str, Any]


def read_inputs(call: Call, body: dict[str, Any], most: int = MAX_INPUTS) -> list[Input]:
    inputs = body.get("inputs")
    if not isinstance(inputs, list) or not all(isinstance(row, dict) for row in inputs):
        raise invalid("Invalid input JSON: inputs must be a list of objects.")
    if not inputs:
        raise invalid("inputs must not be empty")
    for row in inputs:
        check_fields(row)
    if len(inputs) > most:
        raise invalid(f"inputs has {len(inputs)} entries; at most {most} are allowed in a batch")
    return inputs


def refuse_doubles(keys: list[str]) -> None:
    doubled = sorted({key for key in keys if keys.count(key) > 1})
    if doubled:
        raise invalid("Duplicate IDs found in batch input", ids=doubled)


class Outcome:
    """Collects results and failures; ids of missing records share one error entry."""

    def __init__(self, call: Call, kind_label: str) -> None:
        self.call = call
        self.kind_label = kind_label
        self.started = call.portal.now_ms()
        self.results: list[Any] = []
        self.missing: list[str] = []
        self.errors: list[dict[str, Any]] = []

    def fail(self, error: HubSpotError, **context: list[str]) -> None:
        entry = error.entry()
        entry["context"] = {**entry["context"], **context}
        self.errors.append(entry)

    def response(self, ok: int = 200) -> Response:
        """``ok`` without failures, else 207; version 2026-09 keeps the plain status."""
        answer: dict[str, Any] = {
            "status": "COMPLETE",
            "results": self.results,
            "startedAt": iso(self.started),
            "completedAt": iso(self.call.portal.now_ms()),
        }
        errors = list(self.errors)
        if self.missing:
            errors.insert(0, self._missing_entry())
        if errors:
            answer["numErrors"] = len(errors)
            answer["errors"] = errors
        mixed = bool(errors) and self.call.version != "2026-09"
        return json_response(answer, 207 if mixed else ok)

    def _missing_entry(self) -> dict[str, Any]:
        return {
            "status": "error",
            "category": "OBJECT_NOT_FOUND",
            "message": f"Could not get some {self.kind_label} objects, they may be deleted or "
            "not exist. Check that ids are valid.",
            "context": {"ids": self.missing},
        }


def _traces(inputs: list[Input]) -> list[str]:
    """The write trace ids when every input has its own, else nothing: then the batch is atomic."""
    traces = [str(row["objectWriteTraceId"]) for row in inputs if row.get("objectWriteTraceId")]
    return traces if len(set(traces)) == len(inputs) else []


def _wire(call: Call, record: Record, row: Input, **more: Any) -> dict[str, Any]:
    answer = wire(call, record, [*record.kind.returned, *(row.get("properties") or {})])
    if row.get("objectWriteTraceId"):
        answer["objectWriteTraceId"] = row["objectWriteTraceId"]
    return {**answer, **more}


def batch_read(call: Call, kind_name: str) -> Response:
    kind = call.readable(kind_name)
    body = call.json()
    inputs = read_inputs(call, body)
    ids = [str(row.get("id")) for row in inputs]
    refuse_doubles(ids)
    outcome = Outcome(call, kind.name)
    for record_id in ids:
        record = objects.find(
            call.portal, kind, record_id, body.get("idProperty") or "", call.flag("archived")
        )
        if record is None:
            outcome.missing.append(record_id)
        else:
            outcome.results.append(
                wire(
                    call,
                    record,
                    body.get("properties") or (),
                    body.get("propertiesWithHistory") or (),
                )
            )
    return outcome.response()


def _refuse_clashing_creates(kind: ObjectType, prepared: list[objects.Prepared]) -> None:
    if kind.name != "contacts":
        return
    emails = [row.values["email"] for row in prepared if row.values.get("email")]
    if len(set(emails)) < len(emails):
        raise HubSpotError(409, "Duplicate email addresses in one batch", "CONFLICT")


def batch_create(call: Call, kind_name: str) -> Response:
    kind = call.writable(kind_name)
    inputs = read_inputs(call, call.json())
    enforce(call, kind, *inputs)
    outcome = Outcome(call, kind.name)
    if not _traces(inputs):
        prepared = [objects.prepare(call.portal, kind, row) for row in inputs]
        _refuse_clashing_creates(kind, prepared)
        for row, ready in zip(inputs, prepared, strict=True):
            outcome.results.append(_wire(call, objects.store(call.portal, ready), row))
        return outcome.response(201)
    for row in inputs:
        _attempt(outcome, row, partial(_create_one, call, kind, row))
    return outcome.response(201)


def _create_one(call: Call, kind: ObjectType, row: Input) -> dict[str, Any]:
    return _wire(call, objects.store(call.portal, objects.prepare(call.portal, kind, row)), row)


def _attempt(outcome: Outcome, row: Input, make: Callable[[], dict[str, Any]]) -> None:
    try:
        outcome.results.append(make())
    except HubSpotError as error:
        outcome.fail(error, objectWriteTraceId=[str(row["objectWriteTraceId"])])


def batch_update(call: Call, kind_name: str) -> Response:
    kind = call.writable(kind_name)
    inputs = read_inputs(call, call.json())
    enforce(call, kind, *inputs)
    refuse_doubles([str(row.get("id")) for row in inputs])
    outcome = Outcome(call, kind.name)
    pairs: list[tuple[Record, Input]] = []
    for row in inputs:
        record = objects.find(call.portal, kind, str(row.get("id")), row.get("idProperty") or "")
        if record is None:
            outcome.missing.append(str(row.get("id")))
        else:
            pairs.append((record, row))
    if not _traces(inputs):
        for record, row in pairs:
            _check_update(call, record, row)
        outcome.results += [_update_one(call, record, row) for record, row in pairs]
        return outcome.response()
    for record, row in pairs:
        _attempt(outcome, row, partial(_update_one, call, record, row))
    return outcome.response()


def _check_update(call: Call, record: Record, row: Input) -> None:
    """One bad input without trace ids refuses the whole batch, before anything is stored."""
    values = objects.clean(call.portal, record.kind, row.get("properties", {}), creating=False)
    rules.check_unique(call.portal, record.kind, values, record.id)
    rules.before_update(call.portal, record, values)


def _update_one(call: Call, record: Record, row: Input) -> dict[str, Any]:
    return _wire(call, objects.update(call.portal, record, row.get("properties", {})), row)


def batch_upsert(call: Call, kind_name: str) -> Response:
    """Every input names ``idProperty``; results say ``new``."""
    kind = call.writable(kind_name)
    inputs = read_inputs(call, call.json())
    enforce(call, kind, *inputs)
    for row in inputs:
        if not row.get("idProperty") or row.get("idProperty") == "hs_object_id":
            raise invalid("upsert needs an idProperty that holds unique values")
    refuse_doubles([f"{row['idProperty']}={str(row.get('id')).lower()}" for row in inputs])
    outcome = Outcome(call, kind.name)
    if not _traces(inputs):
        for row in inputs:
            _check_upsert(call, kind, row)
        outcome.results += [_upsert_one(call, kind, row) for row in inputs]
        return outcome.response()
    for row in inputs:
        _attempt(outcome, row, partial(_upsert_one, call, kind, row))
    return outcome.response()


def _upsert_input(row: Input) -> Input:
    """The id is the value of ``idProperty``, whether or not it is repeated among the properties."""
    return {"properties": {row["idProperty"]: str(row.get("id")), **(row.get("properties") or {})}}


def _check_upsert(call: Call, kind: ObjectType, row: Input) -> None:
    record = objects.find(call.portal, kind, str(row.get("id")), row["idProperty"])
    if record is None:
        objects.prepare(call.portal, kind, _upsert_input(row))
    else:
        _check_update(call, record, row)


def _upsert_one(call: Call, kind: ObjectType, row: Input) -> dict[str, Any]:
    record = objects.find(call.portal, kind, str(row.get("id")), row["idProperty"])
    if record is not None:
        objects.update(call.portal, record, row.get("properties") or {})
        return _wire(call, record, row, new=False)
    fresh = objects.store(call.portal, objects.prepare(call.portal, kind, _upsert_input(row)))
    return _wire(call, fresh, row, new=True)


def batch_archive(call: Call, kind_name: str) -> Response:
    kind = call.writable(kind_name)
    records = [call.portal.find(kind, str(row.get("id"))) for row in read_inputs(call, call.json())]
    for record in filter(None, records):
        rules.before_archive(call.portal, record)
    for record in filter(None, records):
        if not record.archived:
            objects.archive(call.portal, record)
    return Response(204)
