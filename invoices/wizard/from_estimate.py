"""Estimates at the source step: asked for, listed, one taken over (B-29, D-35, P-27).

Listing is one call to QuickBooks; choosing from a fresh list is none.
"""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from integration import messages
from integration.gateways.errors import GatewayError, NotFound
from integration.messages import Message
from invoices import estimate_source
from invoices.calendar import company_day
from invoices.draft import DraftContent
from invoices.estimates import Estimate
from invoices.quotes import Obstacle
from invoices.wizard import estimate_filling, estimates_page
from invoices.wizard.places import url_of
from invoices.wizard.sitting import Sitting
from invoices.wizard.source_page import DECIDED
from invoices.wizard.source_turns import Change, onward, save, show
from invoices.wizard.steps import BY_NAME, Step, neighbour, reaching


def list_them(request: HttpRequest, sitting: Sitting, step: Step) -> HttpResponse:
    """Read the estimates of the deal's customers, one call; the radio button that was on stays."""
    sitting, failed = _listed(sitting, step)
    return show(
        request, sitting, step, estimates_failed=failed, chosen=request.POST.get("source", "")
    )


def asked(sitting: Sitting) -> HttpResponse:
    """From the customer step of a deal without quotes: on to the source step, with the list.

    When QuickBooks cannot be asked, the button there says so and tries again.
    """
    source = BY_NAME["source"]
    listed, failed = _listed(sitting, source)
    if failed is not None:
        listed = save(sitting, source, _with_step)
    return redirect(url_of(listed, source))


def take(request: HttpRequest, sitting: Sitting, step: Step, value: str) -> HttpResponse:
    """At most one call, and none when the list is fresh."""
    estimate_id, held = estimates_page.id_of(value), sitting.estimate
    again = held is not None and held.estimate.id == estimate_id
    if held and again and not (held.obstacle or held.changes):
        return onward(sitting, step)
    if not estimates_page.was_offered(sitting, estimate_id):
        return _refuse(request, sitting, step, value, Obstacle("estimate.not_offered"))
    known = None if again else estimates_page.fresh(sitting, estimate_id)
    try:
        found = known or estimate_source.read(sitting.draft.company, estimate_id)
    except NotFound:
        return _refuse(request, sitting, step, value, Obstacle("estimate.gone"))
    reason = estimates_page.obstacle_of(sitting, found)
    if reason is not None:
        return _refuse(request, sitting, step, value, reason)
    return onward(save(sitting, neighbour(sitting, step, 1), _filled(sitting, step, found)), step)


def _filled(sitting: Sitting, step: Step, found: Estimate) -> Change:
    company = sitting.draft.company
    today = company_day(company, sitting.now)

    def change(content: DraftContent) -> DraftContent:
        filled = estimate_filling.fill(content, found, company, today)
        extras = {name: value for name, value in filled.extras.items() if name != DECIDED}
        return reaching(replace(filled, extras=extras), sitting, step)

    return change


def _listed(sitting: Sitting, step: Step) -> tuple[Sitting, Message | None]:
    """With the list stored in the draft, or with why QuickBooks could not be asked."""
    customers = estimates_page.customers(sitting)
    try:
        found = estimate_source.listed(sitting.draft.company, list(customers))
    except GatewayError as error:
        parameters = {**error.parameters, "vendor": error.vendor}
        return sitting, messages.message(error.code, **parameters)

    def change(content: DraftContent) -> DraftContent:
        extras = estimates_page.with_list(content, sitting, found, sitting.now)
        return replace(content, extras=extras)

    return save(sitting, step, change), None


def _with_step(content: DraftContent) -> DraftContent:
    return replace(content, extras={**content.extras, estimates_page.ASKED: True})


def _refuse(
    request: HttpRequest, sitting: Sitting, step: Step, value: str, reason: Obstacle
) -> HttpResponse:
    return show(request, sitting, step, checked=True, status=422, refused={value: (reason,)})
