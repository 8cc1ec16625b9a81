"""Month end: what is posted, unsent, differing or unexplained in one company's month (E-11)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from integration import csv_files, messages
from integration.access.actors import Actor
from integration.access.pages import portal_page
from integration.access.rights import Right
from integration.clock import now
from integration.gateways.errors import GatewayError
from integration.models import Company
from invoices import month, month_end, unsettled
from invoices.calendar import company_day
from invoices.draft import DraftContent
from invoices.models import ApprovalRequest, Invoice, NumberReservation
from invoices.month import Month
from invoices.month_end import Found, Line
from invoices.unsettled import InQuickBooks, TooSlow
from invoices.views.invoices import tabs

LABELS = {
    Line.CREATED: (_("Created here"), _("Invoices dated in the month, made with Dealbooks.")),
    Line.NOT_SENT: (_("Not sent yet"), _("With something to pay, and not sent to the customer.")),
    Line.DIFFERS: (_("Total differs"), _("QuickBooks' total is not the one shown before.")),
    Line.CHANGED: (
        _("Changed in QuickBooks after approval"),
        _("Another customer or amount than what was approved."),
    ),
    Line.APPROVALS: (_("Waiting for approval"), _("What waits now, of any month.")),
    Line.GAPS: (_("Number gaps not explained"), _("Taken until the month's end.")),
}
MARK_OF = {
    Line.CREATED: "created_here",
    Line.NOT_SENT: "not_sent",
    Line.DIFFERS: "differs",
    Line.CHANGED: "after_approval",
}
CSV_HEADER = (
    "line", "number", "customer", "date", "currency", "total", "tax", "open", "expected_total",
    "quickbooks_id",
)  # fmt: skip
CSV_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Shown:
    """A line of the page; ``url`` leads to exactly its rows."""

    found: Found
    label: Any
    help: Any
    url: str

    @property
    def is_trouble(self) -> bool:
        return self.found.line is not Line.CREATED and self.found.count > 0


@portal_page(Right.APPROVE)
@require_GET
def month_end_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Company and month stand in the address; QuickBooks is asked only with ``look=1``."""
    companies = companies_of(actor)
    context: dict[str, Any] = {"actor": actor, "tabs": tabs(actor, "month-end")}
    if not companies:
        return render(request, "invoices/month_end.html", context)
    company = _company(request, companies)
    ended = month_end.last_ended(company, now())
    chosen, problem = _month(request, ended)
    url = _address(actor, "month-end", company, chosen)
    context |= {
        "companies": companies,
        "company": company,
        "month": chosen,
        "problem": problem,
        "previous_url": _address(actor, "month-end", company, chosen.previous),
        "next_url": _address(actor, "month-end", company, chosen.next),
        "is_unfinished": chosen > ended,
        "lines": [_shown(actor, company, chosen, each) for each in
                  month_end.report(actor, company, chosen)],
        "look_url": f"{url}&look=1",
        "csv_url": _export(actor, company, chosen),
    }  # fmt: skip
    if request.GET.get("look"):
        context |= looked(company, chosen)
    return render(request, "invoices/month_end.html", context)


