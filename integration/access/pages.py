"""Decorators that let people into pages: ``(request, actor, …)`` is what a view receives.

``portal_page`` stands on everything below ``/p/<uuid:portal_id>/``; ``record_page`` on pages of one
deal, contact or company that also live inside HubSpot's frame below ``/embed/``; ``signed_in_page`` and ``public_page``
on the few others. All record the entrance, which ``tests/security`` walks.
"""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any
from uuid import UUID

import structlog
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, register_converter, reverse
from django.urls.converters import StringConverter

from integration.access import actors, embed, error_pages
from integration.access.actors import Actor, Forbidden
from integration.access.rights import Right
from integration.access.routes import Door, entrance
from integration.clock import now

View = Callable[..., HttpResponse]
SAFE_METHODS = ("GET", "HEAD")
EMBEDDED = "embed-"
"""Prefix of the route names inside the frame."""


def portal_page(right: Right, *, all_deals: bool = False) -> Callable[[View], View]:
    """A page of one portal.

    Not signed in: to the sign-in page. Not a member, or a company of another portal: 404. Without
    the right, also for the ``company_id`` of the address: 403. ``all_deals`` is for pages that show
    every deal's data at once: people limited to their deals (D-05) get 403. The actor is on
    ``request.actor``.
    """

    def wrap(view: View) -> View:
        @wraps(view)
        @login_required
        def page(
            request: HttpRequest, portal_id: UUID, *arguments: Any, **named: Any
        ) -> HttpResponse:
            actor = actors.from_request(request, portal_id)
            if all_deals and not actor.sees_all_deals:
                raise Forbidden("access.all_deals")
            return _let_in(view, request, actor, right, arguments, named)

        return entrance(page, Door.PORTAL, right, all_deals=all_deals)

    return wrap


class RecordKind(StringConverter):
    """HubSpot's records that invoices hang on (S-64)."""

    regex = "deals|contacts|companies"


register_converter(RecordKind, "record_kind")


def record_page(right: Right) -> Callable[[View], View]:
    """A page of the deal ``deal_id``, or of the ``object_kind`` record ``record_id`` (HubSpot's
    ids), in the product or inside HubSpot's frame.

    Register it with ``record_paths`` or ``crm_record_paths``. Below ``/p/`` it is a ``portal_page``;
    below ``/embed/`` the frame's session for that record decides: without one, the page that says
    how to open it again (401). ``Actor.sees_deal`` or ``sees_record`` remains to be asked once the
    record is known.
    """

    def wrap(view: View) -> View:
        in_portal = portal_page(right)(view)

        @wraps(view)
        def page(request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
            if "portal_id" in named:
                return in_portal(request, *arguments, **named)
            actor = embed.actor_of(request, _record_of(named), now())
            if isinstance(actor, HttpResponse):
                return actor
            if request.method not in SAFE_METHODS and not embed.is_same_origin(request):
                return error_pages.csrf_failure(request)
            return _let_in(view, request, actor, right, arguments, named)

        return entrance(page, Door.RECORD, right)

    return wrap


def _record_of(named: Mapping[str, Any]) -> tuple[str, str]:
    """(kind, id) of the record in the address."""
    if "deal_id" in named:
        return "deals", str(named["deal_id"])
    return str(named["object_kind"]), str(named["record_id"])


def signed_in_page(view: View) -> View:
    """A page for any signed-in person that shows nothing of a portal by itself."""
    return entrance(wraps(view)(login_required(view)), Door.SIGNED_IN)


def public_page(reason: str) -> Callable[[View], View]:
    """A page that needs nobody signed in; the reason is for the reader of the route table."""

    def wrap(view: View) -> View:
        return entrance(view, Door.PUBLIC, reason=reason)

    return wrap


def record_paths(route: str, view: View, name: str) -> list[URLPattern]:
    """Both addresses of a ``record_page``; ``route`` is what follows the deal.

    ``record_paths("invoice/<str:step>/", wizard_step, "wizard-step")`` gives
    ``/p/<portal>/deals/<deal>/invoice/<step>/`` as ``wizard-step`` and
    ``/embed/deals/<deal>/invoice/<step>/`` as ``embed-wizard-step``.
    """
    return [
        path(f"p/<uuid:portal_id>/deals/<str:deal_id>/{route}", view, name=name),
        path(f"embed/deals/<str:deal_id>/{route}", view, name=f"{EMBEDDED}{name}"),
    ]


def crm_record_paths(route: str, view: View, name: str) -> list[URLPattern]:
    """The same for pages that a deal, a contact and a company have alike (``object_kind``)."""
    record = f"<record_kind:object_kind>/<str:record_id>/{route}"
    return [
        path(f"p/<uuid:portal_id>/{record}", view, name=name),
        path(f"embed/{record}", view, name=f"{EMBEDDED}{name}"),
    ]


def record_url(actor: Actor, name: str, deal_id: str, **named: Any) -> str:
    """The address of a record page on the side the actor is on."""
    return _here(actor, name, deal_id=deal_id, **named)


def crm_record_url(actor: Actor, name: str, kind: str, record_id: str, **named: Any) -> str:
    """The same for pages of ``crm_record_paths``."""
    return _here(actor, name, object_kind=kind, record_id=record_id, **named)


def _here(actor: Actor, name: str, **named: Any) -> str:
    if actor.origin == "embed":
        return reverse(f"{EMBEDDED}{name}", kwargs=named)
    return reverse(name, kwargs={"portal_id": actor.portal.pk, **named})


def _let_in(
    view: View,
    request: HttpRequest,
    actor: Actor,
    right: Right,
    arguments: tuple[Any, ...],
    named: dict[str, Any],
) -> HttpResponse:
    structlog.contextvars.bind_contextvars(portal=str(actor.portal.pk))
    request.actor = actor  # type: ignore[attr-defined]
    actor.require(right)
    if "company_id" in named:
        actor.company(named["company_id"], right)
    return view(request, actor, *arguments, **named)
