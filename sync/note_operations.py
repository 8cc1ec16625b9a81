"""What a run does to notes on the timelines of deals (D-20), as data. Pure."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from sync.subjects import Subject


class NoteKind(StrEnum):
    RECEIVED = "received"
    CREDIT = "credit"
    """D-19: nothing was paid, a credit was used."""
    REVERSED = "reversed"


@dataclass(frozen=True, slots=True)
class Note:
    """What a note on the deal timeline says; ``sync.apply`` puts it into words.

    ``marker`` is printed in it, so that a note whose answer was lost is found again.
    """

    kind: NoteKind
    marker: str
    amount: Decimal
    currency: str
    on: date
    invoice_number: str
    customer: str
    company: str
    method: str = ""
    reference: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class WritePaymentNote:
    """``look_first``: an earlier try may have arrived; look for the marker before creating."""

    kind: ClassVar[str] = "write_payment_note"
    subject: Subject
    deal_id: str
    note: Note
    content_hash: str
    look_first: bool = False


@dataclass(frozen=True, slots=True)
class UpdatePaymentNote:
    kind: ClassVar[str] = "update_payment_note"
    subject: Subject
    deal_id: str
    note_id: str
    note: Note
    content_hash: str


@dataclass(frozen=True, slots=True)
class WriteReversalNote:
    """The payment was voided, deleted or unlinked after the deal was told about it.

    ``told_marker``: it is not certain that the deal was told; only if this marker is found there.
    """

    kind: ClassVar[str] = "write_reversal_note"
    subject: Subject
    deal_id: str
    note: Note
    look_first: bool = False
    told_marker: str = ""


@dataclass(frozen=True, slots=True)
class WithdrawReversalNote:
    """The payment came back: the note about its reversal is archived."""

    kind: ClassVar[str] = "withdraw_reversal_note"
    subject: Subject
    deal_id: str
    note_id: str
