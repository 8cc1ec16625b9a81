"""The laws of the plan, over random snapshots (style guide: "laws worth a property test")."""

import random
from dataclasses import replace
from decimal import Decimal

from hypothesis import assume, given
from hypothesis import strategies as st

from invoices.currencies import exponent
from invoices.deal_rollup import CurrencyPolicy
from invoices.stages import Stage
from mappings.catalog import DEAL_VALUES, FIVE
from sync.operations import (
    DEAL,
    ArchiveInvoice,
    Operation,
    Skip,
    UpsertHubSpotInvoice,
    WriteDealProperties,
    WritePaymentNote,
)
from sync.plan import plan
from sync.policies import Delete
from sync.records import Deletion
from sync.snapshot import CompanyView, InvoiceState, Snapshot
from tests.unit.sync_worlds import after, worlds

GONE = (Stage.VOIDED, Stage.DELETED)


def writes(operations: list[Operation]) -> list[Operation]:
    return [each for each in operations if not isinstance(each, Skip)]


def deal_writes(operations: list[Operation]) -> dict[str, WriteDealProperties]:
    return {each.subject.id: each for each in operations if isinstance(each, WriteDealProperties)}


@given(worlds())
def test_m14_a_second_sync_right_after_the_first_plans_nothing(snapshot: Snapshot) -> None:
    assert plan(after(snapshot, plan(snapshot))) == []


@given(worlds(), st.integers())
def test_f36_f50_order_and_doubling_of_changes_alter_nothing(snapshot: Snapshot, seed: int) -> None:
    dice = random.Random(seed)

    def shuffled(values: tuple[object, ...]) -> tuple[object, ...]:
        return tuple(dice.sample(values, len(values)))

    mixed = {
        key: replace(
            found,
            attachments=shuffled(found.attachments),  # type: ignore[arg-type]
            payments=shuffled(found.payments),  # type: ignore[arg-type]
        )
        for key, found in snapshot.invoices.items()
    }
    other = replace(
        snapshot,
        invoices=mixed,
        in_run=shuffled(snapshot.in_run + snapshot.in_run),  # type: ignore[arg-type]
        deals=tuple(
            replace(deal, invoice_ids=shuffled(deal.invoice_ids))  # type: ignore[arg-type]
            for deal in snapshot.deals
        ),
    )
    assert sorted(map(repr, plan(snapshot))) == sorted(map(repr, plan(other)))


@given(worlds())
def test_d28_only_deleted_unlinked_invoices_are_archived_and_only_by_policy(
    snapshot: Snapshot,
) -> None:
    planned = plan(snapshot)
    for each in planned:
        if isinstance(each, ArchiveInvoice):
            found = snapshot.invoices[each.subject.id]
            policy = snapshot.companies[found.company_id].invoices
            assert found.stage is Stage.DELETED
            assert not found.origin.is_linked
            assert policy.enabled
            assert policy.delete is Delete.ARCHIVE
            assert found.against == frozenset()
            assert found.deletion is Deletion.ALLOWED


@given(worlds())
def test_d28_deletions_that_wait_or_were_cancelled_leave_hubspots_invoices_alone(
    snapshot: Snapshot,
) -> None:
    waiting = {
        key
        for key, found in snapshot.invoices.items()
        if found.stage is Stage.DELETED and found.deletion is not Deletion.ALLOWED
    }
    told = {
        each.subject.id
        for each in plan(snapshot)
        if isinstance(each, UpsertHubSpotInvoice | ArchiveInvoice)
    }
    assert not told & waiting


@given(worlds())
def test_d26_s20_toggle_off_writes_no_invoice_nobody_made_or_added(snapshot: Snapshot) -> None:
    off = {
        key: replace(company, invoices=replace(company.invoices, enabled=False))
        for key, company in snapshot.companies.items()
    }
    synced = {key for key, found in snapshot.invoices.items() if not found.origin.is_linked}
    planned = plan(replace(snapshot, companies=off))
    written = {each.subject.id for each in planned if isinstance(each, UpsertHubSpotInvoice)}
    assert not written & synced


