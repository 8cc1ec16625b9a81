"""``/api/v1/mappings/<company>/<object>``: everything the mapping pages do (B-30).

Calls may be repeated: what is there already makes no new version.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from integration import messages
from integration.access.rights import Right
from integration.api.base import PortalApiView
from integration.api.errors import ApiProblem
from integration.clock import now
from integration.models import Company
from mappings import editing, exchange
from mappings.editing import NoSuchMapping, Refused
from mappings.exchange import NotReadable
from mappings.models import FieldMapping
from mappings.pairs import FieldPair, MappingSet
from mappings.quickbooks_fields import Kind
from mappings.serializers import (
    MappingFields,
    MappingSetFields,
    MappingWriteFields,
)
from mappings.sides import sides_of
from mappings.step_functions import Problem
from mappings.storing import (
    SetChanged,
    current,
    judge,
    plain_problems,
    rows_of,
)

TAGS = ["Field mappings"]


class MappingView(PortalApiView):
    """What the endpoints share: the company, the set, and refusals as problem documents."""

    def company(self) -> Company:
        return self.actor.company(self.kwargs["company_id"], Right.MAP)

    @property
    def kind(self) -> Kind:
        return Kind(self.kwargs["kind"])

    def seen(self, data: Mapping[str, Any]) -> MappingSet:
        """The set now, under the version the caller looked at when it says one."""
        found = current(self.company(), self.kind)
        given = data.get("version")
        return found if given is None else replace(found, version=int(given))

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, Refused):
            exc = _refusal(exc.problems)
        elif isinstance(exc, SetChanged):
            exc = ApiProblem("mapping.changed_meanwhile", status=409)
        elif isinstance(exc, NoSuchMapping):
            exc = ApiProblem("mapping.not_found", status=404)
        elif isinstance(exc, NotReadable):
            exc = ApiProblem(exc.code, status=400, **exc.parameters)
        return super().handle_exception(exc)

    def one(self, found: MappingSet, name: str) -> dict[str, Any]:
        rows = _rows(self.company(), found)
        pair = editing.of_property(found, name)
        return dict(MappingFields((exchange.plain_pair(pair), rows[name])).data)


def _refusal(problems: Sequence[Problem]) -> ApiProblem:
    """The first reason as the document's code, all of them as its errors."""
    first = problems[0]
    names = {"source": first.source, "target": first.target, **first.parameters}
    errors = [
        {"field": each["property"], "detail": messages.sentence(
            each["code"], source=each["field"], target=each["property"], **each["parameters"])}
        for each in plain_problems(problems)
    ]  # fmt: skip
    status = 409 if first.code == "mapping.property_taken" else 422
    return ApiProblem(first.code, status=status, errors=errors, **names)


def _rows(company: Company, found: MappingSet) -> dict[str, FieldMapping]:
    """By property; for defaults, which have none, judged on the spot."""
    stored = {row.property_name: row for row in rows_of(company, found.kind)}
    sides = sides_of(company, found.kind)
    for pair in found.pairs:
        if pair.property.name not in stored:
            row = stored[pair.property.name] = FieldMapping()
            if sides.read_at is not None:
                judge(row, pair, sides, sides.read_at)
    return stored


def read_pair(data: Mapping[str, Any], known: str = "") -> FieldPair:
    """A pair from the body. Raises ``ApiProblem`` naming the member."""
    given = MappingWriteFields(data={"property": known, **data} if known else data)
    given.is_valid(raise_exception=True)
    row = {name: value for name, value in given.validated_data.items() if name != "version"}
    try:
        return exchange.read_pair({**row, "steps": [dict(each) for each in row["steps"]]})
    except (KeyError, ValueError, TypeError) as error:
        member = str(error.args[0]) if error.args else "steps"
        errors = [{"field": member[:80], "detail": "This is not readable."}]
        raise ApiProblem("api.invalid", errors=errors) from None


class Mappings(MappingView):
    """All mappings of one company's contacts, companies, products or invoices."""

    rights: ClassVar = {"GET": Right.MAP, "POST": Right.MAP}

    @extend_schema(operation_id="mappings", tags=TAGS, responses=MappingSetFields)
    def get(self, request: Request, company_id: UUID, kind: str) -> Response:
        """The pairs with their validity."""
        found = current(self.company(), self.kind)
        rows = _rows(self.company(), found)
        pairs = [(exchange.plain_pair(each), rows[each.property.name]) for each in found.pairs]
        whole = {"object": kind, "version": found.version, "mappings": pairs}
        return Response(MappingSetFields(whole).data)

    @extend_schema(
        operation_id="add_mapping",
        tags=TAGS,
        request=MappingWriteFields,
        responses={201: MappingFields, 200: OpenApiResponse(MappingFields, "It was there.")},
    )
    def post(self, request: Request, company_id: UUID, kind: str) -> Response:
        """Add one. The same one again is no second one."""
        pair = read_pair(request.data)
        found = self.seen(request.data)
        name = pair.property.name
        there = found.by_property.get(name)
        if there is not None and _says_the_same(there, pair):
            return Response(self.one(found, name))
        after = editing.add(self.actor, self.company(), found, pair, now())
        return Response(self.one(after, name), status=201)


def _says_the_same(one: FieldPair, other: FieldPair) -> bool:
    type = one.property.type
    alike = replace(other, property=replace(other.property, type=type))
    return exchange.plain_pair(one) == exchange.plain_pair(alike)


class MappingOfProperty(MappingView):
    """The mapping of one HubSpot property."""

    rights: ClassVar = {"GET": Right.MAP, "PUT": Right.MAP, "DELETE": Right.MAP}

    @extend_schema(operation_id="mapping", tags=TAGS, responses=MappingFields)
    def get(self, request: Request, company_id: UUID, kind: str, name: str) -> Response:
        """One pair."""
        return Response(self.one(current(self.company(), self.kind), name))

    @extend_schema(
        operation_id="edit_mapping", tags=TAGS, request=MappingWriteFields, responses=MappingFields
    )
    def put(self, request: Request, company_id: UUID, kind: str, name: str) -> Response:
        """Replace it, also by one of another property."""
        pair = read_pair(request.data, known=name)
        found = self.seen(request.data)
        after = editing.edit(self.actor, self.company(), found, name, pair, now())
        return Response(self.one(after, pair.property.name))

    @extend_schema(operation_id="delete_mapping", tags=TAGS, responses={204: None})
    def delete(self, request: Request, company_id: UUID, kind: str, name: str) -> Response:
        """What was written so far stays in both systems."""
        found = current(self.company(), self.kind)
        editing.delete(self.actor, self.company(), found, name, now())
        return Response(status=204)
