"""The context of each step's page: the same one whether it is asked for or refused."""

from typing import Any

from django.utils.translation import gettext

from integration.access.pages import record_url
from invoices.wizard import (
    customer_page,
    details_page,
    lines_page,
    review_page,
    rule_hints,
    source_page,
)
from invoices.wizard.places import draft_url, url_of
from invoices.wizard.sitting import Sitting
from invoices.wizard.steps import Step, furthest, neighbour, shown_steps, steps_of

MOST_SHOWN = 25
"""Lines in the summary; of more the number is told."""


def page(sitting: Sitting, step: Step, *, checked: bool, **more: Any) -> dict[str, Any]:
    """``checked``: show what is wrong; on a first visit nothing is wrong yet."""
    steps = steps_of(sitting)
    context: dict[str, Any] = {
        "actor": sitting.actor,
        "sitting": sitting,
        "draft": sitting.draft,
        "deal": sitting.deal,
        "content": sitting.content,
        "step": step,
        "steps": shown_steps(sitting, step, [url_of(sitting, each) for each in steps]),
        "is_first": step is steps[0],
        "next_label": neighbour(sitting, step, 1).next_label,
        "action_url": url_of(sitting, step),
        "deal_url": record_url(sitting.actor, "panel", sitting.deal.hubspot_id),
        "discard_url": draft_url(sitting, "wizard-discard"),
    }
    if sitting.company is not None:
        context |= {"summary": summary(sitting)}
        context |= PARTS[step.name](sitting, checked)
        if step.name == "details" and "form" in context:
            rule_hints.mark_required(sitting, context["form"])
        context["rule_hints"] = rule_hints.of_step(sitting, step.name)
        context["readiness_url"] = f"{draft_url(sitting, 'wizard-readiness')}?from={step.name}"
    elif step.name == "company":
        context |= PARTS["company"](sitting, checked)
    return context | more


def was_checked(sitting: Sitting, step: Step) -> bool:
    """Whether the rep has been past this step, so that its problems may be shown."""
    return step.name == "review" or steps_of(sitting).index(step) < furthest(sitting)


def summary(sitting: Sitting) -> dict[str, Any]:
    """What fills in on the right as the rep goes on."""
    priced = [line for line in sitting.content.lines if not line.is_text]
    return {
        "customer": sitting.content.recipient,
        "lines": [
            (
                line.name or gettext("Line without a product"),
                line.quantity,
                line.amount(sitting.currency),
            )
            for line in priced[:MOST_SHOWN]
        ],
        "more_lines": max(len(priced) - MOST_SHOWN, 0),
        "totals": sitting.totals,
        "currency": sitting.currency,
        "term": sitting.term,
        "due_date": sitting.content.due_date_value,
    }


# ------------------------------------------------------------------------------- each step's own
def _company(sitting: Sitting, checked: bool) -> dict[str, Any]:
    return {"companies": sitting.companies, "missing": checked and sitting.company is None}


PARTS = {
    "company": _company,
    "source": source_page.source,
    "customer": customer_page.customer,
    "lines": lines_page.context,
    "details": details_page.context,
    "review": review_page.context,
}
