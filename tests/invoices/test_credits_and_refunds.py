"""Credit memos and refunds beside an invoice (D-19, P-28, B-29)."""

from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from integration.access import actors
from integration.access.actors import Forbidden
from integration.clock import now
from integration.models import AuditEvent
from integration.models.people import Role
from invoices import credits, refunds
from invoices.models import AcceptedRefund, Invoice
from invoices.refunds import RefundUnknown
from invoices.views.rows import badge_text
from tests import tenants
from tests.invoices.change_desk import fresh, made
from tests.invoices.desk import DEAL, Desk
from tests.invoices.pages import Visitor


def form(desk: Desk, invoice: Invoice, kind: str, amount: str, **more: Any) -> dict[str, Any]:
    """A credit memo or refund receipt of the invoice's customer, made in QuickBooks."""
    line = {
        "DetailType": "SalesItemLineDetail",
        "Amount": amount,
        "SalesItemLineDetail": {
            "ItemRef": {"value": desk.item().id},
            "TaxCodeRef": {"value": "NON"},
        },
    }
    body = {"CustomerRef": {"value": invoice.customer_id}, "Line": [line], **more}
    return dict(desk.books.do("save", kind=kind, body=body)[kind])


def bank(desk: Desk) -> dict[str, Any]:
    state = desk.sandbox.state("quickbooks")["quickbooks"]["companies"][desk.company.realm_id]
    found = next(each for each in state["Account"] if each["AccountType"] == "Bank")
    return {"DepositToAccountRef": {"value": found["Id"]}}


def paid(desk: Desk) -> Invoice:
    invoice = made(desk)
    desk.books.do("pay", invoice_id=invoice.qbo_id)
    desk.books.sync()
    return fresh(invoice)


def test_p28_a_credit_memo_applied_in_quickbooks_is_listed(desk: Desk, rep: Visitor) -> None:
    invoice = made(desk)
    memo = form(desk, invoice, "CreditMemo", "40.00")
    lines = [
        {"Amount": "40.00", "LinkedTxn": [{"TxnId": id, "TxnType": kind}]}
        for id, kind in ((invoice.qbo_id, "Invoice"), (memo["Id"], "CreditMemo"))
    ]
    body = {"CustomerRef": {"value": invoice.customer_id}, "TotalAmt": "0", "Line": lines}
    desk.books.do("save", kind="Payment", body=body)
    desk.books.sync()
    row = fresh(invoice)
    assert (row.cash, row.credited) == (Decimal(0), Decimal(40))
    (credit,) = credits.credits_of(row)
    assert (credit.number, credit.total, credit.open) == (memo["DocNumber"], 40, 0)
    rep.see(reverse("invoice", args=[row.portal_id, row.pk]))
    assert memo["DocNumber"] in rep.text
    assert "Credit memos used for it" in rep.text


def test_b29_a_refund_lowers_paid_once_a_person_accepts_it(desk: Desk) -> None:
    invoice = paid(desk)
    receipt = form(desk, invoice, "RefundReceipt", "40.00", **bank(desk))
    desk.books.sync()
    assert fresh(invoice).cash == invoice.billed, "suggested, not counted"
    (offered,) = credits.suggested(fresh(invoice))
    assert (offered.qbo_id, offered.amount) == (receipt["Id"], Decimal(40))
    for _twice in range(2):
        refunds.accept(desk.actor, fresh(invoice), receipt["Id"], now())
    row = fresh(invoice)
    assert (row.cash, row.open) == (invoice.billed - 40, Decimal(0))
    assert "40.00" in badge_text(row)
    events = AuditEvent.objects.for_portal(desk.books.portal).filter(action="refund.accepted")
    assert events.get().after["refund"] == offered.number
    assert DEAL in {job.subject for job in desk.books.owed("deal.refresh")}


def test_b29_a_refund_voided_in_quickbooks_no_longer_counts(desk: Desk) -> None:
    invoice = paid(desk)
    receipt = form(desk, invoice, "RefundReceipt", "40.00", **bank(desk))
    desk.books.sync()
    refunds.accept(desk.actor, fresh(invoice), receipt["Id"], now())
    desk.books.do("save", kind="RefundReceipt", body={
        **{name: receipt[name] for name in ("Id", "SyncToken", "CustomerRef", "DepositToAccountRef")},
        "Line": [{**receipt["Line"][0], "Amount": "15.00"}],
    })  # fmt: skip
    desk.books.sync()
    assert fresh(invoice).cash == invoice.billed - 15
    token = str(int(receipt["SyncToken"]) + 1)
    desk.books.do("save", kind="RefundReceipt", body={
        **{name: receipt[name] for name in ("Id", "CustomerRef", "DepositToAccountRef")},
        "SyncToken": token, "Line": [{**receipt["Line"][0], "Amount": "0"}],
    })  # fmt: skip
    desk.books.sync()
    assert fresh(invoice).cash == invoice.billed
    assert AcceptedRefund.objects.for_portal(desk.books.portal).get().withdrawn_at


def test_d19_more_than_was_paid_is_no_refund_of_it(desk: Desk) -> None:
    invoice = made(desk)
    receipt = form(desk, invoice, "RefundReceipt", "40.00", **bank(desk))
    desk.books.sync()
    assert credits.suggested(fresh(invoice)) == []
    with pytest.raises(RefundUnknown):
        refunds.accept(desk.actor, fresh(invoice), receipt["Id"], now())


def test_b29_accepting_and_taking_back_on_the_page(desk: Desk, rep: Visitor) -> None:
    invoice = paid(desk)
    receipt = form(desk, invoice, "RefundReceipt", "40.00", **bank(desk))
    desk.books.sync()
    place = reverse("invoice", args=[invoice.portal_id, invoice.pk])
    rep.see(place)
    assert "Count it for this invoice" in rep.text
    decide = reverse("invoice-refunds", args=[invoice.portal_id, invoice.pk])
    rep.post(decide, refund=receipt["Id"], choice="accept")
    assert "The refund lowers what is paid of this invoice." in rep.text
    assert fresh(invoice).cash == invoice.billed - 40
    rep.post(decide, refund=receipt["Id"], choice="withdraw")
    assert fresh(invoice).cash == invoice.billed


def test_d04_a_rep_accepts_no_refund(desk: Desk) -> None:
    invoice = paid(desk)
    receipt = form(desk, invoice, "RefundReceipt", "40.00", **bank(desk))
    desk.books.sync()
    person = tenants.member(desk.books.portal, Role.SALES_REP).person
    actor = actors.of_person(person, desk.books.portal, origin="session")
    assert actor is not None
    with pytest.raises(Forbidden):
        refunds.accept(actor, fresh(invoice), receipt["Id"], now())


def test_b29_the_estimate_an_invoice_was_made_from_is_named(desk: Desk, rep: Visitor) -> None:
    estimate = form(desk, made(desk), "Estimate", "40.00")
    link = {"LinkedTxn": [{"TxnId": estimate["Id"], "TxnType": "Estimate"}]}
    raw = desk.books.make("40.00", estimate["CustomerRef"]["value"], **link)
    invoice = desk.books.add(raw)
    place = reverse("invoice", args=[invoice.portal_id, invoice.pk])
    rep.see(place)
    assert "Made from an estimate in QuickBooks." in rep.text
    desk.books.sync()
    rep.see(place)
    assert f"Made from estimate {estimate['DocNumber']} in QuickBooks." in rep.text
