"""The job ``invoice.send``: one mail exactly once (D-17, B-16; reliability.md A.2, faults 20, 21, 59).

Before the call everything is looked at again with QuickBooks' own record; the time of the call is
committed before it leaves. After an answer that never came, QuickBooks' record is read before
anything is repeated, and a repeat carries the same request id.
"""

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from integration import jobs
from integration.access import actors
from integration.crashpoints import crashpoint
from integration.gateways.errors import AccountBlocked, Conflict, GatewayError, NotFound, Rejected
from integration.models import Company, Job
from integration.records.quickbooks import Raw
from invoices import change_facts, sending
from invoices.addresses import Recipients
from invoices.models import InvoiceSending
from invoices.models.sending import SendState
from invoices.send_times import is_too_late
from invoices.sending_kept import (
    LOOKS,
    Refused,
    Walk,
    because,
    end,
    keep,
    recipients,
    refuse,
    sent,
    still_active,
)
from invoices.sending_rules import Reason, content_hash, reasons

REQUEST_MEMORY = timedelta(hours=24)
"""How long QuickBooks is trusted to know a request id; its real memory is not documented."""
REFUSALS = (Rejected, AccountBlocked, NotFound, Conflict)


def run(job: Job, lease: jobs.Lease, now: datetime) -> jobs.Again | None:
    """The handler: send what waits, find out what became of a call, look after a mail."""
    rows = InvoiceSending.objects.for_portal(job.portal_id).select_related(
        "invoice__company", "invoice__portal", "company", "portal", "created_by"
    )
    row = rows.filter(pk=job.parameters["sending"]).first()
    if row is None:
        return None
    walk = Walk(row, lease, now)
    if row.state == SendState.WAITING and now < row.send_at:
        return jobs.Again(at=row.send_at)
    if row.state in (SendState.WAITING, SendState.SENDING):
        return send(walk)
    return _look_after(walk) if row.state == SendState.SENT else None


def send(walk: Walk) -> jobs.Again | None:
    """Look, then mail; or find out what became of a call that left."""
    try:
        if walk.row.state == SendState.WAITING:
            _prepare(walk)
            return _call(walk)
        return _find_out(walk)
    except Refused as refused:
        refuse(walk, refused)
        return None


# ------------------------------------------------------------------------------- before the call
def _prepare(walk: Walk) -> None:
    """D-17: the same rule once more, on QuickBooks' record of this minute. Raises Refused."""
    if is_too_late(walk.row.send_at, walk.now):
        raise because(walk, Reason.TOO_LATE)
    if not walk.company.is_connected:
        raise because(walk, Reason.COMPANY_DISCONNECTED)
    try:
        raw = walk.quickbooks.read("Invoice", walk.invoice.qbo_id)
    except NotFound:
        raise because(walk, Reason.DELETED) from None
    keep(walk, raw)
    given = recipients(walk)
    actor = actors.of_person(walk.row.created_by, walk.row.portal_id, origin="worker")
    changed = content_hash(raw) != walk.row.content_hash
    found = reasons(sending.facts_of(walk.invoice, actor, given, changed=changed))
    if found:
        raise because(walk, found[0])
    _write_copies(walk, raw, given)


def _write_copies(walk: Walk, raw: Raw, given: Recipients) -> None:
    """QuickBooks takes copies from the invoice only; the call itself names just the recipient."""
    wanted = {"BillEmailCc": given.cc, "BillEmailBcc": given.bcc}
    if all(_address(raw, name) == text for name, text in wanted.items()):
        return
    token = str(raw.get("SyncToken", ""))
    body: Raw = {"Id": walk.invoice.qbo_id, "SyncToken": token, "sparse": True}
    body |= {name: {"Address": text} for name, text in wanted.items()}
    crashpoint("send.before_copies")
    try:
        answer = walk.quickbooks.update(
            "Invoice", body, str(uuid.uuid5(walk.row.pk, f"copies:{token}"))
        )
    except Conflict:
        raise because(walk, Reason.CHANGED) from None
    except (Rejected, AccountBlocked, NotFound) as error:
        raise Refused(error.code, error.parameters, error.trace_id) from error
    crashpoint("send.after_copies")
    keep(walk, answer)


