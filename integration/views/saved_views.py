"""Saving, renaming, sharing and deleting a view of a list; each leads back to the list."""

from uuid import UUID

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from integration import messages, saved_views
from integration.access.actors import Actor
from integration.access.pages import portal_page
from integration.access.rights import Right
from integration.clock import now
from integration.saved_views import ViewRefused
from integration.views.preferences import back_to


@portal_page(Right.VIEW)
@require_POST
def save_view(request: HttpRequest, actor: Actor, page: str) -> HttpResponse:
    query = request.POST.get("query", "")
    try:
        found = saved_views.save(actor, page, request.POST.get("name", ""), query, now())
    except ViewRefused as refused:
        notices.error(request, messages.sentence(refused.code, **refused.parameters))
        there = reverse(page, args=[actor.portal.pk])
        return redirect(f"{there}?{saved_views.plain(query)}")
    notices.success(request, _("The view “%(name)s” is saved.") % {"name": found.name})
    return redirect(f"{reverse(page, args=[actor.portal.pk])}?{found.query}")


@portal_page(Right.VIEW)
@require_POST
def change_view(request: HttpRequest, actor: Actor, view_id: UUID) -> HttpResponse:
    """``go``: ``save`` the name and whether it is shared, or ``delete``."""
    home = reverse("home", args=[actor.portal.pk])
    try:
        if request.POST.get("go") == "delete":
            found = saved_views.delete(actor, view_id, now())
            said = _("The view “%(name)s” is deleted.")
        else:
            name, is_shared = request.POST.get("name", ""), bool(request.POST.get("is_shared"))
            found = saved_views.change(actor, view_id, name, is_shared, now())
            said = _("The view “%(name)s” is saved.")
    except ViewRefused as refused:
        notices.error(request, messages.sentence(refused.code, **refused.parameters))
        return back_to(request, home)
    notices.success(request, said % {"name": found.name})
    return back_to(request, home)