@given(worlds())
def test_d26_a_linked_invoice_is_followed_whatever_the_toggles_say(snapshot: Snapshot) -> None:
    followed = {
        key
        for key, found in snapshot.invoices.items()
        if found.origin.is_linked
        and found.hubspot_id
        and (found.stage is not Stage.DELETED or found.deletion is Deletion.ALLOWED)
    }
    planned = plan(snapshot)
    assert followed <= {each.subject.id for each in planned if not isinstance(each, Skip)}


@given(worlds())
def test_s19_d23_block_plans_no_deal_write_for_a_mismatch(snapshot: Snapshot) -> None:
    blocking = {
        key: replace(company, currency_policy=CurrencyPolicy.BLOCK)
        for key, company in snapshot.companies.items()
    }
    foreign = {key: replace(found, currency="EUR") for key, found in snapshot.invoices.items()}
    planned = plan(replace(snapshot, companies=blocking, invoices=foreign))
    assert deal_writes(planned) == {}
    shown = {
        each.subject.id for each in planned if isinstance(each, Skip) and each.subject.kind == DEAL
    }
    changed = {
        deal.hubspot_id
        for deal in snapshot.deals
        if any(foreign[found].changed for found in deal.invoice_ids)
    }
    assert shown == changed


def competing(snapshot: Snapshot, ids: tuple[str, ...]) -> list[tuple[InvoiceState, CompanyView]]:
    pairs = [
        (snapshot.invoices[found], snapshot.companies[snapshot.invoices[found].company_id])
        for found in ids
    ]
    return [
        (found, company)
        for found, company in pairs
        if found.stage not in GONE
        and (found.currency == "USD" or company.currency_policy is CurrencyPolicy.SEPARATE)
    ]


@given(worlds())
def test_s61_s76_d21_the_five_equal_those_of_the_latest_competing_invoice(
    snapshot: Snapshot,
) -> None:
    assume(
        all(c.currency_policy is not CurrencyPolicy.CONVERT for c in snapshot.companies.values())
    )
    planned = deal_writes(plan(snapshot))
    for deal in snapshot.deals:
        found = competing(snapshot, deal.invoice_ids)
        if not found:
            continue
        latest, _ = max(
            found,
            key=lambda pair: (
                pair[0].updated_at,
                pair[0].sync_token,
                int(pair[0].qbo_id),
                pair[1].realm_id,
            ),
        )
        written = planned[deal.hubspot_id].properties
        assert Decimal(written["dealbooks_amount_invoiced"] or "x") == latest.billed.quantize(
            Decimal(1).scaleb(-exponent(latest.currency)), rounding="ROUND_HALF_UP"
        )
        assert written["dealbooks_invoice_number"] == latest.number
        assert written["dealbooks_invoice_status"] == latest.stage.value
        assert written["dealbooks_invoice_due_date"] == (
            latest.due_date.isoformat() if latest.due_date else ""
        )


@given(worlds())
def test_d25_a_deal_write_names_every_property_and_nothing_else(snapshot: Snapshot) -> None:
    for written in deal_writes(plan(snapshot)).values():
        assert set(written.properties) == {f"dealbooks_{value}" for value in DEAL_VALUES}
        assert all(isinstance(text, str) for text in written.properties.values())
    assert set(FIVE) <= set(DEAL_VALUES)


@given(worlds())
def test_d20_a_payment_is_told_once_and_only_to_the_counting_deal(snapshot: Snapshot) -> None:
    told = [each for each in plan(snapshot) if isinstance(each, WritePaymentNote)]
    assert len({each.subject.id for each in told}) == len(told)
    counting = {found.counting_deal() for found in snapshot.invoices.values()}
    assert all(each.deal_id in counting - {""} for each in told)


@given(worlds())
def test_f87_a_held_record_is_not_tried_before_its_time(snapshot: Snapshot) -> None:
    quiet = {key: replace(found, changed=False) for key, found in snapshot.invoices.items()}
    held = frozenset(
        {("Invoice", key) for key in quiet}
        | {("Deal", deal.hubspot_id) for deal in snapshot.deals}
        | {("Payment", paid.id) for found in quiet.values() for paid in found.payments}
    )
    assert plan(replace(snapshot, invoices=quiet, held=held)) == []
