"""Type-ahead of the wizard: customers and products of the draft's company."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from integration import messages
from integration.access.actors import Actor
from integration.access.pages import record_page
from integration.access.rights import Right
from invoices.wizard import choices
from invoices.wizard.answers import with_sentences
from invoices.wizard.sitting import sitting_of


@record_page(Right.DRAFT)
@require_GET
@with_sentences
def customer_options(
    request: HttpRequest, actor: Actor, deal_id: str, draft_id: UUID
) -> HttpResponse:
    """Type-ahead: two letters at least (D-05)."""
    sitting = sitting_of(actor, deal_id, draft_id)
    text = request.GET.get("q", "")
    hint = messages.message("matching.two_letters").what if len(text.strip()) < 2 else ""
    options = choices.customers(sitting, text)
    return render(request, "components/combobox_options.html", {"options": options, "hint": hint})


@record_page(Right.DRAFT)
@require_GET
@with_sentences
def product_options(
    request: HttpRequest, actor: Actor, deal_id: str, draft_id: UUID
) -> HttpResponse:
    """Type-ahead over the mirrored products."""
    sitting = sitting_of(actor, deal_id, draft_id)
    options = choices.products(sitting, request.GET.get("q", ""))
    return render(request, "components/combobox_options.html", {"options": options})
