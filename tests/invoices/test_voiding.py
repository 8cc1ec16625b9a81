"""Voiding (D-14): once, with the right to correct, while nothing settles the invoice."""

from decimal import Decimal

import pytest

from integration.access import actors
from integration.access.actors import Forbidden
from integration.clock import now
from integration.models import AuditEvent, Job
from integration.models.people import Role
from invoices import changes
from invoices.changes import NotAllowed
from invoices.creating_invoice import REQUEST_MEMORY
from invoices.models import InvoiceChange
from invoices.models.changes import ChangePoint
from invoices.models.invoices import Stage
from tests import tenants
from tests.invoices.change_desk import fault, fresh, made, run_again, there
from tests.invoices.desk import DEAL, Desk

VOID = {"vendor": "quickbooks", "method": "POST", "path": "/v3/company/[0-9]+/invoice$"}


def test_d14_a_voided_invoice_is_worth_nothing_and_hubspot_hears_of_it(desk: Desk) -> None:
    invoice = made(desk)
    change = changes.void(desk.actor, invoice, now(), reason="Ordered twice")
    assert (change.point, change.problem) == (ChangePoint.DONE, "")
    raw = there(desk, invoice)
    assert (raw["TotalAmt"], raw["Balance"]) == (0, 0)
    assert raw["PrivateNote"].startswith("Voided")
    row = fresh(invoice)
    assert (row.stage, row.billed, row.open) == (Stage.VOIDED, Decimal(0), Decimal(0))
    owed = {job.kind: job.subject for job in Job.objects.for_portal(desk.books.portal)}
    assert owed["deal.refresh"] == DEAL
    assert "sync.poll" in owed
    events = AuditEvent.objects.for_portal(desk.books.portal).filter(action="invoice.voided")
    assert events.get().after["why"] == "Ordered twice"


def test_b04_two_clicks_void_once(desk: Desk) -> None:
    invoice = made(desk)
    desk.sandbox.faults(fault(VOID, "status", "before", status=503))
    first = changes.void(desk.actor, invoice, now())
    assert first.point == ChangePoint.CHECKED
    second = changes.void(desk.actor, fresh(invoice), now())
    assert (second.pk, second.point) == (first.pk, ChangePoint.DONE)
    with pytest.raises(NotAllowed) as refused:
        changes.void(desk.actor, fresh(invoice), now())
    assert refused.value.code == "change.voided"


@pytest.mark.parametrize("kind", ["reset", "truncate", "empty"])
def test_f21_a_lost_answer_voids_once(desk: Desk, kind: str) -> None:
    invoice = made(desk)
    desk.sandbox.faults(fault(VOID, kind))
    change = changes.void(desk.actor, invoice, now())
    assert change.point == ChangePoint.CHECKED
    change = run_again(change)
    assert change.point == ChangePoint.DONE
    assert there(desk, invoice)["PrivateNote"].count("Voided") == 1


def test_f25_a_void_that_quickbooks_forgot_is_recognised(desk: Desk) -> None:
    invoice = made(desk)
    desk.sandbox.faults(fault(VOID, "reset"))
    change = changes.void(desk.actor, invoice, now())
    change.first_posted_at = now() - REQUEST_MEMORY * 2
    change.save(update_fields=["first_posted_at"])
    change = run_again(change)
    assert change.point == ChangePoint.DONE
    assert there(desk, invoice)["PrivateNote"].count("Voided") == 1


def test_d14_a_paid_invoice_is_not_voided(desk: Desk) -> None:
    invoice = made(desk)
    desk.books.do("pay", invoice_id=invoice.qbo_id, amount="10.00")
    change = changes.void(desk.actor, invoice, now())
    assert (change.point, change.problem) == (ChangePoint.FAILED, "change.paid")
    assert there(desk, invoice)["TotalAmt"] != 0
    assert fresh(invoice).open != fresh(invoice).billed, "our copy learned of the payment"


def test_d13_a_closed_period_stays_closed(desk: Desk) -> None:
    invoice = made(desk)
    closed = {"AccountingInfoPrefs": {"BookCloseDate": "2099-12-31"}}
    desk.books.do("preferences", preferences=closed)
    change = changes.void(desk.actor, invoice, now())
    assert (change.point, change.problem) == (ChangePoint.FAILED, "change.books_closed")
    assert there(desk, invoice)["TotalAmt"] != 0


def test_d13_tax_that_was_filed_stays_filed(desk: Desk) -> None:
    invoice = made(desk)
    desk.books.configure(tax_filed_up_to=invoice.txn_date)
    with pytest.raises(NotAllowed) as refused:
        changes.void(desk.actor, invoice, now())
    assert refused.value.code == "change.tax_filed"
    assert refused.value.parameters["closed"] == invoice.txn_date.isoformat()


@pytest.mark.parametrize("role", [Role.ADMIN, Role.SALES_REP, Role.OPERATOR, Role.READ_ONLY])
def test_d14_only_the_right_to_correct_voids(desk: Desk, role: Role) -> None:
    invoice = made(desk)
    person = tenants.member(desk.books.portal, role).person
    actor = actors.of_person(person, desk.books.portal, origin="session")
    assert actor is not None
    with pytest.raises(Forbidden):
        changes.void(actor, invoice, now())
    assert not InvoiceChange.objects.for_portal(desk.books.portal).exists()
