"""What allauth and django-axes ask us about people signing in (docs/decisions/0001)."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest


class ClosedAccountAdapter(DefaultAccountAdapter):
    """People are invited; nobody signs up by themselves."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)


def signing_in_as(request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """The e-mail address that a lock-out counts (control 16), in one spelling."""
    given = credentials or {}
    name = given.get("email") or given.get("username") or request.POST.get("login", "")
    return str(name).strip().lower()


def client_address(request: HttpRequest) -> str:
    """The caller's address; ``X-Forwarded-For`` counts only as far as our own proxies wrote it.

    Each of ``ALLAUTH_TRUSTED_PROXY_COUNT`` proxies appends one entry, so the entry that many
    places from the end is the first that a stranger could not write.
    """
    proxies = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    hops = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    if proxies and len(hops) >= proxies and hops[-proxies]:
        return hops[-proxies]
    return str(request.META.get("REMOTE_ADDR", ""))
