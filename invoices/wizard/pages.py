"""The context of each step's page: the same one whether it is asked for or refused."""

from typing import Any

from integration import messages
from integration.access.pages import record_url
from invoices.models.drafts import RecoveryPoint
from invoices.wizard import choices, customer_page, details_page, lines_page, source_page
from invoices.wizard.places import draft_url, sentences, url_of
from invoices.wizard.sitting import Sitting
from invoices.wizard.steps import Step, furthest, neighbour, shown_steps, steps_of
from invoices.wizard.words import TAX_MODES

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
            (line.name, line.quantity, line.amount(sitting.currency))
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


def _review(sitting: Sitting, checked: bool) -> dict[str, Any]:
    found = sentences(sitting, sitting.problems)
    codes = choices.tax_codes(sitting)
    mode = sitting.facts.tax_mode(sitting.content.tax_mode)
    return {
        "lines": lines_page.shown_lines(sitting, codes),
        "rates": [
            (f"{rate.percent.normalize():f}", rate.net, rate.tax) for rate in sitting.totals.rates
        ],
        "blockers": [sentence for sentence in found if sentence.is_blocker],
        "warnings": [sentence for sentence in found if not sentence.is_blocker],
        "refused": _refused(sitting),
        "mode": mode.value,
        "mode_label": TAX_MODES.get(mode, ""),
        "edit_urls": {step.name: url_of(sitting, step) for step in steps_of(sitting)},
        "address": reading_address(sitting),
    }


def reading_address(sitting: Sitting) -> list[str]:
    """The customer's billing address, line by line."""
    new, customer = sitting.content.new_customer, sitting.customer
    address = new.address if new else customer.bill_address if customer else None
    if address is None:
        return []
    town = " ".join(part for part in (address.city, address.region, address.postcode) if part)
    return [line for line in (*address.lines, town, address.country) if line]


def _refused(sitting: Sitting) -> messages.Message | None:
    """Why QuickBooks sent the draft back, until it is changed or tried again."""
    operation = sitting.last_operation
    if operation is None or operation.point != RecoveryPoint.FAILED:
        return None
    if operation.finished_at is None or sitting.draft.edited_at > operation.finished_at:
        return None
    return messages.message(operation.problem, **operation.problem_parameters)


PARTS = {
    "company": _company,
    "source": source_page.source,
    "customer": customer_page.customer,
    "lines": lines_page.context,
    "details": details_page.context,
    "review": _review,
}
