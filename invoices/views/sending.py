"""Sending an invoice from its page, now or at a time; its pay link (D-17, B-16, S-48, E-05)."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from integration import display, messages
from integration.access.actors import Actor
from integration.access.pages import portal_page, record_page, record_url
from integration.access.rights import PRESETS, Right
from integration.access.throttles import throttled
from integration.clock import now
from integration.gateways.errors import GatewayError
from integration.messages import Message
from integration.models.people import Role
from invoices import pay_link, reach, sending
from invoices.mail_status import FAILURES, MailStatus
from invoices.models import Invoice, InvoiceSending
from invoices.models.sending import SendState
from invoices.sending_forms import SendForm, first_values
from invoices.sending_rules import Reason, content_hash
from invoices.wizard.answers import with_sentences

MOST_SHOWN = 5
SHOWN_AS_FAILED = (SendState.REFUSED, SendState.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Panel:
    """What the invoice's page says of sending. ``why_not`` empty: the button works (E-05)."""

    is_offered: bool
    url: str
    cancel_url: str
    pay_url: str
    why_not: str
    status: MailStatus
    status_text: str
    is_failed: bool
    waiting: InvoiceSending | None
    waiting_at: str
    going: InvoiceSending | None
    trouble: Message | None


# ---------------------------------------------------------------------------- on other pages
def panel(actor: Actor, invoice: Invoice, deal_id: str = "") -> Panel:
    rows: list[InvoiceSending] = list(sending.of_invoice(invoice)[:MOST_SHOWN])
    active = [row for row in rows if row.state in (SendState.WAITING, SendState.SENDING)]
    waiting = next((row for row in active if row.is_scheduled and _waits(row)), None)
    status = MailStatus(invoice.mail_status or MailStatus.NOT_SENT)
    may = _may_send(actor, invoice)
    return Panel(
        is_offered=may and invoice.deleted_at is None,
        url=reverse("invoice-send", args=[actor.portal.pk, invoice.pk]),
        cancel_url=reverse("invoice-send-cancel", args=[actor.portal.pk, invoice.pk]),
        pay_url=_pay_url(actor, invoice, deal_id),
        why_not=_why_not(actor, invoice, active),
        status=status,
        status_text=status_text(invoice),
        is_failed=status in FAILURES,
        waiting=waiting,
        waiting_at=sending.when_text(waiting) if waiting else "",
        going=next((row for row in active if row is not waiting), None),
        trouble=_trouble(rows) or _bounce(invoice, status),
    )


def status_text(invoice: Invoice) -> str:
    """What QuickBooks says of the e-mail, and nothing beyond."""
    status = MailStatus(invoice.mail_status or MailStatus.NOT_SENT)
    if status in FAILURES:
        return messages.message(f"sending.{status}", **sending.words(invoice)).title
    if status == MailStatus.NOT_SENT and invoice.delivered_by_hand_at:
        return _("Not sent by QuickBooks; marked as delivered.")
    return {
        MailStatus.NOT_SENT: _("QuickBooks has not sent it."),
        MailStatus.QUEUED: _("It waits in QuickBooks' own list of forms to send."),
        MailStatus.SENT: _(
            "QuickBooks sent it and knows of no trouble. It does not say whether it was read."
        ),
        MailStatus.VIEWED: _("The customer opened it online."),
    }[status]


def _why_not(actor: Actor, invoice: Invoice, active: list[InvoiceSending]) -> str:
    """The first reason, of those that do not depend on who looks at the page in a frame."""
    found = [each for each in sending.why_not(actor, invoice) if each != Reason.RIGHT_MISSING]
    if any(row.state == SendState.SENDING for row in active):
        found = [Reason.IN_PROGRESS]
    return messages.sentence(found[0], **sending.words(invoice)) if found else ""


