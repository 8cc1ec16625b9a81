"""Settings > Companies: what each QuickBooks company does with customers, numbers and money."""

from typing import Any
from uuid import UUID

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from integration import company_settings
from integration.access.actors import Actor
from integration.access.pages import portal_page
from integration.access.rights import Right
from integration.clock import now
from integration.forms import CompanySettingsForm
from integration.models import Company
from integration.product_settings import ItemField, found_items
from integration.views.settings_pages import settings_tabs


@portal_page(Right.MAP)
@require_GET
def company_settings_index(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The list; straight to the only company when there is one."""
    companies = list(actor.companies().order_by("name"))
    if len(companies) == 1:
        return redirect("company_settings_of", actor.portal.pk, companies[0].pk)
    context = {"actor": actor, "companies": companies, "tabs": _tabs(actor)}
    return render(request, "integration/company_list.html", context)


@portal_page(Right.MAP)
@require_http_methods(["GET", "POST"])
def company_settings_page(request: HttpRequest, actor: Actor, company_id: UUID) -> HttpResponse:
    company = actor.company(company_id, Right.MAP)
    stored = company_settings.of_company(company)
    form = CompanySettingsForm(request.POST or None, instance=stored, company=company)
    picker = request.POST.get("find", "")
    if isinstance(form.fields.get(picker), ItemField):
        return _found(request, actor, company, form, picker)
    if request.method == "POST" and form.is_valid():
        try:
            company_settings.change(
                actor,
                company,
                form.cleaned_data,
                version=form.cleaned_data["version"],
                now=now(),
            )
        except company_settings.SettingsChanged:
            form.add_error(None, _changed_meanwhile())
        else:
            notices.success(request, _("The settings of %(name)s are saved.") % {"name": company})
            return redirect("company_settings_of", actor.portal.pk, company.pk)
    return render(request, "integration/company_settings.html", _context(actor, company, form))


@portal_page(Right.MAP)
@require_GET
def company_items(request: HttpRequest, actor: Actor, company_id: UUID) -> HttpResponse:
    """Type-ahead of the pickers: products that may stand on an invoice line."""
    company = actor.company(company_id, Right.MAP)
    options = found_items(company, request.GET.get("q", ""))
    return render(request, "components/combobox_options.html", {"options": options})


def _found(
    request: HttpRequest, actor: Actor, company: Company, form: CompanySettingsForm, picker: str
) -> HttpResponse:
    """A search without JavaScript: the same page with what was found, nothing stored."""
    query = request.POST.get(f"{picker}_query", "")
    more = {"picker": picker, "query": query, "found": found_items(company, query)}
    return render(
        request, "integration/company_settings.html", _context(actor, company, form) | more
    )


def _context(actor: Actor, company: Company, form: CompanySettingsForm) -> dict[str, Any]:
    companies = list(actor.companies().order_by("name"))
    return {
        "actor": actor,
        "company": company,
        "companies": companies,
        "form": form,
        "groups": form.groups(),
        "items_url": reverse("company_items", args=[actor.portal.pk, company.pk]),
        "tabs": _tabs(actor),
    }


def _tabs(actor: Actor) -> list[Any]:
    return settings_tabs(actor, "company_settings")


def _changed_meanwhile() -> str:
    return _(
        "Somebody else saved these settings while you had the page open, so yours were not stored. "
        "Open the page again in another tab, compare, and save once more."
    )
