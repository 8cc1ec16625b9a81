"""Sending an invoice from here, now or at a time (D-17, B-16): what pages and API call.

Asking stores the intent and commits; the job ``invoice.send`` does it (``invoices.sending_walk``),
for "now" inside the request as far as it gets. QuickBooks mails; the customer's own address in
QuickBooks is never changed, only the invoice's.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.utils.formats import date_format

from integration import audit, company_settings, display, jobs
from integration.access.actors import Actor
from integration.access.rights import Right
from integration.models import Company, Job
from integration.models.tenancy import PortalQuerySet
from invoices import change_facts
from invoices.addresses import Recipients, problems
from invoices.models import Invoice, InvoiceSending
from invoices.models.invoices import Stage
from invoices.models.sending import ACTIVE, SendState
from invoices.send_times import chosen
from invoices.sending_rules import Reason, SendFacts, content_hash, reasons

SEND = "invoice.send"


class NotSendable(Exception):
    """``reasons`` has all of them; nothing was stored."""

    def __init__(self, found: list[Reason], parameters: Mapping[str, str]) -> None:
        super().__init__(found[0])
        self.reasons = found
        self.parameters = dict(parameters)


@dataclass(frozen=True, slots=True)
class Wish:
    """``at`` None: now. A wall-clock time without a zone is the company's."""

    recipients: Recipients
    at: datetime | None = None
    seen_hash: str = ""
    """``content_hash`` of what the person saw; empty: what is known here."""
    after: str | None = None
    """Id of the last mail that the person knew of, "" for none; None: whatever there is."""


def default_recipients(invoice: Invoice) -> Recipients:
    """BillEmail and the copies that stand on the invoice (D-07)."""

    def address(name: str) -> str:
        found = invoice.raw.get(name)
        return str(found.get("Address") or "") if isinstance(found, Mapping) else ""

    return Recipients(address("BillEmail"), address("BillEmailCc"), address("BillEmailBcc"))


def facts_of(
    invoice: Invoice, actor: Actor | None, recipients: Recipients | None = None, **more: Any
) -> SendFacts:
    """As we know it now. ``actor`` None: whoever asked is no longer a member."""
    company = invoice.company
    return SendFacts(
        may_send=actor is not None and actor.may(Right.SEND, company),
        connected=company.is_connected,
        allowed=company_settings.of_company(company).sending_allowed,
        deleted=invoice.deleted_at is not None,
        voided=invoice.stage == Stage.VOIDED,
        open=invoice.open,
        total_differs=invoice.total_differs,
        changing=change_facts.open_change(invoice) is not None,
        recipients=recipients,
        **more,
    )


def why_not(actor: Actor, invoice: Invoice) -> list[Reason]:
    """All that keeps this person from sending it now; addresses are chosen later (E-05)."""
    held = current(invoice)
    busy = held is not None and held.state == SendState.SENDING
    return reasons(facts_of(invoice, actor, in_progress=busy))


def words(invoice: Invoice, recipients: Recipients | None = None) -> dict[str, str]:
    """What the sentences of ``Reason`` speak of."""
    given = recipients or Recipients()
    found = {"company": invoice.company.name, "number": str(invoice), "to": given.to}
    for problem in problems(given) if recipients else ():
        found |= problem.parameters
    return found


def of_invoice(invoice: Invoice) -> PortalQuerySet:
    """Its mails, the newest first."""
    rows = InvoiceSending.objects.for_portal(invoice.portal_id).filter(invoice=invoice)
    return rows.select_related("created_by").order_by("-created_at", "-pk")


def current(invoice: Invoice) -> InvoiceSending | None:
    """The one that waits or is being sent."""
    return of_invoice(invoice).filter(state__in=ACTIVE).first()  # type: ignore[no-any-return]


def last_sent(invoice: Invoice) -> str:
    """Id of the last mail that went out from here; empty when none did."""
    row = of_invoice(invoice).filter(state=SendState.SENT).first()
    return str(row.pk) if row else ""


def zone_of(company: Company) -> str:
    return display.zone_of(company.time_zone).key


def when_text(sending: InvoiceSending) -> str:
    """The minute on the company's clock, e.g. ``Nov. 24, 2026, 09:30 (America/Los_Angeles)``."""
    local = sending.send_at.astimezone(display.zone_of(sending.time_zone))
    day, minute = date_format(local, "DATE_FORMAT"), date_format(local, "H:i")
    return f"{day}, {minute} ({sending.time_zone})"


def ask(
    actor: Actor, invoice: Invoice, wish: Wish, now: datetime, *, id: UUID | None = None
) -> InvoiceSending:
    """Send it, or schedule it; a schedule that waits is replaced.

    ``id`` is fixed by the form or the API's key: asking again with it gives the first one back.
    Raises NotSendable, TimeRefused or Forbidden with nothing stored; Http404 for an id of another invoice.
    """
    sending, job = owe(actor, invoice, wish, now, id=id)
    if job is not None and wish.at is None:
        jobs.run_one(job.pk, now)
        sending.refresh_from_db()
    return sending