def _may_send(actor: Actor, invoice: Invoice) -> bool:
    """The frame itself never sends (control 9): there the button opens the product."""
    if actor.origin != "embed":
        return actor.may(Right.SEND, invoice.company)
    member = actor.membership
    return member is not None and Right.SEND in PRESETS[Role(member.role)]


def _waits(row: InvoiceSending) -> bool:
    return row.state == SendState.WAITING


def _trouble(rows: list[InvoiceSending]) -> Message | None:
    """Why the last one did not go out; nothing once another did."""
    last = rows[0] if rows else None
    if last is None or last.state not in SHOWN_AS_FAILED:
        return None
    return messages.message(last.problem, **last.problem_parameters)


def _bounce(invoice: Invoice, status: MailStatus) -> Message | None:
    """What to do about a mail that did not arrive, while there is something to pay."""
    if status not in FAILURES or invoice.open <= 0:
        return None
    given = sending.default_recipients(invoice)
    return messages.message(f"sending.{status}", **sending.words(invoice, given))


def _pay_url(actor: Actor, invoice: Invoice, deal_id: str) -> str:
    if deal_id:
        return record_url(actor, "deal-invoice-pay-link", deal_id, invoice_id=invoice.pk)
    if actor.origin == "embed":
        return ""
    return reverse("invoice-pay-link", args=[actor.portal.pk, invoice.pk])


# ------------------------------------------------------------------------------- the send page
@portal_page(Right.SEND)
@require_http_methods(["GET", "POST"])
def send_page(request: HttpRequest, actor: Actor, invoice_id: UUID) -> HttpResponse:
    """To whom, when, and what exactly: asked once before anything leaves."""
    invoice, instant = reach.invoice_of(actor, invoice_id), now()
    if request.method == "POST":
        return _sent(request, actor, invoice, instant)
    return _page(request, actor, invoice, _fresh_form(invoice, instant))


@portal_page(Right.SEND)
@require_POST
def cancel_sending(request: HttpRequest, actor: Actor, invoice_id: UUID) -> HttpResponse:
    invoice = reach.invoice_of(actor, invoice_id)
    if sending.cancel(actor, invoice, now()):
        notices.success(request, _("The scheduled sending was called off. Nothing was mailed."))
    else:
        notices.error(request, _("Nothing waits any more: it was sent or called off already."))
    return redirect("invoice", actor.portal.pk, invoice.pk)


def _sent(request: HttpRequest, actor: Actor, invoice: Invoice, instant: datetime) -> HttpResponse:
    form = SendForm(request.POST, zone=display.zone_of(invoice.company.time_zone), now=instant)
    if not form.is_valid():
        return _page(request, actor, invoice, form)
    try:
        done = sending.ask(actor, invoice, form.wish, instant, id=form.cleaned_data["operation"])
    except sending.NotSendable as refused:
        for reason in refused.reasons:
            form.add_error(None, messages.sentence(reason, **refused.parameters))
        invoice.refresh_from_db()
        return _page(request, actor, invoice, _looked_again(form, invoice))
    _say(request, done)
    return redirect("invoice", actor.portal.pk, invoice.pk)


def _say(request: HttpRequest, done: InvoiceSending) -> None:
    facts = {"number": str(done.invoice), "to": done.to.replace(",", ", ")}
    if done.state == SendState.SENT:
        notices.success(request, _("QuickBooks mailed invoice %(number)s to %(to)s.") % facts)
    elif done.state in SHOWN_AS_FAILED:
        notices.error(request, messages.sentence(done.problem, **done.problem_parameters))
    elif done.is_scheduled and done.state == SendState.WAITING:
        said = _("Invoice %(number)s goes to %(to)s on %(at)s.")
        notices.success(request, said % {**facts, "at": sending.when_text(done)})
    elif done.state != SendState.CANCELLED:
        said = _("Invoice %(number)s is being sent. This page shows when QuickBooks has mailed it.")
        notices.info(request, said % facts)


