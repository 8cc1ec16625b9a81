"""Test on a real record: what would be written, field by field, and nothing is (B-30, B-22)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from integration import messages
from integration.access.actors import Actor
from integration.access.pages import portal_page
from integration.access.rights import Right
from integration.gateways.errors import GatewayError, NotFound
from integration.messages import Message
from mappings import trying, words
from mappings.pairs import MappingSet
from mappings.services import mapping_set
from mappings.sides import Sides, sides_of
from mappings.step_functions import Problem
from mappings.storing import plain_problems
from mappings.trying import Row
from mappings.views.common import Place, place


@dataclass(frozen=True)
class Shown:
    """One row of a test as people read it."""

    row: Row
    source_name: str
    target_name: str
    badge: tuple[str, str, str]
    trail: list[tuple[str, str]]
    """(transform, value after it) of those that changed something."""
    reason: Message | None

    @property
    def writes(self) -> bool:
        return self.row.outcome in ("write", "clear")


@portal_page(Right.MAP)
@require_GET
def mapping_test(request: HttpRequest, actor: Actor, company_id: UUID, kind: str) -> HttpResponse:
    """All mappings on one record. It only reads, so the address may be kept and shared."""
    here = place(actor, company_id, kind)
    whole = mapping_set(here.company, here.kind)
    context = {**here.context, **panel(request, here, whole, request.GET)}
    return render(request, "mappings/test.html", context)


def panel(
    request: HttpRequest,
    here: Place,
    found: MappingSet | None,
    data: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The records found and, when one is chosen, the result for ``found``; from the form or the
    address."""
    given = request.POST if data is None else data
    query, record_id = given.get("q", "").strip(), given.get("record", "")
    do = given.get("do", "test" if record_id else "find" if "q" in given else "")
    context: dict[str, Any] = {"query": query, "record_id": record_id}
    try:
        if do == "find":
            context["choices"] = trying.choices(here.company, here.kind, query)
            context["searched"] = True
        elif do == "test":
            context |= _result(here, found, record_id)
    except NotFound:
        context["test_problem"] = messages.message("mapping.record_not_found")
    except GatewayError as error:
        context["test_problem"] = messages.of_error(error, company=here.company.name)
    return context


def _result(here: Place, found: MappingSet | None, record_id: str) -> dict[str, Any]:
    if found is None:
        return {"needs_pair": True}
    raw = trying.record_of(here.company, here.kind, record_id) if record_id else None
    if raw is None:
        return {"test_problem": messages.message("mapping.record_not_found")}
    result = trying.trial(here.company, found, raw)
    sides = sides_of(here.company, here.kind)
    rows = [_shown(row, sides) for row in result.rows]
    return {
        "result": result,
        "rows": [each for each in rows if each.row.to_hubspot],
        "back_rows": [each for each in rows if not each.row.to_hubspot],
        "writes": sum(each.writes for each in rows if each.row.to_hubspot),
        "hubspot_problem": messages.of_error(result.problem) if result.problem else None,
    }


def _shown(row: Row, sides: Sides) -> Shown:
    field = words.field_label(row.pair.field, sides.fields)
    property = words.property_label(row.pair.property.name, sides.properties)
    label, tone, icon = words.OUTCOMES[row.outcome]
    steps = row.pair.steps if len(row.trail) == len(row.pair.steps) else ()
    names = [words.step_label(step) for step in steps] or [_("Transform")] * len(row.trail)
    trail = zip(names, row.trail, (row.source, *row.trail), strict=False)
    return Shown(
        row=row,
        source_name=field if row.to_hubspot else property,
        target_name=property if row.to_hubspot else field,
        badge=(str(label), tone, icon),
        trail=[
            (name, value) for name, value, before in trail if row.to_hubspot and value != before
        ],
        reason=_reason(row.problem, sides),
    )


def _reason(problem: Problem | None, sides: Sides) -> Message | None:
    if problem is None:
        return None
    (plain,) = plain_problems([problem])
    return words.message_of(plain, sides.fields, sides.properties)
