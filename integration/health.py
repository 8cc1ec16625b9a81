"""``/healthz``: the web process is alive; ``/readyz``: it can work. Probes come by address."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from integration import probes


class Liveness:
    """Answers before anything else looks at the request: probes come by address, without https."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == "/healthz" and request.method in ("GET", "HEAD"):
            return HttpResponse(
                "ok", content_type="text/plain", headers={"Cache-Control": "no-store"}
            )
        if request.path == "/readyz" and request.method in ("GET", "HEAD"):
            return probes.ready(request)
        return self.get_response(request)