def owe(
    actor: Actor, invoice: Invoice, wish: Wish, now: datetime, *, id: UUID | None = None
) -> tuple[InvoiceSending, Job | None]:
    """The intent, committed before anything leaves the house; no job when it was owed before."""
    with transaction.atomic():
        rows = Invoice.objects.for_portal(actor.portal).select_for_update(of=("self",))
        held: Invoice = rows.select_related("company", "portal").get(pk=invoice.pk)
        known = of_invoice(held).filter(pk=id).first() if id else None
        if known is not None:
            return known, None
        if id and InvoiceSending.objects.everywhere("ids are unique").filter(pk=id).exists():
            raise Http404  # somebody else's: not even that it exists is told
        before = current(held)
        _refuse(actor, held, wish, before)
        at = (
            now
            if wish.at is None
            else chosen(wish.at, display.zone_of(held.company.time_zone), now)
        )
        if before is not None:
            _end(before, SendState.CANCELLED, now, problem="sending.replaced")
        sending = _store(actor, held, wish, at, now, id or uuid.uuid4())
        return sending, _owe_job(sending, at)


def _refuse(actor: Actor, invoice: Invoice, wish: Wish, before: InvoiceSending | None) -> None:
    facts = facts_of(
        invoice,
        actor,
        wish.recipients,
        changed=bool(wish.seen_hash) and wish.seen_hash != content_hash(invoice.raw),
        sent_meanwhile=wish.after is not None and wish.after != last_sent(invoice),
        in_progress=before is not None and before.state == SendState.SENDING,
    )
    found = reasons(facts)
    if found == [Reason.RIGHT_MISSING]:
        actor.require(Right.SEND, invoice.company)
    if found:
        raise NotSendable(found, words(invoice, wish.recipients))


def _store(
    actor: Actor, invoice: Invoice, wish: Wish, at: datetime, now: datetime, id: UUID
) -> InvoiceSending:
    given = wish.recipients
    sending = InvoiceSending.objects.create(
        pk=id,
        portal=actor.portal,
        company=invoice.company,
        invoice=invoice,
        to=given.to,
        cc=given.cc,
        bcc=given.bcc,
        send_at=at,
        is_scheduled=wish.at is not None,
        time_zone=zone_of(invoice.company),
        content_hash=content_hash(invoice.raw),
        request_id=uuid.uuid5(id, "send"),
        created_by=actor.person,
        created_at=now,
    )
    action = "invoice.send_scheduled" if sending.is_scheduled else "invoice.send_asked"
    note(sending, action, now, {"to": given.to, "at": when_text(sending)}, actor=actor)
    return sending


def cancel(actor: Actor, invoice: Invoice, now: datetime) -> bool:
    """Take the schedule back; False when nothing waits, or the mail may already have left.

    Raises Forbidden.
    """
    actor.require(Right.SEND, invoice.company)
    with transaction.atomic():
        Invoice.objects.for_portal(actor.portal).select_for_update().get(pk=invoice.pk)
        waiting = current(invoice)
        if waiting is None or waiting.state != SendState.WAITING:
            return False
        _end(waiting, SendState.CANCELLED, now)
        note(waiting, "invoice.send_cancelled", now, actor=actor)
    return True


def _end(sending: InvoiceSending, state: SendState, now: datetime, problem: str = "") -> None:
    sending.state, sending.finished_at, sending.problem = state, now, problem
    sending.save(update_fields=["state", "finished_at", "problem"])


def _owe_job(sending: InvoiceSending, at: datetime) -> Job:
    return jobs.enqueue(
        SEND,
        portal=sending.portal,
        company=sending.company,
        subject=str(sending.pk),
        parameters={"sending": str(sending.pk)},
        at=at,
        queue=jobs.Queue.INTERACTIVE,
        priority=10,
    )


def owe_again(sending: InvoiceSending, now: datetime) -> Job:
    """Somebody will go on with it, no sooner than its time."""
    return _owe_job(sending, max(now, sending.send_at))


def job_of(sending: InvoiceSending) -> Job | None:
    """What still works on it, with its last error."""
    rows = Job.objects.for_portal(sending.portal_id).filter(kind=SEND, subject=str(sending.pk))
    return rows.first()  # type: ignore[no-any-return]


def note(
    sending: InvoiceSending,
    action: str,
    now: datetime,
    after: Mapping[str, Any] | None = None,
    *,
    actor: Actor | None = None,
) -> None:
    """A line of the invoice's history; what a worker does stands under whoever asked for it."""
    audit.record(
        action,
        actor=actor,
        person=None if actor else sending.created_by,
        portal=sending.portal,
        company=sending.company,
        subject=("invoice", str(sending.invoice_id)),
        after=after,
        now=now,
        origin="" if actor else "worker",
    )