def _fresh_form(invoice: Invoice, instant: datetime) -> SendForm:
    zone, waiting = display.zone_of(invoice.company.time_zone), sending.current(invoice)
    given, at = sending.default_recipients(invoice), None
    if waiting is not None and waiting.is_scheduled:
        given = type(given)(waiting.to, waiting.cc, waiting.bcc)
        at = waiting.send_at
    first = {**first_values(given, at, zone), **_seen(invoice)}
    return SendForm(initial=first, zone=zone, now=instant)


def _looked_again(form: SendForm, invoice: Invoice) -> SendForm:
    """The page now shows the invoice as it is: pressing again means this version."""
    form.data = form.data.copy()  # type: ignore[attr-defined]
    form.data.update({**_seen(invoice), "operation": str(uuid.uuid4())})  # type: ignore[attr-defined]
    return form


def _seen(invoice: Invoice) -> dict[str, str]:
    return {"seen": content_hash(invoice.raw), "after": sending.last_sent(invoice)}


def _page(request: HttpRequest, actor: Actor, invoice: Invoice, form: SendForm) -> HttpResponse:
    reasons = sending.why_not(actor, invoice)
    context: dict[str, Any] = {
        "actor": actor,
        "invoice": invoice,
        "company": invoice.company,
        "form": form,
        "why_not": [messages.message(each, **sending.words(invoice)) for each in reasons],
        "waiting_at": _waiting_at(invoice),
        "sent_before": sending.of_invoice(invoice).filter(state=SendState.SENT).first(),
        "back_url": reverse("invoice", args=[actor.portal.pk, invoice.pk]),
        "settings_url": _settings_url(actor, invoice, reasons),
    }
    return render(request, "invoices/send.html", context)


def _waiting_at(invoice: Invoice) -> str:
    """When it goes out as things stand; empty when nothing waits."""
    held = sending.current(invoice)
    waits = held is not None and held.is_scheduled and _waits(held)
    return sending.when_text(held) if held is not None and waits else ""


def _settings_url(actor: Actor, invoice: Invoice, reasons: list[Reason]) -> str:
    """Where an admin turns it on, for those who may."""
    if Reason.NOT_ALLOWED not in reasons or not actor.may(Right.MAP, invoice.company):
        return ""
    return reverse("company_settings_of", args=[actor.portal.pk, invoice.company_id])


# --------------------------------------------------------------------------------- the pay link
@portal_page(Right.VIEW)
@require_GET
@throttled("pay-link", 30, 60)
def invoice_pay_link(request: HttpRequest, actor: Actor, invoice_id: UUID) -> HttpResponse:
    invoice = reach.invoice_of(actor, invoice_id)
    return _pay_link(request, invoice, reverse("invoice", args=[actor.portal.pk, invoice.pk]))


@record_page(Right.VIEW)
@require_GET
@throttled("pay-link", 30, 60)
@with_sentences
def deal_invoice_pay_link(
    request: HttpRequest, actor: Actor, deal_id: str, invoice_id: UUID
) -> HttpResponse:
    invoice = reach.invoice_of(actor, invoice_id, deal_id)
    back_url = record_url(actor, "deal-invoice", deal_id, invoice_id=invoice.pk)
    return _pay_link(request, invoice, back_url)


def _pay_link(request: HttpRequest, invoice: Invoice, back_url: str) -> HttpResponse:
    """Asked of QuickBooks each time and kept nowhere, not by the browser either."""
    link, why = pay_link.PayLink(), None
    try:
        link = pay_link.look(invoice)
    except GatewayError as error:
        why = messages.of_error(error, company=invoice.company.name)
    if link.code:
        why = messages.message(link.code, **(link.parameters or {}))
    context = {"invoice": invoice, "url": link.url, "why": why, "back_url": back_url}
    answer = render(request, "invoices/pay_link.html", context)
    answer["Cache-Control"] = "no-store"
    return answer
