"""What a deal is told about its invoices: five properties, roll-ups, payments (D-21 to D-25). Pure."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from integration.records.hubspot import Properties
from invoices.currencies import exponent
from invoices.deal_rollup import Candidate, RollUp, Shown, roll_up
from mappings import transforms
from mappings.catalog import DEAL_VALUES, DEALS
from sync.snapshot import CompanyView, DealState, InvoiceState, PaymentState, PortalView


def candidate(invoice: InvoiceState, company: CompanyView, deal_id: str) -> Candidate:
    return Candidate(
        realm_id=company.realm_id,
        qbo_id=invoice.qbo_id,
        sync_token=invoice.sync_token,
        updated_at=invoice.updated_at,
        stage=invoice.stage,
        number=invoice.number,
        recipient=invoice.recipient,
        due_date=invoice.due_date,
        currency=invoice.currency,
        billed=invoice.billed,
        cash=invoice.cash,
        open=invoice.open,
        counts=invoice.counting_deal() == deal_id,
        txn_date=invoice.txn_date,
        home_currency=company.home_currency,
        home_total=invoice.home_total,
        hubspot_rate=invoice.hubspot_rate,
        policy=company.currency_policy,
    )


def summary(
    deal: DealState,
    invoices: Sequence[tuple[InvoiceState, CompanyView]],
    portal: PortalView,
) -> RollUp:
    return roll_up(
        [candidate(invoice, company, deal.hubspot_id) for invoice, company in invoices],
        portal.currency,
    )


def properties(
    deal: DealState,
    invoices: Sequence[tuple[InvoiceState, CompanyView]],
    rolled: RollUp,
    portal: PortalView,
) -> Properties:
    """Every property we keep on the deal; those without a value are cleared. ``rolled`` is the
    summary of the same invoices.

    The launch link is the way in, so it stays when the last invoice is taken off (E-03).
    """
    shown = [
        (invoice, rule)
        for (invoice, _), rule in zip(invoices, rolled.ruled, strict=True)
        if isinstance(rule, Shown)
    ]
    values = dict.fromkeys(DEAL_VALUES, transforms.CLEARED)
    values["launch_link"] = portal.deal_page.format(deal=deal.hubspot_id)
    if shown:
        values |= _latest(rolled) | _sums(rolled) | _payments(shown) | _sent(shown)
    return portal.targets.named(DEALS, values)


def _latest(rolled: RollUp) -> dict[str, str]:
    """S-56 to S-61: the winning invoice's values, number and status alone once it is gone."""
    if rolled.winner is None:
        return {}
    winner = rolled.winner.candidate
    return {
        "amount_invoiced": _money(rolled.amount_invoiced, rolled.currency),
        "invoice_recipient": transforms.text(winner.recipient),
        "invoice_number": transforms.text(winner.number),
        "invoice_status": winner.stage.value,
        "invoice_due_date": transforms.day(winner.due_date),
        "invoice_currency": rolled.currency,
    }


def _sums(rolled: RollUp) -> dict[str, str]:
    """B-06. Sums over mixed currencies stay empty; the text beside them says what there is."""
    return {
        "total_invoiced": _money(rolled.total_invoiced, rolled.currency),
        "total_paid": _money(rolled.total_paid, rolled.currency),
        "open_balance": _money(rolled.open_balance, rolled.currency),
        "invoice_count": transforms.whole(rolled.invoice_count),
        "next_due_date": transforms.day(rolled.next_due_date),
        "worst_status": rolled.worst_status.value if rolled.worst_status else transforms.CLEARED,
        "mixed_currencies": rolled.mixed_currencies,
    }


def _payments(shown: Sequence[tuple[InvoiceState, Shown]]) -> dict[str, str]:
    """The latest payment that brought cash to an invoice this deal counts (D-19)."""
    found = [
        (invoice.company_id, payment, rule)
        for invoice, rule in shown
        if rule.candidate.counts
        for payment in invoice.payments
        if payment.cash > 0 and not payment.reversed
    ]
    if not found:
        return {}
    company_id, last, rule = max(found, key=lambda entry: (_recency(entry[1]), entry[0]))
    amount = sum(
        (
            payment.cash * (paid.rate or 1)
            for paid_in, payment, paid in found
            if (paid_in, payment.payment_id) == (company_id, last.payment_id)
        ),
        Decimal(0),
    )
    return {
        "last_payment_date": transforms.day(last.paid_on),
        "last_payment_amount": _money(amount, rule.currency),
        "last_payment_method": transforms.text(last.method),
    }


def _recency(payment: PaymentState) -> tuple[date, int, str]:
    return (payment.paid_on, len(payment.payment_id), payment.payment_id)


def _sent(shown: Sequence[tuple[InvoiceState, Shown]]) -> dict[str, str]:
    days = (invoice.first_sent_on for invoice, _ in shown if invoice.first_sent_on)
    return {"first_sent_date": transforms.day(min(days, default=None))}


def _money(amount: Decimal | None, currency: str) -> str:
    return transforms.money(amount, exponent(currency))
