"""What holds for every request: allowed methods, frames, language, sessions' ages, no caching.

Request ids and the portal on log lines are ``integration.logs.RequestTrace``'s. Order in the
settings: ``AllowedMethods`` and ``ReadableQueries`` first after the trace, ``EmbedFrames`` before
Django's CSRF middleware, ``PrivatePages``, ``SessionAges`` and ``PersonLanguage`` after its
authentication.
"""

from collections.abc import Callable
from datetime import UTC, datetime

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils import translation
from django.utils.cache import patch_cache_control

from integration.access import embed

Handler = Callable[[HttpRequest], HttpResponse]

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
NUL = "%00"
API = "/api/"
FRAMED = "/embed/"
SEEN_AT, SIGNED_IN_AT = "seen_at", "signed_in_at"
SEEN_EVERY_SECONDS = 60


class AllowedMethods:
    """TRACE, OPTIONS, CONNECT and inventions are closed (control 29)."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        return self.get_response(request)


class ReadableQueries:
    """A NUL in a page's address is left out: PostgreSQL compares no text with one, and refuses to
    search. The API tells its callers what is wrong instead."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        query = request.META.get("QUERY_STRING", "")
        if NUL in query and not request.path_info.startswith(API):
            request.META["QUERY_STRING"] = query.replace(NUL, "")
        return self.get_response(request)


class EmbedFrames:
    """Below ``/embed/``: who may frame the page, and a CSRF secret that needs no second cookie.

    Django's own CSRF cookie does not reach a frame of another site. Its middleware reads the secret
    from ``request.COOKIES``; there we put the one derived from the frame's session, and take the
    cookie out of the answer again. All other pages may not be framed by anybody.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path.startswith(FRAMED):
            return self.get_response(request)
        request.COOKIES.pop(settings.CSRF_COOKIE_NAME, None)
        secret = embed.csrf_secret(request)
        if secret:
            request.COOKIES[settings.CSRF_COOKIE_NAME] = secret
        response = self.get_response(request)
        response.cookies.pop(settings.CSRF_COOKIE_NAME, None)
        ancestor = embed.ancestor(getattr(request, "embed_portal", None))
        response._csp_replace = {"frame-ancestors": [ancestor]}  # type: ignore[attr-defined]
        if ancestor != "'none'":
            del response["X-Frame-Options"]
        return response


class PrivatePages:
    """Nothing that a page or an answer of the API shows is kept by a cache (control 12)."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not response.has_header("Cache-Control"):
            patch_cache_control(response, no_cache=True, no_store=True, private=True)
        return response


class SessionAges:
    """Sessions end after 30 idle minutes and after 12 hours in any case (control 7).

    These are a person's minutes at a real browser, so they are real time like the session store's
    own, not the domain clock that the sandbox can turn.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.session.session_key and request.user.is_authenticated:
            self._age(request, datetime.now(tz=UTC).timestamp())  # noqa: TID251  see above
        return self.get_response(request)

    def _age(self, request: HttpRequest, instant: float) -> None:
        ours = settings.DEALBOOKS
        started = request.session.setdefault(SIGNED_IN_AT, instant)
        seen = request.session.setdefault(SEEN_AT, instant)
        is_old = instant - started > ours["SESSION_ABSOLUTE_SECONDS"]
        if is_old or instant - seen > ours["SESSION_IDLE_SECONDS"]:
            logout(request)
        elif instant - seen > min(SEEN_EVERY_SECONDS, ours["SESSION_IDLE_SECONDS"] / 2):
            request.session[SEEN_AT] = instant


class PersonLanguage:
    """The language that a person chose for good beats the browser's."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        person = request.user if request.session.session_key else None
        chosen = getattr(person, "language", "")
        if not chosen or chosen not in dict(settings.LANGUAGES):
            return self.get_response(request)
        translation.activate(chosen)
        request.LANGUAGE_CODE = chosen
        return self.get_response(request)
