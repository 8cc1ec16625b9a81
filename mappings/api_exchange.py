"""``/api/v1/mappings/…``: test, export, import, versions and undo (B-30)."""

import json
from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from integration.access.rights import Right
from integration.api.errors import ApiProblem
from integration.clock import now
from mappings import editing, exchange, trying
from mappings.api import TAGS, MappingView, read_pair
from mappings.pairs import FieldPair, MappingSet
from mappings.serializers import (
    ExportFields,
    ImportedFields,
    ImportFields,
    MappingVersionFields,
    TrialFields,
    TryFields,
)
from mappings.services import mapping_set
from mappings.sides import as_known
from mappings.storing import current, plain_problems, versions_of


class MappingTest(MappingView):
    """A test on a real record."""

    rights: ClassVar = {"POST": Right.MAP}

    @extend_schema(operation_id="test_mapping", tags=TAGS, request=TryFields, responses=TrialFields)
    def post(self, request: Request, company_id: UUID, kind: str) -> Response:
        """What would be written now, in either system. It only reads."""
        given = TryFields(data=request.data)
        given.is_valid(raise_exception=True)
        company = self.company()
        found = mapping_set(company, self.kind)
        if "mapping" in given.validated_data:
            found = MappingSet(self.kind, (self._unsaved(request),))
        raw = trying.record_of(company, self.kind, given.validated_data["record"])
        if raw is None:
            raise ApiProblem("mapping.record_not_found", status=404)
        result = trying.trial(company, found, raw)
        if result.problem is not None:
            raise result.problem
        rows = [_row(each) for each in result.rows]
        whole = {"record": result.label, "hubspot_id": result.hubspot_id, "rows": rows}
        return Response(TrialFields(whole).data)

    def _unsaved(self, request: Request) -> FieldPair:
        sides = editing.known_sides(self.company(), self.kind, now())
        return as_known(read_pair(request.data["mapping"]), sides)


def _row(row: trying.Row) -> dict[str, Any]:
    (problem,) = plain_problems([row.problem]) if row.problem else (None,)
    return {
        "property": row.pair.property.name,
        "field": row.pair.field,
        "to_hubspot": row.to_hubspot,
        "source": row.source,
        "trail": list(row.trail),
        "before": row.before,
        "after": row.after,
        "outcome": row.outcome,
        "problem": problem,
    }


class MappingExport(MappingView):
    """The set as a file."""

    rights: ClassVar = {"GET": Right.MAP}

    @extend_schema(operation_id="export_mappings", tags=TAGS, responses=ExportFields)
    def get(self, request: Request, company_id: UUID, kind: str) -> HttpResponse:
        """Byte for byte what an import of it exports."""
        text = exchange.as_json(current(self.company(), self.kind))
        return HttpResponse(text, content_type="application/json; charset=utf-8")


class MappingImport(MappingView):
    """Take over an export of another company or installation."""

    rights: ClassVar = {"POST": Right.MAP}

    @extend_schema(
        operation_id="import_mappings", tags=TAGS, request=ImportFields, responses=ImportedFields
    )
    def post(self, request: Request, company_id: UUID, kind: str) -> Response:
        """The whole set is replaced; ``dry_run`` only says what would change."""
        body = dict(request.data) if isinstance(request.data, Mapping) else {}
        is_dry = body.pop("dry_run", False) is True
        text = json.dumps(body, default=str)
        given = editing.with_locked(exchange.read_json(text, self.kind))
        before = current(self.company(), self.kind)
        after = before
        if not is_dry:
            after = editing.take_over(self.actor, self.company(), given, before.version, now())
        found = [
            {"name": each.name, "change": each.change,
             "before": exchange.plain_pair(each.before) if each.before else None,
             "after": exchange.plain_pair(each.after) if each.after else None}
            for each in exchange.differences(before, given)
        ]  # fmt: skip
        whole = {"version": after.version, "stored": not is_dry, "differences": found}
        return Response(ImportedFields(whole).data)


class MappingVersions(MappingView):
    """Every version there was, newest first."""

    rights: ClassVar = {"GET": Right.MAP}

    @extend_schema(
        operation_id="mapping_versions", tags=TAGS, responses=MappingVersionFields(many=True)
    )
    def get(self, request: Request, company_id: UUID, kind: str) -> Response:
        """At most the last 100."""
        rows = versions_of(self.company(), self.kind).select_related("made_by")[:100]
        return Response(MappingVersionFields(rows, many=True).data)


class MappingRestore(MappingView):
    """Undo."""

    rights: ClassVar = {"POST": Right.MAP}

    @extend_schema(
        operation_id="restore_mappings", tags=TAGS, request=None, responses=ImportedFields
    )
    def post(self, request: Request, company_id: UUID, kind: str, number: int) -> Response:
        """Make an earlier version hold again, as a new one."""
        before = current(self.company(), self.kind)
        after = editing.restore(
            self.actor, self.company(), self.kind, number, before.version, now()
        )
        whole = {"version": after.version, "stored": True, "differences": []}
        return Response(ImportedFields(whole).data)
