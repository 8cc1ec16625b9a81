"""Writing customers and products of QuickBooks, each write stored before it leaves (P-47, fault 22).

An update is safe to repeat by its SyncToken, a creation by its request id. What was interrupted is
sent again word for word by the next run, so that QuickBooks answers with what it did.
"""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from integration.crashpoints import crashpoint
from integration.gateways.errors import (
    AccountBlocked,
    Conflict,
    GatewayError,
    NotFound,
    Rejected,
    Unavailable,
)
from integration.gateways.quickbooks import BatchItem, QuickBooks
from integration.gateways.quickbooks_query import one_of
from integration.leases import Lease
from integration.models import Company, Record, RecordLink
from integration.models.tenancy import PortalQuerySet
from integration.records.hubspot import Properties
from integration.records.quickbooks import Raw
from integration.reference import mirror_records
from invoices.customer_names import unique_names
from sync.apply.history import Journal
from sync.apply.outcomes import Ending, Outcome, of_error
from sync.models import QuickBooksWrite
from sync.operations import CreateInQuickBooks, Subject, UpdateQuickBooks
from sync.records import Source

AT_ONCE = 30
STALE = "quickbooks.5010"
NAME_TAKEN = "quickbooks.6240"
REFUSALS = (AccountBlocked, Conflict, NotFound, Rejected)
"""QuickBooks certainly did nothing."""
Answer = Raw | GatewayError
ToQuickBooks = UpdateQuickBooks | CreateInQuickBooks


@dataclass(frozen=True, slots=True)
class Sent:
    """``changed``: our ids of records that QuickBooks has a new version of; ``again``: of those
    whose outcome is open or that somebody else changed meanwhile."""

    changed: tuple[str, ...] = ()
    again: tuple[str, ...] = ()


