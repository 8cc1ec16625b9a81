"""Carries out a plan: in hundreds, each hundred's results saved before the next call leaves."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

from integration.crashpoints import crashpoint
from integration.gateways.hubspot import HubSpot
from integration.leases import Lease
from integration.models import Portal
from sync.apply import history, leaving, notes, objects, paid_deals, records, store
from sync.apply.claims import claim_notes
from sync.apply.notes import NewNote
from sync.apply.objects import Fitting
from sync.apply.outcomes import Ending, Outcome
from sync.apply.sending import sent, side_by_side
from sync.operations import (
    ArchiveInvoice,
    ArchiveRecord,
    AssociateContact,
    AssociateInvoice,
    DissociateInvoice,
    LinkRecord,
    MarkPaidDeal,
    Operation,
    UpdatePaymentNote,
    UpsertHubSpotInvoice,
    WithdrawReversalNote,
    WriteCompany,
    WriteContact,
    WriteDealProperties,
    WritePaymentNote,
    WriteProduct,
    WriteRecord,
    WriteReversalNote,
)

LARGEST = 100
Kind = TypeVar("Kind", bound=Operation)


class Carrier:
    """For one run or refresh.

    ``look_again``: HubSpot ids of deals that somebody else wrote meanwhile; ``look_later``: of those
    whose notes somebody else is writing. Errors that concern
    everybody (no answer, too fast, permission gone) end the run; what was saved stays saved, and
    the next run plans only what is missing.
    """

    def __init__(
        self,
        portal: Portal,
        hubspot: HubSpot,
        lease: Lease,
        journal: history.Journal,
        now: datetime,
    ) -> None:
        self.portal = portal
        self.hubspot = hubspot
        self.lease = lease
        self.journal = journal
        self.now = now
        self.fitting = Fitting(hubspot)
        self.look_again: set[str] = set()
        self.look_later: set[str] = set()
        self._sent: set[str] = set()
        """Kinds of which the portal's answer to a hundred is known already."""

    def carry(self, operations: Sequence[Operation]) -> None:
        """Objects before what hangs on them; notes last, where a missing scope hurts nobody else."""
        skips = history.skipped(operations)
        if skips:
            with self.lease.fenced():
                self.journal.write(skips, self.now)
        self._records(operations)
        made: dict[str, str] = {}
        ties = _of(operations, AssociateInvoice)
        once = [each for each in ties if not (each.attachment_id or each.hubspot_id)]
        self._each(
            _of(operations, UpsertHubSpotInvoice), lambda chunk: self._objects(chunk, once), made
        )
        self._each(
            [each for each in ties if each.attachment_id],
            lambda chunk: objects.associate(self.hubspot, chunk, made),
        )
        self._each(
            _of(operations, DissociateInvoice),
            lambda chunk: objects.dissociate(self.hubspot, chunk),
        )
        self._each(
            _of(operations, ArchiveInvoice),
            lambda chunk: objects.archive_invoices(self.hubspot, self.fitting, chunk),
        )
        self._each(
            _of(operations, WriteDealProperties),
            lambda chunk: objects.write_deals(self.hubspot, self.fitting, chunk),
        )
        self._each(
            _of(operations, MarkPaidDeal),
            lambda chunk: paid_deals.mark_paid(self.hubspot, chunk),
        )
        self._notes(operations)

    def _objects(
        self, chunk: Sequence[UpsertHubSpotInvoice], once: Sequence[AssociateInvoice]
    ) -> list[Outcome]:
        """Objects with the ties that are only made while they are new.

        An object is remembered when these ties had their answer: until then the next run takes it
        for new, finds it by its key and makes them (D-24).
        """
        outcomes = objects.write_invoices(self.hubspot, self.fitting, chunk)
        ids = {each.operation.subject.id: each.object_id for each in outcomes if each.ok}
        own = [each for each in once if each.subject.id in ids]
        tied = sent(lambda some: objects.associate(self.hubspot, some, ids), own) if own else []
        open_ends = {each.operation.subject.id for each in tied if each.ending is Ending.WAITING}
        return [each for each in outcomes if each.operation.subject.id not in open_ends] + tied

    def _records(self, operations: Sequence[Operation]) -> None:
        """Companies before the contacts that are tied to them; archiving last."""
        made: dict[tuple[str, str], str] = {}
        self._each(_of(operations, LinkRecord), records.remember, records_made=made)
        for kind in (WriteCompany, WriteContact, WriteProduct):
            self._each(
                _of(operations, kind),
                lambda chunk: records.write_records(self.hubspot, self.fitting, chunk),
                records_made=made,
            )
        self._each(
            _of(operations, AssociateContact),
            lambda chunk: records.associate_contacts(self.hubspot, chunk, made),
        )
        self._each(
            _of(operations, ArchiveRecord),
            lambda chunk: records.archive_records(self.hubspot, chunk),
        )

    def _notes(self, operations: Sequence[Operation]) -> None:
        new: list[NewNote] = [
            *_of(operations, WritePaymentNote),
            *_of(operations, WriteReversalNote),
        ]
        self._each(
            _of(operations, WithdrawReversalNote),
            lambda chunk: notes.withdraw(self.hubspot, chunk),
        )
        self._each(
            _of(operations, UpdatePaymentNote), lambda chunk: notes.update(self.hubspot, chunk)
        )
        self._each(
            new,
            lambda chunk: notes.create(self.hubspot, chunk),
            before=self._claimed,
        )

    def _claimed(self, chunk: Sequence[NewNote]) -> list[NewNote]:
        mine = claim_notes(self.portal, self.lease, chunk)
        self.look_later |= {each.deal_id for each in chunk if each not in mine}
        return mine

    def _each(
        self,
        operations: Sequence[Kind],
        send: Callable[[Sequence[Kind]], list[Outcome]],
        made: dict[str, str] | None = None,
        records_made: dict[tuple[str, str], str] | None = None,
        before: Callable[[Sequence[Kind]], Sequence[Kind]] | None = None,
    ) -> None:
        chunks = [operations[at : at + LARGEST] for at in range(0, len(operations), LARGEST)]
        if before is None:
            self._marked(operations)
            knows = bool(operations) and operations[0].kind in self._sent
            for answered in side_by_side(chunks, send, self._go_on, knows_portal=knows):
                self._sent.add(operations[0].kind)
                self._save(answered, made, records_made)
            return
        for chunk in chunks:
            with self.lease.fenced():
                mine = before(chunk)
            if mine:
                crashpoint(f"sync.before_{mine[0].kind}")
                self._save([(mine, sent(send, mine))], made, records_made)

    def _marked(self, operations: Sequence[Operation]) -> None:
        """Until their answers are saved nobody knows what HubSpot has."""
        if leaving.marks(operations):
            with self.lease.fenced():
                leaving.mark(self.portal, operations, self.lease)

    def _go_on(self, chunks: Sequence[Sequence[Operation]]) -> None:
        """Before hundreds leave."""
        self.lease.check()
        for chunk in chunks:
            crashpoint(f"sync.before_{chunk[0].kind}")

    def _save(
        self,
        answered: Sequence[tuple[Sequence[Operation], list[Outcome]]],
        made: dict[str, str] | None,
        records_made: dict[tuple[str, str], str] | None,
    ) -> None:
        """What came together is saved together, before another call leaves in its place."""
        for chunk, _ in answered:
            crashpoint(f"sync.after_{chunk[0].kind}")
        outcomes = [each for _, some in answered for each in some]
        with self.lease.fenced():
            mark = leaving.mark_of(self.lease)
            self.look_again |= store.save(self.portal, outcomes, mark, self.now)
            self.journal.write(outcomes, self.now)
        done = [each for each in outcomes if each.ok]
        if records_made is not None:
            records_made |= {
                (each.operation.subject.id, each.operation.object_kind): each.object_id
                for each in done
                if isinstance(each.operation, WriteRecord | LinkRecord)
            }
        if made is not None:
            made |= {
                each.operation.subject.id: each.object_id
                for each in done
                if isinstance(each.operation, UpsertHubSpotInvoice)
            }


def _of(operations: Sequence[Operation], kind: type[Kind]) -> list[Kind]:
    return [each for each in operations if isinstance(each, kind)]
