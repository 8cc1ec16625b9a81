"""Sync > Settings: the Invoices tab of each company (S-111, S-112, D-26 to D-28)."""

from typing import Any
from uuid import UUID

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from integration.access.actors import Actor
from integration.access.pages import portal_page
from integration.access.rights import Right
from integration.models import Company
from sync import services
from sync.forms import InvoicesTabForm
from sync.models import SyncObject
from sync.services import Tab
from sync.views.common import ignores_traces, object_tabs, tabs
from sync.views.tab_changes import initial, saved, told


@portal_page(Right.MAP)
@require_GET
def settings_index(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The companies; straight to the only one when there is one."""
    companies = list(actor.companies().order_by("name"))
    if len(companies) == 1:
        return redirect("sync_invoices_tab", actor.portal.pk, companies[0].pk)
    rows = [
        (each, {name.value: services.tab(each, name).enabled for name in SyncObject})
        for each in companies
    ]
    context = {"actor": actor, "tabs": tabs(actor, "sync_settings"), "rows": rows}
    return render(request, "sync/settings.html", context)


@portal_page(Right.MAP)
@require_http_methods(["GET", "POST"])
def invoices_tab(request: HttpRequest, actor: Actor, company_id: UUID) -> HttpResponse:
    company = actor.company(company_id, Right.MAP)
    stored = services.tab(company, SyncObject.INVOICES)
    form = InvoicesTabForm(request.POST or None, initial=initial(stored))
    chosen = chosen_of(form) if request.method == "POST" and form.is_valid() else None
    if chosen is not None and not told(form, company, stored, chosen):
        asks = chosen.enabled != stored.enabled and not form.cleaned_data["confirmed"]
        ignores = chosen.enabled and not stored.enabled and ignores_traces(request, company)
        if asks or ignores:
            question = {
                **_question(actor, company, chosen),
                "must_tick_traces": not asks,
                "seen": stored.as_seen(),
            }
            return render(request, "sync/confirm_tab.html", question)
        if saved(form, actor, company, SyncObject.INVOICES, stored, chosen):
            said = _("What is synced from %(name)s is saved.")
            notices.success(request, said % {"name": company.name})
            return redirect("sync_invoices_tab", actor.portal.pk, company.pk)
    context = {
        "actor": actor,
        "company": company,
        "companies": list(actor.companies().order_by("name")),
        "form": form,
        "tabs": tabs(actor, "sync_settings"),
        "objects": object_tabs(actor, company, "invoices"),
    }
    return render(request, "sync/invoices_tab.html", context)


def chosen_of(form: InvoicesTabForm) -> Tab:
    found = form.cleaned_data
    return Tab(found["enabled"], found["save_policy"], found["delete_policy"])


def _question(actor: Actor, company: Company, chosen: Tab) -> dict[str, Any]:
    """A toggle says what will happen, with numbers, before it takes effect (D-26)."""
    back = reverse("sync_invoices_tab", args=[actor.portal.pk, company.pk])
    return {
        "actor": actor,
        "company": company,
        "chosen": chosen,
        "counts": services.counts(company),
        "form_action": back,
        "back_url": back,
    }
