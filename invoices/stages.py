"""The one stage of an invoice and the facts beside it (D-18, S-49 to S-54). Pure.

The first of deleted, voided, paid, overdue, partially paid, sent, awaiting sending that applies,
with "today" in the company's time zone.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from integration.records import quickbooks as records

ZERO = Decimal(0)


class Stage(StrEnum):
    """The same values as ``invoices.models.invoices.Stage``, which has their labels."""

    AWAITING_SENDING = "awaiting_sending"
    SENT = "sent"
    PARTIALLY_PAID = "partially_paid"
    PAID = "paid"
    OVERDUE = "overdue"
    VOIDED = "voided"
    DELETED = "deleted"


PRINTED = "PrintComplete"
EMAILED = "EmailSent"
ELECTRONICALLY_SENT = frozenset({"Sent", "Viewed", "Paid", "Accepted", "Rejected"})
"""EInvoiceStatus values that only an invoice that went out can have."""

VOID_WORDS = (
    "voided",
    "annulé",
    "annulée",
    "nul",
    "anulado",
    "anulada",
    "storniert",
    "annullato",
    "annullata",
    "無効",
    "已作废",
    "已作廢",
)
"""How QuickBooks marks a voided invoice's note, in the languages it is sold in."""


@dataclass(frozen=True, slots=True)
class InvoiceFacts:
    """All that decides a stage. ``had_amount``: a total above zero was seen at some time."""

    total: Decimal = ZERO
    balance: Decimal = ZERO
    lines_are_zero: bool = False
    due_date: date | None = None
    email_status: str = ""
    print_status: str = ""
    einvoice_status: str = ""
    delivered: bool = False
    """QuickBooks shows a delivery, or a person marked it as delivered here."""
    private_note: str = ""
    had_amount: bool = False
    void_event: bool = False
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class StageFacts:
    stage: Stage
    is_sent: bool
    is_overdue: bool
    is_part_paid: bool


def facts_of(
    invoice: records.Invoice,
    *,
    had_amount: bool = False,
    void_event: bool = False,
    delivered_by_hand: bool = False,
    deleted: bool = False,
) -> InvoiceFacts:
    """The stage-deciding facts of one QuickBooks invoice with what we know beside it."""
    return InvoiceFacts(
        total=invoice.total,
        balance=invoice.balance,
        lines_are_zero=all(line.net == 0 for line in invoice.lines),
        due_date=invoice.due_date,
        email_status=invoice.email_status,
        print_status=invoice.print_status,
        einvoice_status=invoice.einvoice_status,
        delivered=invoice.delivered_at is not None or delivered_by_hand,
        private_note=invoice.private_note,
        had_amount=had_amount or invoice.total > 0,
        void_event=void_event,
        deleted=invoice.deleted or deleted,
    )


def derive(facts: InvoiceFacts, today: date, *, printed_counts_as_sent: bool = True) -> StageFacts:
    """The stage and the three booleans that reminders read; ``today`` is the company's day."""
    is_sent = _is_sent(facts, printed_counts_as_sent)
    gone = facts.deleted or _is_voided(facts)
    owed = not gone and facts.balance > 0
    is_overdue = owed and facts.due_date is not None and facts.due_date < today
    is_part_paid = owed and facts.balance < facts.total
    return StageFacts(
        stage=_first_that_applies(facts, is_sent, is_overdue, is_part_paid),
        is_sent=is_sent,
        is_overdue=is_overdue,
        is_part_paid=is_part_paid,
    )


def _first_that_applies(
    facts: InvoiceFacts, is_sent: bool, is_overdue: bool, is_part_paid: bool
) -> Stage:
    order = (
        (facts.deleted, Stage.DELETED),
        (_is_voided(facts), Stage.VOIDED),
        (facts.balance <= 0, Stage.PAID),
        (is_overdue, Stage.OVERDUE),
        (is_part_paid, Stage.PARTIALLY_PAID),
        (is_sent, Stage.SENT),
    )
    return next((stage for applies, stage in order if applies), Stage.AWAITING_SENDING)


def _is_voided(facts: InvoiceFacts) -> bool:
    if facts.total != 0 or facts.balance != 0 or not facts.lines_are_zero:
        return False
    return facts.had_amount or facts.void_event or _note_says_voided(facts.private_note)


def _note_says_voided(note: str) -> bool:
    """QuickBooks writes the word alone or puts it before the old note: "Voided - old"."""
    first = note.strip().casefold()
    return any(first == word or first.startswith((f"{word} -", f"{word}-")) for word in VOID_WORDS)


def _is_sent(facts: InvoiceFacts, printed_counts_as_sent: bool) -> bool:
    return (
        facts.email_status == EMAILED
        or facts.delivered
        or facts.einvoice_status in ELECTRONICALLY_SENT
        or (printed_counts_as_sent and facts.print_status == PRINTED)
    )
