"""The end of a connection: what will happen, with numbers, then the question (D-03)."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from integration import connections, jobs
from integration.access.actors import Actor
from integration.access.pages import portal_page
from integration.access.rights import Right
from integration.clock import now
from integration.forms import DisconnectForm
from integration.models import Company, RecordLink


@dataclass(frozen=True)
class Effect:
    """What stands behind a company at this moment."""

    links: int
    waiting_jobs: int


@portal_page(Right.CONNECT)
@require_http_methods(["GET", "POST"])
def disconnect_company(request: HttpRequest, actor: Actor, company_id: UUID) -> HttpResponse:
    company = actor.company(company_id, Right.CONNECT)
    form = DisconnectForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        connections.disconnect_company(actor, company, form.cleaned_data["choice"], now())
        notices.success(request, _("%(name)s is disconnected.") % {"name": company.name})
        return redirect("connections", portal_id=actor.portal.pk)
    context = {
        "actor": actor,
        "form": form,
        "company": company,
        "effect": _effect(actor, company),
        "back_url": reverse("connections", args=[actor.portal.pk]),
        "danger": True,
    }
    return render(request, "integration/disconnect_company.html", context)


@portal_page(Right.CONNECT)
@require_http_methods(["GET", "POST"])
def disconnect_portal(request: HttpRequest, actor: Actor) -> HttpResponse:
    if request.method == "POST":
        connections.disconnect_portal(actor, actor.portal, now())
        notices.success(request, _("HubSpot is disconnected."))
        return redirect("connections", portal_id=actor.portal.pk)
    context = {
        "actor": actor,
        "company_count": actor.companies().count(),
        "back_url": reverse("connections", args=[actor.portal.pk]),
        "danger": True,
    }
    return render(request, "integration/disconnect_portal.html", context)


def _effect(actor: Actor, company: Company) -> Effect:
    links = RecordLink.objects.for_portal(actor.portal).filter(company=company).count()
    return Effect(links, jobs.open_jobs(actor.portal, company).count())
