"""What stands between a view and its page: wrong turns become sentences with a way on (control 28)."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from integration import messages
from integration.access import error_pages
from integration.access.actors import Actor
from integration.access.pages import record_url
from integration.gateways.errors import GatewayError
from invoices.creation import DRAFT_LIFE
from invoices.deals import DealUnknown
from invoices.drafts import DraftClosed, DraftUnknown
from invoices.facts import ReferenceMissing
from invoices.models.drafts import DraftState

View = Callable[..., HttpResponse]


def with_sentences(view: View) -> View:
    """``view(request, actor, deal_id, …)``: unknown, closed and not-yet-read things are explained."""

    @wraps(view)
    def answered(request: HttpRequest, actor: Actor, deal_id: str, **named: Any) -> HttpResponse:
        try:
            return view(request, actor, deal_id, **named)
        except (DealUnknown, DraftUnknown):
            return error_pages.show(request, 404, "deal.unknown")
        except DraftClosed as closed:
            return _closed(request, actor, deal_id, closed)
        except ReferenceMissing:
            company = named.get("company", "")
            return explained(request, actor, deal_id, "draft.reference_missing", company=company)
        except GatewayError as error:
            return of_gateway(request, actor, deal_id, error)

    return answered


def explained(
    request: HttpRequest,
    actor: Actor,
    deal_id: str,
    code: str,
    status: int = 409,
    **parameters: Any,
) -> HttpResponse:
    """A page of one message, with the way back to the deal."""
    context = {
        "message": messages.message(code, **parameters),
        "actor": actor,
        "deal_url": record_url(actor, "panel", deal_id),
        "again_url": request.get_full_path() if request.method == "GET" else "",
    }
    return render(request, "invoices/explained.html", context, status=status)


def of_gateway(
    request: HttpRequest, actor: Actor, deal_id: str, error: GatewayError
) -> HttpResponse:
    parameters = {**error.parameters, "vendor": error.vendor}
    return explained(request, actor, deal_id, error.code, 503, **parameters)


def _closed(request: HttpRequest, actor: Actor, deal_id: str, closed: DraftClosed) -> HttpResponse:
    """Submitted: on to what became of it. Expired: everything typed is still there."""
    draft = closed.draft
    if closed.state in (DraftState.SUBMITTED, DraftState.DONE):
        return redirect(record_url(actor, "wizard-result", deal_id, draft_id=draft.pk))
    code = "draft.expired" if closed.state == "expired" else "draft.discarded"
    context = {
        "message": messages.message(code, days=DRAFT_LIFE.days),
        "actor": actor,
        "deal_url": record_url(actor, "panel", deal_id),
        "revive_url": (
            record_url(actor, "wizard-revive", deal_id, draft_id=draft.pk)
            if closed.state == "expired"
            else ""
        ),
    }
    return render(request, "invoices/explained.html", context, status=409)
