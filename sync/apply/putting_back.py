"""Putting back in HubSpot what a run changed (D-31): compared once more, then written in hundreds."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from integration.gateways.errors import AccountBlocked, Conflict, NotFound, Rejected
from integration.gateways.hubspot import HubSpot
from integration.gateways.hubspot_associations import CONTACT_TO_COMPANY
from integration.records.hubspot import Write, WriteResult
from sync.apply.objects import TYPE_IDS
from sync.models import UndoItem
from sync.reconcile import same_property
from sync.undoing import DELETED_SINCE, OURS_ALONE, Action

Against = Callable[[Sequence[UndoItem]], Mapping[str, str]]
"""By HubSpot's id of what a run made: a message code why it cannot be archived any more."""
REFUSALS = (AccountBlocked, Rejected, Conflict, NotFound)


@dataclass(frozen=True, slots=True)
class Ended:
    """How one item ended. ``changed``: {property: what stands there}, because somebody was faster;
    ``reason``: a message code where it could not be done."""

    item: UndoItem
    restored: Mapping[str, Any] = field(default_factory=dict)
    changed: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    trace_id: str = ""

    @property
    def ok(self) -> bool:
        return not self.reason and (not self.changed or bool(self.restored))


def put_back(hubspot: HubSpot, items: Sequence[UndoItem], against: Against) -> list[Ended]:
    """Items of one action and one HubSpot kind, a hundred at most; safe to repeat."""
    if items[0].action == Action.ARCHIVE:
        return list(_archive_made(hubspot, items, against))
    acts = {
        Action.RESTORE: _restore,
        Action.UNTIE: _untie,
        Action.TIE: _tie,
        Action.ARCHIVE_NOTE: _archive,
    }
    return list(acts[Action(items[0].action)](hubspot, items))


def _restore(hubspot: HubSpot, items: Sequence[UndoItem]) -> Iterator[Ended]:
    """What was put back by a try that was interrupted counts as put back."""
    kind = items[0].object_kind
    names = sorted({name for each in items for name in each.before})
    found = hubspot.read(kind, [each.object_id for each in items], names)
    writes: list[Write] = []
    plans: list[tuple[UndoItem, dict[str, Any], dict[str, Any]]] = []
    for item in items:
        if item.object_id not in found:
            yield Ended(item, reason=DELETED_SINCE)
            continue
        shown = found[item.object_id].properties
        back, changed = _compared(item, shown)
        plans.append((item, back, changed))
        due = {name: text for name, text in back.items() if not _same(name, shown.get(name), text)}
        if due:
            sent = {name: _text(text) for name, text in due.items()}
            writes.append(Write(str(item.pk), sent, item.object_id))
    results = {each.key: each for each in (hubspot.update(kind, writes) if writes else ())}
    for item, back, changed in plans:
        yield _told(item, back, changed, results.get(str(item.pk)))


def _compared(item: UndoItem, shown: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """(what is put back, what somebody changed since the preview)"""
    back, changed = {}, {}
    for name, text in item.before.items():
        now = shown.get(name)
        if _same(name, now, item.after.get(name)) or _same(name, now, text):
            back[name] = text
        else:
            changed[name] = shown.get(name)
    return back, changed


def _told(
    item: UndoItem,
    back: Mapping[str, Any],
    changed: Mapping[str, Any],
    result: WriteResult | None,
) -> Ended:
    if result is None or result.error is None:
        return Ended(item, back, changed)
    return _refused(item, result)


def _refused(item: UndoItem, result: WriteResult) -> Ended:
    code, detail = result.error or ("", "")
    told = {"detail": detail, **result.parameters, "vendor": "hubspot"}
    return Ended(item, reason=code, parameters=told, trace_id=result.trace_id)


def _untie(hubspot: HubSpot, items: Sequence[UndoItem]) -> Iterator[Ended]:
    """What is not associated stays so."""
    for other in sorted({each.other_kind for each in items}):
        some = [each for each in items if each.other_kind == other]
        pairs = [(each.object_id, each.other_id) for each in some]
        hubspot.dissociate(some[0].object_kind, other, list(dict.fromkeys(pairs)))
        yield from (Ended(each) for each in some)


def _tie(hubspot: HubSpot, items: Sequence[UndoItem]) -> Iterator[Ended]:
    for other in sorted({each.other_kind for each in items}):
        some = [each for each in items if each.other_kind == other]
        kind = some[0].object_kind
        type_id = CONTACT_TO_COMPANY if kind == "contacts" else TYPE_IDS[other]
        pairs = list(dict.fromkeys((each.object_id, each.other_id) for each in some))
        results = {each.key: each for each in hubspot.associate(kind, other, pairs, type_id)}
        for item in some:
            result = results[f"{item.object_id}:{item.other_id}"]
            yield Ended(item) if result.error is None else _refused(item, result)


def _archive_made(hubspot: HubSpot, items: Sequence[UndoItem], against: Against) -> Iterator[Ended]:
    """Nobody may have worked on them since the preview, nor hung anything on them.

    What is gone already counts as gone.
    """
    names = sorted({name for each in items for name in each.after} - OURS_ALONE)
    found = hubspot.read(items[0].object_kind, [each.object_id for each in items], names)
    free = []
    for item in items:
        shown = found[item.object_id].properties if item.object_id in found else None
        changed = {
            name: shown.get(name)
            for name, text in item.after.items()
            if shown is not None
            and name not in OURS_ALONE
            and not _same(name, shown.get(name), text)
        }
        if changed:
            yield Ended(item, changed=changed)
        elif shown is None:
            yield Ended(item)
        else:
            free.append(item)
    reasons = against(free) if free else {}
    for item in free:
        if code := reasons.get(item.object_id):
            yield Ended(item, reason=code, parameters={"name": item.label})
    if bare := [each for each in free if each.object_id not in reasons]:
        yield from _archive(hubspot, bare)


def _archive(hubspot: HubSpot, items: Sequence[UndoItem]) -> Iterator[Ended]:
    """HubSpot refuses all for one of them: then each alone."""
    try:
        hubspot.archive(items[0].object_kind, [each.object_id for each in items])
    except REFUSALS as error:
        if len(items) > 1:
            for each in items:
                yield from _archive(hubspot, [each])
            return
        told = {**error.parameters, "vendor": error.vendor}
        yield Ended(items[0], reason=error.code, parameters=told, trace_id=error.trace_id)
        return
    yield from (Ended(each) for each in items)


def _same(name: str, left: Any, right: Any) -> bool:
    return same_property(name, _text(left), _text(right))


def _text(value: Any) -> str:
    return "" if value is None else str(value)
