"""Lost answers, refusals and crashes while an invoice is created (B-04; faults 20 to 25, 76 to 79)."""

import uuid
from datetime import timedelta
from decimal import Decimal
from time import monotonic
from typing import Any

import pytest

from integration import jobs
from integration.clock import now
from integration.gateways.errors import GatewayError
from integration.models import Job, Membership, Record
from integration.models.people import Role
from invoices import services
from invoices.creation import walk
from invoices.draft import NewCustomer
from invoices.models import InvoiceOperation
from invoices.models.drafts import DraftState, RecoveryPoint
from tests.invoices.desk import Desk

INVOICE_POST = {"vendor": "quickbooks", "method": "POST", "path": "/v3/company/[0-9]+/invoice$"}
CUSTOMER_POST = {"vendor": "quickbooks", "method": "POST", "path": "/v3/company/[0-9]+/customer$"}
HUBSPOT_CREATE = {
    "vendor": "hubspot",
    "method": "POST",
    "path": "/invoices/batch/create$",
}


def fault(
    match: dict[str, str], kind: str, when: str = "after_commit", **more: Any
) -> dict[str, Any]:
    return {"match": match, "fault": {"kind": kind, "when": when, **more}, "times": 1}


def job_of(operation: InvoiceOperation) -> Job:
    job = services.job_of(operation)
    assert job is not None
    return job


def run_again(operation: InvoiceOperation) -> InvoiceOperation:
    """What a worker does when the job is due."""
    assert jobs.run_one(job_of(operation).pk, now())
    operation.refresh_from_db()
    return operation


@pytest.mark.parametrize("kind", ["reset", "truncate", "html", "empty"])
def test_b04_f21_a_lost_answer_on_invoice_create_is_one_invoice(desk: Desk, kind: str) -> None:
    draft = desk.draft()
    desk.sandbox.faults(fault(INVOICE_POST, kind))
    operation = desk.submit(draft)
    assert operation.point == RecoveryPoint.NUMBER_RESERVED
    assert len(desk.ours(operation)) == 1
    request_id = operation.invoice_request_id
    operation = run_again(operation)
    assert operation.point == RecoveryPoint.DONE
    assert operation.invoice_request_id == request_id
    assert len(desk.ours(operation)) == 1


def test_f20_nothing_done_and_no_answer_is_tried_again(desk: Desk) -> None:
    draft = desk.draft()
    desk.sandbox.faults(fault(INVOICE_POST, "reset", "before"))
    operation = desk.submit(draft)
    assert desk.ours(operation) == []
    assert job_of(operation).last_error.startswith("net.")
    operation = run_again(operation)
    assert operation.point == RecoveryPoint.DONE
    assert len(desk.ours(operation)) == 1


def test_f25_a_request_id_forgotten_after_days_is_looked_up_first(desk: Desk) -> None:
    draft = desk.draft()
    desk.sandbox.switch(requestid_retention_seconds=60)
    desk.sandbox.faults(fault(INVOICE_POST, "reset"))
    operation = desk.submit(draft)
    desk.books.turn(days=2)
    operation = run_again(operation)
    assert operation.point == RecoveryPoint.DONE
    assert len(desk.ours(operation)) == 1


def test_d16_without_a_mark_the_lines_tell(desk: Desk) -> None:
    desk.books.configure(reference_place="none")
    customer = desk.customer().id
    draft = desk.draft()
    desk.sandbox.switch(requestid_retention_seconds=60)
    before = len(desk.in_quickbooks())
    desk.sandbox.faults(fault(INVOICE_POST, "reset"))
    operation = desk.submit(draft)
    desk.books.turn(days=2)
    operation = run_again(operation)
    assert operation.customer_id == customer
    assert len(desk.in_quickbooks()) == before + 1


@pytest.mark.parametrize("forgotten", [False, True])
def test_f22_a_lost_answer_on_customer_create_is_one_customer(desk: Desk, forgotten: bool) -> None:
    name = "Lost & Found GmbH"
    draft = desk.draft(
        customer_id="", customer_name="", new_customer=NewCustomer(name, email="a@lost.example")
    )
    desk.sandbox.faults(fault(CUSTOMER_POST, "reset"))
    operation = desk.submit(draft)
    assert operation.point == RecoveryPoint.VALIDATED
    if forgotten:
        desk.sandbox.switch(requestid_retention_seconds=1)
        desk.books.turn(seconds=30)
    operation = run_again(operation)
    assert operation.point == RecoveryPoint.DONE
    assert [row["Id"] for row in desk.customers_named(name)] == [operation.customer_id]


def test_f23_a_lost_answer_of_hubspot_is_one_object_with_its_associations(desk: Desk) -> None:
    draft = desk.draft()
    desk.sandbox.faults(fault(HUBSPOT_CREATE, "reset"))
    operation = desk.submit(draft)
    assert operation.point == RecoveryPoint.POSTED
    operation = run_again(operation)
    assert operation.point == RecoveryPoint.DONE
    (shown,) = desk.books.hubspot_invoices()
    assert operation.draft.deal.hubspot_id in shown["associations"]["deals"]


def test_f78_a_taken_name_goes_back_with_the_existing_customer_offered(desk: Desk) -> None:
    desk.books.do("save", kind="Customer", body={"DisplayName": "Elsewhere Made"})
    draft = desk.draft(
        customer_id="", customer_name="", message="keep me",
        new_customer=NewCustomer("Elsewhere Made"),
    )  # fmt: skip
    operation = desk.submit(draft)
    assert (operation.point, operation.problem) == (RecoveryPoint.FAILED, "draft.name_taken")
    draft.refresh_from_db()
    assert draft.state == DraftState.OPEN
    assert draft.content["message"] == "keep me"
    taken = desk.reference.customer_named("Elsewhere Made")
    assert taken is not None
    assert desk.in_quickbooks(CustomerRef={"value": taken.id}) == []  # type: ignore[arg-type]


