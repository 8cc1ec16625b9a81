"""The calls of a change: edit, void or credit memo; applying it; and what follows (D-14, D-16)."""

import uuid
from collections.abc import Callable
from datetime import timedelta

from django.utils.translation import gettext as _

from integration import company_settings, jobs
from integration.crashpoints import crashpoint
from integration.gateways.errors import AccountBlocked, Conflict, GatewayError, NotFound, Rejected
from integration.gateways.quickbooks_query import all_of, where
from integration.gateways.quickbooks_transactions import invoice as parse_form
from integration.records.quickbooks import Invoice as Record
from integration.records.quickbooks import Raw
from integration.reference import Reference
from invoices import change_payload, changing, correcting, deal_news, editing
from invoices.changing import ChangeWalk, read_invoice
from invoices.creating_invoice import CLOCKS_APART, REQUEST_MEMORY
from invoices.creation import Refused
from invoices.currencies import round_money
from invoices.custom_fields import reference_field
from invoices.mirror import mirror_invoices
from invoices.models import InvoiceChange
from invoices.models.changes import ChangeKind, ChangePoint
from invoices.models.drafts import DraftState
from invoices.payload import carries_reference

STALE = "quickbooks.5010"
MEMO = "CreditMemo"
NOTHING = timedelta(0)


def request_id(change: InvoiceChange, step: str) -> str:
    """Fixed for one payload; a change put on top of a newer version is another payload."""
    return str(uuid.uuid5(change.pk, f"{step}:{change.payload_version}"))


def reference_of(change: InvoiceChange) -> str:
    return f"Ref {change.number}"


# ---------------------------------------------------------------------------------------- posting
def post(walked: ChangeWalk) -> None:
    """Do it in QuickBooks, or find that an earlier try did."""
    change = walked.change
    tried_before = change.first_posted_at is not None
    if change.first_posted_at and walked.now - change.first_posted_at > REQUEST_MEMORY:
        found = _look_up(walked)
        if found is not None:
            return _adopt(walked, found)
    if not tried_before:
        if walked.looked is None:  # it goes on after a pause: look once more first
            with walked.fenced():
                return walked.reach(ChangePoint.STORED)
        with walked.fenced():
            walked.reach(ChangePoint.CHECKED, first_posted_at=walked.now)
    crashpoint("change.before_post")
    try:
        raw = _SEND[change.kind](walked)
    except Conflict as error:
        return _stale(walked, error, tried_before)
    except (Rejected, AccountBlocked, NotFound) as error:
        return _refused(walked, error, tried_before)
    crashpoint("change.after_post")
    return _adopt(walked, raw)


def _edit(walked: ChangeWalk) -> Raw:
    body = editing.body(walked.change, walked.base)
    return walked.quickbooks.update("Invoice", body, request_id(walked.change, "edit"))


def _void(walked: ChangeWalk) -> Raw:
    base = walked.base
    made = request_id(walked.change, "void")
    return walked.quickbooks.void("Invoice", base.id, base.sync_token, made)


def _credit(walked: ChangeWalk) -> Raw:
    change = walked.change
    body = change_payload.credit_body(
        walked.base,
        day=correcting.today(change, walked.now),
        reference=reference_of(change),
        note=_("Takes back invoice %(number)s.") % {"number": str(walked.invoice)},
        field_id=_own_field(walked),
    )
    return walked.quickbooks.create(MEMO, body, request_id(change, "credit"))


_SEND: dict[str, Callable[[ChangeWalk], Raw]] = {
    ChangeKind.EDIT: _edit,
    ChangeKind.VOID: _void,
    ChangeKind.CORRECT: _credit,
}


def _own_field(walked: ChangeWalk) -> str:
    """Where the company keeps our reference, when that is a custom field (D-16)."""
    place = company_settings.of_company(walked.company).reference_place
    known = Reference.of(walked.company).preferences()
    if place != "custom_field" or known is None:
        return ""
    return reference_field(known.custom_fields)


