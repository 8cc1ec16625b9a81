"""Views of the wizard: open, step, pickers, discard, create, and what became of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from integration import messages
from integration.access.actors import Actor
from integration.access.pages import record_page, record_url
from integration.access.rights import Right
from integration.clock import now
from integration.models import Company
from integration.reference import Reference
from invoices import customer_requests, deals, drafts, editing, services
from invoices.calendar import company_day
from invoices.change_places import after_change
from invoices.changes import NotAllowed
from invoices.draft import DraftContent
from invoices.drafts import DraftChanged
from invoices.models import Draft
from invoices.wizard import billing_contact, choices, defaults, from_estimate, line_reading, source
from invoices.wizard.answers import explained, with_sentences
from invoices.wizard.pages import page, summary, was_checked
from invoices.wizard.places import url_of
from invoices.wizard.reading import Typed
from invoices.wizard.sitting import Sitting, sitting_of
from invoices.wizard.steps import (
    BY_NAME,
    Step,
    after_company,
    first_step,
    neighbour,
    reaching,
    steps_of,
)

CUSTOMER_PICKERS = {"customer_id": "search", "new_parent_id": "new"}
"""Pickers of customers, with the choice they belong to."""


@record_page(Right.DRAFT)
@require_http_methods(["GET", "POST"])
@with_sentences
def wizard(request: HttpRequest, actor: Actor, deal_id: str) -> HttpResponse:
    """GET: a start page that asks nobody anything. POST: read the deal, begin or go on (3 calls)."""
    if request.method == "GET":
        context = {
            "actor": actor,
            "action_url": request.path,
            "deal_url": record_url(actor, "panel", deal_id),
        }
        return render(request, "invoices/wizard_start.html", context)
    instant = now()
    companies = list(actor.companies())
    if not companies:
        return explained(request, actor, deal_id, "deal.no_company")
    opened = deals.open_deal(actor, deal_id, instant, with_people=True)
    if opened.row.archived_at is not None:
        return explained(request, actor, deal_id, "draft.deal_archived")
    only = companies[0] if len(companies) == 1 else None
    draft = drafts.start(actor, opened, None, instant)
    if draft.company is None and only is not None:
        draft = _choose(actor, draft, only, instant)
    return redirect(url_of(*_at(Sitting.of(actor, draft, instant))))


def _at(sitting: Sitting) -> tuple[Sitting, Step]:
    return sitting, first_step(sitting)


def _choose(actor: Actor, draft: Draft, company: Company, instant: datetime) -> Draft:
    """S-25. The company's defaults fill in; a customer found by link is chosen already (D-06)."""

    def begun(content: DraftContent) -> DraftContent:
        return defaults.for_company(content, company, draft.deal, instant)

    step = after_company(Sitting.of(actor, draft, instant)).name
    saved = drafts.save(
        actor, draft, begun, version=draft.version, step=step, now=instant, company=company
    )
    certain = choices.preselected(Sitting.of(actor, saved, instant))
    if certain is None:
        return saved
    reference, today = Reference.of(company), company_day(company, instant)

    def linked(content: DraftContent) -> DraftContent:
        return defaults.with_customer(content, certain.customer, reference, today)

    return drafts.save(actor, saved, linked, version=saved.version, step=step, now=instant)


@record_page(Right.DRAFT)
@require_GET
@with_sentences
def draft_entry(request: HttpRequest, actor: Actor, deal_id: str, draft_id: UUID) -> HttpResponse:
    """A draft's own address: on to the step the rep was on."""
    sitting = sitting_of(actor, deal_id, draft_id)
    return redirect(url_of(*_at(sitting)))


