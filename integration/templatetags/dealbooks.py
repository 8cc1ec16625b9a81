"""Template tags of the design system: money, times, badges, icons, forms, listings.

Every tag is shown on ``/styleguide``.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django import template
from django.template.loader import get_template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from integration import display, frame
from integration.clock import now as clock_now  # noqa: TID251  pages are an entrance
from integration.currencies import exponent

register = template.Library()

STAGES = {
    "awaiting_sending": (_("Awaiting sending"), "neutral", "stage-awaiting"),
    "sent": (_("Sent to customer"), "info", "stage-sent"),
    "partially_paid": (_("Partially paid"), "warn", "stage-part"),
    "paid": (_("Paid in full"), "ok", "stage-paid"),
    "overdue": (_("Overdue"), "danger", "stage-overdue"),
    "voided": (_("Voided"), "struck", "stage-voided"),
    "deleted": (_("Deleted"), "outlined", "stage-deleted"),
}
"""S-49 to S-54 and D-18: label, tone, shape. The codes are ``invoices.models.Stage``'s."""

CONNECTIONS = {
    "active": (_("Connected"), "ok", "done"),
    "expiring": (_("Expires soon"), "warn", "clock"),
    "needs_reconnect": (_("Needs reconnect"), "danger", "error"),
    "disconnected": (_("Disconnected"), "outlined", "stage-voided"),
}
"""B-03. The codes are ``integration.models.grants.GrantState``'s."""

OUTCOMES = {
    "succeeded": (_("Succeeded"), "ok", "done"),
    "done": (_("Done"), "ok", "done"),
    "running": (_("Running"), "info", "sync"),
    "skipped": (_("Skipped"), "neutral", "minus"),
    "failed": (_("Failed"), "danger", "error"),
    "waiting": (_("Waiting"), "warn", "clock"),
}
"""B-07. The codes are those of ``sync.models``."""


@register.simple_tag(takes_context=True)
def frame_for_page(context: template.Context) -> frame.Frame | None:
    return frame.frame_of(context.flatten())


@register.simple_tag
def icon(name: str, label: str = "", size: str = "") -> SafeString:
    """A drawing of ``templates/icons``. With a label it speaks, without it is decoration."""
    drawing = get_template(f"icons/{name}.svg").render({"label": label, "size": size})
    return mark_safe(drawing)  # noqa: S308  rendered by Django's own escaping


@register.simple_tag
def money(amount: Decimal | None, currency: str = "") -> SafeString:
    """An amount in the reader's number format with its currency; a dash when there is none."""
    if amount is None or amount == "":
        return _nothing()
    text = display.amount_text(Decimal(amount), currency)
    if not currency:
        return format_html('<span class="money">{}</span>', text)
    return format_html(
        '<span class="money">{} <span class="money-currency">{}</span></span>', text, currency
    )


@register.filter
def number(value: Decimal | None, currency: str | None = None) -> str:
    """In the reader's number format, every digit kept; a price has its currency's decimals at
    least. Nothing for nothing, so that ``default`` may show what was typed."""
    if value is None:
        return ""
    return display.number_text(value, 0 if currency is None else exponent(currency))


@register.simple_tag(takes_context=True)
def when(context: template.Context, instant: datetime | None, company: Any = None) -> SafeString:
    """ "3 minutes ago", with the exact time in the company's (else the portal's) zone on hover."""
    if instant is None:
        return _nothing()
    zone = _zone(context, company)
    return format_html(
        '<time class="when" datetime="{}" title="{}">{}</time>',
        instant.isoformat(),
        display.exact_text(instant, zone),
        display.relative_text(instant, clock_now(), zone),
    )


@register.simple_tag(takes_context=True)
def exact(
    context: template.Context,
    instant: datetime | None,
    company: Any = None,
    with_zone: bool = True,
) -> SafeString:
    """The exact time in the company's (else the portal's) zone, with the zone's name."""
    if instant is None:
        return _nothing()
    text = display.exact_text(instant, _zone(context, company), with_zone)
    return format_html('<time class="when" datetime="{}">{}</time>', instant.isoformat(), text)


def _zone(context: template.Context, company: Any) -> str:
    portal = context.get("portal") or getattr(context.get("actor"), "portal", None)
    return getattr(company, "time_zone", "") or getattr(portal, "time_zone", "") or "UTC"


def _nothing() -> SafeString:
    return format_html(
        '<span class="muted"><span aria-hidden="true">–</span>'
        '<span class="hidden-visually">{}</span></span>',
        _("none"),
    )


@register.inclusion_tag("components/badge.html")
def badge(text: str, tone: str = "neutral", icon: str = "") -> dict[str, Any]:
    """Tones: neutral, info, warn, ok, danger, struck, outlined. Give an icon: shape, not colour."""
    return {"text": text, "tone": tone, "icon_name": icon}


@register.inclusion_tag("components/badge.html")
def stage_badge(stage: str, text: str = "") -> dict[str, Any]:
    """The invoice's stage; ``text`` replaces its label, e.g. "Paid (credit 40.00)" (D-19)."""
    return _coded(STAGES, stage, text)


@register.inclusion_tag("components/badge.html")
def connection_badge(state: str) -> dict[str, Any]:
    return _coded(CONNECTIONS, state)


@register.inclusion_tag("components/badge.html")
def outcome_badge(outcome: str) -> dict[str, Any]:
    return _coded(OUTCOMES, outcome)


def _coded(known: dict[str, tuple[Any, str, str]], code: str, text: str = "") -> dict[str, Any]:
    label, tone, icon_name = known[str(code)]
    return {"text": text or label, "tone": tone, "icon_name": icon_name}


@register.filter
def initials(person: Any) -> str:
    """At most two letters of a name; the first of the e-mail address without one."""
    words = str(person).split("@", 1)[0].split()
    return "".join(word[0] for word in words[:2]).upper()


@register.filter
def device(user_agent: str) -> str:
    """A browser's long name as people know it: ``Firefox, Windows``; the long one if unknown."""
    return display.device_text(user_agent)
