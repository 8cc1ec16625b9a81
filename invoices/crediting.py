"""Applying a correction's credit memo to its invoice (D-14, D-19)."""

from decimal import Decimal

from integration.crashpoints import crashpoint
from integration.gateways.errors import AccountBlocked, Conflict, GatewayError, NotFound, Rejected
from integration.gateways.quickbooks_transactions import invoice as parse_form
from integration.gateways.quickbooks_transactions import payment as parse_payment
from integration.records.quickbooks import Invoice as Record
from integration.records.quickbooks import Payment
from integration.reference import Reference
from invoices import change_payload, correcting
from invoices.changing import ChangeWalk, read_invoice
from invoices.changing_steps import MEMO, reference_of, request_id
from invoices.currencies import round_money
from invoices.mirror import mirror_invoices
from invoices.models.changes import ChangeKind, ChangePoint


def apply(walked: ChangeWalk) -> None:
    """The credit memo settles what is open of the invoice; the rest stays open for the customer."""
    change = walked.change
    if change.kind != ChangeKind.CORRECT:
        with walked.fenced():
            return walked.reach(ChangePoint.APPLIED)
    invoice = parse_form(read_invoice(walked))
    memo = parse_form(walked.quickbooks.read(MEMO, change.credit_id))
    amount = min(invoice.balance, memo.balance)
    refused, paid = None, None
    if amount > 0 and not _settled_already(invoice, memo):
        try:
            paid = _settle(walked, invoice, amount)
        except (Rejected, AccountBlocked, NotFound, Conflict) as error:
            refused = error
        invoice = parse_form(read_invoice(walked))
        memo = parse_form(walked.quickbooks.read(MEMO, change.credit_id))
    _keep_applied(walked, invoice, memo, paid, refused)
    return None


def _settled_already(invoice: Record, memo: Record) -> bool:
    """One payment links both: an earlier try, or QuickBooks by itself."""
    links = [
        {link.id for link in each.linked if link.kind == "Payment"} for each in (invoice, memo)
    ]
    return bool(links[0] & links[1])


def _settle(walked: ChangeWalk, invoice: Record, amount: Decimal) -> Payment:
    change = walked.change
    body = change_payload.applying_body(
        invoice,
        change.credit_id,
        amount,
        day=correcting.today(change, walked.now),
        reference=reference_of(change),
    )
    crashpoint("change.before_apply")
    raw = walked.quickbooks.create("Payment", body, request_id(change, "apply"))
    crashpoint("change.after_apply")
    return parse_payment(raw)


def _keep_applied(
    walked: ChangeWalk,
    invoice: Record,
    memo: Record,
    paid: Payment | None,
    refused: GatewayError | None,
) -> None:
    change = walked.change
    paid = paid or _payment_between(walked, invoice, memo)
    applied = _of_invoice(paid, invoice) if paid else Decimal(0)
    with walked.fenced():
        Reference.of(walked.company).keep(MEMO, [memo.raw], walked.now)
        mirror_invoices(walked.company, [invoice], [paid] if paid else [], walked.now)
        walked.invoice.refresh_from_db()
        walked.reach(
            ChangePoint.APPLIED,
            applied=applied,
            problem=refused.code if refused else "",
            problem_parameters=refused.parameters if refused else {},
            trace_id=refused.trace_id if refused else "",
        )
        if applied:
            shown = f"{round_money(applied, change.currency)} {change.currency}"
            name = change.credit_number or change.credit_id
            walked.record("invoice.credit_applied", credit=name, amount=shown)


def _of_invoice(paid: Payment, invoice: Record) -> Decimal:
    """QuickBooks may apply the memo to other invoices by itself: only this one's share counts."""
    lines = (line for line in paid.lines if (line.txn_kind, line.txn_id) == ("Invoice", invoice.id))
    return sum((line.amount for line in lines), Decimal(0))


def _payment_between(walked: ChangeWalk, invoice: Record, memo: Record) -> Payment | None:
    """The payment that an earlier try made, so that the ledger has it at once."""
    links = [
        {link.id for link in each.linked if link.kind == "Payment"} for each in (invoice, memo)
    ]
    shared = sorted(links[0] & links[1])
    return parse_payment(walked.quickbooks.read("Payment", shared[0])) if shared else None
