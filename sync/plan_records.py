"""What HubSpot's contacts, companies and products are told about customers and items. Pure.

D-26 to D-28: the toggle decides which records enter, the policies what happens to them. A record
that HubSpot cannot be told about gets one line with the reason each time it changes.
"""

from collections.abc import Collection, Iterator

from integration.records.hubspot import Properties
from mappings.transforms import CLEARED, fingerprint, instant
from sync.operations import (
    ArchiveRecord,
    AssociateContact,
    LinkRecord,
    Operation,
    Skip,
    Subject,
    WriteCompany,
    WriteContact,
    WriteProduct,
    WriteRecord,
)
from sync.policies import Delete, ObjectPolicy
from sync.reconcile import same_property
from sync.record_rules import kinds_of, never, policy_of
from sync.records import (
    COMPANIES,
    CONTACTS,
    PRODUCTS,
    Deletion,
    LinkState,
    Match,
    RecordState,
    Source,
)
from sync.snapshot import CompanyView, Snapshot

DELETED_AT = "dealbooks_deleted_at"
BULK = "dealbooks_bulk"
WRITES: dict[str, type[WriteRecord]] = {
    CONTACTS: WriteContact,
    COMPANIES: WriteCompany,
    PRODUCTS: WriteProduct,
}
NOTHING_FOUND = Match()
NO_TEXTS: frozenset[str] = frozenset()


def plan_records(snapshot: Snapshot) -> Iterator[Operation]:
    """Companies come before the contacts that are tied to them (the applying part keeps that)."""
    for found in dict.fromkeys(snapshot.records_in_run):
        record = snapshot.records[found]
        if (record.kind, record.id) in snapshot.undone:
            yield from left_undone(_subject(record), changed=record.changed)
            continue
        is_held = (record.kind, record.id) in snapshot.held and not record.changed
        if is_held or record.is_merged:
            continue
        yield from _record(snapshot, record, snapshot.companies[record.company_id])


def _subject(record: RecordState) -> Subject:
    return Subject(record.kind, record.id, record.label, record.company_id, record.qbo_id)


def left_undone(subject: Subject, *, changed: bool) -> Iterator[Operation]:
    """D-31: what a person took back stays as it is until somebody releases it."""
    if changed:
        yield Skip(subject, "sync.held_after_undo", {"name": subject.label})


def _record(snapshot: Snapshot, record: RecordState, company: CompanyView) -> Iterator[Operation]:
    policy = policy_of(record, company)
    subject = _subject(record)
    if record.gone_at is not None:
        yield from _gone(snapshot, record, policy, subject)
        return
    written: set[str] = set()
    kinds = kinds_of(record, company)
    for kind in dict.fromkeys((*kinds, *(each.kind for each in record.links))):
        for operation in _object(snapshot, record, company, kind, subject):
            if not isinstance(operation, Skip):
                written.add(kind)
            yield operation
    if record.changed and record.problem[0] and policy.updates:
        yield Skip(subject, record.problem[0], dict(record.problem[1]))
    if CONTACTS in kinds and (policy.updates or (policy.enabled and written)):
        yield from _tie(record, subject, written)


# ----------------------------------------------------------------------------- one HubSpot object


def _object(
    snapshot: Snapshot, record: RecordState, company: CompanyView, kind: str, subject: Subject
) -> Iterator[Operation]:
    policy = policy_of(record, company)
    link = record.link(kind)
    if link is not None:
        if link.is_lost:
            yield from _left_alone(record, policy, subject, "sync.gone_in_hubspot")
        elif policy.updates:
            told = {**record.values.get(kind, {}), DELETED_AT: CLEARED}
            yield from _known(snapshot, record, subject, link, told)
        else:
            yield from _left_alone(record, policy, subject, "sync.record_update_not_allowed")
            yield from _balance(snapshot, record, policy, subject, link)
        return
    if not policy.enters(record.updated_at):
        return
    match = record.matches.get(kind, NOTHING_FOUND)
    reason = _why_not(record, company, kind, match)
    if reason:
        yield from _left_alone(record, policy, subject, reason, match)
        return
    yield _new(snapshot, record, policy, kind, subject, match)


def _why_not(record: RecordState, company: CompanyView, kind: str, match: Match) -> str:
    """Of a record without a link: a reason code, or nothing when it may be written."""
    policy = policy_of(record, company)
    if reason := never(record, company):
        return reason
    if kind == CONTACTS and not (record.emails or policy.without_email or match.hubspot_id):
        return "sync.no_email"
    if match.is_refused:
        return "sync.link_refused"
    if match.shared_by:
        return "sync.shared" if kind != PRODUCTS else "sync.sku_shared"
    if match.is_ambiguous:
        return "sync.several_in_hubspot"
    if match.hubspot_id:
        return "" if policy.updates else "sync.record_update_not_allowed"
    return "" if policy.creates else "sync.record_create_not_allowed"


def _left_alone(
    record: RecordState,
    policy: ObjectPolicy,
    subject: Subject,
    reason: str,
    match: Match = NOTHING_FOUND,
) -> Iterator[Operation]:
    """One line when it changed, and none at all while the tab is off or tells HubSpot nothing."""
    if record.changed and policy.enabled and policy.tells_hubspot:
        others = {"others": ", ".join(match.shared_by[:3])} if match.shared_by else {}
        yield Skip(subject, reason, {"name": record.label, **others})