# --------------------------------------------------------------------------------------- the call
def _call(walk: Walk) -> jobs.Again | None:
    """Commit that it leaves, then let QuickBooks mail it; not when it was called off meanwhile.

    Raises GatewayError: walk again later.
    """
    tried_before = walk.row.first_called_at is not None
    if not tried_before:
        with walk.fenced():
            if not still_active(walk):
                return None
            if change_facts.open_change(walk.invoice) is not None:
                raise because(walk, Reason.CHANGE_UNDER_WAY)
            walk.store(
                state=SendState.SENDING,
                first_called_at=walk.now,
                delivery_before=_delivery(walk.invoice.raw),
            )
    crashpoint("send.before_call")
    try:
        raw = walk.quickbooks.send_invoice(
            walk.invoice.qbo_id, walk.row.to, str(walk.row.request_id)
        )
    except REFUSALS as error:
        return _refused_call(walk, error, tried_before)
    except GatewayError as error:
        if not error.sent and not tried_before:
            with walk.fenced():
                walk.store(state=SendState.WAITING, first_called_at=None)
        raise
    crashpoint("send.after_call")
    return sent(walk, raw)


def _refused_call(walk: Walk, error: GatewayError, tried_before: bool) -> jobs.Again:
    """A refusal after a lost answer proves nothing: the first try may have gone through."""
    raw = _look_up(walk) if tried_before else None
    if raw is None:
        raise Refused(error.code, error.parameters, error.trace_id) from error
    return sent(walk, raw)


def _find_out(walk: Walk) -> jobs.Again | None:
    """A call left and its answer never came: QuickBooks' record tells, then the same request."""
    raw = _look_up(walk)
    if raw is not None:
        return sent(walk, raw)
    called: datetime = walk.row.first_called_at or walk.now
    if walk.now - called <= REQUEST_MEMORY:
        return _call(walk)
    with walk.fenced():
        parameters = sending.words(walk.invoice, recipients(walk))
        end(walk, SendState.UNKNOWN, "sending.unknown", parameters)
    return None


def _look_up(walk: Walk) -> Raw | None:
    """The record, when QuickBooks mailed it since the call. Raises Refused for a deleted one."""
    try:
        raw = walk.quickbooks.read("Invoice", walk.invoice.qbo_id)
    except NotFound:
        raise because(walk, Reason.DELETED) from None
    is_sent = raw.get("EmailStatus") == "EmailSent"
    return raw if is_sent and _delivery(raw) != walk.row.delivery_before else None


def _delivery(raw: Mapping[str, Any]) -> str:
    found = raw.get("DeliveryInfo")
    return str(found.get("DeliveryTime") or "") if isinstance(found, Mapping) else ""


def _address(raw: Mapping[str, Any], name: str) -> str:
    found = raw.get(name)
    return str(found.get("Address") or "") if isinstance(found, Mapping) else ""


# ----------------------------------------------------------------------------------- afterwards
def _look_after(walk: Walk) -> jobs.Again | None:
    """Ask what became of the mail; a bounce is told by the mirror."""
    if not walk.company.is_connected:
        return None
    try:
        raw = walk.quickbooks.read("Invoice", walk.invoice.qbo_id)
    except NotFound:
        return None
    keep(walk, raw)
    with walk.fenced():
        walk.store(looks=walk.row.looks + 1)
    if walk.row.looks >= len(LOOKS):
        return None
    sent_at: datetime = walk.row.sent_at or walk.now
    return jobs.Again(at=max(walk.now, sent_at + LOOKS[walk.row.looks]))


def settle(company: Company, lease: jobs.Lease, now: datetime) -> None:
    """Mails whose work was forgotten when their company was disconnected (D-03).

    What never left is called off and told; what may have left goes on once it is connected again.
    """
    rows = InvoiceSending.objects.for_portal(company.portal_id).filter(company=company)
    told = rows.select_related(
        "invoice__company", "invoice__portal", "company", "portal", "created_by"
    )
    for row in told.filter(state__in=(SendState.WAITING, SendState.SENDING)):
        lease.check()
        if sending.job_of(row) is not None:
            continue
        walk = Walk(row, lease, now)
        if row.state == SendState.WAITING:
            refuse(walk, because(walk, Reason.COMPANY_DISCONNECTED))
        elif company.is_connected:
            sending.owe_again(row, now)
