"""What people and programs see when something is refused or missing (controls 13 and 28).

One sentence from the catalogue, the trace id of the request, and nothing of the inside. Templates:
``401.html``, ``403.html``, ``404.html``, ``400.html`` and ``500.html`` receive ``message``
(``integration.messages.Message``), ``trace``, ``status`` and ``embedded``.
"""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import TemplateDoesNotExist, loader
from django.utils.html import escape

from integration import messages
from integration.api.problems import problem
from integration.messages import Message
from integration.texts.general import STATUS_CODES


def show(request: HttpRequest, status: int, code: str, **parameters: Any) -> HttpResponse:
    """The error as a page, a problem document below ``/api/``, or JSON for the card."""
    trace = getattr(request, "trace_id", "")
    if request.path.startswith("/api/"):
        return problem(status, code, trace=trace, **parameters)
    message = messages.message(code, trace=trace, **parameters)
    if request.path.startswith("/card/"):
        return JsonResponse({"message": message.sentence, "code": code}, status=status)
    return HttpResponse(_page(request, status, message, trace), status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return show(request, 400, STATUS_CODES[400])


def forbidden(request: HttpRequest, exception: PermissionDenied | None = None) -> HttpResponse:
    """403 for ``Forbidden`` with its own sentence; any other refusal gets a general one."""
    code = getattr(exception, "code", STATUS_CODES[403])
    return show(request, 403, code, **getattr(exception, "parameters", {}))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return show(request, 404, STATUS_CODES[404])


def server_error(request: HttpRequest) -> HttpResponse:
    """Nothing here may fail: no database, no context processors, and a page without a template."""
    return show(request, 500, STATUS_CODES[500])


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """CSRF_FAILURE_VIEW: the form is too old or came from elsewhere."""
    return show(request, 403, "access.form_expired")


def _page(request: HttpRequest, status: int, message: Message, trace: str) -> str:
    context = {
        "message": message,
        "trace": trace,
        "status": status,
        "embedded": request.path.startswith("/embed/"),
        "actor": getattr(request, "actor", None),
    }
    try:
        template = loader.get_template(f"{status}.html")
        return template.render(context, request if status != 500 else None)
    except TemplateDoesNotExist:
        return f"<!doctype html><title>{escape(message.title)}</title><p>{escape(message.sentence)}"
