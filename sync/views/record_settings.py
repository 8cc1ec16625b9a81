"""Sync > Settings: the Contacts and Products tabs of each company (S-78 to S-87, D-26 to D-28)."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from integration.access.actors import Actor
from integration.access.pages import portal_page
from integration.access.rights import Right
from integration.clock import now
from integration.messages import sentence
from integration.models import Company
from sync import services
from sync.forms import ContactsTabForm, ProductsTabForm
from sync.models import SyncObject
from sync.services import Tab
from sync.tabs import TabRefused, refuse_two_makers
from sync.views.common import ignores_traces, object_tabs, tabs
from sync.views.tab_changes import initial, saved, told

FORMS: dict[SyncObject, type[forms.Form]] = {
    SyncObject.CONTACTS: ContactsTabForm,
    SyncObject.PRODUCTS: ProductsTabForm,
}
WORDS = {
    SyncObject.CONTACTS: {
        "title": gettext_lazy("Contacts of %(name)s"),
        "heading": gettext_lazy("Contacts"),
        "on": gettext_lazy("Sync the customers of %(name)s?"),
        "off": gettext_lazy("Stop syncing the customers of %(name)s?"),
        "back": gettext_lazy("Let HubSpot change the customers of %(name)s?"),
    },
    SyncObject.PRODUCTS: {
        "title": gettext_lazy("Products of %(name)s"),
        "heading": gettext_lazy("Products"),
        "on": gettext_lazy("Sync the products of %(name)s?"),
        "off": gettext_lazy("Stop syncing the products of %(name)s?"),
        "back": gettext_lazy("Let HubSpot change the products of %(name)s?"),
    },
}


@portal_page(Right.MAP)
@require_http_methods(["GET", "POST"])
def contacts_tab(request: HttpRequest, actor: Actor, company_id: UUID) -> HttpResponse:
    return _tab(request, actor, actor.company(company_id, Right.MAP), SyncObject.CONTACTS)


@portal_page(Right.MAP)
@require_http_methods(["GET", "POST"])
def products_tab(request: HttpRequest, actor: Actor, company_id: UUID) -> HttpResponse:
    return _tab(request, actor, actor.company(company_id, Right.MAP), SyncObject.PRODUCTS)


def _tab(request: HttpRequest, actor: Actor, company: Company, object: SyncObject) -> HttpResponse:
    stored = services.tab(company, object)
    form = FORMS[object](request.POST or None, initial=initial(stored))
    route = f"sync_{object.value}_tab"
    if request.method == "POST" and form.is_valid():
        chosen = chosen_of(form, stored)
        if told(form, company, stored, chosen) or _refused(form, company, object, chosen):
            pass
        elif _must_ask(request, company, form, stored, chosen):
            question = _question(actor, company, object, stored, chosen)
            question["must_tick_traces"] = form.cleaned_data["confirmed"]
            question["seen"] = stored.as_seen()
            return render(request, "sync/confirm_record_tab.html", question)
        elif saved(form, actor, company, object, stored, chosen):
            said = _("What is synced from %(name)s is saved.")
            notices.success(request, said % {"name": company.name})
            return redirect(route, actor.portal.pk, company.pk)
    context = {
        "actor": actor,
        "company": company,
        "companies": list(actor.companies().order_by("name")),
        "form": form,
        "tabs": tabs(actor, "sync_settings"),
        "objects": object_tabs(actor, company, object.value),
        "route": route,
        "object": object.value,
        "title": WORDS[object]["title"] % {"name": company.name},
        "heading": WORDS[object]["heading"],
    }
    return render(request, "sync/record_tab.html", context)


def _must_ask(
    request: HttpRequest, company: Company, form: forms.Form, stored: Tab, chosen: Tab
) -> bool:
    """What it would do, or that HubSpot's own app was found, is to be confirmed first."""
    if chosen.asks_after(stored) and not form.cleaned_data["confirmed"]:
        return True
    return chosen.enabled and not stored.enabled and ignores_traces(request, company)


def chosen_of(form: forms.Form, stored: Tab) -> Tab:
    """A direction or rule that was not posted stays as it is."""
    found = form.cleaned_data
    return Tab(
        found["enabled"],
        found["save_policy"],
        found["delete_policy"],
        bool(found.get("without_email")),
        found["direction"] or stored.direction,
        found["conflict_rule"] or stored.conflict_rule,
        found["creates_in_quickbooks"],
    )


def _refused(form: forms.Form, company: Company, object: SyncObject, chosen: Tab) -> bool:
    try:
        refuse_two_makers(company, object, chosen)
    except TabRefused as error:
        form.add_error("creates_in_quickbooks", sentence(error.code, **error.parameters))
        return True
    return False


def _question(
    actor: Actor, company: Company, object: SyncObject, stored: Tab, chosen: Tab
) -> dict[str, Any]:
    """What will happen, with numbers, before it takes effect (D-26)."""
    back = reverse(f"sync_{object.value}_tab", args=[actor.portal.pk, company.pk])
    goes_on = chosen.enabled and not stored.enabled
    is_told = goes_on and chosen.tells_hubspot
    asked = WORDS[object]["off" if not chosen.enabled else "on" if goes_on else "back"]
    return {
        "actor": actor,
        "company": company,
        "chosen": chosen,
        "forecast": services.forecast(actor, company, object, chosen) if is_told else None,
        "back": services.forecast_back(actor, company, object, now())
        if chosen.tells_quickbooks
        else None,
        "goes_on": goes_on,
        "linked": services.linked_records(company, object),
        "asked": asked % {"name": company.name},
        "object": object.value,
        "form_action": back,
        "back_url": back,
    }
