"""The laws of the plan for customers and items, over random snapshots (style guide)."""

import random
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from integration.records.hubspot import Properties
from mappings.transforms import fingerprint, instant
from sync.operations import (
    ArchiveRecord,
    AssociateContact,
    LinkRecord,
    Operation,
    Skip,
    WriteRecord,
)
from sync.plan import plan
from sync.policies import Delete, asks_first
from sync.records import Deletion, RecordState, Source
from sync.snapshot import Snapshot
from tests.tenants import NOON
from tests.unit.record_worlds import after, policy, record_worlds


def touching(operations: list[Operation]) -> list[Operation]:
    """What reaches HubSpot."""
    return [each for each in operations if not isinstance(each, Skip | LinkRecord)]


@given(record_worlds())
def test_m14_a_second_sync_right_after_the_first_plans_nothing(snapshot: Snapshot) -> None:
    assert plan(after(snapshot, plan(snapshot))) == []


@given(record_worlds(), st.integers())
def test_f50_order_and_doubling_of_changes_alter_nothing(snapshot: Snapshot, seed: int) -> None:
    dice = random.Random(seed)
    doubled = snapshot.records_in_run + snapshot.records_in_run
    mixed = replace(snapshot, records_in_run=tuple(dice.sample(doubled, len(doubled))))
    assert sorted(map(repr, plan(snapshot))) == sorted(map(repr, plan(mixed)))


@given(record_worlds())
def test_d26_toggle_off_plans_nothing_for_records_we_neither_made_nor_attached(
    snapshot: Snapshot,
) -> None:
    company = snapshot.companies["company"]
    off = replace(
        company,
        contacts=replace(company.contacts, enabled=False),
        products=replace(company.products, enabled=False),
    )
    strangers = {
        key: replace(
            each,
            links=tuple(
                replace(link, source=Source.MATCHED, made_by_us=False) for link in each.links
            ),
        )
        for key, each in snapshot.records.items()
    }
    assert plan(replace(snapshot, companies={"company": off}, records=strangers)) == []


@given(record_worlds())
def test_d26_toggle_off_tells_a_linked_customer_its_balance_and_nothing_else(
    snapshot: Snapshot,
) -> None:
    company = snapshot.companies["company"]
    off = replace(
        company,
        contacts=replace(company.contacts, enabled=False),
        products=replace(company.products, enabled=False),
    )
    planned = plan(replace(snapshot, companies={"company": off}))
    for each in touching(planned):
        assert isinstance(each, WriteRecord)
        assert set(each.properties) <= {"dealbooks_open_balance", "dealbooks_bulk"}
        assert each.hubspot_id


@given(record_worlds())
def test_d28_no_archive_without_a_delete_marker_and_the_archive_policy(snapshot: Snapshot) -> None:
    for each in plan(snapshot):
        if isinstance(each, ArchiveRecord):
            record = snapshot.records[each.subject.id]
            link = record.link(each.object_kind)
            assert record.gone_at is not None
            assert not record.is_merged
            assert policy(snapshot, record).enabled
            assert policy(snapshot, record).delete is Delete.ARCHIVE
            assert record.deletion is Deletion.ALLOWED
            assert link is not None
            assert not link.against


@given(record_worlds())
def test_d28_what_was_marked_as_deleted_is_not_archived_later(snapshot: Snapshot) -> None:
    def gone(record: RecordState, told: Properties) -> RecordState:
        links = tuple(
            replace(each, told=told, against=frozenset(), is_lost=False) for each in record.links
        )
        return replace(record, gone_at=NOON, deletion=Deletion.ALLOWED, links=links)

    def archived(told: Properties) -> list[str]:
        records = {key: gone(each, told) for key, each in snapshot.records.items()}
        company = snapshot.companies["company"]
        archiving = replace(
            company,
            contacts=replace(company.contacts, enabled=True, delete=Delete.ARCHIVE),
            products=replace(company.products, enabled=True, delete=Delete.ARCHIVE),
        )
        world = replace(snapshot, records=records, companies={"company": archiving})
        return [each.subject.id for each in plan(world) if isinstance(each, ArchiveRecord)]

    assert archived({"dealbooks_deleted_at": instant(NOON)}) == []