@record_page(Right.DRAFT)
@require_http_methods(["GET", "POST"])
@with_sentences
def wizard_step(
    request: HttpRequest, actor: Actor, deal_id: str, draft_id: UUID, step: str
) -> HttpResponse:
    """One step. POST saves what was typed, whatever it is worth, and goes where ``go`` says."""
    sitting = sitting_of(actor, deal_id, draft_id)
    here = BY_NAME.get(step)
    if here is None or here not in steps_of(sitting):
        return redirect(url_of(*_at(sitting)))
    if sitting.company is None and here.name != "company":
        return redirect(url_of(sitting, steps_of(sitting)[0]))
    if request.method == "GET":
        if here.name == "customer":
            sitting = billing_contact.found(sitting)
        return _show(request, sitting, here, checked=was_checked(sitting, here))
    if here.name == "company":
        return _company_chosen(request, sitting, here)
    if here.name == "source":
        return source.answer(request, sitting, here)
    if request.POST.get("go") == "create":
        return _create(request, sitting, here)
    return _typed(request, sitting, here)


def _show(
    request: HttpRequest, sitting: Sitting, step: Step, *, checked: bool, status: int = 200,
    **more: Any,
) -> HttpResponse:  # fmt: skip
    context = page(sitting, step, checked=checked, **more)
    return render(request, f"invoices/wizard_{step.name}.html", context, status=status)


def _version(request: HttpRequest) -> int:
    given = request.POST.get("version", "")
    return int(given) if given.isdecimal() and len(given) < 10 else 0


def _company_chosen(request: HttpRequest, sitting: Sitting, step: Step) -> HttpResponse:
    wanted = request.POST.get("company_id", "")
    company = next((each for each in sitting.companies if str(each.pk) == wanted), None)
    if company is None:
        return _show(request, sitting, step, checked=True, status=422)
    draft = sitting.draft
    if draft.company_id != company.pk:
        draft = _choose(sitting.actor, draft, company, sitting.now)
    chosen = Sitting.of(sitting.actor, draft, sitting.now)
    return redirect(url_of(chosen, neighbour(chosen, step, 1)))


def _typed(request: HttpRequest, sitting: Sitting, step: Step) -> HttpResponse:
    """Autosave (htmx), a button inside the step, Next or Back."""
    go = request.POST.get("go", "")
    by = {"next": 1, "back": -1}.get(go, 0)
    target = neighbour(sitting, step, by)
    typed = _read(request, sitting)

    def change(content: DraftContent) -> DraftContent:
        return reaching(step.read(content, typed), sitting, step)

    try:
        saved = drafts.save(
            sitting.actor,
            sitting.draft,
            change,
            version=_version(request),
            step=target.name if go == "back" else step.name,
            now=sitting.now,
        )
    except DraftChanged as changed:
        newer = Sitting.of(sitting.actor, changed.draft, sitting.now)
        newer.content = change(newer.content)
        if getattr(request, "htmx", False):
            return HttpResponse(status=409)
        said = messages.message("draft.changed_elsewhere")
        return _show(request, newer, step, checked=True, status=409, changed_elsewhere=said)
    now_at = Sitting.of(sitting.actor, saved, sitting.now)
    if getattr(request, "htmx", False):
        return _saved(request, now_at, step, redraw=_products(now_at) != _products(sitting))
    return _go_on(request, now_at, step, target)


def _read(request: HttpRequest, sitting: Sitting) -> Typed:
    """The form, with the exchange rate where a product is added to a foreign invoice."""
    today = company_day(sitting.company, sitting.now)
    preferences = sitting.reference.preferences()
    rate = ""
    if request.POST.get("add_item") and preferences is not None:
        rate = defaults.rate_for(sitting.content, sitting.company, preferences.home_currency, today)
    may_write = sitting.actor.may(Right.FREE_LINES, sitting.company)
    return Typed(request.POST, sitting.draft, sitting.reference, today, rate, may_write)


def _go_on(request: HttpRequest, sitting: Sitting, step: Step, target: Step) -> HttpResponse:
    if "find" in request.POST:
        return _found(request, sitting, step)
    go = request.POST.get("go", "")
    if go == "estimates" and step.name == "customer":
        return from_estimate.asked(sitting)
    if go == "next" and any(found.is_blocker for found in sitting.problems_of(step.name)):
        return _show(request, sitting, step, checked=True, status=422)
    if step.name == "customer" and go in ("next", "back"):
        customer_requests.settle(sitting.actor, sitting.draft, sitting.now)
    if sitting.draft.step != target.name:
        drafts.move_to(sitting.draft, target.name)
    return redirect(url_of(sitting, target))


