"""The notice about HubSpot's own QuickBooks app on the settings tabs and their confirmations (D-33)."""

from typing import Any

from django import template

from integration.models import Company
from sync.coexistence.decisions import standing

register = template.Library()


@register.inclusion_tag("sync/_coexistence.html", takes_context=True)
def coexistence(context: template.Context, company: Company, asks: bool = False) -> dict[str, Any]:
    """``asks``: with the tick that turning a tab on needs."""
    return {
        "actor": context["actor"],
        "company": company,
        "found": standing(company),
        "asks": asks,
        "must_tick": context.get("must_tick_traces", False),
    }