@given(record_worlds())
def test_d28_a_held_or_cancelled_deletion_changes_nothing(snapshot: Snapshot) -> None:
    for deletion in (Deletion.HELD, Deletion.CANCELLED):
        gone = {
            key: replace(each, gone_at=each.updated_at, deletion=deletion)
            for key, each in snapshot.records.items()
        }
        assert touching(plan(replace(snapshot, records=gone))) == []


@given(record_worlds())
def test_d25_the_key_is_written_only_with_a_new_object_and_never_again(snapshot: Snapshot) -> None:
    for each in plan(snapshot):
        if isinstance(each, WriteRecord):
            assert ("dealbooks_key" in each.properties) == (not each.hubspot_id)
            assert "dealbooks_key" not in each.written


@given(record_worlds())
def test_m14_only_what_differs_is_written(snapshot: Snapshot) -> None:
    for each in plan(snapshot):
        if isinstance(each, WriteRecord) and each.hubspot_id:
            assert each.properties
            record = snapshot.records[each.subject.id]
            link = record.link(each.object_kind)
            told = link.told if link else record.matches[each.object_kind].told
            news = {k: v for k, v in each.properties.items() if k != "dealbooks_bulk"}
            assert all((told.get(name) or "") != (text or "") for name, text in news.items())


@given(record_worlds())
def test_d27_policies_bind_what_is_made_and_changed(snapshot: Snapshot) -> None:
    for each in plan(snapshot):
        if not isinstance(each, WriteRecord):
            continue
        record = snapshot.records[each.subject.id]
        if not each.hubspot_id:
            assert policy(snapshot, record).creates
        elif record.gone_at is None and not policy(snapshot, record).updates:
            assert set(each.properties) <= {"dealbooks_open_balance", "dealbooks_bulk"}


@given(record_worlds())
def test_p06_a_guess_is_never_linked(snapshot: Snapshot) -> None:
    for each in plan(snapshot):
        if isinstance(each, WriteRecord | LinkRecord):
            record = snapshot.records[each.subject.id]
            match = record.matches.get(each.object_kind)
            if record.link(each.object_kind) is None and match is not None:
                assert not match.is_ambiguous
                assert not match.shared_by


@given(record_worlds())
def test_f76_a_lost_object_is_left_alone(snapshot: Snapshot) -> None:
    for each in touching(plan(snapshot)):
        if isinstance(each, WriteRecord | ArchiveRecord):
            link = snapshot.records[each.subject.id].link(each.object_kind)
            assert link is None or not link.is_lost
        elif isinstance(each, AssociateContact):
            contact = snapshot.records[each.subject.id].link("contacts")
            assert contact is None or not contact.is_lost


@given(record_worlds())
def test_f87_a_held_record_is_not_tried_before_its_time(snapshot: Snapshot) -> None:
    quiet = {key: replace(each, changed=False) for key, each in snapshot.records.items()}
    held = frozenset((each.kind, each.id) for each in quiet.values())
    assert plan(replace(snapshot, records=quiet, held=held)) == []


@given(st.integers(0, 1000), st.integers(0, 100_000))
def test_d28_more_than_ten_or_two_in_a_hundred_ask(deletions: int, linked: int) -> None:
    asks = asks_first(deletions, linked)
    assert asks == (deletions > 10 or (deletions > 1 and deletions > linked * 0.02))


@given(record_worlds())
def test_s80_what_is_told_is_remembered_whole(snapshot: Snapshot) -> None:
    for each in plan(snapshot):
        if isinstance(each, WriteRecord):
            news = {k: v for k, v in each.properties.items() if k != "dealbooks_key"}
            assert news.items() <= each.written.items()
            assert each.content_hash != fingerprint({})
