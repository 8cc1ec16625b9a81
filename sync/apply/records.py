"""Writing HubSpot's contacts, companies and products, tying and archiving them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from integration.gateways.hubspot import HubSpot
from integration.gateways.hubspot_associations import CONTACT_TO_COMPANY
from integration.records.hubspot import Write, WriteResult
from sync.apply.objects import KEY, Fitting
from sync.apply.outcomes import Ending, Outcome, of_result
from sync.operations import ArchiveRecord, AssociateContact, LinkRecord, WriteRecord
from sync.records import COMPANIES, CONTACTS

GONE = "sync.gone_in_hubspot"
Made = Mapping[tuple[str, str], str]
"""(our id, HubSpot kind) to HubSpot's id."""


def write_records(
    hubspot: HubSpot, fitting: Fitting, operations: Sequence[WriteRecord]
) -> list[Outcome]:
    """Known objects by id, new ones under their key; both are safe to repeat after a lost answer.

    An object that somebody deleted in HubSpot stays deleted: that was a person's wish.
    """
    kind = operations[0].object_kind
    known = [each for each in operations if each.hubspot_id]
    new = [each for each in operations if not each.hubspot_id]
    outcomes = list(_update(hubspot, fitting, kind, known))
    outcomes += _adopted(hubspot, fitting, kind, list(_create(hubspot, fitting, kind, new)))
    return [_left(each) if each.is_gone else each for each in outcomes]


def _update(
    hubspot: HubSpot, fitting: Fitting, kind: str, operations: Sequence[WriteRecord]
) -> Iterator[Outcome]:
    """Several customers may be one object: each writes in a batch of its own."""
    for some in _without_doubles(operations):
        writes = [Write(_label(each), each.properties, each.hubspot_id) for each in some]
        results = fitting.write(kind, writes, lambda rows: hubspot.update(kind, rows))
        yield from _outcomes(some, results)


def _without_doubles(operations: Sequence[WriteRecord]) -> Iterator[list[WriteRecord]]:
    left = list(operations)
    while left:
        once: dict[str, WriteRecord] = {}
        for each in left:
            once.setdefault(each.hubspot_id, each)
        yield list(once.values())
        chosen = {id(each) for each in once.values()}
        left = [each for each in left if id(each) not in chosen]


def _create(
    hubspot: HubSpot, fitting: Fitting, kind: str, operations: Sequence[WriteRecord]
) -> Iterator[Outcome]:
    writes = [Write(_label(each), each.properties, each.key) for each in operations]
    if writes:
        results = fitting.write(kind, writes, lambda rows: hubspot.upsert(kind, rows, KEY))
        yield from _outcomes(operations, results)


def _adopted(
    hubspot: HubSpot, fitting: Fitting, kind: str, outcomes: Sequence[Outcome]
) -> list[Outcome]:
    """HubSpot has a contact of that address after all, e.g. as its second one: that is the one."""
    found: list[WriteRecord] = []
    done: list[Outcome] = []
    for outcome in outcomes:
        operation = outcome.operation
        existing = outcome.parameters.get("existing_id", "")
        is_open = existing and not outcome.ok and isinstance(operation, WriteRecord)
        if is_open and operation.may_adopt:
            kept = {name: text for name, text in operation.properties.items() if name != KEY}
            found.append(replace(operation, properties=kept, hubspot_id=existing, source="matched"))
        else:
            done.append(outcome)
    return [*done, *_update(hubspot, fitting, kind, found)]


def _label(operation: WriteRecord) -> str:
    return operation.subject.id


def _outcomes(
    operations: Sequence[WriteRecord], results: Sequence[WriteResult]
) -> Iterator[Outcome]:
    for operation, result in zip(operations, results, strict=True):
        outcome = of_result(operation, result, operation.content_hash)
        existing = {"existing_id": result.existing_id} if result.existing_id else {}
        yield replace(
            outcome, created=result.created, parameters={**outcome.parameters, **existing}
        )


def _left(outcome: Outcome) -> Outcome:
    name = {"name": outcome.operation.subject.label}
    return replace(outcome, ending=Ending.SKIPPED, reason=GONE, parameters=name)


def remember(operations: Sequence[LinkRecord]) -> list[Outcome]:
    """Nothing to tell HubSpot: the link alone is stored."""
    return [
        Outcome(each, Ending.SUCCEEDED, each.hubspot_id, each.content_hash) for each in operations
    ]


def associate_contacts(
    hubspot: HubSpot, operations: Sequence[AssociateContact], made: Made
) -> list[Outcome]:
    """``made``: objects of this run; a pair of which one was not made has nothing to tie."""
    pairs = [
        (
            each,
            each.contact_id or made.get((each.subject.id, CONTACTS), ""),
            each.company_id or made.get((each.subject.id, COMPANIES), ""),
        )
        for each in operations
    ]
    ready = [(each, contact, company) for each, contact, company in pairs if contact and company]
    if not ready:
        return []
    wanted = list(dict.fromkeys((contact, company) for _, contact, company in ready))
    results = hubspot.associate(CONTACTS, COMPANIES, wanted, CONTACT_TO_COMPANY)
    by_pair = {each.key: each for each in results}
    return [
        replace(
            of_result(each, by_pair[f"{contact}:{company}"]), object_id=company, from_id=contact
        )
        for each, contact, company in ready
    ]


def archive_records(hubspot: HubSpot, operations: Sequence[ArchiveRecord]) -> list[Outcome]:
    """HubSpot answers for all of them at once; what is gone already stays so."""
    by_kind: dict[str, list[str]] = {}
    for each in operations:
        by_kind.setdefault(each.object_kind, []).append(each.hubspot_id)
    for kind, ids in sorted(by_kind.items()):
        hubspot.archive(kind, ids)
    return [Outcome(each, Ending.SUCCEEDED, each.hubspot_id) for each in operations]
