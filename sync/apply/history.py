"""One line in the history for each outcome, and a parked record for each that did not end well."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection

from integration.bulk import insert_values
from integration.models import Company, Portal
from mappings.services import check_soon
from sync.apply.lines import object_id, object_kind, values
from sync.apply.outcomes import Ending, Outcome
from sync.models import ParkedRecord, SyncEntry, SyncRun
from sync.operations import LinkRecord, Operation, SettleConflict, Skip
from sync.policies import retry_at

LABEL_LENGTH = 300
UNPARK = (
    f'DELETE FROM "{ParkedRecord._meta.db_table}" '  # noqa: S608  our own table name
    "WHERE portal_id = %s AND subject_kind = %s AND subject_id = ANY(%s)"
)
"""Nothing hangs on a parked record; asked after every write, so it is asked plainly."""
LINE = (
    "run_id", "company_id", "operation", "subject_kind", "subject_id", "label", "outcome",
    "reason", "reason_parameters", "before", "after", "trace_id", "at", "object_kind", "object_id",
    "made", "number",
)  # fmt: skip
"""Columns of a line in the history, in the order of ``Journal._line``."""
MADE_ANEW = "sync.made_anew"
SOON = timedelta(seconds=1)
UNWRITTEN = (LinkRecord, SettleConflict)
"""Lines that are told, of which nothing left the house."""
VALUE_REFUSED = frozenset(
    f"hubspot.{name}" for name in ("PROPERTY_DOESNT_EXIST", "READ_ONLY_VALUE", "INVALID_OPTION")
)
"""HubSpot's properties may have changed: all mappings are looked at again."""


def skipped(operations: Sequence[Operation]) -> list[Outcome]:
    return [
        Outcome(each, Ending.SKIPPED, reason=each.reason, parameters=each.parameters)
        for each in operations
        if isinstance(each, Skip)
    ]


@dataclass(slots=True)
class Journal:
    """Where outcomes are written down: a run of a company, or a refresh of one deal without a run."""

    portal: Portal
    company: Company | None = None
    run: SyncRun | None = None
    left: int = 0
    """Failures that may pass and could not be parked: the caller's job tries again."""
    heard: list[SyncEntry] | None = None
    """Of a rehearsal: every line, in order."""
    _count: int = 0
    _troubled: set[tuple[str, str]] = field(default_factory=set)
    """A customer is a contact and a company: one that was written does not heal the other."""

    def write(self, outcomes: Sequence[Outcome], now: datetime) -> None:
        """Entries, parked records and counts; inside the transaction that saves the outcomes."""
        lines = [self._line(each, now) for each in outcomes if not _is_quiet(each.operation)]
        insert_values(self.portal, SyncEntry, LINE, lines)
        if self.heard is not None:
            self.heard += [
                SyncEntry(portal=self.portal, **dict(zip(LINE, each, strict=True)))
                for each in lines
            ]
        unhappy = [each for each in outcomes if each.ending in (Ending.FAILED, Ending.WAITING)]
        self._troubled |= {_named(each) for each in unhappy}
        _unpark(
            self.portal,
            [each for each in outcomes if _heals(each) and _named(each) not in self._troubled],
        )
        anew = [each for each in outcomes if each.made_anew]
        for outcome in [*unhappy, *anew]:
            self._park(outcome, now)
        # Its other ties are for the next run: what else goes well in this one says nothing of them.
        self._troubled |= {_named(each) for each in anew}
        if self.run is not None:
            told = [each for each in outcomes if not isinstance(each.operation, UNWRITTEN)]
            self.run.written += sum(each.ok for each in told)
            self.run.skipped += sum(each.ending is Ending.SKIPPED for each in outcomes)
            self.run.failed += len(unhappy)
            self.run.save(update_fields=["written", "skipped", "failed"])

    def _line(self, outcome: Outcome, now: datetime) -> tuple[object, ...]:
        """The columns ``LINE``; a model for each would cost more than all the rest of it."""
        self._count += 1
        operation = outcome.operation
        subject = operation.subject
        before, after = values(outcome)
        return (
            self.run and self.run.pk,
            subject.company_id or (self.company and self.company.pk),
            operation.kind,
            subject.kind,
            subject.id,
            subject.label[:LABEL_LENGTH],
            outcome.ending.value,
            outcome.reason,
            outcome.parameters,
            before,
            after if outcome.ending is not Ending.SKIPPED else {},
            outcome.trace_id,
            now,
            object_kind(operation),
            object_id(outcome),
            outcome.created or outcome.made_anew,
            self._count,
        )

    def _park(self, outcome: Outcome, now: datetime) -> None:
        """A deal without any invoice has no company to park under."""
        subject = outcome.operation.subject
        company_id = subject.company_id or (str(self.company.pk) if self.company else "")
        if company_id:
            trouble = Trouble(
                outcome.reason or MADE_ANEW, outcome.parameters, outcome.trace_id, outcome.passes
            )
            row = park(
                self.portal, company_id, (subject.kind, subject.id, subject.label), trouble, now
            )
            if outcome.reason in VALUE_REFUSED:
                check_soon(self.portal, now)
            if outcome.made_anew:
                row.next_at = now + SOON
                row.save(update_fields=["next_at"])
        elif outcome.passes:
            self.left += 1


def _named(outcome: Outcome) -> tuple[str, str]:
    return outcome.operation.subject.kind, outcome.operation.subject.id


def _heals(outcome: Outcome) -> bool:
    """That a conflict was settled says nothing about the writes that follow from it."""
    return outcome.ok and not isinstance(outcome.operation, SettleConflict)


def _is_quiet(operation: Operation) -> bool:
    """HubSpot was not told anything, and nothing new is known of it either."""
    return isinstance(operation, LinkRecord) and not operation.is_new


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a record is parked; ``passes``: it may work later without anybody acting."""

    reason: str
    parameters: dict[str, str] = field(default_factory=dict)
    trace_id: str = ""
    passes: bool = False


def park(
    portal: Portal,
    company_id: str,
    subject: tuple[str, str, str],
    trouble: Trouble,
    now: datetime,
) -> ParkedRecord:
    """Never forgotten, never in the way: tried again later, at most five times by itself.

    ``subject`` is (kind, id, label).
    """
    kind, subject_id, label = subject
    row, _ = ParkedRecord.objects.for_portal(portal).get_or_create(
        portal=portal,
        company_id=company_id,
        subject_kind=kind,
        subject_id=subject_id,
        defaults={"attempts": 0, "parked_at": now, "reason": trouble.reason},
    )
    row.attempts += 1
    row.label = label[:LABEL_LENGTH]
    row.reason = trouble.reason
    row.reason_parameters = trouble.parameters
    row.trace_id = trouble.trace_id
    row.next_at = retry_at(now, row.attempts, retryable=trouble.passes)
    row.save()
    return row  # type: ignore[no-any-return]


def _unpark(portal: Portal, outcomes: Sequence[Outcome]) -> None:
    by_kind: dict[str, list[str]] = {}
    for outcome in outcomes:
        subject = outcome.operation.subject
        by_kind.setdefault(subject.kind, []).append(subject.id)
    with connection.cursor() as cursor:
        for kind, ids in by_kind.items():
            cursor.execute(UNPARK, [portal.pk, kind, ids])