@portal_page(Right.APPROVE)
@require_GET
def month_end_csv(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Every row of every line, one after another (control 20 in the cells)."""
    companies = companies_of(actor)
    if not companies:
        raise Http404
    company = _company(request, companies)
    actor.require(Right.EXPORT, company)
    chosen, _problem = _month(request, month_end.last_ended(company, now()))
    return csv_files.answer(f"month-end-{chosen}", CSV_HEADER, _csv_rows(actor, company, chosen))


def companies_of(actor: Actor) -> list[Company]:
    """Also those no longer connected: their invoices stay. The connected ones come first."""
    found = Company.objects.for_portal(actor.portal).filter(actor.company_condition("pk"))
    return sorted(found, key=lambda each: (each.disconnected_at is not None, each.name, each.pk))


def looked(company: Company, of: Month) -> dict[str, Any]:
    """What QuickBooks says, or why it says nothing."""
    found: InQuickBooks | None = None
    trouble = None
    try:
        found = unsettled.look(company, of)
    except TooSlow as error:
        trouble = messages.message(error.code, company=company.name)
    except GatewayError as error:
        trouble = messages.of_error(error, company=company.name)
    return {"in_quickbooks": found, "trouble": trouble}


def _company(request: HttpRequest, companies: list[Company]) -> Company:
    """The one of the address, else the first. Raises Http404 for one that is not theirs."""
    wanted = request.GET.get("company", "")
    if not wanted:
        return companies[0]
    found = next((each for each in companies if str(each.pk) == wanted), None)
    if found is None:
        raise Http404
    return found


def _month(request: HttpRequest, ended: Month) -> tuple[Month, messages.Message | None]:
    wanted = request.GET.get("month", "")
    found = month.read(wanted)
    if found or not wanted:
        return found or ended, None
    return ended, messages.message("month_end.month_unknown", value=wanted[:20])


def _address(actor: Actor, route: str, company: Company, of: Month) -> str:
    query = urlencode({"company": company.pk, "month": of})
    return f"{reverse(route, args=[actor.portal.pk])}?{query}"


def _export(actor: Actor, company: Company, of: Month) -> str:
    may = actor.may(Right.EXPORT, company)
    return _address(actor, "month-end-csv", company, of) if may else ""


def _shown(actor: Actor, company: Company, of: Month, found: Found) -> Shown:
    label, explained = LABELS[found.line]
    return Shown(found, label, explained, _list_url(actor, company, of, found.line))


def _list_url(actor: Actor, company: Company, of: Month, line: Line) -> str:
    """The list with the filters that give the line's rows."""
    if line is Line.GAPS:
        base = reverse("number-report", args=[actor.portal.pk, company.pk])
        return f"{base}?{urlencode({'state': 'gap', 'taken_to': of.last})}"
    if line is Line.APPROVALS:
        base = reverse("approvals", args=[actor.portal.pk])
        return f"{base}?{urlencode({'state': 'waiting', 'company': company.pk})}"
    query = {
        "mark": MARK_OF[line],
        "date_from": of.first,
        "date_to": of.last,
        "company": company.pk,
    }
    return f"{reverse('invoices', args=[actor.portal.pk])}?{urlencode(query)}"


def _csv_rows(actor: Actor, company: Company, of: Month) -> Iterator[Sequence[Any]]:
    for line in MARK_OF:
        rows = month_end.invoices(actor, company, of, line).defer("raw", "written")
        for row in rows.order_by("txn_date", "doc_number", "pk").iterator(chunk_size=CSV_CHUNK):
            yield _invoice_row(line, row)
    for request in month_end.waiting(actor, company).order_by("asked_at").iterator(CSV_CHUNK):
        yield _approval_row(company, request)
    for gap in month_end.gaps(company, of).iterator(CSV_CHUNK):
        yield _gap_row(company, gap)


def _invoice_row(line: Line, row: Invoice) -> Sequence[Any]:
    expected = row.expected_total if line is Line.DIFFERS else None
    return (
        *(line.value, row.doc_number, row.customer_name, row.txn_date, row.currency),
        *(row.billed, row.total_tax, row.open, expected, row.qbo_id),
    )


def _approval_row(company: Company, request: ApprovalRequest) -> Sequence[Any]:
    customer = DraftContent.from_json(request.content).recipient
    when = company_day(company, request.asked_at)
    return (
        *(Line.APPROVALS.value, "", customer, when, request.currency, request.amount),
        *(None, None, None, ""),
    )


def _gap_row(company: Company, gap: NumberReservation) -> Sequence[Any]:
    nothing = (None, None, None, None)
    when = company_day(company, gap.reserved_at)
    return (Line.GAPS.value, gap.text, "", when, "", *nothing, "")
