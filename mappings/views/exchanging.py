"""Export, import, versions and undo of mappings (B-30)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from integration import messages
from integration.access.actors import Actor
from integration.access.pages import portal_page
from integration.access.rights import Right
from integration.clock import now
from integration.messages import Message
from mappings import editing, exchange, words
from mappings.checks import check
from mappings.editing import Refused
from mappings.exchange import Difference, NotReadable
from mappings.forms import ImportForm
from mappings.pairs import FieldPair, MappingSet
from mappings.preview import preview
from mappings.sides import Sides, sides_of
from mappings.storing import SetChanged, current, version, versions_of
from mappings.views.common import Place, changed_meanwhile, place, said, saved
from mappings.views.listing import ARROWS, stored_version

SHOWN_VERSIONS = 100


@dataclass(frozen=True)
class Change:
    """A difference between two sets, in the words of the pages."""

    difference: Difference
    property: str
    label: str
    before: str
    after: str
    reasons: Sequence[Message] = ()


@portal_page(Right.MAP)
@require_GET
def mapping_export(request: HttpRequest, actor: Actor, company_id: UUID, kind: str) -> HttpResponse:
    here = place(actor, company_id, kind)
    text = exchange.as_json(current(here.company, here.kind))
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="mappings-{here.kind.value}.json"'
    return response


@portal_page(Right.MAP)
@require_http_methods(["GET", "POST"])
def mapping_import(request: HttpRequest, actor: Actor, company_id: UUID, kind: str) -> HttpResponse:
    """First a preview of the differences; a second button takes them over."""
    here = place(actor, company_id, kind)
    form = ImportForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {**here.context, "form": form}
    if request.method != "POST" or not form.is_valid():
        return render(request, "mappings/import.html", context)
    try:
        given = editing.with_locked(exchange.read_json(form.content, here.kind))
    except NotReadable as error:
        context["refusals"] = [messages.message(error.code, **error.parameters)]
        return render(request, "mappings/import.html", context, status=400)
    except Refused as refused:
        context["refusals"] = said(refused.problems, sides_of(here.company, here.kind))
        return render(request, "mappings/import.html", context, status=400)
    if "take_over" in request.POST:
        try:
            seen = stored_version(request.POST)
            editing.take_over(actor, here.company, given, seen, now())
        except SetChanged:
            context["refusals"] = [changed_meanwhile()]
        else:
            saved(request, _("The mappings are imported."))
            return redirect(here.url("mapping_list"))
    context |= _preview(here, given) | {"text": exchange.as_json(given)}
    return render(request, "mappings/import.html", context)


def _preview(here: Place, given: MappingSet) -> dict[str, Any]:
    before = current(here.company, here.kind)
    sides = sides_of(here.company, here.kind)
    return {
        "previewed": True,
        "version": before.version,
        "changes": _changes(exchange.differences(before, given), sides),
        "preview": preview(here.company, before, given),
        "pairs": len(given.pairs),
    }


def _changes(found: Sequence[Difference], sides: Sides) -> list[Change]:
    return [
        Change(
            each,
            words.property_label(each.name, sides.properties),
            str(words.CHANGES[each.change]),
            _told(each.before, sides),
            _told(each.after, sides),
            _reasons(each.after, sides),
        )
        for each in found
    ]


def _reasons(pair: FieldPair | None, sides: Sides) -> list[Message]:
    """What will not work here, told before it is taken over."""
    if pair is None or not sides.is_known:
        return []
    return said(check(pair, sides.properties, sides.fields), sides)


def _told(pair: FieldPair | None, sides: Sides) -> str:
    if pair is None:
        return ""
    parts = [f"{ARROWS[pair.direction]} {words.field_label(pair.field, sides.fields)}"]
    parts += [words.step_label(step) for step in pair.steps]
    if pair.when_empty == "clear":
        parts.append(str(words.WHEN_EMPTY[pair.when_empty]))
    if not pair.enabled:
        parts.append(_("Off"))
    return "; ".join(parts)


# -- versions


@portal_page(Right.MAP)
@require_GET
def mapping_versions(
    request: HttpRequest, actor: Actor, company_id: UUID, kind: str
) -> HttpResponse:
    here = place(actor, company_id, kind)
    rows = list(versions_of(here.company, here.kind).select_related("made_by")[:SHOWN_VERSIONS])
    lines = [(row, words.CHANGES[row.action], _note(here, row)) for row in rows]
    return render(request, "mappings/versions.html", {**here.context, "lines": lines})


def _note(here: Place, row: Any) -> str:
    if row.action == "restored":
        return _("version %(number)s") % {"number": row.note}
    return words.property_label(row.note, sides_of(here.company, here.kind).properties)


@portal_page(Right.MAP)
@require_http_methods(["GET", "POST"])
def mapping_restore(
    request: HttpRequest, actor: Actor, company_id: UUID, kind: str, number: int
) -> HttpResponse:
    """What bringing that version back would change; then it does."""
    here = place(actor, company_id, kind)
    old = version(here.company, here.kind, number)
    if old is None:
        raise Http404
    refusals = []
    if request.method == "POST":
        try:
            seen = stored_version(request.POST)
            editing.restore(actor, here.company, here.kind, number, seen, now())
        except SetChanged:
            refusals = [changed_meanwhile()]
        except Refused as refused:
            refusals = said(refused.problems, sides_of(here.company, here.kind))
        else:
            saved(request, _("Version %(number)s is back.") % {"number": number})
            return redirect(here.url("mapping_list"))
    before, sides = current(here.company, here.kind), sides_of(here.company, here.kind)
    context = {
        **here.context,
        "number": number,
        "refusals": refusals,
        "version": before.version,
        "changes": _changes(exchange.differences(before, replace(old, version=0)), sides),
        "preview": preview(here.company, before, old),
        "back_url": here.url("mapping_versions"),
    }
    return render(request, "mappings/restore.html", context, status=409 if refusals else 200)
