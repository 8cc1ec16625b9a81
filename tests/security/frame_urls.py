"""The product's routes plus pages for tests of the frame and of rights."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.urls import path
from django.utils.html import format_html

from integration import urls
from integration.access.actors import Actor
from integration.access.pages import portal_page, record_page, record_paths, record_url
from integration.access.rights import Right

handler400, handler403 = urls.handler400, urls.handler403
handler404, handler500 = urls.handler404, urls.handler500


@portal_page(Right.SEND)
def sending(request: HttpRequest, actor: Actor, company_id: str) -> HttpResponse:
    return HttpResponse(actor.company(company_id).name)


@record_page(Right.DRAFT)
def framed(request: HttpRequest, actor: Actor, deal_id: str) -> HttpResponse:
    """Answers what a form in the frame needs."""
    if request.method == "POST":
        return HttpResponse(f"posted {deal_id} as {actor.person} in {actor.portal.pk}")
    url = record_url(actor, "test-page", deal_id)
    return HttpResponse(f"{get_token(request)} {request.user} {url} {sorted(actor.rights)}")


@record_page(Right.DRAFT)
def form(request: HttpRequest, actor: Actor, deal_id: str) -> HttpResponse:
    """A form as a wizard step has it: sent, redirected, shown again."""
    if request.method == "POST":
        return HttpResponseRedirect(record_url(actor, "test-form", deal_id) + "?saved=1")
    saved = "Saved" if request.GET.get("saved") else "New"
    text = "<!doctype html><title>Form</title><form method=post>{}<button>Next</button></form><p>{} for {}"
    csrf = format_html(
        '<input type=hidden name=csrfmiddlewaretoken value="{}">', get_token(request)
    )
    return HttpResponse(format_html(text, csrf, saved, actor.person))


@portal_page(Right.VIEW)
def broken(request: HttpRequest, actor: Actor) -> HttpResponse:
    raise RuntimeError("an inside that nobody may see")


urlpatterns = [
    *record_paths("test-page/", framed, "test-page"),
    *record_paths("test-form/", form, "test-form"),
    path("p/<uuid:portal_id>/test/<uuid:company_id>/", sending, name="test-sending"),
    path("p/<uuid:portal_id>/broken/", broken, name="test-broken"),
    *urls.urlpatterns,
    # Of two pages with one name ``reverse`` takes the later: the frame begins here.
    *record_paths("test-form/", form, "wizard"),
]