def _stale(walked: ChangeWalk, error: Conflict, tried_before: bool) -> None:
    """5010: somebody was faster. What says nothing new is gone on top of; else a person looks."""
    change = walked.change
    if error.code != STALE:
        return _refused(walked, error, tried_before)
    record, preferences = changing.read_now(walked)
    if tried_before and _is_done(walked, record):
        return _adopt(walked, record.raw)
    changing.require(walked, record, preferences)
    if change.retries >= changing.MOST_RETRIES or changing.differs(walked, record):
        return changing.conflict(walked, record)
    with walked.fenced():
        return walked.reach(
            ChangePoint.CHECKED,
            base=record.raw,
            retries=change.retries + 1,
            payload_version=change.payload_version + 1,
            first_posted_at=None,
        )


def _refused(walked: ChangeWalk, error: GatewayError, tried_before: bool) -> None:
    """A refusal after a lost answer proves nothing: the first try may have gone through."""
    found = _look_up(walked) if tried_before else None
    if found is None:
        raise Refused(error.code, error.parameters, error.trace_id) from error
    _adopt(walked, found)


def _look_up(walked: ChangeWalk) -> Raw | None:
    """D-16: what an earlier try left in QuickBooks, or None."""
    if walked.change.kind == ChangeKind.CORRECT:
        return _find_memo(walked)
    record = parse_form(read_invoice(walked))
    return record.raw if _is_done(walked, record) else None


def _is_done(walked: ChangeWalk, record: Record) -> bool:
    if walked.change.kind == ChangeKind.EDIT:
        return editing.is_done(walked.change, walked.base, record)
    return record.total == 0 and record.balance == 0 and walked.base.total != 0


def _find_memo(walked: ChangeWalk) -> Raw | None:
    change = walked.change
    rows = walked.quickbooks.query(
        MEMO,
        all_of(
            where("CustomerRef", "=", walked.base.customer_id),
            where("MetaData.CreateTime", ">=", change.created_at - CLOCKS_APART),
        ),
        order="MetaData.CreateTime",
    )
    mark = reference_of(change)
    return next((raw for raw in rows if carries_reference(raw, mark)), None)


# ------------------------------------------------------------------------------------ keeping it
def _adopt(walked: ChangeWalk, raw: Raw) -> None:
    if walked.change.kind == ChangeKind.CORRECT:
        return _keep_memo(walked, raw)
    record, change = parse_form(raw), walked.change
    before = walked.base
    with walked.fenced():
        mirror_invoices(walked.company, [record], [], walked.now)
        walked.invoice.refresh_from_db()
        walked.reach(ChangePoint.POSTED, problem="", problem_parameters={})
        if change.kind == ChangeKind.EDIT:
            editing.keep(walked, before, record)
        else:
            walked.record("invoice.voided", why=change.reason)
    return None


def _keep_memo(walked: ChangeWalk, raw: Raw) -> None:
    memo = parse_form(raw)
    total = f"{round_money(memo.total, walked.change.currency)} {walked.change.currency}"
    with walked.fenced():
        Reference.of(walked.company).keep(MEMO, [raw], walked.now)
        walked.reach(
            ChangePoint.POSTED,
            credit_id=memo.id,
            credit_number=memo.doc_number,
            credit_total=memo.total,
            problem="",
            problem_parameters={},
        )
        name = memo.doc_number or memo.id
        walked.record("invoice.credited", credit=name, total=total, why=walked.change.reason)


# ----------------------------------------------------------------------------------------- ending
def finish(walked: ChangeWalk) -> None:
    """HubSpot is told through sync; a correction goes on with its new draft."""
    change = walked.change
    with walked.fenced():
        if change.kind == ChangeKind.EDIT and change.draft is not None:
            change.draft.state = DraftState.DONE
            change.draft.save(update_fields=["state"])
        draft = change.draft
        if change.kind == ChangeKind.CORRECT and draft is None:
            draft = correcting.new_draft(walked)
        walked.reach(ChangePoint.DONE, draft=draft, finished_at=walked.now)
        tell(walked)


def tell(walked: ChangeWalk) -> None:
    """What HubSpot shows of the invoice and of its deals is worked out anew."""
    jobs.enqueue("sync.poll", portal=walked.portal, company=walked.company, at=walked.now)
    deal_news.tell(walked.invoice, walked.now)
