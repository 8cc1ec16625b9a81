"""``Idempotency-Key``: a POST that arrives twice has one effect and one answer (B-30, control 37).

    class SendInvoice(PortalApiView):
        rights = {"POST": Right.SEND}

        def check_reach(self, invoice_id: UUID) -> None:
            "Raises Http404 or Forbidden; asked before the work and before every repeat."

        @extend_schema(parameters=[KEY], ...)
        @once
        def post(self, request: Request, invoice_id: UUID) -> Response:
            operation = start(..., id=self.operation_id)

``once`` refuses a call without a key (400), the same key with another body or address (422), and
one that is still being worked on (409). ``self.operation_id`` is fixed with the key: give it to the
row that the work makes (``get_or_create(pk=…)``), so that a repeat after a crash or an error carries
on with that row instead of starting a second one. An answer below 500 is kept, sealed, for a day
and given again with ``Idempotency-Replayed: true``; an error that was raised is not kept, so the
same call may be made again. After a day the key still has no second effect: 409 says so.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

import simplejson
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from drf_spectacular.utils import OpenApiParameter
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from integration import jobs, vault
from integration.api.base import PortalApiView
from integration.api.errors import ApiProblem
from integration.clock import now
from integration.models.idempotency import IdempotentCall
from integration.models.jobs import Job

HEADER, REPLAYED = "Idempotency-Key", "Idempotency-Replayed"
LONGEST = 255
KEPT = timedelta(days=1)
BUSY = timedelta(minutes=2)
"""A request that has not answered by then died; the same call may be made again."""
FORGET = "api.forget_answers"

KEY = OpenApiParameter(
    HEADER,
    str,
    OpenApiParameter.HEADER,
    required=True,
    description="Chosen by you, new for each thing you want done, at most 255 printable ASCII "
    "characters. The same call with the same key has one effect and gives the same answer.",
)
Method = Callable[..., Response]


def once(method: Method) -> Method:
    """Decorates a method of a ``PortalApiView``; see the module."""

    @wraps(method)
    def called(view: Any, request: Request, *places: Any, **named: Any) -> Response:
        reach = getattr(view, "check_reach", None)
        if reach is not None:
            reach(*places, **named)
        call = _begin(view, request)
        if call.status is not None:
            return _again(call)
        view.operation_id = call.operation_id
        try:
            response = method(view, request, *places, **named)
        except BaseException:
            _let_go(call)
            raise
        _keep(call, response)
        return response

    return called


def forget_answers(job: Job, lease: jobs.Lease, now: datetime) -> jobs.Again | None:
    """``api.forget_answers``: bodies go after a day, keys stay (control 37)."""
    kept = IdempotentCall.objects.for_portal(job.portal).exclude(answer="")
    kept.filter(called_at__lte=now - KEPT).update(answer="")
    oldest = kept.order_by("called_at").values_list("called_at", flat=True).first()
    return jobs.Again(at=oldest + KEPT) if oldest else None


def _begin(view: PortalApiView, request: Request) -> IdempotentCall:
    """The key's row, ours to work on unless it has an answer. Raises ``ApiProblem``."""
    fingerprint = _fingerprint(request)
    match = request._request.resolver_match
    rows = IdempotentCall.objects.for_portal(view.actor.portal)
    with transaction.atomic():
        call, _made = rows.get_or_create(
            portal=view.actor.portal,
            token=request._request.api_token,
            method=str(request.method),
            route=match.view_name if match else type(view).__name__,
            key=_key(request),
            defaults={"fingerprint": fingerprint, "called_at": now()},
        )
    if call.fingerprint != fingerprint:
        raise ApiProblem("api.key_used_otherwise", status=422)
    if call.status is None and not _claim(call):
        raise ApiProblem("api.key_busy", status=409)
    return call


def _claim(call: IdempotentCall) -> bool:
    """Whether this request alone works on it now."""
    rows = IdempotentCall.objects.for_portal(call.portal_id).filter(pk=call.pk, status=None)
    free = rows.filter(Q(running_until=None) | Q(running_until__lt=Now()))
    return bool(free.update(running_until=Now() + BUSY))


def _let_go(call: IdempotentCall) -> None:
    IdempotentCall.objects.for_portal(call.portal_id).filter(pk=call.pk).update(running_until=None)


def _keep(call: IdempotentCall, response: Response) -> None:
    if response.status_code >= 500:
        _let_go(call)
        return
    text = JSONRenderer().render(response.data).decode() or "null"
    vault.put(call, "answer", text)
    call.status, call.running_until = response.status_code, None
    call.save(update_fields=["answer", "status", "running_until"])
    jobs.enqueue(FORGET, portal=call.portal, at=call.called_at + KEPT)


def _again(call: IdempotentCall) -> Response:
    if not call.answer:
        raise ApiProblem("api.key_spent", status=409)
    found = simplejson.loads(vault.take(call, "answer"), use_decimal=True)
    return Response(found, status=call.status, headers={REPLAYED: "true"})


def _key(request: Request) -> str:
    key = str(request.headers.get(HEADER, "")).strip()
    if not key:
        raise ApiProblem("api.key_missing")
    if len(key) > LONGEST or not (key.isascii() and key.isprintable()):
        raise ApiProblem("api.key_unreadable", most=LONGEST)
    return key


def _fingerprint(request: Request) -> str:
    body = simplejson.dumps(request.data, use_decimal=True, sort_keys=True, default=str)
    text = f"{request.get_full_path()}\n{body}"
    return hashlib.sha256(text.encode()).hexdigest()