def test_f78_a_name_of_a_vendor_is_told_apart(desk: Desk) -> None:
    desk.books.do("save", kind="Vendor", body={"DisplayName": "Only A Vendor"})
    draft = desk.draft(customer_id="", new_customer=NewCustomer("Only A Vendor"))
    operation = desk.submit(draft)
    assert operation.problem == "draft.name_taken_by_other"


def test_f81_a_refused_invoice_goes_back_and_can_be_created_after_mending(desk: Desk) -> None:
    draft = desk.draft()
    item = desk.item()
    desk.books.do("save", kind="Item", body={
        "Id": item.id, "SyncToken": item.sync_token, "sparse": True, "Active": False,
    })  # fmt: skip
    operation = desk.submit(draft)
    assert (operation.point, operation.problem) == (RecoveryPoint.FAILED, "quickbooks.2500")
    assert desk.ours(operation) == []
    first = operation.invoice_request_id
    fresh = desk.books.sandbox.state("quickbooks")["quickbooks"]["companies"][desk.company.realm_id]
    token = next(row["SyncToken"] for row in fresh["Item"] if row["Id"] == item.id)
    desk.books.do("save", kind="Item", body={
        "Id": item.id, "SyncToken": token, "sparse": True, "Active": True,
    })  # fmt: skip
    operation = desk.submit(draft)
    assert operation.point == RecoveryPoint.DONE
    assert operation.invoice_request_id != first
    assert len(desk.ours(operation)) == 1


def test_d13_a_period_closed_meanwhile_stops_before_any_write(desk: Desk) -> None:
    draft = desk.draft()
    desk.books.do(
        "preferences", preferences={"AccountingInfoPrefs": {"BookCloseDate": "2099-12-31"}}
    )
    desk.books.forget()
    operation = desk.submit(draft)
    assert (operation.point, operation.problem) == (RecoveryPoint.FAILED, "draft.books_closed")
    assert desk.books.calls("quickbooks", writes=True) == []


def test_f82_a_currency_hubspot_does_not_know_keeps_the_invoice(desk: Desk) -> None:
    desk.books.portal.currency = "CHF"
    desk.books.portal.additional_currencies = []
    desk.books.portal.save()
    operation = desk.submit(desk.draft())
    assert operation.point == RecoveryPoint.DONE
    assert operation.problem == "sync.currency_not_in_portal"
    assert desk.books.hubspot_invoices() == []
    assert len(desk.ours(operation)) == 1


def test_d15_rights_lost_after_submit_stop_the_post(desk: Desk) -> None:
    draft = desk.draft()
    desk.sandbox.faults(
        fault({"vendor": "quickbooks", "path": "/preferences$"}, "status", "before", status=503)
    )
    operation = desk.submit(draft)
    assert operation.point == RecoveryPoint.STORED
    Membership.objects.for_portal(desk.books.portal).update(role=Role.READ_ONLY)
    operation = run_again(operation)
    assert (operation.point, operation.problem) == (RecoveryPoint.FAILED, "posting.right_missing")
    assert desk.ours(operation) == []


def test_d11_a_differing_total_is_flagged_and_kept(desk: Desk) -> None:
    """The rate we knew is not the one QuickBooks uses."""
    for rate in Record.objects.for_portal(desk.books.portal).filter(kind="TaxRate"):
        rate.raw = {**rate.raw, "RateValue": Decimal("1.5")}
        rate.save()
    draft = desk.draft()
    draft.content["lines"] = [dict(draft.content["lines"][0], tax_code_id="TAX")]
    draft.save()
    operation = desk.submit(draft)
    assert operation.point == RecoveryPoint.DONE
    invoice = operation.invoice
    assert invoice is not None
    assert invoice.total_differs
    assert invoice.expected_total == operation.expected_total != invoice.total


def test_b03_a_lost_connection_pauses_the_job_and_loses_nothing(desk: Desk) -> None:
    draft = desk.draft()
    desk.sandbox.admin("POST", "quickbooks/disconnect", {"realm": desk.company.realm_id})
    operation = desk.submit(draft)
    assert operation.point == RecoveryPoint.STORED
    assert job_of(operation).paused_reason
    draft.refresh_from_db()
    assert draft.state == DraftState.SUBMITTED


def test_a2_a_walk_stops_at_its_deadline_and_goes_on_later(desk: Desk) -> None:
    draft = desk.draft()
    desk.sandbox.faults(
        fault({"vendor": "quickbooks", "path": "/preferences$"}, "status", "before", status=503)
    )
    operation = desk.submit(draft)
    walk(operation, None, monotonic() - 1, now())
    assert operation.point == RecoveryPoint.STORED
    walk(operation, None, monotonic() + 60, now())
    assert operation.point == RecoveryPoint.DONE


def test_request_ids_are_fixed_for_one_payload(desk: Desk) -> None:
    operation = desk.submit(desk.draft())
    assert operation.invoice_request_id == uuid.uuid5(operation.pk, "invoice:1")


def test_unknown_trouble_is_never_swallowed(desk: Desk) -> None:
    draft = desk.draft()
    desk.sandbox.faults({**fault(INVOICE_POST, "status", "before", status=503), "times": 9})
    operation = desk.submit(draft)
    with pytest.raises(GatewayError):
        walk(operation, None, monotonic() + 60, now() + timedelta(seconds=5))
