"""What QuickBooks' customers and products take over from HubSpot (P-47). Pure.

Three values of each mapped property meet: what both last agreed on (``RecordLink.written``), what
QuickBooks says now and what HubSpot says now. Only a change of HubSpot reaches QuickBooks; what
QuickBooks changed is told by the plan of the other way, once ``agreed`` is stored.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from integration.records.hubspot import Properties
from integration.records.quickbooks import Raw
from mappings.mapped import Context, mapped_back
from mappings.pairs import FieldPair, MappingSet, WhenEmpty
from mappings.quickbooks_fields import COMPUTED
from sync.merging import Side, Verdict, verdict
from sync.operations import SettleConflict, Skip, Subject, UpdateQuickBooks
from sync.policies import ObjectPolicy, Rule, Way
from sync.reconcile import same_property

NEVER_EMPTY = frozenset({"Name", "DisplayName"})
"""QuickBooks keeps no record without them."""


@dataclass(frozen=True, slots=True)
class BackMap:
    """One kind's mapping on the way back. ``names``: property of a pair to where HubSpot keeps it."""

    mapping: MappingSet
    names: Mapping[str, str]

    def pairs(self) -> tuple[FieldPair, ...]:
        return tuple(
            pair for pair in self.mapping.to_quickbooks() if pair.property.name in self.names
        )

    def same(self, name: str, one: str | None, other: str | None) -> bool:
        """``name`` is HubSpot's; its type says how the two compare."""
        return same_property(name, one, other, self.mapping.texts)

    def clears(self, pair: FieldPair) -> bool:
        return pair.when_empty is WhenEmpty.CLEAR and pair.field not in NEVER_EMPTY


@dataclass(frozen=True, slots=True)
class Seen:
    """One linked HubSpot object: as agreed (``base``), as QuickBooks has it, as HubSpot says now.

    All three by HubSpot's own property names. ``moved_at``: HubSpot's modified stamp.
    """

    kind: str
    hubspot_id: str
    way_back: BackMap
    base: Properties
    here: Properties
    there: Properties
    moved_at: datetime | None = None

    def asserted(self, pair: FieldPair) -> str | None:
        """HubSpot's value, or None where it has nothing to say."""
        said = self.there.get(self.way_back.names[pair.property.name]) or ""
        return said if said or self.way_back.clears(pair) else None


@dataclass(frozen=True, slots=True)
class BothSides:
    """A customer or product with its HubSpot objects, as both sides were just read."""

    subject: Subject
    raw: Raw
    sync_token: str
    updated_at: datetime | None
    context: Context
    seen: tuple[Seen, ...]


@dataclass(slots=True)
class BackPlan:
    """``update`` is None when QuickBooks has nothing to learn; ``agreed`` is to be stored even so."""

    update: UpdateQuickBooks | None = None
    agreed: dict[str, Properties] = field(default_factory=dict)
    lines: list[SettleConflict | Skip] = field(default_factory=list)


def back_map(mapping: MappingSet, names: Mapping[str, str]) -> BackMap:
    """``names`` may leave out properties that hold nothing of this company's."""
    usable = {
        pair.property.name: names.get(pair.property.name, pair.property.name)
        for pair in mapping.to_quickbooks()
        if not (pair.field.startswith(COMPUTED) or pair.once or pair.locked)
    }
    return BackMap(mapping, {name: told for name, told in usable.items() if told})


def plan_back(sides: BothSides, policy: ObjectPolicy) -> BackPlan:
    """The objects in the order of their change, so that the newest speaks last."""
    made = BackPlan()
    body: Raw = {}
    before: Properties = {}
    after: Properties = {}
    for seen in sorted(sides.seen, key=_moved):
        verdicts = _verdicts(sides, seen, policy)
        wanted = {
            pair.property.name: seen.asserted(pair)
            for pair, found in verdicts
            if found.winner is Side.HUBSPOT
        }
        current = {**sides.raw, **body}
        back = mapped_back(seen.kind, wanted, seen.way_back.mapping, sides.context, current)
        refused = {problem.source for problem in back.problems}
        made.lines += [
            Skip(sides.subject, problem.code, {**problem.parameters, "field": problem.source})
            for problem in back.problems
        ]
        body |= back.body
        for pair, found in verdicts:
            name = seen.way_back.names[pair.property.name]
            if pair.field in back.changed and pair.property.name in wanted:
                before[name], after[name] = seen.here.get(name) or "", seen.there.get(name) or ""
            if found.is_conflict and policy.way is Way.BOTH and pair.property.name not in refused:
                made.lines.append(_line(sides.subject, seen, name, found))
        _agree(made, seen, [pair for pair, _ in verdicts if pair.property.name not in refused])
    if body:
        made.update = UpdateQuickBooks(
            sides.subject, body, sides.sync_token, before, after, made.agreed
        )
    return made


def _moved(seen: Seen) -> tuple[float, str]:
    return (seen.moved_at.timestamp() if seen.moved_at else 0.0, seen.kind)


def _verdicts(
    sides: BothSides, seen: Seen, policy: ObjectPolicy
) -> Sequence[tuple[FieldPair, Verdict]]:
    is_newer = (
        seen.moved_at is not None
        and sides.updated_at is not None
        and seen.moved_at > sides.updated_at
    )
    newest = Side.HUBSPOT if is_newer else Side.QUICKBOOKS
    rule = Rule.HUBSPOT if policy.way is Way.TO_QUICKBOOKS else policy.rule
    found = []
    for pair in seen.way_back.pairs():
        name = seen.way_back.names[pair.property.name]
        here = seen.here.get(name)
        equal = partial(seen.way_back.same, name)
        said = seen.asserted(pair)
        found.append((pair, verdict(seen.base.get(name), here, said, rule, newest, equal=equal)))
    return found


def _line(subject: Subject, seen: Seen, name: str, found: Verdict) -> SettleConflict:
    ours, theirs = seen.here.get(name) or "", seen.there.get(name) or ""
    has_won = found.winner is Side.HUBSPOT
    return SettleConflict(
        subject,
        f"sync.conflict_{found.winner.value}",
        {"name": subject.label, "field": name, "quickbooks": ours, "hubspot": theirs},
        before={name: ours if has_won else theirs},
        after={name: theirs if has_won else ours},
    )


def _agree(made: BackPlan, seen: Seen, pairs: Sequence[FieldPair]) -> None:
    """What HubSpot says is known from now on, and no news a second time."""
    news: Properties = {}
    if not seen.base:
        news = dict(seen.there)
    for pair in pairs:
        name = seen.way_back.names[pair.property.name]
        said = seen.asserted(pair)
        if said is None:
            continue
        if name not in seen.base or not seen.way_back.same(name, said, seen.base[name]):
            news[name] = said
    if news:
        made.agreed[seen.kind] = news
