"""Sync > HubSpot's own QuickBooks app: what was found of it, look again, dismiss (D-33)."""

from uuid import UUID

from django import forms
from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from integration.access.actors import Actor
from integration.access.pages import portal_page
from integration.access.rights import Right
from integration.clock import now
from sync.coexistence import decisions
from sync.views import words
from sync.views.common import tabs


class DismissForm(forms.Form):
    """Why the traces do not matter."""

    why = forms.CharField(
        label=gettext_lazy("Why they do not matter"),
        max_length=decisions.LONGEST,
        help_text=gettext_lazy(
            "For example: the app was removed last year. It is kept in the log."
        ),
        error_messages={"required": gettext_lazy("Say why in a few words.")},
    )


@portal_page(Right.MAP)
@require_http_methods(["GET", "POST"])
def coexistence(request: HttpRequest, actor: Actor, company_id: UUID) -> HttpResponse:
    """The findings; posted, they are dismissed with a reason."""
    company = actor.company(company_id, Right.MAP)
    form = DismissForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if decisions.dismiss(actor, company, form.cleaned_data["why"], now()):
            notices.success(request, _("Dismissed. You are told when more is found."))
        return redirect("sync_coexistence", actor.portal.pk, company.pk)
    found = decisions.standing(company)
    trouble = words.reason(found.row.error, found.row.error_parameters) if found else None
    context = {
        "actor": actor,
        "company": company,
        "tabs": tabs(actor, "sync_settings"),
        "found": found,
        "form": form,
        "trouble": trouble,
    }
    return render(request, "sync/coexistence.html", context)


@portal_page(Right.MAP)
@require_POST
def look_again(request: HttpRequest, actor: Actor, company_id: UUID) -> HttpResponse:
    company = actor.company(company_id, Right.MAP)
    decisions.look_again(actor, company, now())
    notices.info(request, _("HubSpot is looked at now. Come back in a moment."))
    return redirect("sync_coexistence", actor.portal.pk, company.pk)
