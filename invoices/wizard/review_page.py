"""Review: everything that stands in the way on one screen, and what will happen (S-44, B-05)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from integration import messages
from integration.access.actors import Actor
from integration.access.pages import record_page, record_url
from integration.access.rights import Right
from integration.display import amount_text, number_text
from invoices.refusals import refusal_of
from invoices.typed_values import read_number
from invoices.wizard import choices, details_page, lines_page
from invoices.wizard.answers import with_sentences
from invoices.wizard.approval import predicted
from invoices.wizard.fixes import findings
from invoices.wizard.places import draft_url, url_of
from invoices.wizard.sitting import Sitting, sitting_of
from invoices.wizard.steps import BY_NAME, first_step, steps_of
from invoices.wizard.words import TAX_MODES


def context(sitting: Sitting, checked: bool) -> dict[str, Any]:
    """Of the step's page; ``waits`` and ``not_allowed`` are messages or None."""
    mode = sitting.facts.tax_mode(sitting.content.tax_mode)
    return {
        "lines": lines_page.shown_lines(sitting, choices.tax_codes(sitting)),
        "rates": [
            (number_text(rate.percent), amount_text(rate.net, sitting.currency), rate.tax)
            for rate in sitting.totals.rates
        ],
        "order_percent": read_text(sitting.content.discount.value)
        if sitting.content.discount
        else "",
        "refused": refusal_of(sitting.draft, sitting.last_operation),
        "mode": mode.value,
        "mode_label": TAX_MODES.get(mode, ""),
        "edit_urls": {step.name: url_of(sitting, step) for step in steps_of(sitting)},
        "address": reading_address(sitting),
        "places": details_page.chosen_places(sitting),
        **readiness(sitting),
    }


def read_text(typed: str) -> str:
    """A typed number as the reader writes numbers; what nobody can read stays as it was typed."""
    value = read_number(typed)
    return typed if value is None else number_text(value)


def readiness(sitting: Sitting) -> dict[str, Any]:
    """Blockers and warnings with their ways out, and the answer of the approval policy."""
    found = findings(sitting, sitting.problems)
    verdict = predicted(sitting)
    said = messages.message(verdict.code, **verdict.parameters) if verdict.code else None
    return {
        "blockers": [each for each in found if each.is_blocker],
        "warnings": [each for each in found if not each.is_blocker],
        "waits": said if verdict.waiting else None,
        "not_allowed": None if verdict.waiting else said,
    }


def reading_address(sitting: Sitting) -> list[str]:
    """The customer's billing address, line by line."""
    new, customer = sitting.content.new_customer, sitting.customer
    address = new.address if new else customer.bill_address if customer else None
    if address is None:
        return []
    town = " ".join(part for part in (address.city, address.region, address.postcode) if part)
    return [line for line in (*address.lines, town, address.country) if line]


@record_page(Right.DRAFT)
@require_GET
@with_sentences
def readiness_page(request: HttpRequest, actor: Actor, deal_id: str, draft_id: Any) -> HttpResponse:
    """The same list from any step, before Review is reached."""
    sitting = sitting_of(actor, deal_id, draft_id)
    if sitting.company is None:
        return redirect(url_of(sitting, first_step(sitting)))
    back = BY_NAME.get(request.GET.get("from", ""), first_step(sitting))
    page = {
        "actor": actor,
        "sitting": sitting,
        "deal": sitting.deal,
        "deal_url": record_url(actor, "panel", deal_id),
        "back_url": url_of(sitting, back if back in steps_of(sitting) else first_step(sitting)),
        "discard_url": draft_url(sitting, "wizard-discard"),
        **readiness(sitting),
    }
    return render(request, "invoices/readiness.html", page)
