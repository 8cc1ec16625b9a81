"""Invoices that a run found deleted in QuickBooks: few are told to HubSpot, many wait (D-28).

Only HubSpot's invoices wait. A deal's properties follow the books at once: what was deleted is owed
by nobody, whatever becomes of its object.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from uuid import UUID

from integration.models import Company
from sync.engine.push import Push
from sync.fetch import holds
from sync.fetch.invoice_deletions import deleted, in_hubspot
from sync.fetch.settings import invoice_policy
from sync.models import SyncObject
from sync.operations import ArchiveInvoice, UpsertHubSpotInvoice
from sync.policies import asks_first

AT_ONCE = 500


class InvoiceDeletions:
    """Of one run: set aside as the pages come, weighed together at its end."""

    def __init__(self, company: Company, push: Push, now: datetime) -> None:
        self.company = company
        self.push = push
        self.now = now
        self._gone: dict[UUID, None] = {}

    def set_aside(self, ids: Collection[UUID], among: Collection[UUID]) -> set[UUID]:
        """The ids without the deleted ones. ``among``: where those may be."""
        gone = deleted(self.company, among) if among else set()
        self._gone |= dict.fromkeys(sorted(gone & set(ids)))
        return set(ids) - gone

    def tell(self) -> None:
        """At the end of the run, with what a person said yes to since."""
        gone = list(self._gone)
        would = self._would(gone) if len(gone) > 1 else []
        linked = in_hubspot(self.company) + len(would) if would else 0
        if would and asks_first(len(would), linked):
            with self.push.lease.fenced():
                policy = invoice_policy(self.company).delete.value
                run = self.push.journal.run
                holds.hold(self.company, SyncObject.INVOICES, policy, would, linked, run, self.now)
        self._push(gone)
        for hold in holds.confirmed(self.company, SyncObject.INVOICES):
            self._push([UUID(each) for each in hold.record_ids])
            with self.push.lease.fenced():
                holds.done(hold)

    def _would(self, gone: Sequence[UUID]) -> list[UUID]:
        """Those of which HubSpot would be told: not what is kept, told, or decided already."""
        planned = {
            UUID(each.subject.id)
            for some in _portions(gone)
            for each in self.push.planned(some)
            if isinstance(each, UpsertHubSpotInvoice | ArchiveInvoice)
        }
        return [pk for pk in gone if pk in planned]

    def _push(self, ids: Sequence[UUID]) -> None:
        for some in _portions(ids):
            self.push.push(some, changed=some)


def _portions(ids: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    for first in range(0, len(ids), AT_ONCE):
        yield ids[first : first + AT_ONCE]
