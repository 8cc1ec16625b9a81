"""The plan by example: HubSpot invoices, deals, payment notes, and what is left alone."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from invoices.deal_rollup import CurrencyPolicy
from invoices.stages import Stage
from mappings.catalog import Targets
from sync.operations import (
    AssociateInvoice,
    NoteKind,
    Operation,
    Skip,
    UpdatePaymentNote,
    UpsertHubSpotInvoice,
    WithdrawReversalNote,
    WriteDealProperties,
    WritePaymentNote,
    WriteReversalNote,
)
from sync.plan import plan
from sync.policies import Delete, ObjectPolicy, Origin, Save
from sync.snapshot import Snapshot
from tests.unit.sync_worlds import COMPANY, PORTAL, START, after, attached, invoice, payment, world


def only(planned: list[Operation], kind: type[Operation]) -> Operation:
    [found] = [each for each in planned if isinstance(each, kind)]
    return found


def kinds(planned: list[Operation]) -> list[str]:
    return [each.kind for each in planned]


def deal_properties(snapshot: Snapshot) -> dict[str, str | None]:
    written = only(plan(snapshot), WriteDealProperties)
    assert isinstance(written, WriteDealProperties)
    return written.properties


def test_s55_s60_an_attached_invoice_fills_the_five_properties_and_the_roll_ups() -> None:
    properties = deal_properties(
        world(
            invoice(
                stage=Stage.PARTIALLY_PAID,
                cash=Decimal(40),
                open=Decimal(60),
                first_sent_on=date(2026, 11, 2),
                payments=(payment(),),
            )
        )
    )
    assert properties == {
        "dealbooks_amount_invoiced": "100.00",
        "dealbooks_invoice_recipient": "Amy's Bird Sanctuary",
        "dealbooks_invoice_number": "1001",
        "dealbooks_invoice_status": "partially_paid",
        "dealbooks_invoice_due_date": "2026-12-01",
        "dealbooks_invoice_currency": "USD",
        "dealbooks_total_invoiced": "100.00",
        "dealbooks_total_paid": "40.00",
        "dealbooks_open_balance": "60.00",
        "dealbooks_invoice_count": "1",
        "dealbooks_next_due_date": "2026-12-01",
        "dealbooks_worst_status": "partially_paid",
        "dealbooks_mixed_currencies": "",
        "dealbooks_last_payment_date": "2026-11-05",
        "dealbooks_last_payment_amount": "40.00",
        "dealbooks_last_payment_method": "Check",
        "dealbooks_first_sent_date": "2026-11-02",
        "dealbooks_launch_link": "https://books.example/p/1/deals/501",
    }


@pytest.mark.parametrize(
    ("stage", "status"),
    [
        (Stage.AWAITING_SENDING, "open"),
        (Stage.SENT, "open"),
        (Stage.PARTIALLY_PAID, "open"),
        (Stage.OVERDUE, "open"),
        (Stage.PAID, "paid"),
        (Stage.VOIDED, "voided"),
        (Stage.DELETED, "voided"),
    ],
)
def test_d24_the_stage_becomes_hubspots_invoice_status(stage: Stage, status: str) -> None:
    written = only(plan(world(invoice(stage=stage, hubspot_id="77"))), UpsertHubSpotInvoice)
    assert isinstance(written, UpsertHubSpotInvoice)
    assert written.properties["hs_invoice_status"] == status
    assert written.properties["dealbooks_status"] == stage.value
    assert written.properties["hs_invoice_billable"] == "false"


def test_d24_d25_the_invoice_object_carries_key_amounts_and_dates() -> None:
    found = invoice(currency="JPY", billed=Decimal(1200), cash=Decimal(200), open=Decimal(1000))
    portal = replace(PORTAL, currencies=frozenset({"USD", "JPY"}))
    written = only(plan(world(found, portal=portal)), UpsertHubSpotInvoice)
    assert isinstance(written, UpsertHubSpotInvoice)
    assert written.key == "9130:Invoice:1"
    assert written.properties | {} == {
        "dealbooks_key": "9130:Invoice:1",
        "dealbooks_status": "sent",
        "dealbooks_company": "Craig's Design",
        "dealbooks_billed": "1200",
        "dealbooks_cash": "200",
        "dealbooks_credited": "0",
        "dealbooks_open": "1000",
        "dealbooks_deleted_at": "",
        "hs_invoice_billable": "false",
        "hs_currency": "JPY",
        "hs_invoice_status": "open",
        "hs_amount_billed": "1200",
        "hs_balance_due": "1000",
        "hs_number": "1001",
        "hs_title": "1001 · Amy's Bird Sanctuary",
        "hs_invoice_date": "2026-11-01T12:00:00.000Z",
        "hs_due_date": "2026-12-01T12:00:00.000Z",
    }


def test_d24_new_objects_are_tied_to_the_customers_contact_and_company_once() -> None:
    links = (("contacts", "11"), ("companies", "22"))
    new = world(invoice(linked=links, attachments=(attached(confirmed=False),)))
    assert [
        (each.to_kind, each.to_id) for each in plan(new) if isinstance(each, AssociateInvoice)
    ] == [("deals", "501"), *links]
    known = after(new, plan(new))
    later = {key: replace(each, stage=Stage.PAID) for key, each in known.invoices.items()}
    again = plan(replace(known, invoices=later))
    assert AssociateInvoice.kind not in kinds(again)
    written = only(again, UpsertHubSpotInvoice)
    assert isinstance(written, UpsertHubSpotInvoice)
    assert written.before == {"dealbooks_status": "sent", "hs_invoice_status": "open"}


def test_d25_chosen_targets_replace_names_and_an_empty_one_is_not_written() -> None:
    targets = Targets({"deals": {"amount_invoiced": "erp_billed", "worst_status": ""}})
    properties = deal_properties(world(invoice(), portal=replace(PORTAL, targets=targets)))
    assert properties["erp_billed"] == "100.00"
    assert "dealbooks_amount_invoiced" not in properties
    assert "dealbooks_worst_status" not in properties


def test_d24_a_currency_the_portal_does_not_know_is_said_and_not_tried() -> None:
    planned = plan(world(invoice(currency="GBP", attachments=())))
    [skip] = planned
    assert isinstance(skip, Skip)
    assert (skip.reason, skip.parameters["currency"]) == ("sync.currency_not_in_portal", "GBP")


def test_b11_separate_writes_the_plain_number_with_its_currency() -> None:
    company = replace(COMPANY, currency_policy=CurrencyPolicy.SEPARATE)
    snapshot = world(invoice(1, currency="EUR"), invoice(2), companies={"company": company})
    properties = deal_properties(snapshot)
    assert properties["dealbooks_invoice_currency"] == "USD"
    assert properties["dealbooks_total_invoiced"] == ""
    assert properties["dealbooks_mixed_currencies"] == "EUR 100.00 + USD 100.00"


def test_b11_convert_turns_payments_over_at_the_invoices_rate() -> None:
    company = replace(COMPANY, currency_policy=CurrencyPolicy.CONVERT)
    found = invoice(
        currency="EUR",
        home_total=Decimal(120),
        cash=Decimal(50),
        open=Decimal(50),
        payments=(payment(cash="50", currency="EUR"),),
    )
    properties = deal_properties(world(found, companies={"company": company}))
    assert properties["dealbooks_amount_invoiced"] == "120.00"
    assert properties["dealbooks_total_paid"] == "60.00"
    assert properties["dealbooks_last_payment_amount"] == "60.00"
    assert properties["dealbooks_invoice_currency"] == "USD"


def test_d21_e03_a_deal_whose_invoices_were_all_taken_off_is_cleared_once() -> None:
    before = world(invoice())
    told = after(before, plan(before))
    deal = replace(told.deals[0], invoice_ids=())
    cleared = only(plan(replace(told, in_run=(), deals=(deal,))), WriteDealProperties)
    assert isinstance(cleared, WriteDealProperties)
    kept = {name for name, text in cleared.properties.items() if text}
    assert kept == {"dealbooks_launch_link"}, "the way in stays (E-03)"
    assert cleared.before["dealbooks_invoice_number"] == "1001"
    never_told = replace(deal, written={}, written_hash="")
    assert plan(replace(told, in_run=(), deals=(never_told,))) == []


def test_d22_a_deal_that_only_references_the_invoice_shows_it_but_does_not_count_it() -> None:
    found = invoice(
        cash=Decimal(40),
        attachments=(attached("501"), attached("502", counts=False)),
        payments=(payment(),),
    )
    planned = [each for each in plan(world(found)) if isinstance(each, WriteDealProperties)]
    counting, other = sorted(planned, key=lambda each: each.subject.id)
    assert counting.properties["dealbooks_total_paid"] == "40.00"
    assert other.properties["dealbooks_invoice_number"] == "1001"
    assert other.properties["dealbooks_total_paid"] == "0.00"
    assert other.properties["dealbooks_last_payment_date"] == ""


# ------------------------------------------------------------------------- payments on the timeline


def test_d20_s07_each_payment_is_told_once_with_its_cash() -> None:
    snapshot = world(invoice(hubspot_id="7", payments=(payment(1), payment(2, "25.50"))))
    told = [each for each in plan(snapshot) if isinstance(each, WritePaymentNote)]
    assert [each.note.amount for each in told] == [Decimal(40), Decimal("25.50")]
    assert len({each.note.marker for each in told}) == 2
    assert {each.deal_id for each in told} == {"501"}
    assert plan(after(snapshot, plan(snapshot))) == []


def test_d19_a_payment_without_cash_is_a_credit() -> None:
    credit = payment(cash="0", applied=Decimal(30))
    told = only(plan(world(invoice(payments=(credit,)))), WritePaymentNote)
    assert isinstance(told, WritePaymentNote)
    assert (told.note.kind, told.note.amount) == (NoteKind.CREDIT, Decimal(30))


def changed_payment(**values: object) -> list[Operation]:
    """What is planned when a payment that was told changes so."""
    first = world(invoice(payments=(payment(),)))
    told = after(first, plan(first))
    found = told.invoices["invoice-1"]
    changed = replace(found, payments=(replace(found.payments[0], **values),))  # type: ignore[arg-type]
    return plan(replace(told, invoices={"invoice-1": changed}, deals=()))


def test_d20_a_changed_amount_updates_the_same_note() -> None:
    updated = only(changed_payment(cash=Decimal(55), applied=Decimal(55)), UpdatePaymentNote)
    assert isinstance(updated, UpdatePaymentNote)
    assert (updated.note_id, updated.note.amount) == ("note-application-1", Decimal(55))


def test_d20_equal_amounts_with_other_zeros_update_nothing() -> None:
    assert changed_payment(cash=Decimal("40.0000")) == []


def test_d20_a_reversed_payment_gets_a_note_of_its_own_and_comes_back() -> None:
    reversed_at = datetime(2026, 11, 9, tzinfo=UTC)
    told = only(changed_payment(reversed_at=reversed_at), WriteReversalNote)
    assert isinstance(told, WriteReversalNote)
    assert (told.note.kind, told.note.at) == (NoteKind.REVERSED, reversed_at)
    assert told.note.marker.endswith("-R")
    assert kinds(changed_payment(reversal_note_id="9")) == [WithdrawReversalNote.kind]


def test_d20_a_reversed_payment_nobody_was_told_about_is_not_mentioned() -> None:
    gone = payment(reversed_at=START)
    assert WriteReversalNote.kind not in kinds(plan(world(invoice(payments=(gone,)))))


def test_f23_a_note_that_may_have_been_sent_is_looked_for_first() -> None:
    told = only(plan(world(invoice(payments=(payment(note_tried=True),)))), WritePaymentNote)
    assert isinstance(told, WritePaymentNote)
    assert told.look_first
    lost = payment(note_tried=True, reversed_at=START)
    reversal = only(plan(world(invoice(payments=(lost,)))), WriteReversalNote)
    assert isinstance(reversal, WriteReversalNote)
    assert reversal.told_marker == told.note.marker


def test_d20_notes_off_tells_properties_only() -> None:
    quiet = replace(COMPANY, payment_notes=False)
    found = invoice(hubspot_id="7", payments=(payment(),))
    planned = plan(world(found, companies={"company": quiet}))
    assert kinds(planned) == [UpsertHubSpotInvoice.kind, WriteDealProperties.kind]


# -------------------------------------------------------------------------- create and delete policies


@pytest.mark.parametrize(
    ("save", "known", "reason"),
    [
        (Save.CREATE_AND_UPDATE, False, ""),
        (Save.CREATE_AND_UPDATE, True, ""),
        (Save.CREATE_ONLY, False, ""),
        (Save.CREATE_ONLY, True, "sync.update_not_allowed"),
        (Save.UPDATE_ONLY, False, "sync.create_not_allowed"),
        (Save.UPDATE_ONLY, True, ""),
        (Save.DO_NOTHING, False, "sync.create_not_allowed"),
        (Save.DO_NOTHING, True, "sync.update_not_allowed"),
    ],
)
def test_d27_s112_the_save_policy_governs_what_nobody_made_here(
    save: Save, known: bool, reason: str
) -> None:
    company = replace(COMPANY, invoices=ObjectPolicy(enabled=True, save=save))
    found = invoice(origin=Origin.SYNCED, hubspot_id="7" if known else "", attachments=())
    [planned] = plan(world(found, companies={"company": company}))
    assert getattr(planned, "reason", "") == reason


@pytest.mark.parametrize("delete", [Delete.KEEP, Delete.MARK])
@pytest.mark.parametrize("origin", [Origin.CREATED, Origin.SYNCED])
def test_d28_b10_keep_leaves_only_what_nobody_made_here(delete: Delete, origin: Origin) -> None:
    company = replace(COMPANY, invoices=ObjectPolicy(enabled=True, delete=delete))
    found = invoice(
        origin=origin, stage=Stage.DELETED, hubspot_id="7", deleted_at=START, attachments=()
    )
    [planned] = plan(world(found, companies={"company": company}))
    if delete is Delete.KEEP and origin is Origin.SYNCED:
        assert getattr(planned, "reason", "") == "sync.kept_after_delete"
    else:
        assert isinstance(planned, UpsertHubSpotInvoice)
        assert planned.properties["dealbooks_deleted_at"] == "2026-11-01T09:00:00.000Z"


def test_b10_an_invoice_deleted_before_hubspot_saw_it_is_not_made_there() -> None:
    [planned] = plan(world(invoice(stage=Stage.DELETED, attachments=())))
    assert getattr(planned, "reason", "") == "sync.deleted_before_written"
