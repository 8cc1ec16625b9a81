"""What became of a submitted draft: progress, then the invoice, or back to Review (S-46)."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from integration import messages
from integration.access.actors import Actor
from integration.access.pages import record_page, record_url
from integration.access.rights import Right
from invoices import drafts, services
from invoices.change_places import url_of_edit
from invoices.drafts import DraftUnknown
from invoices.models import InvoiceOperation
from invoices.models.drafts import RecoveryPoint
from invoices.wizard import approval
from invoices.wizard.answers import with_sentences

ORDER = [
    RecoveryPoint.STORED,
    RecoveryPoint.VALIDATED,
    RecoveryPoint.CUSTOMER_ENSURED,
    RecoveryPoint.ALLOWED,
    RecoveryPoint.NUMBER_RESERVED,
    RecoveryPoint.POSTED,
    RecoveryPoint.ASSOCIATED,
    RecoveryPoint.DONE,
]
MILESTONES: list[tuple[RecoveryPoint, Promise]] = [
    (RecoveryPoint.VALIDATED, _("Checked against QuickBooks")),
    (RecoveryPoint.CUSTOMER_ENSURED, _("Customer ready")),
    (RecoveryPoint.POSTED, _("Invoice created in QuickBooks")),
    (RecoveryPoint.ASSOCIATED, _("Added to the deal in HubSpot")),
]


@dataclass(frozen=True)
class Milestone:
    label: Promise
    is_done: bool
    is_next: bool


@record_page(Right.DRAFT)
@require_GET
@with_sentences
def result(request: HttpRequest, actor: Actor, deal_id: str, draft_id: UUID) -> HttpResponse:
    """Polled while work goes on; finished, the invoice; refused, Review with the reason."""
    draft = drafts.find(actor, deal_id, draft_id)
    if draft.edits_id is not None:
        return _move(request, url_of_edit(actor, draft))
    operation = getattr(draft, "operation", None)
    if operation is None:
        raise DraftUnknown(str(draft_id))
    if operation.point == RecoveryPoint.FAILED:
        return _move(request, record_url(actor, "wizard-step", deal_id, draft_id=draft.pk,
                                         step="review"))  # fmt: skip
    if operation.point == RecoveryPoint.DONE:
        url = record_url(actor, "deal-invoice", deal_id, invoice_id=operation.invoice_id)
        return _move(request, f"{url}?created=1")
    if operation.point == RecoveryPoint.WAITING:
        if getattr(request, "htmx", False):
            return HttpResponse(status=204) if "waiting" in request.GET else _again(request)
        return approval.waiting_page(request, actor, draft)
    if "waiting" in request.GET and getattr(request, "htmx", False):
        return _again(request)
    context = {
        "actor": actor,
        "draft": draft,
        "deal": draft.deal,
        "operation": operation,
        "milestones": milestones(operation),
        "trouble": _trouble(operation),
        "deal_url": record_url(actor, "panel", deal_id),
        "poll_url": request.path,
    }
    partial = getattr(request, "htmx", False)
    name = "invoices/_progress.html" if partial else "invoices/wizard_result.html"
    return render(request, name, context)


def milestones(operation: InvoiceOperation) -> list[Milestone]:
    """The first that is not reached yet is the one going on."""
    reached = ORDER.index(RecoveryPoint(operation.point)) if operation.point in ORDER else 0
    done = [ORDER.index(point) <= reached for point, _label in MILESTONES]
    following = done.index(False) if False in done else -1
    return [
        Milestone(label, done[place], place == following)
        for place, (_point, label) in enumerate(MILESTONES)
    ]


def _trouble(operation: InvoiceOperation) -> messages.Message | None:
    """Why it takes longer: the job's last error, in words, or that nothing works on it."""
    job = services.job_of(operation)
    if job is None and not operation.company.is_connected:
        return messages.message("invoice.company_disconnected", company=operation.company.name)
    code = (job.paused_reason or job.last_error) if job else ""
    parameters = job.last_error_parameters if job else {}
    return messages.message(code, **parameters) if code else None


def _again(request: HttpRequest) -> HttpResponse:
    """It waits for approval now, or no longer: another page."""
    return HttpResponse(headers={"HX-Redirect": request.path})


def _move(request: HttpRequest, url: str) -> HttpResponse:
    """A redirect that htmx follows with the whole page."""
    if getattr(request, "htmx", False):
        return HttpResponse(headers={"HX-Redirect": url})
    return redirect(url)
