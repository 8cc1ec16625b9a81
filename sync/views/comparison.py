"""Sync > Compare with HubSpot: what its records say against what they were told (B-26)."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from integration import messages
from integration.access.actors import Actor
from integration.access.pages import portal_page
from integration.access.rights import Right
from integration.clock import now
from integration.gateways.errors import GatewayError
from sync import services
from sync.fetch.comparison import Compared
from sync.reconcile import Missing
from sync.views import words
from sync.views.common import tabs

KINDS = {"invoices": "Invoice", "deals": "Deal"}


@portal_page(Right.RUN_SYNC, all_deals=True)
@require_GET
def comparison(request: HttpRequest, actor: Actor, company_id: UUID) -> HttpResponse:
    """Reads HubSpot and writes nothing."""
    company = actor.company(company_id, Right.RUN_SYNC)
    context: dict[str, Any] = {"actor": actor, "company": company, "tabs": tabs(actor, "sync")}
    try:
        compared = services.compare(actor, company)
    except GatewayError as error:
        context["trouble"] = words.reason(error.code, {**error.parameters, "vendor": error.vendor})
    else:
        context |= {"compared": compared, "changes": list(_changes(compared))}
    return render(request, "sync/comparison.html", context)


@portal_page(Right.RUN_SYNC, all_deals=True)
@require_POST
def write_again(request: HttpRequest, actor: Actor, company_id: UUID) -> HttpResponse:
    company = actor.company(company_id, Right.RUN_SYNC)
    try:
        count = services.write_again(actor, company, now())
    except GatewayError as error:
        facts = {**error.parameters, "vendor": error.vendor}
        notices.error(request, messages.sentence(error.code, **facts))
        return redirect("sync", actor.portal.pk)
    said = ngettext(
        "%(count)d record is written to HubSpot again now.",
        "%(count)d records are written to HubSpot again now.",
        count,
    )
    notices.info(request, said % {"count": count})
    return redirect("sync", actor.portal.pk)


def _changes(compared: Compared) -> Iterator[dict[str, Any]]:
    """Lines of the before-and-after table: HubSpot's value now, and what it becomes."""
    for each in compared.found:
        _row, label = compared.rows[each.object_kind, each.object_id]
        record = words.record(KINDS[each.object_kind], label)
        if isinstance(each, Missing):
            yield {"record": record, "field": _("The whole record"), "before": _("missing")}
        else:
            yield {
                "record": record,
                "field": words.field(each.name),
                "before": each.found,
                "after": each.expected,
            }
