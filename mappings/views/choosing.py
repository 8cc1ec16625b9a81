"""Existing properties as targets of our own values (D-25)."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from integration import messages
from integration.access.actors import Actor
from integration.access.pages import portal_page
from integration.access.rights import Right
from integration.clock import now
from integration.property_catalogue import catalogue
from integration.records.hubspot import PropertyDefinition
from mappings.catalog import DEALS, INVOICES, PREFIX
from mappings.targets import TargetLine, choices, choose, target_lines
from mappings.views.common import Tab

NOWHERE = "-"


class TargetForm(forms.Form):
    """One drop-down for each value; the first choice is our own property."""

    def __init__(
        self,
        *args: Any,
        lines: list[TargetLine],
        kind: str,
        properties: Mapping[str, PropertyDefinition],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.lines = lines
        for line in lines:
            own = own_name(line.value)
            offered = [(own, _("%(label)s (%(name)s)") % {"label": line.label, "name": own})]
            offered += choices(kind, line, properties)
            if not line.is_fixed:
                offered.append((NOWHERE, _("Do not write this value")))
            self.fields[line.value] = forms.ChoiceField(
                label=line.label,
                choices=offered,
                initial=line.property or NOWHERE,
                disabled=line.is_fixed,
                widget=forms.Select(attrs={"class": "input"}),
            )

    def clean(self) -> dict[str, Any]:
        """Two values in one property would take turns."""
        found = super().clean() or {}
        seen: dict[str, str] = {}
        for value, name in list(found.items()):
            if name != NOWHERE and name in seen:
                other = self.fields[seen[name]].label
                text = _("“%(other)s” goes to this property already. Choose another one.")
                self.add_error(value, text % {"other": other})
            seen[name] = value
        return found

    def rows(self) -> list[tuple[TargetLine, Any]]:
        return [(line, self[line.value]) for line in self.lines]


def own_name(value: str) -> str:
    return value if value.startswith("hs_") else PREFIX + value


@portal_page(Right.MAP)
@require_http_methods(["GET", "POST"])
def property_targets(request: HttpRequest, actor: Actor, object_kind: str) -> HttpResponse:
    listed = catalogue(actor.portal, object_kind)
    lines = list(target_lines(actor.portal, object_kind, listed.properties))
    form = TargetForm(
        request.POST or None, lines=lines, kind=object_kind, properties=listed.properties
    )
    if request.method == "POST" and form.is_valid():
        chosen = {
            value: "" if name == NOWHERE else name for value, name in form.cleaned_data.items()
        }
        count = choose(actor, object_kind, chosen, now())
        text = _("The properties are saved. Records are written there when they change next.")
        notices.success(request, text if count else _("Nothing was changed."))
        return redirect("property_targets", actor.portal.pk, object_kind)
    context = {
        "actor": actor,
        "form": form,
        "object_kind": object_kind,
        "listed": listed,
        "problem": messages.message(listed.problem) if listed.problem else None,
        "tabs": _tabs(actor, object_kind),
        "mappings_url": reverse("mappings", args=[actor.portal.pk]),
    }
    status = 400 if form.is_bound and form.errors else 200
    return render(request, "mappings/targets.html", context, status=status)


def _tabs(actor: Actor, current: str) -> list[Tab]:
    return [
        Tab(label, reverse("property_targets", args=[actor.portal.pk, kind]), kind == current)
        for kind, label in ((DEALS, _("Deals")), (INVOICES, _("Invoices")))
    ]
