"""Writing to HubSpot in hundreds: multi-status answers by record, and bisection (faults 34 to 36)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from integration.gateways.errors import Conflict, GatewayError, NotFound, Rejected
from integration.gateways.fields import as_list, as_text, either
from integration.gateways.hubspot_faults import from_content
from integration.gateways.transport import Answer
from integration.records.hubspot import WriteResult

LARGEST = 100
Input = dict[str, Any]
Row = tuple[str, Input]
"""Our key and what is sent for it."""
UNANSWERED = ("net.unreadable", "")


def pair_key(from_id: Any, to_id: Any) -> str:
    """The key of one association."""
    return f"{from_id}:{to_id}"


def in_hundreds(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for first in range(0, len(rows), LARGEST):
        yield rows[first : first + LARGEST]


def last_of_each(rows: Sequence[Row]) -> tuple[list[Row], dict[str, str]]:
    """Rows without a repeated id (the last wins), and dropped key -> the key that stands for it.

    HubSpot refuses a batch that names one record twice.
    """
    standing: dict[str, str] = {}
    kept: dict[str, Row] = {}
    for key, sent in rows:
        kept[str(sent.get("id") or key).lower()] = (key, sent)
    for key, sent in rows:
        winner = kept[str(sent.get("id") or key).lower()][0]
        if winner != key:
            standing[key] = winner
    return list(kept.values()), standing


class BatchWriter:
    """Sends rows through ``post`` and says for every key how it ended.

    One bad record that makes HubSpot refuse a whole batch is found by halving, so the others are
    written. A failure that concerns everybody (no answer, too fast, no permission) is raised when
    nothing was written yet, else it becomes the error of each row that is still open.
    """

    def __init__(self, post: Callable[[list[Input]], Answer], created: bool = False) -> None:
        self._post = post
        self._created = created
        self._done: dict[str, WriteResult] = {}

    def write(self, rows: Sequence[Row]) -> list[WriteResult]:
        """Results in the order of the rows."""
        kept, standing = last_of_each(rows)
        try:
            for chunk in in_hundreds(kept):
                self._send(chunk)
        except GatewayError as error:
            if not self._done:
                raise
            for key, _ in kept:
                self._done.setdefault(key, _failed(key, error))
        return [self._result(key, standing.get(key, key)) for key, _ in rows]

    def _result(self, key: str, winner: str) -> WriteResult:
        found = self._done[winner]
        return found if winner == key else replace(found, key=key)

    def _send(self, rows: Sequence[Row]) -> None:
        try:
            answer = self._post([sent for _, sent in rows])
        except (Rejected, Conflict, NotFound) as error:
            if len(rows) == 1:
                self._done[rows[0][0]] = _failed(rows[0][0], error)
                return
            middle = len(rows) // 2
            self._send(rows[:middle])
            self._send(rows[middle:])
            return
        self._read(rows, answer)

    def _read(self, rows: Sequence[Row], answer: Answer) -> None:
        content = answer.object()
        keys = {key for key, _ in rows}
        by_id = {str(sent["id"]).lower(): key for key, sent in rows if sent.get("id")}
        for result in as_list(content.get("results")):
            key = _key_of(result, keys, by_id)
            if key:
                made = bool(result.get("new", self._created))
                made_id = as_text(either(result, "id", "toObjectId"))
                self._done[key] = WriteResult(key, made_id, made)
        for entry in as_list(content.get("errors")):
            error = from_content(400, entry, trace_id=answer.trace_id)
            for key in _keys_of_error(entry, keys, by_id) or keys - set(self._done):
                self._done.setdefault(key, _failed(key, error))
        for key in keys:
            self._done.setdefault(key, WriteResult(key, error=UNANSWERED))


def _failed(key: str, error: GatewayError) -> WriteResult:
    detail = error.parameters.get("detail", "")
    existing_id = error.parameters.get("existing_id", "")
    return WriteResult(
        key,
        error=(error.code, detail),
        existing_id=existing_id,
        parameters=error.parameters,
        trace_id=error.trace_id,
    )


def _key_of(result: Mapping[str, Any], keys: set[str], by_id: dict[str, str]) -> str:
    """By our label or pair, by the record's id, or by the unique value an upsert named."""
    label = as_text(result.get("objectWriteTraceId"))
    if "fromObjectId" in result:
        label = pair_key(result["fromObjectId"], result.get("toObjectId"))
    if label in keys:
        return label
    candidates = [result.get("id"), *(result.get("properties") or {}).values()]
    return next((by_id[str(one).lower()] for one in candidates if str(one).lower() in by_id), "")


def _keys_of_error(entry: Any, keys: set[str], by_id: dict[str, str]) -> list[str]:
    context = either(entry, "context")
    labels = [as_text(one) for one in as_list(either(context, "objectWriteTraceId"))]
    ends = as_list(either(context, "fromObjectId")), as_list(either(context, "toObjectId"))
    labels += [pair_key(one, other) for one, other in zip(*ends, strict=False)]
    ids = [as_text(one).lower() for one in as_list(either(context, "ids", "id"))]
    return [one for one in labels if one in keys] + [by_id[one] for one in ids if one in by_id]