def _found(request: HttpRequest, sitting: Sitting, step: Step) -> HttpResponse:
    """A search without JavaScript: the same page with what was found."""
    name = request.POST["find"]
    query = request.POST.get(f"{name}_query", "")
    search = choices.customers if name in CUSTOMER_PICKERS else choices.products
    return _show(
        request, sitting, step, checked=False, found=search(sitting, query), query=query, find=name,
        **({"choice": CUSTOMER_PICKERS[name]} if name in CUSTOMER_PICKERS else {}),
    )  # fmt: skip


def _saved(request: HttpRequest, sitting: Sitting, step: Step, *, redraw: bool) -> HttpResponse:
    """What changes on the page after an autosave: version, summary, and lines or due date."""
    context = page(sitting, step, checked=was_checked(sitting, step)) | {
        "summary": summary(sitting),
        "redraw_lines": step.name == "lines" and redraw,
    }
    return render(request, "invoices/_saved.html", context)


def _products(sitting: Sitting) -> list[tuple[str, ...]]:
    """What decides which lines stand on the page and how: drawn anew when it changed."""
    content = sitting.content
    codes = [(line.key, line.item_id, line.tax_code_id) for line in content.lines]
    refused = str(content.extras.get(line_reading.REFUSED, ""))
    return [*codes, (content.tax_mode, str(content.discount is not None), refused)]


def _create(request: HttpRequest, sitting: Sitting, step: Step) -> HttpResponse:
    """ "Create invoice in QuickBooks": pressed twice it is still one invoice (B-04)."""
    try:
        if sitting.is_edit:
            return _save_edit(request, sitting, step)
        services.submit(sitting.actor, sitting.draft, _version(request), sitting.now)
    except services.NotReady:
        return _show(request, sitting, step, checked=True, status=422)
    except DraftChanged as changed:
        newer = Sitting.of(sitting.actor, changed.draft, sitting.now)
        said = messages.message("draft.changed_elsewhere")
        return _show(request, newer, step, checked=True, status=409, changed_elsewhere=said)
    return _to_result(sitting.actor, sitting.draft)


def _save_edit(request: HttpRequest, sitting: Sitting, step: Step) -> HttpResponse:
    """ "Save changes in QuickBooks" (D-14); what stands in the way is said on Review."""
    try:
        change = editing.submit(sitting.actor, sitting.draft, _version(request), sitting.now)
    except (editing.NothingChanged, NotAllowed) as refused:
        parameters = getattr(refused, "parameters", {})
        said = messages.message(refused.code, **parameters)
        return _show(request, sitting, step, checked=True, status=409, changed_elsewhere=said)
    return redirect(after_change(sitting.actor, change, sitting.deal.hubspot_id))


def _to_result(actor: Actor, draft: Draft) -> HttpResponseRedirect:
    return HttpResponseRedirect(
        record_url(actor, "wizard-result", draft.deal.hubspot_id, draft_id=draft.pk)
    )


@record_page(Right.DRAFT)
@require_http_methods(["GET", "POST"])
@with_sentences
def discard(request: HttpRequest, actor: Actor, deal_id: str, draft_id: UUID) -> HttpResponse:
    """Ask, then discard."""
    draft = drafts.find(actor, deal_id, draft_id)
    back = record_url(actor, "panel", deal_id)
    if request.method == "POST":
        drafts.discard(actor, draft, now())
        return redirect(back)
    content = drafts.content_of(draft)
    context = {"actor": actor, "draft": draft, "content": content, "back_url": back, "danger": True}
    return render(request, "invoices/draft_discard.html", context)


@record_page(Right.DRAFT)
@require_POST
@with_sentences
def revive(request: HttpRequest, actor: Actor, deal_id: str, draft_id: UUID) -> HttpResponse:
    """Go on with an expired draft."""
    draft = drafts.revive(actor, drafts.find(actor, deal_id, draft_id), now())
    return redirect(url_of(*_at(Sitting.of(actor, draft, now()))))
