"""The settings' tabs, and where "Settings" leads."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from integration.access.actors import Actor
from integration.access.pages import portal_page
from integration.access.rights import Right

# (route, label, right); a tab whose route does not exist is not shown.
TABS: tuple[tuple[str, Promise, Right], ...] = (
    ("connections", _("Connected apps"), Right.VIEW),
    ("company_settings", _("Companies"), Right.MAP),
    ("people", _("People"), Right.PEOPLE),
    ("api_tokens", _("API tokens"), Right.VIEW),
    ("audit_log", _("Audit log"), Right.AUDIT),
)


@dataclass(frozen=True)
class Tab:
    label: str
    url: str
    is_current: bool


def settings_tabs(actor: Actor, current: str) -> list[Tab]:
    """Those the person may open; ``current`` is the route of the page."""
    found = []
    for route, label, right in TABS:
        url = _url(route, actor)
        if url and actor.may(right):
            found.append(Tab(str(label), url, route == current))
    return found


def _url(route: str, actor: Actor) -> str:
    try:
        return reverse(route, kwargs={"portal_id": actor.portal.pk})
    except NoReverseMatch:
        return ""


@portal_page(Right.VIEW)
@require_GET
def settings_index(request: HttpRequest, actor: Actor) -> HttpResponse:
    return redirect("connections", portal_id=actor.portal.pk)
