"""The page of one change: how far it is, why it waits, and two versions side by side."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from integration import messages
from integration.access.actors import Actor
from integration.access.pages import record_url
from integration.access.rights import Right
from integration.messages import Message
from invoices import changes, editing
from invoices.change_compare import FIELD, LINE, Difference
from invoices.change_places import after_change, change_url, invoice_place
from invoices.models import InvoiceChange
from invoices.models.changes import ChangeKind, ChangePoint
from invoices.typed_values import read_date
from invoices.wizard.words import TAX_MODES

LABELS: dict[str, Promise] = {
    "customer": _("Customer"),
    "currency": _("Currency"),
    "txn_date": _("Invoice date"),
    "due_date": _("Due date"),
    "terms": _("Terms"),
    "message": _("Message to the customer"),
    "bill_email": _("E-mail"),
    "bill_email_cc": _("Copy to"),
    "po_number": _("Purchase order number"),
    "tax_mode": _("Amounts are"),
    "discount": _("Discount"),
    "class": _("Class"),
    "location": _("Location"),
    "number": _("Number"),
    "total": _("Total"),
    "open": _("Open"),
    "sent": _("Sent"),
    "note": _("Statement memo"),
}
SENT = {"EmailSent": _("yes"), "NeedToSend": _("waiting to be sent"), "NotSet": _("no")}
MINE = {
    ChangeKind.EDIT: _("Put my changes on top"),
    ChangeKind.VOID: _("Void it all the same"),
    ChangeKind.CORRECT: _("Correct it all the same"),
}
GOING_ON = (ChangePoint.STORED, ChangePoint.CHECKED, ChangePoint.POSTED, ChangePoint.APPLIED)


@dataclass(frozen=True, slots=True)
class Row:
    """One member as people read it."""

    label: str
    before: str
    mine: str
    theirs: str
    is_clash: bool


def change_page(
    request: HttpRequest, actor: Actor, change: InvoiceChange, deal_id: str
) -> HttpResponse:
    there = after_change(actor, change, deal_id)
    here = change_url(actor, change, deal_id)
    if there != here:
        return _move(request, there)
    invoice_url = invoice_place(actor, "invoice", change.invoice, deal_id)
    if change.point == ChangePoint.DROPPED:
        return _move(request, invoice_url)
    context: dict[str, Any] = {
        "actor": actor,
        "change": change,
        "invoice": change.invoice,
        "company": change.company,
        "invoice_url": invoice_url,
        "deal_id": deal_id,
        "is_going_on": change.point in GOING_ON,
        "poll_url": here,
        "trouble": trouble_of(change),
        "refused": _said(change) if change.point == ChangePoint.FAILED else None,
        "not_applied": _said(change) if change.point == ChangePoint.DONE else None,
        "waiting": _said(change) if change.point == ChangePoint.WAITING else None,
        "draft_url": _draft_url(actor, change),
        "may_take_back": actor.may(Right.POST, change.company),
        "still_open": _still_open(change),
    }
    if change.point == ChangePoint.CONFLICT:
        rows = editing.differences(change)
        context |= {
            "rows": [row_of(each) for each in rows],
            "is_edit": change.kind == ChangeKind.EDIT,
            "said": messages.message("change.conflict", number=str(change.invoice)),
            "mine_label": MINE[ChangeKind(change.kind)],
            "may_choose": actor.may(_right(change), change.company),
        }
        return render(request, "invoices/conflict.html", context)
    partial = bool(getattr(request, "htmx", False)) and change.point in GOING_ON
    name = "invoices/_change_progress.html" if partial else "invoices/change.html"
    return render(request, name, context)


def _right(change: InvoiceChange) -> Right:
    return Right.POST if change.kind == ChangeKind.EDIT else Right.CORRECT


def _said(change: InvoiceChange) -> Message | None:
    if not change.problem:
        return None
    return messages.message(change.problem, **change.problem_parameters)


def _still_open(change: InvoiceChange) -> Any:
    """What of the credit the invoice did not need: the customer has it to its name."""
    if change.kind != ChangeKind.CORRECT or change.credit_total is None:
        return None
    return change.credit_total - (change.applied or 0)


def _draft_url(actor: Actor, change: InvoiceChange) -> str:
    draft = change.draft
    if draft is None or change.kind != ChangeKind.CORRECT:
        return ""
    return record_url(actor, "wizard-draft", draft.deal.hubspot_id, draft_id=draft.pk)


def trouble_of(change: InvoiceChange) -> Message | None:
    """Why it takes longer: the job's last error, or that nothing works on it."""
    if change.point not in GOING_ON:
        return None
    job = changes.job_of(change)
    if job is None and not change.company.is_connected:
        return messages.message("change.company_disconnected", company=change.company.name)
    code = (job.paused_reason or job.last_error) if job else ""
    return messages.message(code, **(job.last_error_parameters if job else {})) if code else None


def row_of(found: Difference) -> Row:
    name = found.name
    texts = (_text(name, text) for text in (found.before, found.mine, found.theirs))
    before, mine, theirs = texts
    return Row(_label(name), before, mine, theirs, found.is_clash)


def _label(name: str) -> str:
    if name.startswith(LINE):
        return str(_("Line"))
    if name.startswith(FIELD):
        return str(_("Custom field"))
    return str(LABELS.get(name, name))


def _text(name: str, text: str) -> str:
    if name in ("txn_date", "due_date") and (day := read_date(text)):
        return date_format(day, "DATE_FORMAT")
    if name == "sent":
        return str(SENT.get(text, text))
    if name == "tax_mode":
        return str({mode.value: label for mode, label in TAX_MODES.items()}.get(text, text))
    return text


def _move(request: HttpRequest, url: str) -> HttpResponse:
    """A redirect that htmx follows with the whole page."""
    if getattr(request, "htmx", False):
        return HttpResponse(headers={"HX-Redirect": url})
    return redirect(url)
