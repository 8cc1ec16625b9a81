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
from integration.models import Company
from sync import services
from sync.forms import ContactsTabForm, ProductsTabForm
from sync.models import SyncObject
from sync.services import Tab
from sync.views.common import object_tabs, tabs

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
    },
    SyncObject.PRODUCTS: {
        "title": gettext_lazy("Products of %(name)s"),
        "heading": gettext_lazy("Products"),
        "on": gettext_lazy("Sync the products of %(name)s?"),
        "off": gettext_lazy("Stop syncing the products of %(name)s?"),
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
    form = FORMS[object](request.POST or None, initial=_initial(stored))
    route = f"sync_{object.value}_tab"
    if request.method == "POST" and form.is_valid():
        chosen = _chosen(form)
        if chosen.enabled != stored.enabled and not form.cleaned_data["confirmed"]:
            question = _question(actor, company, object, chosen)
            return render(request, "sync/confirm_record_tab.html", question)
        services.save_tab(actor, company, object, chosen, now())
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


def _initial(tab: Tab) -> dict[str, Any]:
    return {
        "enabled": tab.enabled,
        "save_policy": tab.save_policy,
        "delete_policy": tab.delete_policy,
        "without_email": tab.without_email,
    }


def _chosen(form: forms.Form) -> Tab:
    found = form.cleaned_data
    return Tab(
        found["enabled"],
        found["save_policy"],
        found["delete_policy"],
        bool(found.get("without_email")),
    )


def _question(actor: Actor, company: Company, object: SyncObject, chosen: Tab) -> dict[str, Any]:
    """A toggle says what will happen, with numbers, before it takes effect (D-26)."""
    back = reverse(f"sync_{object.value}_tab", args=[actor.portal.pk, company.pk])
    asked = WORDS[object]["on" if chosen.enabled else "off"]
    forecast = services.forecast(actor, company, object, chosen) if chosen.enabled else None
    return {
        "actor": actor,
        "company": company,
        "chosen": chosen,
        "forecast": forecast,
        "linked": services.linked_records(company, object),
        "asked": asked % {"name": company.name},
        "object": object.value,
        "form_action": back,
        "back_url": back,
    }
