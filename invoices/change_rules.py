"""What may be done to an invoice that QuickBooks has, and why not (D-13, D-14). Pure.

Edit only while it is unsent and nothing settles it; void while nothing settles it and nothing is
linked; otherwise a correction: a credit memo, and a new draft. Nothing here ever deletes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from integration.records.quickbooks import Invoice as Record
from invoices.stages import Stage, StageFacts

ZERO = Decimal(0)
QUEUED = "NeedToSend"
"""In QuickBooks' own queue: that is sending (D-15)."""


class Act(StrEnum):
    EDIT = "edit"
    VOID = "void"
    CORRECT = "correct"
    COPY = "copy"


@dataclass(frozen=True, slots=True)
class ChangeFacts:
    """Of one invoice and one person at one moment. ``unreadable`` and ``uneditable`` are codes of
    why its content cannot be copied or edited; ``corrected_by`` the number of its credit memo."""

    number: str = ""
    company: str = ""
    connected: bool = True
    deleted: bool = False
    voided: bool = False
    sent: bool = False
    total: Decimal = ZERO
    settled: Decimal = ZERO
    linked: tuple[str, ...] = ()
    """Kinds of what QuickBooks links to it: Payment, Estimate …"""
    txn_date: date | None = None
    today: date | None = None
    book_close_date: date | None = None
    tax_filed_up_to: date | None = None
    may_draft: bool = False
    may_post: bool = False
    may_correct: bool = False
    has_deal: bool = False
    under_way: bool = False
    corrected_by: str = ""
    unreadable: str = ""
    uneditable: str = ""


@dataclass(frozen=True, slots=True)
class Permission:
    """``code`` and ``parameters`` say why not; empty when it may be done."""

    act: Act
    code: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)

    @property
    def allowed(self) -> bool:
        return not self.code


def permissions(facts: ChangeFacts) -> dict[Act, Permission]:
    """Every act with its reason, in the order in which pages offer them."""
    return {act: permission(act, facts) for act in Act}


def permission(act: Act, facts: ChangeFacts) -> Permission:
    code = _CHECKS[act](facts)
    return Permission(act, code, _parameters(facts)) if code else Permission(act)


def _parameters(facts: ChangeFacts) -> dict[str, str]:
    closed = max(filter(None, (facts.book_close_date, facts.tax_filed_up_to)), default=None)
    found = {
        "number": facts.number,
        "company": facts.company,
        "date": facts.txn_date.isoformat() if facts.txn_date else "",
        "today": facts.today.isoformat() if facts.today else "",
        "closed": closed.isoformat() if closed else "",
        "credit": facts.corrected_by,
    }
    return {name: text for name, text in found.items() if text}


def _alive(facts: ChangeFacts) -> str:
    if facts.deleted:
        return "change.deleted"
    if facts.voided:
        return "change.voided"
    if not facts.connected:
        return "change.company_disconnected"
    return "change.under_way" if facts.under_way else ""


def _period(facts: ChangeFacts, day: date | None) -> str:
    """D-13: after the books were closed, and after the period whose tax was filed."""
    if day is None:
        return ""
    if facts.book_close_date is not None and day <= facts.book_close_date:
        return "change.books_closed"
    if facts.tax_filed_up_to is not None and day <= facts.tax_filed_up_to:
        return "change.tax_filed"
    return ""


def _unsettled(facts: ChangeFacts) -> str:
    if facts.corrected_by:
        return "change.corrected"
    if facts.settled > ZERO or "Payment" in facts.linked:
        return "change.paid"
    return ""


def _edit(facts: ChangeFacts) -> str:
    if not facts.may_post:
        return "change.no_right_to_edit"
    return _alive(facts) or _editable_state(facts) or _rest_of_edit(facts)


def _editable_state(facts: ChangeFacts) -> str:
    if facts.sent:
        return "change.sent"
    return _unsettled(facts)


def _rest_of_edit(facts: ChangeFacts) -> str:
    if not facts.has_deal:
        return "change.no_deal"
    return _period(facts, facts.txn_date) or facts.unreadable or facts.uneditable


def _void(facts: ChangeFacts) -> str:
    if not facts.may_correct:
        return "change.no_right_to_correct"
    found = _alive(facts) or _unsettled(facts)
    if not found and facts.linked:
        found = "change.linked"
    return found or _period(facts, facts.txn_date)


def _correct(facts: ChangeFacts) -> str:
    """The credit memo is dated today, so today's period counts and the invoice's does not."""
    if not facts.may_correct:
        return "change.no_right_to_correct"
    if facts.corrected_by:
        return "change.corrected"
    found = _alive(facts)
    if not found and facts.total <= ZERO:
        found = "change.nothing_to_credit"
    if not found and _period(facts, facts.today):
        found = "change.today_closed"
    return found or _edit_instead(facts) or facts.unreadable


def _edit_instead(facts: ChangeFacts) -> str:
    return "change.edit_instead" if not _edit(facts) else ""


def _copy(facts: ChangeFacts) -> str:
    """Also of a voided or deleted one: only a draft comes of it."""
    if not facts.may_draft:
        return "change.no_right_to_draft"
    if not facts.connected:
        return "change.company_disconnected"
    return facts.unreadable or ("" if facts.has_deal else "change.no_deal")


_CHECKS = {Act.EDIT: _edit, Act.VOID: _void, Act.CORRECT: _correct, Act.COPY: _copy}


def with_record(facts: ChangeFacts, record: Record, stage: StageFacts) -> ChangeFacts:
    """The same with what QuickBooks says of the invoice; ``stage`` was derived from ``record``."""
    return replace(
        facts,
        deleted=record.deleted or stage.stage is Stage.DELETED,
        voided=stage.stage is Stage.VOIDED,
        sent=stage.is_sent or record.email_status == QUEUED,
        total=record.total,
        settled=max(record.total - record.balance, ZERO),
        linked=tuple(link.kind for link in record.linked),
        txn_date=record.txn_date,
    )
