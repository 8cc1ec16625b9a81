"""Settings > Companies > Tax map: what HubSpot's tax rates mean in a company (B-25)."""

from uuid import UUID

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from integration import company_settings, messages, tax_map
from integration.access.actors import Actor
from integration.access.pages import portal_page
from integration.access.rights import Right
from integration.clock import now
from integration.models import Company
from integration.views.settings_pages import settings_tabs
from invoices.tax_map_form import TaxMapForm, form_of


@portal_page(Right.MAP)
@require_http_methods(["GET", "POST"])
def tax_map_page(request: HttpRequest, actor: Actor, company_id: UUID) -> HttpResponse:
    """GET asks HubSpot for its rates (one call); POST stores the map."""
    company = actor.company(company_id, Right.MAP)
    if request.method == "POST":
        return _store(request, actor, company)
    found = tax_map.rates(company.portal)
    form = form_of(company, found.rows)
    trouble = messages.of_error(found.trouble) if found.trouble else None
    return _show(request, actor, company, form, trouble=trouble)


def _store(request: HttpRequest, actor: Actor, company: Company) -> HttpResponse:
    rates = tax_map.known_rates(company.portal)
    form = form_of(company, rates, request.POST)
    if not form.is_valid():
        return _show(request, actor, company, form, status=422)
    try:
        tax_map.change(
            actor,
            company,
            form.chosen(),
            form.settings_values(),
            version=form.cleaned_data["version"],
            now=now(),
        )
    except company_settings.SettingsChanged:
        form.add_error(None, messages.sentence("tax_map.changed_meanwhile"))
        return _show(request, actor, company, form, status=409)
    notices.success(request, _("The tax map of %(name)s is saved.") % {"name": company})
    return redirect("tax_map", actor.portal.pk, company.pk)


def _show(
    request: HttpRequest,
    actor: Actor,
    company: Company,
    form: TaxMapForm,
    *,
    trouble: messages.Message | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "actor": actor,
        "company": company,
        "companies": list(actor.companies().order_by("name")),
        "form": form,
        "rows": form.rows(),
        "trouble": trouble,
        "tabs": settings_tabs(actor, "company_settings"),
    }
    return render(request, "invoices/tax_map.html", context, status=status)
