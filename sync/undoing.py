"""What undoing a run may put back in HubSpot, and what it must leave (D-31). Pure.

QuickBooks is never touched. A property is put back only where HubSpot still shows what the run
wrote; what somebody changed since stays as it is.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from sync.reconcile import same_property

Values = Mapping[str, Any]


class Action(StrEnum):
    """How one thing is undone; in the order in which that is done."""

    RESTORE = "restore"
    UNTIE = "untie"
    TIE = "tie"
    ARCHIVE_NOTE = "archive_note"
    ARCHIVE = "archive"
    NONE = "none"


class Among(StrEnum):
    """The three lists; the values of ``sync.undo_models.UndoList``."""

    RESTORE = "restore"
    CANNOT = "cannot"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Written:
    """One line of the run's history that succeeded, oldest first."""

    operation: str
    subject_kind: str
    subject_id: str
    label: str
    object_kind: str = ""
    object_id: str = ""
    made: bool = False
    before: Values = field(default_factory=dict)
    after: Values = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing the run did to one object: its properties as a whole, a tie, a note, itself.

    ``before`` is what stood there, ``after`` what the run left.
    """

    action: Action
    written: Written
    before: Values = field(default_factory=dict)
    after: Values = field(default_factory=dict)
    other_kind: str = ""
    other_id: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """What HubSpot shows of one object now. ``properties`` None: it is gone, or archived.

    ``ties``: (kind, id) it is associated with, of the kinds that were asked. ``against``: a message
    code why it cannot be archived although the run made it.
    """

    properties: Values | None
    ties: frozenset[tuple[str, str]] = frozenset()
    against: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the preview. ``before`` is what is put back, ``found`` what stands there instead."""

    among: Among
    thing: Thing
    before: Values = field(default_factory=dict)
    after: Values = field(default_factory=dict)
    found: Values = field(default_factory=dict)
    reason: str = ""


PROPERTIES = frozenset(
    {"upsert_hubspot_invoice", "write_deal_properties", "write_contact", "write_company",
     "write_product", "mark_paid_deal"}
)  # fmt: skip
TIES = {"associate_invoice": Action.UNTIE, "associate_contact": Action.UNTIE,
        "dissociate_invoice": Action.TIE}  # fmt: skip
NEW_NOTES = frozenset({"write_payment_note", "write_reversal_note"})
NOTHING_DONE = frozenset({"link_by_hand", "link_record", "settle_conflict", "skip", "unlink"})
ARCHIVED = frozenset({"archive_record", "archive_invoice"})
OURS_ALONE = frozenset({"dealbooks_bulk"})
"""Marks for HubSpot's workflows: they say how a value came, and mean nothing when it goes."""
NOT_HUBSPOT = "sync.undo_not_hubspot"
ALREADY_ARCHIVED = "sync.undo_archived"
NOTE_CHANGED = "sync.undo_note_text"
NOTE_WITHDRAWN = "sync.undo_note_withdrawn"
UNKNOWN_BEFORE = "sync.undo_unknown_before"
DELETED_SINCE = "sync.undo_deleted_since"
OTHERWISE = {"update_payment_note": NOTE_CHANGED, "withdraw_reversal_note": NOTE_WITHDRAWN}


def things(entries: Sequence[Written]) -> list[Thing]:
    """What was done to one object, all its entries given; several writes are one change."""
    archived = next((each for each in entries if each.operation in ARCHIVED), None)
    if archived is not None:
        return [Thing(Action.NONE, archived, archived.before, {}, reason=ALREADY_ARCHIVED)]
    whole = [each for each in entries if each.operation in PROPERTIES]
    found = [_whole(whole)] if whole else []
    is_made = bool(found) and found[0].action is Action.ARCHIVE
    for entry in entries:
        if entry.operation in PROPERTIES or entry.operation in NOTHING_DONE:
            continue
        if entry.operation in TIES and entry.object_id:
            found += [] if is_made else _ties(entry)
        else:
            found.append(_other(entry))
    return found


