"""What a person chose when QuickBooks had another version (fault 77, P-31)."""

from datetime import datetime

from django.db import transaction

from integration import audit
from integration.access.actors import Actor
from integration.access.rights import Right
from invoices import approval_requests, changes, editing
from invoices.changing import ChangeWalk, fail
from invoices.creation import Refused
from invoices.models import InvoiceChange
from invoices.models.changes import ChangeKind, ChangePoint
from invoices.models.drafts import DraftState


def take_theirs(actor: Actor, change: InvoiceChange, now: datetime) -> InvoiceChange:
    """Keep what QuickBooks has; the person's change is dropped. Twice is once."""
    actor.require(_right_of(change), change.company)
    choose(change, actor, now, mine=False)
    return change


def apply_mine(actor: Actor, change: InvoiceChange, now: datetime) -> InvoiceChange:
    """Put the person's change on top of what QuickBooks has now."""
    actor.require(_right_of(change), change.company)
    if choose(change, actor, now, mine=True):
        changes.owe_walk(change, now)
        return changes.run(change, now)
    return change


def _right_of(change: InvoiceChange) -> Right:
    return Right.POST if change.kind == ChangeKind.EDIT else Right.CORRECT


def choose(change: InvoiceChange, actor: Actor, now: datetime, *, mine: bool) -> bool:
    """Store the choice; False when somebody chose already. The caller goes on with mine."""
    with transaction.atomic():
        rows = InvoiceChange.objects.for_portal(actor.portal).select_for_update(of=("self",))
        related = rows.select_related("draft__deal", "draft__edits__company", "company", "invoice")
        held: InvoiceChange = related.get(pk=change.pk)
        is_open = held.point == ChangePoint.CONFLICT
        if is_open:
            _put_mine_on_top(held, actor, now) if mine else _keep_theirs(held, now)
            held.save()
            audit.record(
                "change.mine_applied" if mine else "change.theirs_kept",
                actor=actor,
                portal=actor.portal,
                company=held.company,
                subject=("invoice", str(held.invoice_id)),
                after={"number": str(held.invoice)},
                now=now,
            )
    change.refresh_from_db()
    return is_open


def take_back(change: InvoiceChange, actor: Actor, now: datetime) -> None:
    """An edit that waits for approval is the person's draft again; later than that changes nothing.

    Raises Forbidden.
    """
    actor.require(Right.POST, change.company)
    with transaction.atomic():
        asked = approval_requests.held_of(change)  # first, as by whoever decides on it
        rows = InvoiceChange.objects.for_portal(actor.portal).select_for_update(of=("self",))
        related = rows.select_related("draft__deal", "company", "portal", "invoice", "created_by")
        held: InvoiceChange = related.get(pk=change.pk)
        if held.point == ChangePoint.WAITING:
            if asked is not None:
                approval_requests.record("approval.withdrawn", asked, now, actor=actor)
            fail(ChangeWalk(held, None, now), Refused("approval.withdrawn"))
    change.refresh_from_db()


def _put_mine_on_top(change: InvoiceChange, actor: Actor, now: datetime) -> None:
    """Another payload, on top of what the person has now seen."""
    editing.put_on_top(change, now)
    change.point, change.base, change.theirs = ChangePoint.STORED, change.theirs, {}
    change.payload_version += 1
    change.first_posted_at = None
    change.created_by = actor.person


def _keep_theirs(change: InvoiceChange, now: datetime) -> None:
    change.point, change.finished_at = ChangePoint.DROPPED, now
    if change.kind == ChangeKind.EDIT and change.draft is not None:
        change.draft.state = DraftState.DISCARDED
        change.draft.save(update_fields=["state"])