class QuickBooksWriter:
    """For one run of one company."""

    def __init__(
        self,
        company: Company,
        quickbooks: Callable[[], QuickBooks],
        lease: Lease,
        journal: Journal,
        now: datetime,
    ) -> None:
        self.company = company
        self._quickbooks = quickbooks
        self.lease = lease
        self.journal = journal
        self.now = now

    # ------------------------------------------------------------------------------ updates

    def update(self, operations: Sequence[UpdateQuickBooks]) -> Sent:
        """Thirty a call. Refusals become lines of the history and parked records."""
        changed: list[str] = []
        again: list[str] = []
        for first in range(0, len(operations), AT_ONCE):
            chunk = operations[first : first + AT_ONCE]
            rows = self._stored(uuid.uuid4(), [self._update_row(each) for each in chunk])
            kept = {(row.entity, row.qbo_id) for row in rows}
            mine = [each for each in chunk if (each.subject.kind, each.subject.qbo_id) in kept]
            crashpoint("sync.before_update_quickbooks")
            answers = self._call(rows)
            crashpoint("sync.after_update_quickbooks")
            sent = self._settled(rows, mine, answers)
            changed += sent.changed
            again += sent.again
        return Sent(tuple(changed), tuple(again))

    def _update_row(self, operation: UpdateQuickBooks) -> QuickBooksWrite:
        subject = operation.subject
        token = {"Id": subject.qbo_id, "SyncToken": operation.sync_token, "sparse": True}
        return QuickBooksWrite(
            entity=subject.kind,
            qbo_id=subject.qbo_id,
            label=subject.label[:300],
            body={**operation.body, **token},
            before=operation.before,
            after=operation.after,
            told=operation.agreed,
        )

    def _stored(self, request_id: uuid.UUID, rows: list[QuickBooksWrite]) -> list[QuickBooksWrite]:
        """Committed before anything leaves; a record that somebody else is writing is left out."""
        for place, row in enumerate(rows):
            row.portal_id, row.company = self.company.portal_id, self.company
            row.request_id, row.place, row.begun_at = request_id, place, self.now
        with self.lease.fenced():
            QuickBooksWrite.objects.bulk_create(rows, ignore_conflicts=True)
        kept = self._rows().filter(request_id=request_id)
        return list(kept.order_by("place"))

    def _call(self, rows: Sequence[QuickBooksWrite]) -> dict[str, Answer]:
        """By row; an error that concerns everybody is raised and leaves the rows for the next run."""
        if not rows:
            return {}
        self.lease.check()
        request_id = str(rows[0].request_id)
        try:
            if len(rows) > 1:
                items = [BatchItem(str(row.pk), "update", row.entity, row.body) for row in rows]
                return self._quickbooks().batch(items, request_id)
            [row] = rows
            act = self._quickbooks().update if row.qbo_id else self._quickbooks().create
            return {str(row.pk): act(row.entity, row.body, request_id)}
        except REFUSALS as error:
            return {str(row.pk): error for row in rows}

    def _settled(
        self,
        rows: Sequence[QuickBooksWrite],
        operations: Sequence[ToQuickBooks],
        answers: Mapping[str, Answer],
    ) -> Sent:
        """The answers in the mirror, the links and the history, in one transaction."""
        changed: list[str] = []
        again: list[str] = []
        outcomes: list[Outcome] = []
        with self.lease.fenced():
            for row, operation in zip(rows, operations, strict=True):
                answer = answers[str(row.pk)]
                if not isinstance(answer, GatewayError):
                    self._keep(row, answer)
                    outcomes.append(Outcome(operation, Ending.SUCCEEDED))
                    changed.append(operation.subject.id)
                elif answer.code == STALE or isinstance(answer, Unavailable):
                    again.append(operation.subject.id)
                else:
                    outcomes.append(self._refused(row.entity, operation, answer))
            self._rows().filter(pk__in=[row.pk for row in rows]).delete()
            if outcomes:
                self.journal.write(outcomes, self.now)
        return Sent(tuple(changed), tuple(again))

    def _keep(self, row: QuickBooksWrite, raw: Raw) -> None:
        """QuickBooks' answer and what both sides agree on now."""
        mirror_records(self.company, [(row.entity, self._whole(row, raw))], self.now)
        qbo_id = row.qbo_id or str(raw.get("Id", ""))
        if not row.qbo_id:
            RecordLink.objects.for_portal(self.company.portal_id).get_or_create(
                company=self.company,
                kind=row.entity,
                qbo_id=qbo_id,
                hubspot_kind=row.hubspot_kind,
                defaults={
                    "portal_id": self.company.portal_id,
                    "hubspot_id": row.hubspot_id,
                    "source": Source.CREATED.value,
                    "created_at": self.now,
                },
            )
        agree(self.company, row.entity, qbo_id, row.told)

    def _whole(self, row: QuickBooksWrite, raw: Raw) -> Raw:
        """QuickBooks answers with the whole record; should it not, the rest is as it was."""
        if raw.get("sparse") is not True:
            return raw
        known = self._records(row.entity).filter(qbo_id=row.qbo_id).values_list("raw", flat=True)
        return {**(known.first() or {}), **raw, "sparse": False}

    def _refused(self, entity: str, operation: ToQuickBooks, error: GatewayError) -> Outcome:
        """A name that somebody has comes with another one that is free, as far as we know."""
        outcome = of_error(operation, error)
        if error.code != NAME_TAKEN:
            return outcome
        wanted = str(operation.body.get("DisplayName") or operation.body.get("Name") or "")
        rows = self._records(entity)
        [other] = unique_names(wanted, lambda text: rows.filter(name__iexact=text).exists(), most=1)
        told = {"name": operation.subject.label, "wanted": wanted, "suggestion": other}
        return replace(outcome, reason="sync.name_taken", parameters=told)

    # ----------------------------------------------------------------------------- creations

    def create(self, operation: CreateInQuickBooks) -> str:
        """One call each, because a batch cannot be repeated in parts. QuickBooks' id, or nothing."""
        row = QuickBooksWrite(
            entity=operation.entity,
            hubspot_kind=operation.from_kind,
            hubspot_id=operation.from_id,
            label=operation.subject.label[:300],
            body=operation.body,
            after=operation.after,
            told=operation.agreed,
        )
        rows = self._stored(uuid.uuid4(), [row])
        return self._created(rows, operation) if rows else ""

    def _created(self, rows: list[QuickBooksWrite], operation: CreateInQuickBooks) -> str:
        crashpoint("sync.before_create_in_quickbooks")
        answers = self._call(rows)
        crashpoint("sync.after_create_in_quickbooks")
        answer = answers[str(rows[0].pk)]
        self._settled(rows, [operation], answers)
        return "" if isinstance(answer, GatewayError) else str(answer.get("Id", ""))

    # ----------------------------------------------------------------- what was interrupted

    def resume(self) -> list[tuple[str, str]]:
        """Writes of a run that never ended, sent once more as they were: (entity, QuickBooks id)."""
        groups: dict[uuid.UUID, list[QuickBooksWrite]] = {}
        for row in self._rows().order_by("begun_at", "request_id", "place"):
            groups.setdefault(row.request_id, []).append(row)
        touched: list[tuple[str, str]] = []
        for rows in groups.values():
            operations = [self._operation(row) for row in rows]
            answers = self._call(rows)
            sent = self._settled(rows, operations, answers)
            touched += [(row.entity, row.qbo_id) for row in rows if row.qbo_id and sent.again]
        return touched

    def _operation(self, row: QuickBooksWrite) -> ToQuickBooks:
        company = str(self.company.pk)
        if not row.qbo_id:
            subject = Subject(f"HubSpot {row.hubspot_kind}", row.hubspot_id, row.label, company)
            return CreateInQuickBooks(
                subject, row.entity, row.body, row.hubspot_kind, row.hubspot_id, row.after
            )
        known = self._records(row.entity).filter(qbo_id=row.qbo_id)
        pk = known.values_list("pk", flat=True).first()
        subject = Subject(row.entity, str(pk or ""), row.label, company, row.qbo_id)
        return UpdateQuickBooks(subject, row.body, "", row.before, row.after)

    def read_again(self, entity: str, qbo_ids: Sequence[str]) -> None:
        """Into the mirror, as QuickBooks has them now."""
        rows = self._quickbooks().query(entity, one_of("Id", list(qbo_ids)))
        with self.lease.fenced():
            mirror_records(self.company, [(entity, raw) for raw in rows], self.now)

    def _records(self, entity: str) -> PortalQuerySet:
        rows = Record.objects.for_portal(self.company.portal_id)
        return rows.filter(company=self.company, kind=entity)  # type: ignore[no-any-return]

    def _rows(self) -> PortalQuerySet:
        rows = QuickBooksWrite.objects.for_portal(self.company.portal_id)
        return rows.filter(company=self.company)  # type: ignore[no-any-return]


def agree(company: Company, kind: str, qbo_id: str, agreed: Mapping[str, Properties]) -> None:
    """What HubSpot says is what it was told, as far as anybody compares; inside a transaction."""
    rows = RecordLink.objects.for_portal(company.portal_id).filter(
        company=company, kind=kind, qbo_id=qbo_id, hubspot_kind__in=list(agreed)
    )
    for row in rows.select_for_update().order_by("pk"):
        row.written = {**row.written, **agreed[row.hubspot_kind]}
        row.mapped_hash = ""
        row.save(update_fields=["written", "mapped_hash"])
