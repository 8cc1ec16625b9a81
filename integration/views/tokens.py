"""Settings > API tokens: a person's own tokens for this portal (control 15)."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages as notices
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from integration.access import api_tokens as tokens
from integration.access.actors import Actor
from integration.access.pages import portal_page
from integration.access.rights import WORDS, Right
from integration.clock import now
from integration.forms import TokenForm
from integration.models import ApiToken
from integration.views.settings_pages import settings_tabs


@portal_page(Right.VIEW)
@require_http_methods(["GET", "POST"])
def api_tokens(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The list and the form; a new token's text is shown once, in the answer to its form."""
    form = TokenForm(request.POST or None, rights=actor.rights, initial={"scopes": ["view"]})
    fresh = ""
    if request.method == "POST" and form.is_valid() and actor.person is not None:
        instant = now()
        _token, fresh = tokens.create(
            actor.person,
            actor.portal,
            form.cleaned_data["name"],
            [Right(scope) for scope in form.cleaned_data["scopes"]],
            instant,
            expires_at=instant + timedelta(days=form.cleaned_data["days"]),
            actor=actor,
        )
        form = TokenForm(rights=actor.rights, initial={"scopes": ["view"]})
    context = {
        "actor": actor,
        "form": form,
        "fresh": fresh,
        "lines": _lines(actor),
        "instant": now(),
        "tabs": settings_tabs(actor, "api_tokens"),
    }
    return render(request, "integration/api_tokens.html", context)


@portal_page(Right.VIEW)
@require_http_methods(["GET", "POST"])
def revoke_token(request: HttpRequest, actor: Actor, token_id: UUID) -> HttpResponse:
    """Their own token; people who manage people may end anybody's."""
    token = get_object_or_404(_visible(actor), pk=token_id)
    back_url = reverse("api_tokens", args=[actor.portal.pk])
    if request.method == "POST":
        tokens.revoke(token, actor, now())
        notices.success(request, _("The token “%(name)s” no longer works.") % {"name": token.name})
        return redirect(back_url)
    context = {"actor": actor, "token": token, "back_url": back_url, "danger": True}
    return render(request, "integration/revoke_token.html", context)


def _visible(actor: Actor) -> QuerySet[Any]:
    found = ApiToken.objects.for_portal(actor.portal).select_related("person")
    return found if actor.may(Right.PEOPLE) else found.filter(person=actor.person)


def _lines(actor: Actor) -> list[dict[str, Any]]:
    """Tokens with their rights in words, the newest first, ended ones last."""
    words = {str(right): word for right, word in WORDS.items()}
    found = sorted(
        _visible(actor).order_by("-created_at"), key=lambda token: token.revoked_at is not None
    )
    return [
        {"token": token, "words": [words[scope] for scope in token.scopes if scope in words]}
        for token in found
    ]
