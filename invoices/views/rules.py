"""Invoicing rules: approval policy and finance's limits of one company (D-15, E-06, E-08, E-11)."""

from typing import Any
from uuid import UUID

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from integration import company_settings
from integration.access.actors import Actor
from integration.access.pages import portal_page
from integration.access.rights import Right
from integration.clock import now
from integration.models import Company
from integration.views.settings_pages import settings_tabs
from invoices import rules
from invoices.rules_form import RulesForm


@portal_page(Right.MAP)
@require_http_methods(["GET", "POST"])
def invoicing_rules(request: HttpRequest, actor: Actor, company_id: UUID) -> HttpResponse:
    """POST stores what differs; nothing typed is lost when it is refused."""
    company = actor.company(company_id, Right.MAP)
    stored = company_settings.of_company(company)
    form = RulesForm(
        request.POST or None,
        company=company,
        stored=stored,
        may_change_policy=actor.may(Right.APPROVE, company),
    )
    if request.method == "POST" and form.is_valid():
        try:
            rules.change(
                actor, company, form.values(), version=form.cleaned_data["version"], now=now()
            )
        except company_settings.SettingsChanged:
            form.add_error(None, changed_meanwhile())
        else:
            said = _("The invoicing rules of %(name)s are saved.")
            notices.success(request, said % {"name": company})
            return redirect("invoicing-rules", actor.portal.pk, company.pk)
    status = 422 if form.errors else 200
    return render(
        request, "invoices/invoicing_rules.html", _context(actor, company, form), status=status
    )


def _context(actor: Actor, company: Company, form: RulesForm) -> dict[str, Any]:
    return {
        "actor": actor,
        "company": company,
        "companies": list(actor.companies().order_by("name")),
        "form": form,
        "groups": form.groups(),
        "may_change_policy": actor.may(Right.APPROVE, company),
        "tabs": settings_tabs(actor, "company_settings"),
    }


def changed_meanwhile() -> str:
    return _(
        "Somebody else saved these settings while you had the page open, so yours were not stored. "
        "Open the page again in another tab, compare, and save once more."
    )
