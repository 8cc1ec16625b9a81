"""Add, edit and delete a mapping (S-91 to S-95), with a test before anything is saved (B-30)."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from integration.access.actors import Actor
from integration.access.pages import portal_page
from integration.access.rights import Right
from integration.clock import now
from integration.gateways.errors import GatewayError
from mappings import editing, words
from mappings.defaults import IDENTIFYING
from mappings.editing import Refused
from mappings.forms import MappingForm, StepsEditor, initial_of, options_of
from mappings.pairs import FieldPair, MappingSet
from mappings.preview import Preview, preview
from mappings.quickbooks_fields import Kind
from mappings.sides import Sides, as_known, sides_of
from mappings.storing import SetChanged, current
from mappings.views.common import (
    Place,
    as_seen,
    changed_meanwhile,
    pair_or_404,
    place,
    said,
    saved,
    tell_gateway,
)
from mappings.views.listing import stored_version
from mappings.views.testing import panel


@portal_page(Right.MAP)
@require_http_methods(["GET", "POST"])
def mapping_add(request: HttpRequest, actor: Actor, company_id: UUID, kind: str) -> HttpResponse:
    return _page(request, place(actor, company_id, kind), None)


@portal_page(Right.MAP)
@require_http_methods(["GET", "POST"])
def mapping_edit(
    request: HttpRequest, actor: Actor, company_id: UUID, kind: str, name: str
) -> HttpResponse:
    here = place(actor, company_id, kind)
    stored = pair_or_404(as_seen(here, 0), name)
    if stored.locked:
        raise Http404
    return _page(request, here, stored)


def _page(request: HttpRequest, here: Place, stored: FieldPair | None) -> HttpResponse:
    """Every button posts the whole form; only "Save" stores it."""
    sides = _sides(request, here)
    found = current(here.company, here.kind)
    is_one_way = here.kind is Kind.INVOICES
    if request.method != "POST":
        initial = initial_of(stored, found.version) if stored else {"version": found.version}
        form = MappingForm(initial=initial, sides=sides, is_one_way=is_one_way)
        steps = StepsEditor.of(stored, sides.fields) if stored else StepsEditor(sides.fields)
        return _show(request, here, stored, form, steps, sides)
    initial = initial_of(stored, found.version) if stored else {}
    form = MappingForm(request.POST, initial=initial, sides=sides, is_one_way=is_one_way)
    steps = StepsEditor.posted(request.POST, sides.fields)
    if request.POST.get("do", "") != "save":
        return _show(request, here, stored, form, steps, sides)
    if not form.is_valid() or steps.errors:
        return _show(request, here, stored, form, steps, sides, checked=True)
    return _save(request, here, stored, form, steps, sides)


def _sides(request: HttpRequest, here: Place) -> Sides:
    """HubSpot's properties, asked for once when they never were."""
    try:
        return editing.known_sides(here.company, here.kind, now())
    except GatewayError as error:
        tell_gateway(request, error, here.company)
        return sides_of(here.company, here.kind)


def _save(
    request: HttpRequest,
    here: Place,
    stored: FieldPair | None,
    form: MappingForm,
    steps: StepsEditor,
    sides: Sides,
) -> HttpResponse:
    seen = as_seen(here, form.cleaned_data["version"])
    pair = form.pair(steps.steps())
    try:
        if stored is None:
            editing.add(here.actor, here.company, seen, pair, now())
        else:
            editing.edit(here.actor, here.company, seen, stored.property.name, pair, now())
    except Refused as refused:
        messages = said(refused.problems, sides)
        return _show(request, here, stored, form, steps, sides, messages, checked=True)
    except SetChanged:
        form.data = form.data.copy()
        form.data["version"] = str(current(here.company, here.kind).version)
        return _show(request, here, stored, form, steps, sides, [changed_meanwhile()], checked=True)
    except GatewayError as error:
        tell_gateway(request, error, here.company)
        return _show(request, here, stored, form, steps, sides, checked=True)
    saved(request, _("The mapping is saved."))
    return redirect(here.url("mapping_list"))


def _show(
    request: HttpRequest,
    here: Place,
    stored: FieldPair | None,
    form: MappingForm,
    steps: StepsEditor,
    sides: Sides,
    refusals: Any = (),
    *,
    checked: bool = False,
) -> HttpResponse:
    """``checked``: say what is wrong; a button of the transforms does not."""
    name = str(form["property"].value() or "")
    do = request.POST.get("do", "")
    pair = _typed_pair(form, steps, sides) if do in ("test", "find", "preview") else None
    context = {
        **here.context,
        "form": form,
        "steps": steps,
        "stored": stored,
        "refusals": refusals,
        "checked": checked,
        "warnings": said(_doubts(here, stored, pair, sides), sides) if do == "test" else [],
        "options": options_of(sides.properties.values(), name),
        "type_label": words.type_label(sides.properties.get(name)),
        "preview": _preview(here, stored, pair) if do == "preview" else None,
        "needs_pair": do == "preview" and pair is None,
        **panel(request, here, MappingSet(here.kind, (pair,)) if pair else None),
    }
    status = 400 if refusals or (checked and (form.errors or steps.errors)) else 200
    return render(request, "mappings/form.html", context, status=status)


def _typed_pair(form: MappingForm, steps: StepsEditor, sides: Sides) -> FieldPair | None:
    """What is on the page, to test it; None while field or property are not chosen."""
    if not form.is_bound or not form.is_valid():
        return None
    return as_known(form.pair(steps.steps()), sides)


def _preview(here: Place, stored: FieldPair | None, pair: FieldPair | None) -> Preview | None:
    """What saving would change among the records that are linked already (B-22)."""
    if pair is None:
        return None
    before = current(here.company, here.kind)
    replaces = stored.property.name if stored else ""
    kept = tuple(each for each in before.pairs if each.property.name != replaces)
    return preview(here.company, before, replace(before, pairs=(*kept, pair)))


def _doubts(here: Place, stored: FieldPair | None, pair: FieldPair | None, sides: Sides) -> Any:
    """What saving would be refused for, told with the test."""
    if pair is None or not sides.is_known:
        return ()
    found = current(here.company, here.kind)
    replaces = stored.property.name if stored else ""
    return editing.problems_of(found, pair, sides, replaces=replaces)


@portal_page(Right.MAP)
@require_http_methods(["GET", "POST"])
def mapping_delete(
    request: HttpRequest, actor: Actor, company_id: UUID, kind: str, name: str
) -> HttpResponse:
    """Asks first (S-95)."""
    here = place(actor, company_id, kind)
    found = current(here.company, here.kind)
    pair = pair_or_404(found, name)
    if pair.locked:
        raise Http404
    refusals = []
    if request.method == "POST":
        try:
            seen = as_seen(here, stored_version(request.POST))
            editing.delete(here.actor, here.company, seen, name, now())
        except SetChanged:
            refusals = [changed_meanwhile()]
        else:
            saved(request, _("The mapping is deleted."))
            return redirect(here.url("mapping_list"))
    sides = sides_of(here.company, here.kind)
    context = {
        **here.context,
        "pair": pair,
        "field": words.field_label(pair.field, sides.fields),
        "property": words.property_label(name, sides.properties),
        "is_identifying": name in IDENTIFYING[here.kind],
        "version": found.version,
        "refusals": refusals,
        "back_url": here.url("mapping_list"),
        "danger": True,
    }
    return render(request, "mappings/delete.html", context, status=409 if refusals else 200)