def _whole(entries: Sequence[Written]) -> Thing:
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for entry in entries:
        before = {**entry.before, **before}
        after = {**after, **entry.after}
    latest = replace(entries[-1], made=any(each.made for each in entries))
    if not latest.object_id:
        return Thing(Action.NONE, latest, reason=NOT_HUBSPOT)
    if latest.made:
        return Thing(Action.ARCHIVE, latest, {}, after)
    return Thing(Action.RESTORE, latest, before, after)


def _ties(entry: Written) -> Iterator[Thing]:
    for kind, other in entry.after.items():
        if other:
            action = TIES[entry.operation]
            yield Thing(action, entry, other_kind=kind, other_id=str(other))


def _other(entry: Written) -> Thing:
    if entry.operation in NEW_NOTES and entry.object_id:
        return Thing(Action.ARCHIVE_NOTE, entry, {}, entry.after)
    reason = OTHERWISE.get(entry.operation, NOT_HUBSPOT)
    return Thing(Action.NONE, entry, entry.before, entry.after, reason=reason)


def judged(thing: Thing, seen: Seen | None) -> Iterator[Item]:
    """Into which of the three lists a thing belongs; into two where only some properties changed.

    Nothing where HubSpot shows already what stood there before.
    """
    if thing.action is Action.NONE or seen is None:
        reason = thing.reason or NOT_HUBSPOT
        yield Item(Among.CANNOT, thing, thing.before, thing.after, reason=reason)
    elif thing.action is Action.RESTORE:
        yield from _properties(thing, seen)
    elif thing.action in (Action.ARCHIVE, Action.ARCHIVE_NOTE):
        yield _archive(thing, seen)
    elif seen.properties is not None:
        yield from _tie(thing, seen)


def _properties(thing: Thing, seen: Seen) -> Iterator[Item]:
    if seen.properties is None:
        yield Item(Among.CANNOT, thing, thing.before, thing.after, reason=DELETED_SINCE)
        return
    names = [name for name in thing.after if name not in OURS_ALONE]
    unknown = [name for name in names if name not in thing.before]
    known = [name for name in names if name in thing.before and not _like(thing, name, seen)]
    kept = [
        name
        for name in known
        if same_property(name, _text(seen.properties.get(name)), _text(thing.after[name]))
    ]
    changed = [name for name in known if name not in kept]
    if kept:
        yield _item(Among.RESTORE, thing, kept)
    if changed:
        found = {name: seen.properties.get(name) for name in changed}
        yield replace(_item(Among.CHANGED, thing, changed), found=found)
    if unknown:
        yield replace(_item(Among.CANNOT, thing, unknown), reason=UNKNOWN_BEFORE)


def _like(thing: Thing, name: str, seen: Seen) -> bool:
    """It says already what it said before the run."""
    return same_property(name, _text((seen.properties or {}).get(name)), _text(thing.before[name]))


def _item(among: Among, thing: Thing, names: Iterable[str]) -> Item:
    kept = list(names)
    before = {name: thing.before[name] for name in kept if name in thing.before}
    return Item(among, thing, before, {name: thing.after[name] for name in kept})


def _archive(thing: Thing, seen: Seen) -> Item:
    """What the run made goes again, unless somebody worked on it or something hangs on it."""
    if seen.properties is None:
        return Item(Among.CHANGED, thing, {}, thing.after, reason=DELETED_SINCE)
    if thing.action is Action.ARCHIVE_NOTE:
        return Item(Among.RESTORE, thing, {}, thing.after)
    found = {
        name: seen.properties.get(name)
        for name, text in thing.after.items()
        if name not in OURS_ALONE
        and not same_property(name, _text(seen.properties.get(name)), _text(text))
    }
    if found:
        after = {name: thing.after[name] for name in found}
        return Item(Among.CHANGED, thing, {}, after, found)
    if seen.against:
        return Item(Among.CANNOT, thing, {}, thing.after, reason=seen.against)
    return Item(Among.RESTORE, thing, {}, thing.after)


def _tie(thing: Thing, seen: Seen) -> Iterator[Item]:
    """Nothing where the tie is already as it was."""
    is_tied = (thing.other_kind, thing.other_id) in seen.ties
    if is_tied == (thing.action is Action.UNTIE):
        yield Item(Among.RESTORE, thing)


def _text(value: Any) -> str:
    return "" if value is None else str(value)
