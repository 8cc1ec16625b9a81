"""One authenticated API call, and how records are written out for it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from sandbox.core.messages import BadJson, Request
from sandbox.hubspot.associations import types_of
from sandbox.hubspot.computed import value_of
from sandbox.hubspot.errors import invalid, missing_scopes, unknown_object_type
from sandbox.hubspot.schemas import ObjectType, find_type
from sandbox.hubspot.shapes import check_fields
from sandbox.hubspot.store import Portal, Record
from sandbox.hubspot.tokens import Grant
from sandbox.hubspot.values import iso

DATED = ("2026-03", "2026-09")


@dataclass(slots=True)
class Call:
    """``version`` is v1, v3, v4 or a dated one; ``base_url`` is where the sandbox is reached."""

    request: Request
    portal: Portal
    grant: Grant
    version: str
    base_url: str

    def need(self, scopes: Iterable[str]) -> None:
        """Any one of the scopes is enough; raises 403 MISSING_SCOPES."""
        wanted = list(scopes)
        if wanted and not self.grant.all_scopes and not self.grant.scopes.intersection(wanted):
            raise missing_scopes(wanted)

    def kind(self, name: str) -> ObjectType:
        found = find_type(name)
        if found is None:
            raise unknown_object_type(name)
        return found

    def readable(self, name: str) -> ObjectType:
        kind = self.kind(name)
        self.need(kind.read)
        return kind

    def writable(self, name: str) -> ObjectType:
        kind = self.kind(name)
        self.need(kind.write)
        return kind

    def names(self, parameter: str) -> list[str]:
        """``a,b`` and repeated parameters, as different clients write lists."""
        pairs = parse_qsl(self.request.query_string)
        return [
            part.strip()
            for name, value in pairs
            if name == parameter
            for part in value.split(",")
            if part.strip()
        ]

    def flag(self, parameter: str) -> bool:
        return self.request.query.get(parameter, "").lower() == "true"

    def whole(self, parameter: str, default: int, most: int) -> int:
        """A positive whole number of the query; raises 400 beyond ``most``."""
        text = self.request.query.get(parameter, "") or str(default)
        if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= most:
            raise invalid(f"{parameter} must be a whole number between 1 and {most}, not {text}")
        return int(text)

    def json(self) -> dict[str, Any]:
        value = self.any_json()
        if not isinstance(value, dict):
            raise invalid("Invalid input JSON on line 1, column 1: an object was expected.")
        check_fields(value)
        return value

    def any_json(self) -> Any:
        if self.request.content_type not in ("application/json", ""):
            raise UnsupportedMedia(self.request.content_type)
        try:
            return self.request.json()
        except BadJson as error:
            raise invalid(f"Invalid input JSON: {error}") from error

    def link_to(self, after: str) -> str:
        """The absolute address of the next page of this very request."""
        pairs = [(k, v) for k, v in parse_qsl(self.request.query_string) if k != "after"]
        return f"{self.base_url}{self.request.path}?{urlencode([*pairs, ('after', after)])}"


class UnsupportedMedia(Exception):
    """A body that is not JSON by its content type."""


def history(portal: Portal, record: Record, name: str) -> list[dict[str, str | None]]:
    """Newest first: value, timestamp and where it came from."""
    current = value_of(portal, record, name)
    since = record.stamps.get(name, record.created)
    entries = [(since, current), *reversed(record.past.get(name, []))]
    return [
        {"value": value, "timestamp": iso(moment), "sourceType": "INTEGRATION"}
        for moment, value in entries
        if value is not None or len(entries) > 1
    ]


def links(call: Call, record: Record, wanted: list[str]) -> dict[str, Any]:
    """v3-style associations of a GET; types without a link are left out."""
    answer: dict[str, Any] = {}
    for name in wanted:
        target = call.kind(name)
        found = call.portal.linked(record.kind, record.id, target.name)
        if not found:
            continue
        names = {row.id: row.name for row in types_of(call.portal, record.kind.name, target.name)}
        answer[target.association_key] = {
            "results": [
                {"id": other, "type": names.get(number, str(number))}
                for other, numbers in found.items()
                for number in numbers
            ]
        }
    return answer


def wire(
    call: Call,
    record: Record,
    wanted: Iterable[str] = (),
    with_history: Iterable[str] = (),
    associations: list[str] | None = None,
) -> dict[str, Any]:
    """A record as the API answers it: asked and default properties; unknown names are dropped."""
    kind, portal = record.kind, call.portal
    always = ("hs_object_id", kind.created, kind.modified)
    names = dict.fromkeys((*(wanted or kind.returned), *with_history, *always))
    answer: dict[str, Any] = {
        "id": record.id,
        "properties": {
            name: value_of(portal, record, name)
            for name in sorted(names)
            if portal.definition(kind, name) is not None
        },
        "createdAt": iso(record.created),
        "updatedAt": iso(record.modified),
        "archived": bool(record.archived),
        "url": f"{call.base_url}/contacts/{portal.id}/record/{kind.type_id}/{record.id}",
    }
    if record.archived:
        answer["archivedAt"] = iso(record.archived)
    if with_history:
        answer["propertiesWithHistory"] = {
            name: history(portal, record, name)
            for name in with_history
            if portal.definition(kind, name) is not None
        }
    if associations:
        found = links(call, record, associations)
        if found:
            answer["associations"] = found
    return answer