def _known(
    snapshot: Snapshot, record: RecordState, subject: Subject, link: LinkState, told: Properties
) -> Iterator[Operation]:
    """Only what differs from what HubSpot was told; nothing when nothing does."""
    content_hash = fingerprint(told)
    if content_hash == link.mapped_hash:
        return
    changes = _changes(told, link.told, record.texts.get(link.kind, NO_TEXTS))
    written = {**link.told, **told}
    if not changes:
        yield LinkRecord(
            subject, link.kind, link.hubspot_id, written, content_hash, link.source.value
        )
        return
    sent = marked(snapshot, changes, link.told)
    yield WRITES[link.kind](
        subject=subject,
        object_kind=link.kind,
        properties=sent,
        written={**written, **{name: sent[name] for name in sent if name == BULK}},
        content_hash=content_hash,
        hubspot_id=link.hubspot_id,
        source=link.source.value,
        before={name: link.told.get(name) or CLEARED for name in changes},
    )


def _new(
    snapshot: Snapshot,
    record: RecordState,
    policy: ObjectPolicy,
    kind: str,
    subject: Subject,
    match: Match,
) -> Operation:
    """An object that was found is brought up to date; else one is made under our key (D-25)."""
    told = {**record.values.get(kind, {}), DELETED_AT: CLEARED}
    content_hash = fingerprint(told)
    changes = _changes(told, match.told, record.texts.get(kind, NO_TEXTS))
    if match.hubspot_id and not changes:
        source = Source.MATCHED.value
        mark = {BULK: match.told[BULK]} if match.told.get(BULK) else {}
        known = {**told, **mark}
        return LinkRecord(subject, kind, match.hubspot_id, known, content_hash, source, is_new=True)
    on_create = record.on_create.get(kind, {})
    properties = changes if match.hubspot_id else {**changes, **on_create}
    sent = marked(snapshot, properties, match.told)
    return WRITES[kind](
        subject=subject,
        object_kind=kind,
        properties=sent,
        written={**told, **{name: sent[name] for name in sent if name == BULK}},
        content_hash=content_hash,
        hubspot_id=match.hubspot_id,
        key="" if match.hubspot_id else on_create.get("dealbooks_key") or CLEARED,
        source=Source.MATCHED.value if match.hubspot_id else Source.CREATED.value,
        may_adopt=policy.updates and not match.has_refusals,
        before={name: match.told.get(name) or CLEARED for name in changes},
    )


def _balance(
    snapshot: Snapshot,
    record: RecordState,
    policy: ObjectPolicy,
    subject: Subject,
    link: LinkState,
) -> Iterator[Operation]:
    """What a customer owes is told wherever a person or the wizard made the link (D-25, D-26)."""
    told = dict(record.owed.get(link.kind, {}))
    if link.source is Source.MATCHED and not policy.enabled:
        return
    if _changes(told, link.told):
        yield from _known(snapshot, record, subject, link, told)


def _changes(told: Properties, before: Properties, texts: Collection[str] = NO_TEXTS) -> Properties:
    """What HubSpot says already, in whatever spelling, needs no word; a text has one spelling."""
    return {
        name: text
        for name, text in told.items()
        if not same_property(name, text, before.get(name), texts)
    }


def marked(snapshot: Snapshot, properties: Properties, before: Properties) -> Properties:
    """D-30: a backfill's writes are told apart from all others, so that workflows may leave them."""
    if snapshot.in_bulk:
        return {**properties, BULK: "true"}
    return {**properties, BULK: CLEARED} if before.get(BULK) else properties


def _tie(record: RecordState, subject: Subject, written: set[str]) -> Iterator[Operation]:
    """The contact and the company it works for; both known, or made in this run."""
    contact, company = record.link(CONTACTS), record.link(COMPANIES)
    has_contact = CONTACTS in written or (contact is not None and not contact.is_lost)
    has_company = COMPANIES in written or (company is not None and not company.is_lost)
    company_id = company.hubspot_id if company else ("" if has_company else record.parent_company)
    if not has_contact or not (has_company or company_id):
        return
    if contact is not None and contact.is_tied_by_person:
        return
    if contact is not None and company_id and contact.tied_to == company_id:
        return
    yield AssociateContact(subject, contact.hubspot_id if contact else "", company_id)


# ------------------------------------------------------------------------------ gone in QuickBooks


def _gone(
    snapshot: Snapshot, record: RecordState, policy: ObjectPolicy, subject: Subject
) -> Iterator[Operation]:
    """D-28. Nothing while the tab is off; a record that was never linked left nothing behind."""
    links = [each for each in record.links if not each.is_lost]
    if not links or not policy.enabled or not policy.tells_hubspot:
        return
    if policy.delete is Delete.KEEP:
        yield from _left_alone(record, policy, subject, "sync.record_kept")
    elif record.deletion is Deletion.HELD:
        yield from _left_alone(record, policy, subject, "sync.deletion_held")
    elif record.deletion is Deletion.CANCELLED:
        yield from _left_alone(record, policy, subject, "sync.deletion_cancelled")
    else:
        for link in links:
            yield from _taken_out(snapshot, record, policy, subject, link)


def _taken_out(
    snapshot: Snapshot,
    record: RecordState,
    policy: ObjectPolicy,
    subject: Subject,
    link: LinkState,
) -> Iterator[Operation]:
    """What was marked because something hung on it stays so, also when nothing does any more."""
    is_marked = not _changes({DELETED_AT: instant(record.gone_at)}, link.told)
    if policy.delete is Delete.ARCHIVE and not is_marked:
        if not link.against:
            yield ArchiveRecord(subject, link.kind, link.hubspot_id, link.told)
            return
        if record.changed:
            why = min(link.against).value
            yield Skip(subject, f"sync.not_archived_{why}", {"name": record.label})
    told = {**record.owed.get(link.kind, {}), DELETED_AT: instant(record.gone_at)}
    if _changes(told, link.told):
        yield from _known(snapshot, record, subject, link, told)
