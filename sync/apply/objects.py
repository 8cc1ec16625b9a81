"""Writing HubSpot's invoice objects, their associations, and deal properties."""

import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from integration.gateways import hubspot_associations as types
from integration.gateways.errors import NotFound, Rejected
from integration.gateways.hubspot import HubSpot
from integration.records.hubspot import Properties, Write, WriteResult
from mappings.catalog import DEALS, INVOICES
from mappings.hubspot_invoices import DOUBTFUL
from mappings.transforms import fingerprint
from sync.apply.outcomes import Ending, Outcome, of_result
from sync.operations import (
    ArchiveInvoice,
    AssociateInvoice,
    DissociateInvoice,
    Skip,
    UpsertHubSpotInvoice,
    WriteDealProperties,
)

KEY = "dealbooks_key"
UNFIT = frozenset(
    f"hubspot.{name}" for name in ("PROPERTY_DOESNT_EXIST", "READ_ONLY_VALUE", "INVALID_OPTION")
)
"""Refusals of a property, not of the record: the other properties may still be written (fault 80)."""

TYPE_IDS = {
    "deals": types.INVOICE_TO_DEAL,
    "contacts": types.INVOICE_TO_CONTACT,
    "companies": types.INVOICE_TO_COMPANY,
    "quotes": types.INVOICE_TO_QUOTE,
}
Send = Callable[[list[Write]], list[WriteResult]]


class Fitting:
    """Leaves out properties that this portal refuses, found out once a run.

    ``missing``: ours that the portal lacks, by object kind. ``refused``: HubSpot's own of an
    invoice that the portal does not let anybody write.
    """

    def __init__(self, hubspot: HubSpot) -> None:
        self._hubspot = hubspot
        self._left_out: dict[str, set[str]] = defaultdict(set)
        self._known: dict[str, set[str]] = {}
        self.missing: dict[str, set[str]] = defaultdict(set)
        self.refused: set[str] = set()
        self._learning = threading.Lock()

    def write(self, kind: str, writes: Sequence[Write], send: Send) -> list[WriteResult]:
        """All writes; those refused for a property are sent again without it.

        Properties whose absence helped nobody are written again: the record itself was wrong.
        """
        tried = frozenset(self._left_out[kind])
        results = {each.key: each for each in send([self._fit(kind, each) for each in writes])}
        if any(_is_unfit(each) for each in results.values()):
            with self._learning:
                self._fitted(kind, writes, send, results, tried)
        return [results[each.key] for each in writes]

    def _fitted(
        self,
        kind: str,
        writes: Sequence[Write],
        send: Send,
        results: dict[str, WriteResult],
        tried: frozenset[str],
    ) -> None:
        """One thread at a time finds out what the portal refuses. ``tried``: left out at first; by
        now another thread may know better."""
        before = set(self._left_out[kind])
        helped = False
        while unfit := [each for each in writes if _is_unfit(results[each.key])]:
            if not self._learn(kind, unfit) and tried == self._left_out[kind]:
                break
            tried = frozenset(self._left_out[kind])
            again = send([self._fit(kind, each) for each in unfit])
            results |= {each.key: each for each in again}
            helped = helped or any(each.error is None for each in again)
        if not helped:
            self.refused -= self._left_out[kind] - before
            self._left_out[kind] = before | self.missing[kind]

    def sent(self, kind: str, properties: Properties) -> Properties:
        """The properties as they are remembered: without those the portal refuses for good."""
        if kind != INVOICES or not self.refused:
            return properties
        return {name: text for name, text in properties.items() if name not in self.refused}

    def _fit(self, kind: str, write: Write) -> Write:
        left_out = self._left_out[kind]
        if left_out.isdisjoint(write.properties):
            return write
        kept = {name: text for name, text in write.properties.items() if name not in left_out}
        return Write(write.key, kept, write.id, write.associations)

    def _learn(self, kind: str, unfit: Sequence[Write]) -> bool:
        """Whether something new is left out now: what the portal lacks, else the next doubtful."""
        given = {name for write in unfit for name in write.properties} - self._left_out[kind]
        if kind not in self._known:
            found = self._hubspot.properties(kind)
            self._known[kind] = {each.name for each in found if not each.read_only}
        new = given - self._known[kind]
        if not new and kind == INVOICES:
            new = next((set(tier) & given for tier in DOUBTFUL if given & set(tier)), set())
            self.refused |= new
        else:
            self.missing[kind] |= new
        self._left_out[kind] |= new
        return bool(new)


def _is_unfit(result: WriteResult) -> bool:
    return result.error is not None and result.error[0] in UNFIT


def write_invoices(
    hubspot: HubSpot, fitting: Fitting, operations: Sequence[UpsertHubSpotInvoice]
) -> list[Outcome]:
    """Known objects by id, others by their key; both are safe to repeat after a lost answer.

    An object that somebody deleted in HubSpot is made anew.
    """
    known = [each for each in operations if each.hubspot_id]
    outcomes = list(_update(hubspot, fitting, known))
    gone = {each.operation.subject.id for each in outcomes if each.is_gone}
    lost = [each for each in known if each.subject.id in gone]
    made = [replace(each, made_anew=each.ok) for each in _upsert(hubspot, fitting, lost)]
    new = [each for each in operations if not each.hubspot_id]
    outcomes = [each for each in outcomes if not each.is_gone]
    return [*outcomes, *made, *_upsert(hubspot, fitting, new)]


