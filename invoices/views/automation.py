"""Settings > Companies > Won and paid deals (E-01)."""

from typing import Any
from uuid import UUID

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from integration import messages, sessions
from integration.access.actors import Actor
from integration.access.pages import portal_page
from integration.access.rights import Right
from integration.clock import now
from integration.company_settings import SettingsChanged
from integration.gateways.errors import GatewayError
from integration.models import Company
from integration.views.settings_pages import settings_tabs
from invoices import automation
from invoices.automation_form import AutomationForm, initial
from invoices.views.rules import changed_meanwhile


@portal_page(Right.MAP)
@require_http_methods(["GET", "POST"])
def deal_automation(request: HttpRequest, actor: Actor, company_id: UUID) -> HttpResponse:
    """Pipelines and properties are read from HubSpot each time; nothing typed is lost."""
    company = actor.company(company_id, Right.MAP)
    try:
        form = _form(request, company)
    except GatewayError as error:
        failed = messages.message(error.code, **{**error.parameters, "vendor": error.vendor})
        context = {**_context(actor, company, None), "failed": failed}
        return render(request, "invoices/deal_automation.html", context)
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        try:
            automation.change(actor, company, form.values(), version=version, now=now())
        except SettingsChanged:
            form.add_error(None, changed_meanwhile())
        else:
            said = _("What happens with won and paid deals of %(name)s is saved.")
            notices.success(request, said % {"name": company})
            return redirect("deal-automation", actor.portal.pk, company.pk)
    status = 422 if form.errors else 200
    context = _context(actor, company, form)
    return render(request, "invoices/deal_automation.html", context, status=status)


def _form(request: HttpRequest, company: Company) -> AutomationForm:
    hubspot = sessions.hubspot(company.portal, urgent=True)
    stages, taken = hubspot.pipeline_stages(), automation.taken_stages(company)
    return AutomationForm(
        request.POST or None,
        initial=initial(automation.of_company(company), stages, taken),
        stages=stages,
        properties=hubspot.properties("deals"),
        taken=taken,
    )


def _context(actor: Actor, company: Company, form: AutomationForm | None) -> dict[str, Any]:
    return {
        "actor": actor,
        "company": company,
        "companies": list(actor.companies().order_by("name")),
        "form": form,
        "tabs": settings_tabs(actor, "company_settings"),
    }
