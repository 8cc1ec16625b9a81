"""HubSpot's changes on their way to QuickBooks (P-47): found, merged, written, before the other way.

Nothing here tells HubSpot anything. What HubSpot says becomes what both agree on; the plan of the
other way then tells HubSpot where QuickBooks says otherwise.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from uuid import UUID

from integration import sessions
from integration.gateways.quickbooks import QuickBooks
from integration.models import Company, Record
from integration.records.hubspot import Object
from sync.apply.history import Trouble, park
from sync.apply.outcomes import Ending, Outcome
from sync.apply.to_quickbooks import STALE, QuickBooksWriter, agree
from sync.engine.push import Push
from sync.fetch.both_sides import REFUSED, BothSidesReader, policy_of
from sync.fetch.hubspot_changes import HubSpotChanges
from sync.models import ParkedRecord, QuickBooksWrite
from sync.operations import CreateInQuickBooks, LinkRecord, SettleConflict, Skip, UpdateQuickBooks
from sync.plan_back import BackPlan, BothSides, plan_back
from sync.plan_creation import ENTITIES, IN_HUBSPOT, WAITS_FOR_A_PERSON, plan_creation
from sync.policies import ObjectPolicy
from sync.records import COMPANIES, CONTACTS, CUSTOMER, CustomerModel
from sync.snapshot import CompanyView

TURNS = 3
"""So often a record is read and merged again when somebody else changes it in QuickBooks meanwhile."""


class TwoWay:
    """For one run of one company."""

    def __init__(self, company: Company, view: CompanyView, push: Push, now: datetime) -> None:
        self.company = company
        self.view = view
        self.push = push
        self.now = now
        self._qbo: QuickBooks | None = None
        self._reader = BothSidesReader(company, view, lambda: push.carrier.hubspot)
        self._writer = QuickBooksWriter(company, self._quickbooks, push.lease, push.journal, now)

    def _quickbooks(self) -> QuickBooks:
        if self._qbo is None:
            self._qbo = sessions.quickbooks(self.company, notebook=self.push.notebook)
        return self._qbo

    # ------------------------------------------------------------------- one set of records

    def settle(self, ids: Collection[UUID], look: Collection[UUID] = ()) -> None:
        """QuickBooks takes over what HubSpot says of these records. ``look``: read those anyway.

        Not of those held after an undo: HubSpot's older values would reach QuickBooks (D-31).
        """
        held = {subject_id for _, subject_id in self.push.undone()}
        ids = [each for each in ids if str(each) not in held]
        look = [each for each in look if str(each) not in held]
        for turn in range(TURNS):
            sides = self._reader.sides(ids, look)
            plans = [(each, plan_back(each, self._policy(each))) for each in sides]
            updates = [plan.update for _, plan in plans if plan.update is not None]
            sent = self._writer.update(updates) if updates else None
            again = frozenset(sent.again) if sent else frozenset()
            changed = frozenset(sent.changed) if sent else frozenset()
            self._remember(
                [(s, p) for s, p in plans if p.update is None or s.subject.id in changed]
            )
            if not again:
                return
            stale = [each for each in updates if each.subject.id in again]
            self._read_again(stale)
            ids = look = [UUID(each.subject.id) for each in stale]
            if turn == TURNS - 1:
                self._give_up(stale)

    def _policy(self, sides: BothSides) -> ObjectPolicy:
        return self.view.contacts if sides.subject.kind == CUSTOMER else self.view.products

    def _remember(self, settled: Sequence[tuple[BothSides, BackPlan]]) -> None:
        """What was agreed on without a write, and the lines of the history."""
        with_news = [(s, p) for s, p in settled if p.agreed and p.update is None]
        lines = [line for _, plan in settled for line in plan.lines]
        if not with_news and not lines:
            return
        with self.push.lease.fenced():
            for sides, plan in with_news:
                agree(self.company, sides.subject.kind, sides.subject.qbo_id, plan.agreed)
            self.push.journal.write([_line(each) for each in lines], self.now)

    def _read_again(self, stale: Sequence[UpdateQuickBooks]) -> None:
        for entity in sorted({each.subject.kind for each in stale}):
            ids = [each.subject.qbo_id for each in stale if each.subject.kind == entity]
            self._writer.read_again(entity, ids)

    def _give_up(self, stale: Sequence[UpdateQuickBooks]) -> None:
        """Parked; the next try is a while away."""
        with self.push.lease.fenced():
            outcomes = [Outcome(each, Ending.WAITING, reason=STALE) for each in stale]
            self.push.journal.write(outcomes, self.now)

    # ------------------------------------------------------------------ what a crash left

    def resume(self) -> list[UUID]:
        """Writes that were under way are finished; our ids of records to be looked at once more."""
        open_ones = self._writer.resume()
        found: list[UUID] = []
        for entity in sorted({entity for entity, _ in open_ones}):
            ids = [qbo_id for kind, qbo_id in open_ones if kind == entity]
            self._writer.read_again(entity, ids)
            found += self._ids(entity, ids)
        return found

    def _ids(self, entity: str, qbo_ids: Collection[str]) -> list[UUID]:
        rows = Record.objects.for_portal(self.company.portal_id).filter(
            company=self.company, kind=entity, qbo_id__in=qbo_ids
        )
        return list(rows.order_by("pk").values_list("pk", flat=True))

    # -------------------------------------------------------------------- what HubSpot changed

    def news(self) -> Iterator[list[UUID]]:
        """Our ids of records of which HubSpot says something new, those just made included.

        A kind that HubSpot does not show us waits for an admin, and does not hold up the others.
        """
        for kind in self._reader.kinds:
            try:
                yield from self._news_of(kind)
            except REFUSED as error:
                self._reader.refused[kind] = error
            self._tell_refusal(kind)

    def _news_of(self, kind: str) -> Iterator[list[UUID]]:
        policy = policy_of(kind, self.view)
        since = policy.back_since or self.now
        changes = HubSpotChanges(self.company, kind, since)
        for page in changes.pages(self.push.carrier.hubspot, self._reader.names(kind)):
            self.push.lease.check()
            yield self._reader.moved(kind, page)
            if policy.creates_back:
                fresh = [each for each in page if each.created_at and each.created_at >= since]
                yield self._made(kind, self._reader.strangers(kind, fresh))
        if policy.creates_back:
            yield self._made(kind, self._due(kind))
        with self.push.lease.fenced():
            changes.keep(self.now)

    def _tell_refusal(self, kind: str) -> None:
        """A line among what waits while it lasts."""
        error = self._reader.refused.get(kind)
        subject = (IN_HUBSPOT + kind, "", "")
        rows = ParkedRecord.objects.for_portal(self.company.portal_id).filter(
            company=self.company, subject_kind=subject[0], subject_id=""
        )
        with self.push.lease.fenced():
            if error is None:
                rows.delete()
                return
            trouble = Trouble(error.code, {**error.parameters, "vendor": error.vendor})
            park(self.company.portal, str(self.company.pk), subject, trouble, self.now)

    def _due(self, kind: str) -> list[Object]:
        """Records that could not be made before, and whose time has come."""
        rows = (
            ParkedRecord.objects.for_portal(self.company.portal_id)
            .filter(company=self.company, subject_kind=IN_HUBSPOT + kind, next_at__lte=self.now)
            .exclude(subject_id="")
        )
        ids = list(rows.values_list("subject_id", flat=True))
        if not ids:
            return []
        found = self.push.carrier.hubspot.read(kind, ids, self._reader.names(kind))
        return self._reader.strangers(kind, list(found.values()))

    def _made(self, kind: str, objects: Sequence[Object]) -> list[UUID]:
        """Customers and products made from HubSpot's, or found to be there already."""
        objects = self._people_of_nobody(objects) if kind == CONTACTS else objects
        if not objects:
            return []
        ids: list[UUID] = []
        maker = self._reader.maker(kind)
        for newcomer in self._reader.newcomers(kind, objects):
            operations = plan_creation(newcomer, maker)
            told = [each for each in operations if isinstance(each, LinkRecord | Skip)]
            if told:
                self.push.carrier.carry(told)
                self._keep(told)
            ids += [UUID(each.subject.id) for each in told if isinstance(each, LinkRecord)]
            for each in operations:
                if isinstance(each, CreateInQuickBooks):
                    self.push.lease.check()
                    made = self._writer.create(each)
                    ids += self._ids(ENTITIES[kind], [made]) if made else []
        return ids

    def _keep(self, told: Sequence[LinkRecord | Skip]) -> None:
        """HubSpot tells of a new record once: what a person has to settle waits for a retry."""
        for each in told:
            if isinstance(each, Skip) and each.reason in WAITS_FOR_A_PERSON:
                subject = (each.subject.kind, each.subject.id, each.subject.label)
                with self.push.lease.fenced():
                    trouble = Trouble(each.reason, each.parameters)
                    park(self.company.portal, str(self.company.pk), subject, trouble, self.now)

    def _people_of_nobody(self, objects: Sequence[Object]) -> Sequence[Object]:
        """Where companies are the customers, a contact is one only when it has no company."""
        if self.view.customer_model is CustomerModel.CONTACT or not objects:
            return objects
        ids = [each.id for each in objects]
        of = self.push.carrier.hubspot.associations(CONTACTS, COMPANIES, ids)
        return [each for each in objects if not of.get(each.id)]


def is_open(company: Company) -> bool:
    """Whether a run left a write to QuickBooks unfinished."""
    rows = QuickBooksWrite.objects.for_portal(company.portal_id)
    return rows.filter(company=company).exists()  # type: ignore[no-any-return]


def _line(operation: Skip | SettleConflict) -> Outcome:
    ending = Ending.SKIPPED if isinstance(operation, Skip) else Ending.SUCCEEDED
    return Outcome(operation, ending, reason=operation.reason, parameters=operation.parameters)