def _update(
    hubspot: HubSpot, fitting: Fitting, operations: Sequence[UpsertHubSpotInvoice]
) -> Iterator[Outcome]:
    writes = [Write(each.subject.id, each.properties, each.hubspot_id) for each in operations]
    if writes:
        results = fitting.write(INVOICES, writes, lambda rows: hubspot.update(INVOICES, rows))
        yield from _outcomes(fitting, operations, results)


def _upsert(
    hubspot: HubSpot, fitting: Fitting, operations: Sequence[UpsertHubSpotInvoice]
) -> Iterator[Outcome]:
    writes = [Write(each.subject.id, each.properties, each.key) for each in operations]
    if writes:
        results = fitting.write(INVOICES, writes, lambda rows: hubspot.upsert(INVOICES, rows, KEY))
        yield from _outcomes(fitting, operations, results)


def _outcomes(
    fitting: Fitting, operations: Sequence[UpsertHubSpotInvoice], results: Sequence[WriteResult]
) -> Iterator[Outcome]:
    for operation, result in zip(operations, results, strict=True):
        sent = fitting.sent(INVOICES, operation.properties)
        content_hash = operation.content_hash if sent is operation.properties else fingerprint(sent)
        told = of_result(operation, result, content_hash)
        yield replace(told, created=True) if result.created else told


REFUSED = "sync.invoice_not_archived_refused"


def archive_invoices(
    hubspot: HubSpot, fitting: Fitting, operations: Sequence[ArchiveInvoice]
) -> list[Outcome]:
    """HubSpot refuses a whole hundred for one paid invoice: then each alone, the refused marked."""
    try:
        hubspot.archive(INVOICES, [each.hubspot_id for each in operations])
    except (Rejected, NotFound):
        if len(operations) == 1:
            return _marked_instead(hubspot, fitting, operations[0])
        return [
            outcome for each in operations for outcome in archive_invoices(hubspot, fitting, [each])
        ]
    return [Outcome(each, Ending.SUCCEEDED, each.hubspot_id) for each in operations]


def _marked_instead(hubspot: HubSpot, fitting: Fitting, operation: ArchiveInvoice) -> list[Outcome]:
    """With a line in the history that says why."""
    told = {"number": operation.subject.label}
    line = Outcome(
        Skip(operation.subject, REFUSED, told), Ending.SKIPPED, reason=REFUSED, parameters=told
    )
    return [line, *write_invoices(hubspot, fitting, [operation.marked])]


def associate(
    hubspot: HubSpot, operations: Sequence[AssociateInvoice], ids: Mapping[str, str]
) -> list[Outcome]:
    """``ids``: our invoice id to HubSpot's, for objects made in this run.

    An invoice that HubSpot does not have yet is left for the run that makes it.
    """
    by_kind: dict[str, list[tuple[AssociateInvoice, str]]] = defaultdict(list)
    for operation in operations:
        hubspot_id = ids.get(operation.subject.id) or operation.hubspot_id
        if hubspot_id and operation.to_kind in TYPE_IDS:
            by_kind[operation.to_kind].append((operation, hubspot_id))
    return [
        outcome
        for kind, pairs in sorted(by_kind.items())
        for outcome in _associate(hubspot, kind, pairs)
    ]


def _associate(
    hubspot: HubSpot, kind: str, pairs: Sequence[tuple[AssociateInvoice, str]]
) -> Iterator[Outcome]:
    wanted = [(hubspot_id, operation.to_id) for operation, hubspot_id in pairs]
    results = hubspot.associate(INVOICES, kind, list(dict.fromkeys(wanted)), TYPE_IDS[kind])
    by_key = {each.key: each for each in results}
    for operation, hubspot_id in pairs:
        told = of_result(operation, by_key[f"{hubspot_id}:{operation.to_id}"])
        yield replace(told, from_id=hubspot_id)


def dissociate(hubspot: HubSpot, operations: Sequence[DissociateInvoice]) -> list[Outcome]:
    """HubSpot gives one answer for all pairs; what is not associated stays so."""
    by_kind: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for operation in operations:
        by_kind[operation.to_kind].append((operation.hubspot_id, operation.to_id))
    for kind, pairs in sorted(by_kind.items()):
        hubspot.dissociate(INVOICES, kind, list(dict.fromkeys(pairs)))
    return [Outcome(each, Ending.SUCCEEDED, each.hubspot_id) for each in operations]


def write_deals(
    hubspot: HubSpot, fitting: Fitting, operations: Sequence[WriteDealProperties]
) -> list[Outcome]:
    writes = [Write(each.subject.id, each.properties, each.subject.id) for each in operations]
    results = fitting.write(DEALS, writes, lambda rows: hubspot.update(DEALS, rows))
    return [
        of_result(operation, result, operation.content_hash)
        for operation, result in zip(operations, results, strict=True)
    ]
