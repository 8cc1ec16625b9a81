"""Sync > Settings > Launch link: have it written on open deals that have none (E-03)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from integration import messages
from integration.access.actors import Actor
from integration.access.pages import portal_page
from integration.access.rights import Right
from integration.clock import now
from sync.engine import launch_links
from sync.engine.launch_links import Progress
from sync.views.common import tabs


@portal_page(Right.MAP)
@require_http_methods(["GET", "POST"])
def launch_links_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What it does, how far it is, and what the last one wrote."""
    if request.method == "POST":
        launch_links.start(actor, now())
        return redirect("sync_launch_links", actor.portal.pk)
    portal, job = actor.portal, launch_links.current(actor.portal)
    trouble = None
    if job is not None and job.last_error:
        trouble = messages.message(job.last_error, **job.last_error_parameters)
    context = {
        "actor": actor,
        "tabs": tabs(actor, "sync_settings"),
        "is_connected": portal.connected_at is not None and portal.disconnected_at is None,
        "progress": None if job is None else Progress.of(job.parameters),
        "trouble": trouble,
        "last": launch_links.last_result(portal),
    }
    return render(request, "sync/launch_links.html", context)
