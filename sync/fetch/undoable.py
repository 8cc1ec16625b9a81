"""What a run did to HubSpot and what HubSpot shows of it now, some objects at a time (D-31)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from integration.gateways.hubspot import HubSpot
from integration.models import Company, Record, RecordLink
from invoices.models import InvoiceAttachment
from sync.fetch.archiving import against_archiving
from sync.fetch.records import link_state
from sync.models import EntryOutcome, SyncEntry, SyncRun, UndoItem
from sync.records import CUSTOMER, ITEM, RecordState
from sync.undoing import Action, Seen, Thing, Written

Key = tuple[str, str]
"""(HubSpot kind, HubSpot id)"""
INVOICES, NOTES = "invoices", "notes"
FINAL = ("paid", "voided")
"""HubSpot deletes no invoice in these states."""
AGAINST = "sync.undo_against_"
PARTIES = ("deals", "contacts", "companies")


def objects(run: SyncRun, after: Mapping[str, str], most: int) -> list[Key]:
    """The next objects the run wrote, in a fixed order."""
    rows = _entries(run).exclude(object_id="").order_by("object_kind", "object_id")
    keys = rows.values_list("object_kind", "object_id").distinct()
    if after:
        kind, object_id = after["kind"], after["id"]
        later = rows.filter(object_kind=kind, object_id__gt=object_id)
        keys = (later | rows.filter(object_kind__gt=kind)).values_list("object_kind", "object_id")
        keys = keys.distinct()
    return list(keys[:most])


def count(run: SyncRun) -> int:
    rows = _entries(run).exclude(object_id="")
    found: int = rows.values("object_kind", "object_id").distinct().count()
    return found


def written(run: SyncRun, keys: Sequence[Key]) -> dict[Key, list[Written]]:
    """By object, oldest first."""
    found: dict[Key, list[Written]] = defaultdict(list)
    rows = _entries(run).filter(object_id__in={each for _, each in keys})
    wanted = set(keys)
    for row in rows.order_by("at", "number"):
        if (row.object_kind, row.object_id) in wanted:
            found[row.object_kind, row.object_id].append(_written(row))
    return found


def nameless(run: SyncRun) -> list[Written]:
    """Lines about no object of HubSpot."""
    rows = _entries(run).filter(object_id="").order_by("at", "number")
    return [_written(row) for row in rows]


def _entries(run: SyncRun) -> Any:
    return SyncEntry.objects.for_portal(run.portal_id).filter(
        run=run, outcome=EntryOutcome.SUCCEEDED
    )


def _written(row: SyncEntry) -> Written:
    return Written(
        operation=row.operation,
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        label=row.label,
        object_kind=row.object_kind,
        object_id=row.object_id,
        made=row.made,
        before=row.before,
        after=row.after,
    )


class Looker:
    """For one company; a handful of calls for a few hundred objects."""

    def __init__(self, company: Company, hubspot: HubSpot) -> None:
        self.company = company
        self.hubspot = hubspot

    def seen(self, things: Sequence[Thing]) -> dict[Key, Seen]:
        """By object; those of which nothing can be asked are left out."""
        asked = [each for each in things if each.action is not Action.NONE]
        properties = self._properties(asked)
        ties = self._ties(asked)
        made = [each for each in asked if each.action is Action.ARCHIVE]
        against = {**self._against_records(made), **self._against_invoices(made, properties)}
        return {
            key: Seen(properties.get(key), frozenset(ties.get(key, ())), against.get(key, ""))
            for key in {_key(each) for each in asked}
        }

    def against(self, items: Sequence[UndoItem]) -> dict[str, str]:
        """By id of what a run made, of one kind: what has come to hang on it since the preview."""
        found = self.seen([_made(each) for each in items])
        return {one: each.against for (_, one), each in found.items() if each.against}

    def _properties(self, things: Iterable[Thing]) -> dict[Key, dict[str, Any]]:
        names: dict[str, set[str]] = defaultdict(set)
        ids: dict[str, set[str]] = defaultdict(set)
        for each in things:
            kind, object_id = _key(each)
            ids[kind].add(object_id)
            if kind != NOTES:
                names[kind] |= set(each.after)
        found: dict[Key, dict[str, Any]] = {}
        for kind, wanted in sorted(ids.items()):
            answers = self.hubspot.read(kind, sorted(wanted), sorted(names[kind]))
            found |= {(kind, one): dict(each.properties) for one, each in answers.items()}
        return found

    def _ties(self, things: Iterable[Thing]) -> dict[Key, set[Key]]:
        wanted: dict[Key, set[str]] = defaultdict(set)
        for each in things:
            if each.other_id:
                wanted[each.written.object_kind, each.other_kind].add(each.written.object_id)
        found: dict[Key, set[Key]] = defaultdict(set)
        for (kind, other), ids in sorted(wanted.items()):
            for one, ends in self.hubspot.associations(kind, other, sorted(ids)).items():
                found[kind, one] |= {(other, end) for end in ends}
        return found

    # ------------------------------------------------------------- may what was made go again?

    def _against_records(self, things: Sequence[Thing]) -> dict[Key, str]:
        """D-28's reasons: edited, an open deal, another link."""
        states = self._states([each for each in things if _key(each)[0] != INVOICES])
        if not states:
            return {}
        checked = against_archiving(self.company, lambda: self.hubspot, states)
        return {
            (link.kind, link.hubspot_id): AGAINST + min(link.against).value
            for state in checked.values()
            for link in state.links
            if link.against
        }

    def _states(self, things: Sequence[Thing]) -> list[RecordState]:
        ids = {each.written.subject_id for each in things}
        rows = Record.objects.for_portal(self.company.portal_id).filter(
            company=self.company, kind__in=(CUSTOMER, ITEM), pk__in=ids
        )
        links: dict[Key, list[RecordLink]] = defaultdict(list)
        found = RecordLink.objects.for_portal(self.company.portal_id).filter(
            company=self.company, qbo_id__in=rows.values("qbo_id")
        )
        for link in found:
            links[link.kind, link.qbo_id].append(link)
        return [
            RecordState(
                id=str(row.pk),
                company_id=str(self.company.pk),
                kind=row.kind,
                qbo_id=row.qbo_id,
                label=row.name,
                links=tuple(link_state(each) for each in links[row.kind, row.qbo_id]),
            )
            for row in rows
        ]

    def _against_invoices(
        self, things: Sequence[Thing], properties: Mapping[Key, Mapping[str, Any]]
    ) -> dict[Key, str]:
        """HubSpot deletes no paid invoice; and what somebody hung it on stays."""
        ids = [_key(each)[1] for each in things if _key(each)[0] == INVOICES]
        if not ids:
            return {}
        found = {
            (INVOICES, one): AGAINST + "state"
            for one in ids
            if (properties.get((INVOICES, one)) or {}).get("hs_invoice_status") in FINAL
        }
        own = self._own_ties(ids)
        for kind in PARTIES:
            for one, ends in self.hubspot.associations(INVOICES, kind, ids).items():
                if {(kind, end) for end in ends} - own[one]:
                    found.setdefault((INVOICES, one), AGAINST + "other_link")
        return found

    def _own_ties(self, ids: Sequence[str]) -> dict[str, set[Key]]:
        """By HubSpot's id of an invoice: where we hung it."""
        own: dict[str, set[Key]] = defaultdict(set)
        attached = InvoiceAttachment.objects.for_portal(self.company.portal_id).filter(
            invoice__hubspot_id__in=ids
        )
        for one, kind, end in attached.values_list(
            "invoice__hubspot_id", "object_kind", "hubspot_id"
        ):
            own[one].add((kind, end))
        tied = SyncEntry.objects.for_portal(self.company.portal_id).filter(
            operation="associate_invoice", object_kind=INVOICES, object_id__in=ids
        )
        for one, after in tied.values_list("object_id", "after"):
            own[one] |= {(kind, str(end)) for kind, end in after.items()}
        return own


def _made(item: UndoItem) -> Thing:
    written = Written(
        operation=item.operation,
        subject_kind=item.subject_kind,
        subject_id=item.subject_id,
        label=item.label,
        object_kind=item.object_kind,
        object_id=item.object_id,
        made=True,
    )
    return Thing(Action.ARCHIVE, written, {}, item.after)


def _key(thing: Thing) -> Key:
    return thing.written.object_kind, thing.written.object_id
