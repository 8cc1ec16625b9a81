"""``{% reads_notice %}``: that looking into QuickBooks rests until the month turns (B-27)."""

from typing import Any

from django import template

from integration import budget
from integration.clock import now  # noqa: TID251  pages are an entrance
from integration.messages import Message, message

register = template.Library()


@register.inclusion_tag("sync/_reads_notice.html", takes_context=True)
def reads_notice(context: template.Context) -> dict[str, Any]:
    """Nothing while reads are left. Context: ``actor``."""
    standing = budget.standing(now())
    told: Message | None = None
    if standing.is_stopped:
        told = message(budget.STOPPED, **budget.facts(standing))
    return {"told": told, "actor": context["actor"]}
