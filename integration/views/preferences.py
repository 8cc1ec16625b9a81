"""What a person chose for themselves: appearance and language. Both are cookies, so that they
also hold on the sign-in page; the language is remembered with the person too."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.http import require_POST

from integration.access.pages import public_page
from integration.frame import THEME_COOKIE, THEMES
from integration.models import Person

A_YEAR = 365 * 24 * 60 * 60


def back_to(request: HttpRequest, fallback: str = "/") -> HttpResponseRedirect:
    """To the page named by ``next`` when it is ours (control 22), else the fallback."""
    target = request.POST.get("next", "") or request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return HttpResponseRedirect(target if is_ours else fallback)


@public_page("appearance is chosen on the sign-in page too")
@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    response = back_to(request)
    theme = request.POST.get("theme", "")
    if theme in THEMES:
        _set_cookie(response, THEME_COOKIE, theme)
    return response


@public_page("the language is chosen on the sign-in page too")
@require_POST
def set_person_language(request: HttpRequest) -> HttpResponse:
    response = back_to(request)
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES) and check_for_language(language):
        _set_cookie(response, settings.LANGUAGE_COOKIE_NAME, language)
        if isinstance(request.user, Person):
            request.user.language = language
            request.user.save(update_fields=["language"])
    return response


def _set_cookie(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(
        name,
        value,
        max_age=A_YEAR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
