"""May this invoice be mailed, and why not (D-17): the one rule of page, API and worker. Pure."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

import simplejson

from invoices.addresses import Recipients, problems

VISIBLE = (
    "DocNumber", "TxnDate", "DueDate", "ShipDate", "CustomerRef", "CurrencyRef", "Line",
    "TxnTaxDetail", "GlobalTaxCalculation", "ApplyTaxAfterDiscount", "TotalAmt", "Deposit",
    "CustomerMemo", "BillAddr", "ShipAddr", "SalesTermRef", "CustomField", "BillEmail",
)  # fmt: skip
"""What the customer reads, and where it goes. A payment or a look at it alters none of these."""


class Reason(StrEnum):
    """Why not, in the order in which people can do something about it. The closed list."""

    RIGHT_MISSING = "sending.right_missing"
    COMPANY_DISCONNECTED = "sending.company_disconnected"
    NOT_ALLOWED = "sending.not_allowed"
    DELETED = "sending.deleted"
    VOIDED = "sending.voided"
    NOTHING_OPEN = "sending.nothing_open"
    TOTAL_DIFFERS = "sending.total_differs"
    CHANGED = "sending.changed"
    SENT_MEANWHILE = "sending.sent_meanwhile"
    IN_PROGRESS = "sending.in_progress"
    CHANGE_UNDER_WAY = "sending.change_under_way"
    NO_ADDRESS = "sending.no_address"
    ADDRESS_INVALID = "sending.address_invalid"
    ADDRESS_TOO_LONG = "sending.address_too_long"
    TOO_LATE = "sending.too_late"


@dataclass(frozen=True, slots=True)
class SendFacts:
    """``recipients`` None: the addresses are still to be chosen, so they are no reason yet."""

    may_send: bool
    connected: bool
    allowed: bool
    deleted: bool = False
    voided: bool = False
    open: Decimal = Decimal(0)
    total_differs: bool = False
    changed: bool = False
    sent_meanwhile: bool = False
    in_progress: bool = False
    changing: bool = False
    too_late: bool = False
    recipients: Recipients | None = None


def reasons(facts: SendFacts) -> list[Reason]:
    """All that stands in the way; empty: it may be sent."""
    table = (
        (not facts.may_send, Reason.RIGHT_MISSING),
        (not facts.connected, Reason.COMPANY_DISCONNECTED),
        (not facts.allowed, Reason.NOT_ALLOWED),
        (facts.deleted, Reason.DELETED),
        (facts.voided, Reason.VOIDED),
        (not facts.deleted and not facts.voided and facts.open <= 0, Reason.NOTHING_OPEN),
        (facts.total_differs, Reason.TOTAL_DIFFERS),
        (facts.changed, Reason.CHANGED),
        (facts.sent_meanwhile, Reason.SENT_MEANWHILE),
        (facts.in_progress, Reason.IN_PROGRESS),
        (facts.changing, Reason.CHANGE_UNDER_WAY),
        (facts.too_late, Reason.TOO_LATE),
    )
    found = [reason for applies, reason in table if applies]
    wrong = problems(facts.recipients) if facts.recipients is not None else []
    return found + list(dict.fromkeys(Reason(each.code) for each in wrong))


def content_hash(raw: Mapping[str, Any]) -> str:
    """Equal as long as the customer would read the same; however QuickBooks writes its numbers."""
    seen = {name: _plain(raw[name]) for name in VISIBLE if raw.get(name) not in (None, "", [], {})}
    text = simplejson.dumps(seen, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(name): _plain(part) for name, part in value.items() if part not in (None, "")}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if isinstance(value, bool) or not isinstance(value, int | Decimal | float):
        return value
    return f"{Decimal(str(value)).normalize():f}"
