"""Trying once more what a line of the history is about (B-07)."""

from datetime import datetime

from django.db import transaction

from integration import audit, budget, jobs
from integration.access.actors import Actor
from integration.access.rights import Right
from sync.apply.history import Trouble, park
from sync.models import SyncEntry
from sync.operations import CUSTOMER, DEAL, INVOICE, ITEM

ASKED = "sync.asked_again"
RETRIED = (CUSTOMER, ITEM, INVOICE, DEAL)
"""Kinds of records that the mirror can tell HubSpot about once more."""


def retry_entry(actor: Actor, entry: SyncEntry, now: datetime) -> bool:
    """Try what a line of the history is about once more (B-07); False where that makes no sense."""
    actor.require(Right.RUN_SYNC, entry.company)
    if entry.company is None or entry.subject_kind not in RETRIED:
        return False
    subject = (entry.subject_kind, entry.subject_id, entry.label)
    with transaction.atomic():
        trouble = Trouble(entry.reason or ASKED, entry.reason_parameters, entry.trace_id, True)
        row = park(actor.portal, str(entry.company_id), subject, trouble, now)
        row.next_at, row.attempts = now, 0
        row.save(update_fields=["next_at", "attempts"])
        audit.record(
            "sync.retried",
            actor=actor,
            portal=actor.portal,
            company=entry.company,
            subject=(entry.subject_kind, entry.subject_id),
            after={"records": 1},
            now=now,
        )
        asked = {"trigger": budget.ASKED}
        jobs.enqueue(
            "sync.poll", portal=actor.portal, company=entry.company, parameters=asked, at=now
        )
    return True
