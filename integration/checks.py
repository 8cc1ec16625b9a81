"""System checks: simulated mode's relaxations exist nowhere else (architecture, "Modes")."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ImproperlyConfigured

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1", "0.0.0.0")  # noqa: S104  compared, not bound
LOOPBACK_SUFFIXES = (".localhost", ".local")


@register("dealbooks")
def simulated_relaxations(app_configs: Any = None, **arguments: Any) -> list[CheckMessage]:
    """Every relaxation that is set outside simulated mode is an error."""
    if settings.DEALBOOKS["VENDORS"] == "simulated":
        return []
    return [
        Error(what, hint=way_out, id=f"dealbooks.E{number:03}")
        for number, (is_wrong, what, way_out) in enumerate(_rules(), start=1)
        if is_wrong
    ]


def refuse_to_start() -> None:
    """For web and worker processes, which run no system checks of their own."""
    problems = simulated_relaxations()
    if problems:
        raise ImproperlyConfigured("\n".join(f"{each.msg} {each.hint}" for each in problems))


def _rules() -> list[tuple[bool, str, str]]:
    """(is it wrong, what is wrong, what to do)."""
    ours = settings.DEALBOOKS
    addresses = [*ours["QUICKBOOKS"].values(), *ours["HUBSPOT"].values()]
    return [
        (
            any(is_loopback(address) or not _is_https(address) for address in addresses),
            "A vendor address is on this machine or not https.",
            "Only DEALBOOKS_VENDORS=simulated talks to the sandbox.",
        ),
        (
            bool(ours["CLOCK_FILE"]),
            "A clock file would let anybody who can write it turn the date.",
            "Unset DEALBOOKS_CLOCK_FILE.",
        ),
        (
            not (settings.SESSION_COOKIE_SECURE and settings.CSRF_COOKIE_SECURE),
            "Cookies would travel without encryption.",
            "Leave SESSION_COOKIE_SECURE and CSRF_COOKIE_SECURE on.",
        ),
        (
            settings.DEBUG,
            "Debug pages show settings and data to everybody.",
            "Unset DEALBOOKS_DEBUG.",
        ),
        (
            not _is_https(ours["PUBLIC_URL"]),
            "DEALBOOKS_PUBLIC_URL must be the https address that people and vendors reach.",
            "Set it, for example to https://dealbooks.your-company.example.",
        ),
    ]


def is_loopback(address: str) -> bool:
    """Whether the address names this machine or its own small network."""
    host = (urlsplit(address).hostname or "").lower()
    return host in LOOPBACK_NAMES or host.endswith(LOOPBACK_SUFFIXES) or host.startswith("127.")


def _is_https(address: str) -> bool:
    return urlsplit(address).scheme == "https"
