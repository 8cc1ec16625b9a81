"""Settings > Connected apps, and the first steps of a new portal (S-13 to S-16, B-03)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from integration import standings
from integration.access.actors import Actor
from integration.access.pages import portal_page
from integration.access.rights import Right
from integration.clock import now
from integration.views.settings_pages import settings_tabs


@portal_page(Right.VIEW)
@require_GET
def connections(request: HttpRequest, actor: Actor) -> HttpResponse:
    context = {
        "actor": actor,
        "standings": standings.of(actor, now()),
        "may_connect": actor.may(Right.CONNECT),
        "may_map": actor.may(Right.MAP),
        "tabs": settings_tabs(actor, "connections"),
    }
    return render(request, "integration/connections.html", context)


@portal_page(Right.VIEW)
@require_GET
def first_steps(request: HttpRequest, actor: Actor) -> HttpResponse:
    """HubSpot, then QuickBooks, then the first invoice; each step says what it is for."""
    context = {
        "actor": actor,
        "standings": standings.of(actor, now()),
        "may_connect": actor.may(Right.CONNECT),
        "may_map": actor.may(Right.MAP),
    }
    return render(request, "integration/first_steps.html", context)
