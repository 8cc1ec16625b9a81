"""The way to a vendor's consent page and back (D-01, D-02, control 1)."""

from uuid import UUID

from django.contrib import messages as notices
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from integration import connections, messages
from integration.access.actors import Actor
from integration.access.pages import portal_page, signed_in_page
from integration.access.rights import Right
from integration.access.routes import Door, entrance
from integration.access.throttles import throttled
from integration.clock import now
from integration.connections import ConnectRefused
from integration.models import Company, PendingConnection, Person, Portal
from integration.models.grants import Purpose, Vendor

STARTS, WINDOW_SECONDS = 20, 600
CONNECTING = "connecting_portal"
"""In the session: the portal whose page sent the person away, to come back to after a refusal."""
LEFT, PAGES_LEFT = "connecting_page", ("first_steps",)
"""In the session: which page of it that was, where it is not Connected apps."""


@portal_page(Right.CONNECT)
@require_POST
@throttled("connect", STARTS, WINDOW_SECONDS)
def connect(request: HttpRequest, actor: Actor, vendor: str) -> HttpResponse:
    """To the vendor's consent page; HubSpot a second time is a reconnect of this portal."""
    is_known = vendor == Vendor.HUBSPOT and actor.portal.hub_id is not None
    purpose = Purpose.RECONNECT if is_known else Purpose.NEW
    return _leave(request, actor, vendor, purpose, actor.portal)


@portal_page(Right.CONNECT)
@require_POST
@throttled("connect", STARTS, WINDOW_SECONDS)
def reconnect_company(request: HttpRequest, actor: Actor, company_id: UUID) -> HttpResponse:
    company = actor.company(company_id, Right.CONNECT)
    return _leave(request, actor, Vendor.QUICKBOOKS, Purpose.RECONNECT, actor.portal, company)


@signed_in_page
@require_POST
@throttled("connect", STARTS, WINDOW_SECONDS)
def connect_new_portal(request: HttpRequest) -> HttpResponse:
    """A HubSpot portal that is new here; who connects it becomes its owner."""
    if not isinstance(request.user, Person):
        raise Http404
    return _leave(request, request.user, Vendor.HUBSPOT, Purpose.NEW, None)


@require_GET
def come_back(request: HttpRequest, vendor: str) -> HttpResponse:
    """Where the vendor sends the browser. The address holds a code, so the answer is always 302.

    Whoever is no longer signed in signs in without it: a new session could not use it anyway.
    """
    if not request.user.is_authenticated:
        return _quiet(redirect_to_login(reverse("front_door")))
    try:
        url = _finish(request, vendor)
    except ConnectRefused as refused:
        notices.error(request, messages.sentence(refused.code, **refused.parameters))
        url = _sent_from(request)
    return _quiet(HttpResponseRedirect(url))


def _quiet(response: HttpResponse) -> HttpResponse:
    response["Referrer-Policy"] = "no-referrer"
    return response


entrance(come_back, Door.SIGNED_IN, reason="the state is bound to a person's session")


@portal_page(Right.CONNECT)
@require_http_methods(["GET", "POST"])
def confirm_connection(request: HttpRequest, actor: Actor, pending_id: UUID) -> HttpResponse:
    """``Connect <name> (<country>, <currency>) to portal <domain>?``; nothing is stored before."""
    if request.method == "POST":
        return _decide(request, actor, pending_id)
    held = PendingConnection.objects.for_portal(actor.portal).filter(person=actor.person)
    pending = held.filter(pk=pending_id).first()
    if pending is None:
        notices.error(request, messages.sentence("connect.pending_gone"))
        return redirect("connections", portal_id=actor.portal.pk)
    context = {"actor": actor, "pending": pending, "facts": pending.facts}
    return render(request, "integration/confirm_connection.html", context)


def _leave(
    request: HttpRequest,
    actor: Actor | Person,
    vendor: str,
    purpose: Purpose,
    portal: Portal | None,
    company: Company | None = None,
) -> HttpResponse:
    request.session[CONNECTING] = str(portal.pk) if portal else ""
    asked = request.POST.get("sent_from", "")
    request.session[LEFT] = asked if asked in PAGES_LEFT else ""
    try:
        url = connections.begin(
            actor,
            vendor,
            purpose,
            portal=portal,
            company=company,
            session_key=request.session.session_key or "",
            now=now(),
        )
    except ConnectRefused as refused:
        notices.error(request, messages.sentence(refused.code, **refused.parameters))
        url = _sent_from(request)
    return HttpResponseRedirect(url)


def _finish(request: HttpRequest, vendor: str) -> str:
    """Complete the trip; where to go on. Raises ``ConnectRefused``."""
    person, instant = request.user, now()
    if not isinstance(person, Person):
        raise Http404
    key = request.session.session_key or ""
    if vendor == Vendor.HUBSPOT:
        portal = connections.finish_hubspot(person, request.GET, key, instant)
        notices.success(request, _("HubSpot is connected: %(name)s.") % {"name": _name(portal)})
        return _next_step(portal)
    found = connections.finish_quickbooks(person, request.GET, key, instant)
    if isinstance(found, PendingConnection):
        return reverse("confirm_connection", args=[found.portal_id, found.pk])
    notices.success(request, _("%(name)s is connected again.") % {"name": found.name})
    return reverse("connections", args=[found.portal_id])


def _decide(request: HttpRequest, actor: Actor, pending_id: UUID) -> HttpResponse:
    """Yes or no; either way the pending connection is gone afterwards."""
    target = "connections"
    try:
        if request.POST.get("answer") == "connect":
            company = connections.confirm(actor, pending_id, now())
            said = _("%(name)s is connected. Its customers and products are being read now.")
            notices.success(request, said % {"name": company.name})
            target = "connections" if actor.companies().count() > 1 else "first_steps"
        else:
            name = connections.decline(actor, pending_id, now())
            notices.info(request, messages.sentence("connect.declined", company=name))
    except ConnectRefused as refused:
        notices.error(request, messages.sentence(refused.code, **refused.parameters))
    return redirect(target, portal_id=actor.portal.pk)


def _next_step(portal: Portal) -> str:
    """The first steps until a company is connected."""
    has_company = Company.objects.for_portal(portal).filter(disconnected_at=None).exists()
    return reverse("connections" if has_company else "first_steps", args=[portal.pk])


def _sent_from(request: HttpRequest) -> str:
    """The page the person left for the vendor."""
    portal_id = request.session.pop(CONNECTING, "")
    route = request.session.pop(LEFT, "") or "connections"
    return reverse(route, args=[portal_id]) if portal_id else reverse("portals")


def _name(portal: Portal) -> str:
    return portal.domain or portal.name
