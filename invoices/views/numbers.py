"""Number series: what an accountant confirms once for a company that numbers itself (D-12, S-62)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from integration import messages, sessions
from integration.access.actors import Actor
from integration.access.pages import portal_page
from integration.access.rights import Right
from integration.clock import now
from integration.gateways.errors import GatewayError
from integration.models import Company
from integration.reference import Reference
from invoices import numbering
from invoices.forms import SeriesForm
from invoices.models import Invoice, NumberSeries
from invoices.series import guess

LAST_USED = 50


@portal_page(Right.APPROVE)
@require_http_methods(["GET", "POST"])
def number_series(request: HttpRequest, actor: Actor, company_id: UUID) -> HttpResponse:
    """GET suggests the series from the numbers in use (one call); POST confirms it."""
    company = actor.company(company_id, Right.APPROVE)
    row = NumberSeries.objects.for_portal(actor.portal).filter(company=company).first()
    if request.method == "POST":
        form = SeriesForm(request.POST)
        if form.is_valid():
            numbering.confirm(
                actor,
                company,
                form.series(),
                shared_by_all_forms=form.cleaned_data["shared_by_all_forms"],
                gaps_allowed=form.cleaned_data["gaps_allowed"],
                now=now(),
            )
            return redirect("number-series", portal_id=actor.portal.pk, company_id=company.pk)
        return _show(request, actor, company, row, form, [], 422)
    used, trouble = _used(company)
    form = SeriesForm(initial=SeriesForm.initial_of(row, guess(used)))
    return _show(request, actor, company, row, form, used, 200, trouble)


def _used(company: Company) -> tuple[list[str], messages.Message | None]:
    """Document numbers in use, latest first; from the mirror when QuickBooks cannot be asked."""
    try:
        rows = sessions.quickbooks(company, urgent=True).query(
            "Invoice", order="MetaData.CreateTime DESC", limit=LAST_USED
        )
        return [str(row["DocNumber"]) for row in rows if row.get("DocNumber")], None
    except GatewayError as error:
        known = Invoice.objects.for_portal(company.portal_id).filter(company=company)
        numbers = known.exclude(doc_number="").order_by("-updated_at")
        return list(numbers.values_list("doc_number", flat=True)[:LAST_USED]), messages.of_error(
            error
        )


def _show(
    request: HttpRequest,
    actor: Actor,
    company: Company,
    row: NumberSeries | None,
    form: SeriesForm,
    used: list[str],
    status: int,
    trouble: messages.Message | None = None,
) -> HttpResponse:
    preferences = Reference.of(company).preferences()
    context = {
        "actor": actor,
        "company": company,
        "row": row,
        "form": form,
        "used": used[:5],
        "gaps": numbering.gaps(company)[:50],
        "is_needed": preferences is not None and preferences.custom_numbers,
        "trouble": trouble,
    }
    return render(request, "invoices/number_series.html", context, status=status)
