"""One walk of ``invoice.send`` and what it writes down (``invoices.sending_walk`` decides)."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from integration import jobs, sessions
from integration.gateways.quickbooks import QuickBooks
from integration.gateways.quickbooks_query import one_of
from integration.gateways.quickbooks_transactions import invoice as parse_invoice
from integration.gateways.quickbooks_transactions import payment as parse_payment
from integration.models import Company
from integration.records.quickbooks import Invoice as Record
from integration.records.quickbooks import Payment, Raw
from invoices import sending, telling
from invoices.addresses import Recipients
from invoices.mail_status import FAILURES
from invoices.mirror import mirror_invoices
from invoices.models import Invoice, InvoiceSending, PaymentApplication
from invoices.models.sending import ACTIVE, SendState
from invoices.sending_rules import Reason
from invoices.signals import mail_trouble, mail_went_out

LOOKS = (timedelta(minutes=15), timedelta(hours=24))
"""After a mail: whether a bounce that QuickBooks noted reaches us by itself is not documented."""


class Refused(Exception):
    """It is not sent: ``code`` and ``parameters`` say why."""

    def __init__(self, code: str, parameters: Mapping[str, str], trace: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.parameters = dict(parameters)
        self.trace = trace


@dataclass
class Walk:
    row: InvoiceSending
    lease: jobs.Lease | None
    now: datetime
    _quickbooks: QuickBooks | None = None

    @property
    def company(self) -> Company:
        return self.row.company

    @property
    def invoice(self) -> Invoice:
        return self.row.invoice

    @property
    def quickbooks(self) -> QuickBooks:
        if self._quickbooks is None:
            self._quickbooks = sessions.quickbooks(self.company, urgent=not self.row.is_scheduled)
        return self._quickbooks

    def fenced(self) -> AbstractContextManager[None]:
        """The transaction that something is stored in; lost leases store nothing."""
        return self.lease.fenced() if self.lease else transaction.atomic()

    def store(self, **changes: Any) -> None:
        """The caller holds ``fenced()``."""
        for name, value in changes.items():
            setattr(self.row, name, value)
        self.row.save(update_fields=list(changes))


def recipients(walk: Walk) -> Recipients:
    return Recipients(walk.row.to, walk.row.cc, walk.row.bcc)


def because(walk: Walk, reason: Reason) -> Refused:
    return Refused(reason, sending.words(walk.invoice, recipients(walk)))


# ------------------------------------------------------------------------------------ keeping it
def keep(walk: Walk, raw: Raw) -> None:
    """QuickBooks' record of this moment into the mirror; HubSpot hears of what changed."""
    record = parse_invoice(raw)
    payments = _unknown_payments(walk, record)
    with walk.fenced():
        changed = mirror_invoices(walk.company, [record], payments, walk.now)
        walk.invoice.refresh_from_db()
        if changed:
            telling.tell(walk.invoice, walk.now)


def _unknown_payments(walk: Walk, record: Record) -> list[Payment]:
    """Payments that came in since the last sync: without them they would read as credits."""
    named = {link.id for link in record.linked if link.kind == "Payment"}
    booked = PaymentApplication.objects.for_portal(walk.row.portal_id).filter(
        invoice=walk.invoice, payment_id__in=named
    )
    missing = sorted(named - set(booked.values_list("payment_id", flat=True)))
    raws = walk.quickbooks.query("Payment", one_of("Id", missing)) if missing else []
    return [parse_payment(each) for each in raws]


def sent(walk: Walk, raw: Raw) -> jobs.Again:
    with walk.fenced():
        mirror_invoices(walk.company, [parse_invoice(raw)], [], walk.now)
        walk.store(
            state=SendState.SENT, sent_at=walk.now, finished_at=walk.now, problem="",
            problem_parameters={},
        )  # fmt: skip
        sending.note(walk.row, "invoice.sent", walk.now, {"to": walk.row.to})
        walk.invoice.refresh_from_db()
        if walk.invoice.mail_status not in FAILURES:
            mail_went_out.send(Invoice, invoice=walk.invoice, now=walk.now)
        telling.tell(walk.invoice, walk.now)
    return jobs.Again(at=walk.now + LOOKS[0])


def still_active(walk: Walk) -> bool:
    """False once it was called off or replaced, which may happen while QuickBooks is asked.

    The caller holds ``fenced()``; the invoice is locked first, as by whoever calls it off.
    """
    Invoice.objects.for_portal(walk.row.portal_id).select_for_update().get(pk=walk.row.invoice_id)
    walk.row.refresh_from_db(fields=["state"])
    return walk.row.state in ACTIVE


def refuse(walk: Walk, refused: Refused) -> None:
    """Nothing was mailed: the history and the people who may send are told why."""
    with walk.fenced():
        if still_active(walk):
            end(walk, SendState.REFUSED, refused.code, refused.parameters, refused.trace)


def end(
    walk: Walk, state: SendState, code: str, parameters: Mapping[str, str], trace: str = ""
) -> None:
    facts = {**sending.words(walk.invoice, recipients(walk)), **parameters}
    walk.store(
        state=state,
        problem=code,
        problem_parameters=facts,
        trace_id=trace,
        finished_at=walk.now,
    )
    action = "invoice.not_sent" if state == SendState.REFUSED else "invoice.send_unknown"
    sending.note(walk.row, action, walk.now, {"to": walk.row.to, "reason": code})
    told = "sending.not_sent" if state == SendState.REFUSED else "sending.unknown"
    why = {"reason": code, **facts}
    mail_trouble.send(Invoice, invoice=walk.invoice, code=told, parameters=why, now=walk.now)
