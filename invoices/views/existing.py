"""Add existing invoices to a deal, contact or company (S-64 to S-71)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from integration import messages
from integration.access import error_pages
from integration.access.actors import Actor
from integration.access.pages import crm_record_url, record_page
from integration.access.rights import Right
from integration.access.throttles import throttled
from integration.clock import now
from integration.gateways.errors import GatewayError
from integration.models import Company
from invoices import attaching, crm_records, existing, reach
from invoices.attaching import Target
from invoices.crm_records import DEALS, CrmRecord, RecordUnknown
from invoices.existing import Criteria, Found, Page
from invoices.existing_form import ExistingSearchForm
from invoices.models import InvoiceAttachment
from invoices.views.rows import badge_text

View = Callable[..., HttpResponse]
CHOSEN = "chosen"
MOST_CHOSEN = attaching.MOST_AT_ONCE
CARRIED = ("number", "customer", "total", "since", "until", "status", "all")


@dataclass(frozen=True, slots=True)
class Row:
    """``where``: what it hangs on already, in words. ``is_here``: on this very record."""

    found: Found
    value: str
    where: list[str]
    is_here: bool
    is_chosen: bool
    badge: str


@dataclass(frozen=True, slots=True)
class Kept:
    """Ticked on another page of the search."""

    value: str
    label: str


def with_record(view: View) -> View:
    """``view(request, actor, object_kind, record_id, …)``: wrong turns become sentences."""

    @wraps(view)
    def answered(
        request: HttpRequest, actor: Actor, object_kind: str, record_id: str, **named: Any
    ) -> HttpResponse:
        try:
            return view(request, actor, object_kind, record_id, **named)
        except RecordUnknown:
            code = "deal.unknown" if object_kind == DEALS else "record.unknown"
            return error_pages.show(request, 404, code)
        except GatewayError as error:
            return _explained(request, messages.of_error(error), 503)

    return answered


def _explained(request: HttpRequest, message: Any, status: int) -> HttpResponse:
    context = {
        "message": message,
        "again_url": request.get_full_path() if request.method == "GET" else "",
    }
    return render(request, "invoices/record_explained.html", context, status=status)


@record_page(Right.DRAFT)
@require_http_methods(["GET", "POST"])
@throttled("existing", 120, 60)
@with_record
def existing_invoices(
    request: HttpRequest, actor: Actor, object_kind: str, record_id: str
) -> HttpResponse:
    """Choose the company where there are several, search, tick, add.

    One form without JavaScript: every button posts it, and all but Add lead to the address that
    shows the same, so that ticks survive a new search and a turned page.
    """
    instant = now()
    companies = list(actor.companies().order_by("name"))
    if not companies:
        return _explained(request, messages.message("deal.no_company"), 409)
    posted = request.method == "POST"
    given = request.POST if posted else request.GET
    company = _company(companies, given)
    if company is None:
        record = crm_records.look(actor, object_kind, record_id, instant)
        context = {**_common(actor, record), "companies": companies}
        return render(request, "invoices/existing_company.html", context)
    if not posted:
        record = crm_records.look(actor, object_kind, record_id, instant)
        return _search_page(request, actor, record, company, len(companies) > 1)
    chosen = _chosen_of(given)
    if given.get("go") != "add" or not chosen:
        query = _address(given, company, none_chosen=given.get("go") == "add")
        return redirect(f"{_url(actor, object_kind, record_id)}?{query}")
    record = crm_records.open_record(actor, object_kind, record_id, instant)
    if record.is_archived:
        return _explained(request, messages.message("draft.deal_archived"), 409)
    target = Target(record.kind, record.id, record.name)
    done = attaching.attach(actor, target, company, [each for each, _text in chosen], instant)
    query = urlencode(
        {
            "added": ",".join(str(each.pk) for each in done.added),
            "already": len(done.already),
            "missing": ",".join(_labels(chosen, done.missing)),
        }
    )
    there = crm_record_url(actor, "invoices-added", object_kind, record_id)
    return redirect(f"{there}?{query}")


@record_page(Right.DRAFT)
@require_GET
@with_record
def invoices_added(
    request: HttpRequest, actor: Actor, object_kind: str, record_id: str
) -> HttpResponse:
    """What was added: stage, amount and date of each; sync shows them in HubSpot meanwhile."""
    record = crm_records.look(actor, object_kind, record_id, now())
    wanted = {text for text in request.GET.get("added", "").split(",") if len(text) == 36}
    rows = [row for row in reach.invoices_of_record(actor, record.kind, record.id)
            if str(row.pk) in wanted]  # fmt: skip
    missing = [text for text in request.GET.get("missing", "")[:500].split(",") if text]
    already = request.GET.get("already", "")
    context = {
        **_common(actor, record),
        "lines": [(row, badge_text(row)) for row in rows],
        "already": int(already) if already.isascii() and already.isdigit() else 0,
        "missing": missing,
        "again_url": _url(actor, object_kind, record_id),
    }
    return render(request, "invoices/existing_added.html", context)


# --------------------------------------------------------------------------------- the search page
def _search_page(
    request: HttpRequest, actor: Actor, record: CrmRecord, company: Company, several: bool
) -> HttpResponse:
    form = ExistingSearchForm(request.GET)
    linked = crm_records.customers_of(record, company)
    show_linked = form.is_empty and bool(linked) and "all" not in request.GET
    page = _page(request, actor, company, form, tuple(linked) if show_linked else ())
    chosen = dict(_chosen_of(request.GET))
    rows = [_row(actor, record, each, chosen) for each in page.rows] if page else []
    here = {row.found.qbo_id for row in rows}
    context = {
        **_common(actor, record),
        "company": company,
        "several": several,
        "form": form,
        "page": page,
        "rows": rows,
        "kept": [
            Kept(_value(each, text), text or each)
            for each, text in chosen.items()
            if each not in here
        ],
        "ticked": len([each for each in rows if each.is_chosen]) + len(set(chosen) - here),
        "trouble": messages.of_error(page.trouble) if page and page.trouble else None,
        "shows_linked": show_linked,
        "none_chosen": "none" in request.GET,
        "is_first_page": not (request.GET.get("start") or request.GET.get("after")),
        "all_url": f"?{_address(request.GET, company, all='1')}",
        "quickbooks_url": f"?{_address(request.GET, company, source='quickbooks')}",
    }
    return render(request, "invoices/existing.html", context)


def _page(
    request: HttpRequest,
    actor: Actor,
    company: Company,
    form: ExistingSearchForm,
    linked: tuple[str, ...],
) -> Page | None:
    """None: nothing was asked yet, and browsing everything is not for everybody (D-05)."""
    if not form.is_valid():
        return None
    if form.is_empty and not linked and actor.is_limited_to_own:
        return None
    criteria: Criteria = form.criteria(linked)
    return existing.search(actor, company, criteria, request.GET, now())


def _row(actor: Actor, record: CrmRecord, found: Found, chosen: dict[str, str]) -> Row:
    ties = found.attached
    return Row(
        found=found,
        value=_value(found.qbo_id, found.number),
        where=_where(actor, record, ties),
        is_here=any((each.object_kind, each.hubspot_id) == (record.kind, record.id)
                    for each in ties),
        is_chosen=found.qbo_id in chosen,
        badge=badge_text(found.row) if found.row and found.row.stage == found.stage else "",
    )  # fmt: skip


def _where(actor: Actor, record: CrmRecord, ties: Iterable[InvoiceAttachment]) -> list[str]:
    """Deals by name where they are in reach; others only as a number."""
    others = [
        each for each in ties if (each.object_kind, each.hubspot_id) != (record.kind, record.id)
    ]
    deals = [each.hubspot_id for each in others if each.object_kind == DEALS]
    names = (
        dict(
            reach.visible_deals(actor)
            .filter(hubspot_id__in=deals)
            .values_list("hubspot_id", "name")
        )
        if deals
        else {}
    )
    found = [names.get(each) or _("another deal") for each in dict.fromkeys(deals)]
    kinds = [each.object_kind for each in others]
    if crm_records.CONTACTS in kinds:
        found.append(_("a contact"))
    if crm_records.COMPANIES in kinds:
        found.append(_("a company"))
    return found


def _common(actor: Actor, record: CrmRecord) -> dict[str, Any]:
    return {
        "actor": actor,
        "record": record,
        "record_url": crm_record_url(actor, "record", record.kind, record.id),
        "search_url": _url(actor, record.kind, record.id),
    }


# ------------------------------------------------------------------------------ what was submitted
def _url(actor: Actor, kind: str, record_id: str) -> str:
    return crm_record_url(actor, "existing-invoices", kind, record_id)


def _company(companies: list[Company], given: QueryDict) -> Company | None:
    if len(companies) == 1:
        return companies[0]
    wanted = given.get("company", "")
    return next((each for each in companies if str(each.pk) == wanted), None)


def _value(qbo_id: str, label: str) -> str:
    """What a ticked box carries: the id, and the number for the eye of the next page."""
    return f"{qbo_id}~{label}"


def _chosen_of(given: QueryDict) -> list[tuple[str, str]]:
    """(QuickBooks id, number) of the ticked ones."""
    found: dict[str, str] = {}
    for value in given.getlist(CHOSEN):
        qbo_id, _tilde, label = value.partition("~")
        if qbo_id.isascii() and qbo_id.isdigit() and len(qbo_id) <= 20:
            found.setdefault(qbo_id, label[:30])
    return list(found.items())[:MOST_CHOSEN]


def _labels(chosen: list[tuple[str, str]], ids: Iterable[str]) -> list[str]:
    names = dict(chosen)
    return [(names.get(each) or each).replace(",", " ") for each in ids]


def _address(given: QueryDict, company: Company, none_chosen: bool = False, **more: str) -> str:
    """The query that shows the same search: criteria, page, ticks."""
    pairs = [("company", str(company.pk))]
    pairs += [(name, given[name]) for name in CARRIED if given.get(name) and name not in more]
    go = given.get("go", "")
    if go.startswith(("start=", "after=")):
        name, _equals, mark = go.partition("=")
        pairs.append((name, mark))
    if given.get("source") and go != "search":
        pairs.append(("source", given["source"]))
    pairs += [(CHOSEN, _value(*each)) for each in _chosen_of(given)]
    pairs += [("none", "1")] if none_chosen else []
    return urlencode([*pairs, *more.items()])
