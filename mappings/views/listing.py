"""The mappings of one company's contacts, products or invoices (S-88, S-90, S-113)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from integration import messages
from integration.access.actors import Actor
from integration.access.pages import portal_page
from integration.access.rights import Right
from integration.clock import now
from integration.gateways.errors import GatewayError
from integration.messages import Message
from integration.models import Company
from mappings import checking, words
from mappings.models import FieldMapping, Validity
from mappings.pairs import Direction, FieldPair
from mappings.quickbooks_fields import Kind
from mappings.sides import Sides, sides_of
from mappings.storing import current, judge, rows_of
from mappings.targets import TargetLine, target_lines
from mappings.views.common import Place, place, settings_url, tell_gateway

ARROWS = {Direction.TO_HUBSPOT: "→", Direction.TO_QUICKBOOKS: "←", Direction.BOTH: "↔"}


@dataclass(frozen=True)
class Line:
    """One pair in the list."""

    pair: FieldPair
    field: str
    property: str
    arrow: str
    direction: str
    steps: list[str]
    status: str
    checked_at: datetime | None
    reasons: list[Message]

    @property
    def badge(self) -> tuple[str, str, str]:
        """Label, tone and icon."""
        if not self.pair.enabled:
            return _("Off"), "outlined", "minus"
        if self.status == Validity.BROKEN:
            return _("Needs attention"), "danger", "error"
        if self.status == Validity.VALID:
            return _("Working"), "ok", "done"
        return _("Not checked yet"), "neutral", "clock"


@portal_page(Right.MAP)
@require_GET
def companies(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The companies; straight to the only one when there is one."""
    found = list(actor.companies().order_by("name"))
    if len(found) == 1:
        return redirect("mapping_list", actor.portal.pk, found[0].pk, Kind.CONTACTS.value)
    context = {"actor": actor, "companies": found, "settings_url": settings_url(actor)}
    return render(request, "mappings/companies.html", context)


@portal_page(Right.MAP)
@require_GET
def mapping_list(request: HttpRequest, actor: Actor, company_id: UUID, kind: str) -> HttpResponse:
    here = place(actor, company_id, kind)
    sides = sides_of(here.company, here.kind)
    lines = lines_of(here.company, here.kind, sides)
    context = {
        **here.context,
        "lines": lines,
        "broken": sum(bool(each.reasons) for each in lines),
        "version": current(here.company, here.kind).version,
        "sides": sides,
        "problem": messages.message(sides.problem) if sides.problem else None,
        "built_in": _built_in(here, sides),
        "settings_url": settings_url(actor),
    }
    return render(request, "mappings/list.html", context)


def lines_of(company: Company, kind: Kind, sides: Sides) -> list[Line]:
    """Every pair with its validity; that of the defaults is worked out on the spot."""
    found = current(company, kind)
    rows = {row.property_name: row for row in rows_of(company, kind)} if found.version else {}
    return [_line(pair, rows.get(pair.property.name), sides) for pair in found.pairs]


def _line(pair: FieldPair, row: FieldMapping | None, sides: Sides) -> Line:
    if row is None:
        row = FieldMapping()
        if sides.read_at is not None:
            judge(row, pair, sides, sides.read_at)
    return Line(
        pair=pair,
        field=words.field_label(pair.field, sides.fields),
        property=words.property_label(pair.property.name, sides.properties),
        arrow=ARROWS[pair.direction],
        direction=str(words.DIRECTIONS[pair.direction]),
        steps=[words.step_label(step) for step in pair.steps],
        status=row.status,
        checked_at=row.checked_at,
        reasons=words.messages_of(row.reasons, sides.fields, sides.properties),
    )


def _built_in(here: Place, sides: Sides) -> Sequence[TargetLine]:
    """What Dealbooks writes into HubSpot's invoices whatever is added (S-113)."""
    if here.kind is not Kind.INVOICES:
        return ()
    return target_lines(here.actor.portal, Kind.INVOICES.value, sides.properties)


@portal_page(Right.MAP)
@require_POST
def refresh(request: HttpRequest, actor: Actor, company_id: UUID, kind: str) -> HttpResponse:
    """Read HubSpot's properties now and look at every mapping again."""
    here = place(actor, company_id, kind)
    try:
        checking.refresh(actor.portal, now(), [here.kind.value])
    except GatewayError as error:
        tell_gateway(request, error, here.company)
    else:
        notices.success(request, _("HubSpot's properties were read and the mappings checked."))
    return redirect(here.url("mapping_list"))


def stored_version(data: Any) -> int:
    """The version a form was made from; 0 for nonsense, which then differs or is the default."""
    text = str(data.get("version", ""))
    return int(text) if text.isdecimal() and len(text) < 9 else 0
