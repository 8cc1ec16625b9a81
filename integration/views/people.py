"""Settings > People: who belongs to the portal, with which role and companies (D-04, D-05)."""

from typing import Any
from uuid import UUID

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from integration import company_settings, members, messages
from integration.access.actors import Actor
from integration.access.pages import portal_page
from integration.access.rights import PRESETS, WORDS, Right
from integration.clock import now
from integration.forms import DealScopeForm, MemberForm
from integration.models import Company, Membership
from integration.models.people import Role
from integration.views.settings_pages import settings_tabs


@portal_page(Right.PEOPLE)
@require_http_methods(["GET", "POST"])
def people(request: HttpRequest, actor: Actor) -> HttpResponse:
    form = DealScopeForm(request.POST or None, initial={"deal_scope": actor.portal.deal_scope})
    if request.method == "POST" and form.is_valid():
        company_settings.change_deal_scope(actor, form.cleaned_data["deal_scope"], now())
        notices.success(request, _("The reach of sales reps is saved."))
        return redirect("people", actor.portal.pk)
    context = {
        "actor": actor,
        "members": _members(actor),
        "form": form,
        "tabs": settings_tabs(actor, "people"),
    }
    return render(request, "integration/people.html", context)


@portal_page(Right.PEOPLE)
@require_http_methods(["GET", "POST"])
def member(request: HttpRequest, actor: Actor, membership_id: UUID) -> HttpResponse:
    membership = _member(actor, membership_id)
    companies = Company.objects.for_portal(actor.portal).order_by("name")
    form = MemberForm(request.POST or None, membership=membership, companies=companies)
    if request.method == "POST" and form.is_valid():
        try:
            members.change(
                actor,
                membership,
                role=Role(form.cleaned_data["role"]),
                companies=list(form.cleaned_data["companies"]),
                hubspot_user_id=form.cleaned_data["hubspot_user_id"],
                now=now(),
            )
        except members.MemberRefused as refused:
            form.add_error(None, messages.sentence(refused.code, **refused.parameters))
        else:
            said = _("The role and companies of %(name)s are saved.")
            notices.success(request, said % {"name": membership.person})
            return redirect("people", actor.portal.pk)
    context = {
        "actor": actor,
        "membership": membership,
        "form": form,
        "roles": _roles(),
        "is_self": actor.person is not None and membership.person_id == actor.person.pk,
        "tabs": settings_tabs(actor, "people"),
    }
    return render(request, "integration/member.html", context)


@portal_page(Right.PEOPLE)
@require_http_methods(["GET", "POST"])
def remove_member(request: HttpRequest, actor: Actor, membership_id: UUID) -> HttpResponse:
    membership = _member(actor, membership_id)
    if request.method == "POST":
        try:
            members.remove(actor, membership, now())
        except members.MemberRefused as refused:
            notices.error(request, messages.sentence(refused.code, **refused.parameters))
        else:
            said = _("%(name)s no longer belongs to this portal.")
            notices.success(request, said % {"name": membership.person})
        return redirect("people", actor.portal.pk)
    context = {"actor": actor, "membership": membership, "back_url": "..", "danger": True}
    return render(request, "integration/remove_member.html", context)


def _members(actor: Actor) -> list[Membership]:
    found = Membership.objects.for_portal(actor.portal).select_related("person")
    return list(found.prefetch_related("companies").order_by("person__name", "person__email"))


def _member(actor: Actor, membership_id: UUID) -> Membership:
    found = Membership.objects.for_portal(actor.portal).select_related("person", "portal")
    return get_object_or_404(found, pk=membership_id)


def _roles() -> list[dict[str, Any]]:
    """What each role may do, in words."""
    return [
        {"label": role.label, "words": [WORDS[right] for right in WORDS if right in PRESETS[role]]}
        for role in Role
    ]
