"""The source step: list a deal's quotes, take one over, or start from scratch (S-26 to S-28); estimates: ``from_estimate``.

Listing and choosing ask HubSpot, so both happen outside the draft's lock; what came of it is stored
in the draft, and going back and forth asks nothing again.
"""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from integration import messages
from integration.gateways.errors import GatewayError, NotFound
from invoices import draft_estimates, draft_quotes, quote_source
from invoices.calendar import company_day, portal_day
from invoices.draft import DraftContent
from invoices.draft_quotes import SCRATCH, DraftQuote
from invoices.quotes import Obstacle, Quote, obstacle
from invoices.wizard import (
    choices,
    defaults,
    estimate_filling,
    estimates_page,
    from_estimate,
    quote_filling,
    source_page,
)
from invoices.wizard.pages import page
from invoices.wizard.places import url_of
from invoices.wizard.quote_filling import Unusable
from invoices.wizard.sitting import Sitting
from invoices.wizard.source_page import DECIDED, Refusals
from invoices.wizard.source_turns import onward, save, show
from invoices.wizard.steps import BY_NAME, Step, neighbour, reaching


def answer(request: HttpRequest, sitting: Sitting, step: Step) -> HttpResponse:
    """A post of the source step; ``go`` says which button was pressed."""
    go = request.POST.get("go", "next")
    if go == "quotes":
        return _list(request, sitting, step)
    if go == "estimates":
        return from_estimate.list_them(request, sitting, step)
    if go == "back":
        return redirect(url_of(sitting, neighbour(sitting, step, -1)))
    if go == "keep":
        save(sitting, step, _as_it_is)
        return redirect(url_of(sitting, step))
    if go == "keep_lines":
        return onward(save(sitting, neighbour(sitting, step, 1), _without_quote), step)
    held = sitting.quote
    choice = request.POST.get("source", "")
    if go == "take_over":
        choice = source_page.made_from(sitting) or choice
    if choice == SCRATCH:
        return _scratch(sitting, step)
    if not choice:
        return show(request, sitting, step, checked=True, status=422, missing=True)
    if estimates_page.id_of(choice):
        return from_estimate.take(request, sitting, step, choice)
    is_same = held is not None and choice == held.quote.id and not (held.obstacle or held.changes)
    if is_same and go != "take_over":
        return onward(sitting, step)
    return _take(request, sitting, step, choice)


def _list(request: HttpRequest, sitting: Sitting, step: Step) -> HttpResponse:
    """Read the deal's quotes, one call. Without JavaScript the whole page comes back."""
    failed = None
    try:
        quotes = quote_source.listed(sitting.actor.portal, sitting.quote_ids)
    except GatewayError as error:
        failed = messages.message(error.code, **{**error.parameters, "vendor": error.vendor})
    else:
        sitting = save(
            sitting,
            step,
            lambda content: replace(
                content, extras=source_page.with_list(content, quotes, sitting.now)
            ),
        )
    if not getattr(request, "htmx", False):
        return show(request, sitting, step, failed=failed)
    context = page(sitting, step, checked=False, failed=failed) | {"is_partial": True}
    # The rep may be choosing already: a list that arrives late takes no choice away.
    if chosen := request.POST.get("source", ""):
        context["choice"] = chosen
    return render(request, "invoices/_quotes.html", context)


def _scratch(sitting: Sitting, step: Step) -> HttpResponse:
    """Lines of a quote chosen before go, those added by hand stay."""

    def change(content: DraftContent) -> DraftContent:
        loose = estimate_filling.free(content)
        extras = {name: value for name, value in loose.extras.items() if name != defaults.AGREED}
        return reaching(replace(loose, extras={**extras, DECIDED: True}), sitting, step)

    return onward(save(sitting, neighbour(sitting, step, 1), change), step)


def _take(request: HttpRequest, sitting: Sitting, step: Step, quote_id: str) -> HttpResponse:
    """Two or three calls: the quote with its lines, and people the deal does not have."""
    if quote_id not in sitting.quote_ids:
        return _refuse(request, sitting, step, {quote_id: (Obstacle("quote.not_of_deal"),)})
    known = _known(sitting, quote_id) if request.POST.get("go") != "take_over" else None
    try:
        quote = quote_source.read(sitting.actor.portal, quote_id, known)
    except NotFound:
        return _refuse(request, sitting, step, {quote_id: (Obstacle("quote.gone"),)})
    currencies = quote_source.billable_currencies(sitting.companies)
    reason = obstacle(quote, portal_day(sitting.actor.portal, sitting.now), currencies)
    if reason is not None:
        return _refuse(request, sitting, step, {quote_id: (reason,)})
    people = quote_filling.people_of(sitting.actor.portal, quote, sitting.people)
    today = company_day(sitting.company, sitting.now)

    def change(content: DraftContent) -> DraftContent:
        filled = quote_filling.fill(content, quote, people, sitting.company, today)
        extras = {name: value for name, value in filled.extras.items() if name != DECIDED}
        return reaching(replace(filled, extras=extras), sitting, step)

    try:
        taken = save(sitting, neighbour(sitting, step, 1), change)
    except Unusable as unusable:
        return _refuse(request, sitting, step, {quote_id: unusable.obstacles})
    return onward(_with_certain_customer(taken), step)


def _known(sitting: Sitting, quote_id: str) -> Quote | None:
    """The quote as just listed, where the list is fresh."""
    if not source_page.is_fresh(sitting.content, sitting.now):
        return None
    rows = source_page.listed(sitting.content) or ()
    return next((quote for quote in rows if quote.id == quote_id), None)


def _with_certain_customer(sitting: Sitting) -> Sitting:
    """S-27: a customer linked to the quote's company or contact is chosen already (D-06)."""
    if sitting.content.customer_id or sitting.content.new_customer is not None:
        return sitting
    certain = [found for found in choices.suggestions(sitting) if found.is_certain]
    if not certain:
        return sitting
    today = company_day(sitting.company, sitting.now)
    return save(
        sitting,
        BY_NAME["customer"],
        lambda content: defaults.with_customer(
            content, certain[0].customer, sitting.reference, today
        ),
    )


def _as_it_is(content: DraftContent) -> DraftContent:
    """The changed quote is known now; the invoice stays as it was."""
    held = draft_quotes.of(content)
    if held is None or held.newer is None:
        return content
    return draft_quotes.kept(content, DraftQuote(held.newer))


def _without_quote(content: DraftContent) -> DraftContent:
    loose = draft_estimates.let_go(content, with_lines=False)
    loose = draft_quotes.let_go(loose, with_lines=False)
    return replace(loose, extras={**loose.extras, DECIDED: True})


def _refuse(request: HttpRequest, sitting: Sitting, step: Step, refused: Refusals) -> HttpResponse:
    return show(request, sitting, step, checked=True, status=422, refused=refused)
