"""Quotes as HubSpot has them, and whether an invoice can be made from one (S-26, S-28). Pure.

Published and not expired is hubspot.md 3: ``hs_status`` APPROVAL_NOT_NEEDED, APPROVED or ACCEPTED, or
``hs_quote_status`` PUBLISHED or ACCEPTED, and the expiration day has not ended where the portal is.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

PUBLISHED = frozenset({"APPROVAL_NOT_NEEDED", "APPROVED", "ACCEPTED"})
PUBLISHED_BY_CPQ = frozenset({"PUBLISHED", "ACCEPTED"})
WHY_NOT_PUBLISHED = {
    "DRAFT": "quote.draft",
    "PENDING_APPROVAL": "quote.pending_approval",
    "REJECTED": "quote.rejected",
}


@dataclass(frozen=True, slots=True)
class QuoteLine:
    """One line item of a quote. ``amount`` is HubSpot's net price of one billing period.

    ``discount`` is off each unit, ``discount_percent`` off the price; HubSpot fills in one of them.
    ``frequency`` is empty on one-off lines; ``period`` the length of the contract (``P12M``).
    ``product_key`` is the ``dealbooks_key`` of its product, where the portal copies it to lines.
    Numbers that nobody can read are None.
    """

    id: str
    name: str = ""
    description: str = ""
    sku: str = ""
    product_id: str = ""
    product_key: str = ""
    quantity: Decimal | None = None
    price: Decimal | None = None
    amount: Decimal | None = None
    discount: Decimal | None = None
    discount_percent: Decimal | None = None
    frequency: str = ""
    period: str = ""
    starts_on: date | None = None
    tax_percent: Decimal | None = None
    has_tax: bool = False
    tax_rate_id: str = ""
    """HubSpot's tax rate; empty when the tax is the whole quote's."""
    tax_rate_name: str = ""

    @property
    def is_recurring(self) -> bool:
        return bool(self.frequency)

    def starts_after(self, day: date) -> bool:
        """Whether its first billing period begins later than ``day``."""
        return self.is_recurring and self.starts_on is not None and self.starts_on > day


@dataclass(frozen=True, slots=True)
class Adjustment:
    """An order discount, fee or tax: ``value`` is a percentage or an amount; None is unreadable."""

    id: str
    is_percent: bool
    value: Decimal | None
    label: str = ""


@dataclass(frozen=True, slots=True)
class Quote:
    """``line_ids`` is known before ``lines`` are read; None: not even that was asked for."""

    id: str
    title: str = ""
    number: str = ""
    status: str = ""
    cpq_status: str = ""
    signature: str = ""
    language: str = ""
    expires_on: date | None = None
    currency: str = ""
    amount: Decimal | None = None
    terms: str = ""
    comments: str = ""
    po_number: str = ""
    link: str = ""
    modified: str = ""
    deal_ids: tuple[str, ...] = ()
    contact_ids: tuple[str, ...] = ()
    company_ids: tuple[str, ...] = ()
    line_ids: tuple[str, ...] | None = None
    lines: tuple[QuoteLine, ...] = ()
    discounts: tuple[Adjustment, ...] = ()
    fees: tuple[Adjustment, ...] = ()
    taxes: tuple[Adjustment, ...] = ()

    @property
    def name(self) -> str:
        return self.title or self.number or self.id

    @property
    def is_published(self) -> bool:
        return self.status in PUBLISHED or self.cpq_status in PUBLISHED_BY_CPQ

    @property
    def waits_for_signature(self) -> bool:
        return self.signature == "PENDING_SIGNATURE"

    @property
    def is_signed(self) -> bool:
        return self.signature == "SIGNED" or "ACCEPTED" in (self.status, self.cpq_status)

    def line(self, id: str) -> QuoteLine | None:
        return next((line for line in self.lines if line.id == id), None)


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why something cannot be used, as a message code with the parameters of its sentence."""

    code: str
    parameters: Mapping[str, str] = field(default_factory=dict)


def obstacle(quote: Quote, today: date, currencies: Collection[str] | None) -> Obstacle | None:
    """S-28: the first reason why no invoice can be made from the quote; None when it can.

    ``today`` is the portal's day. ``currencies`` are those some connected company can bill in;
    None asks nothing of the currency.
    """
    if not quote.is_published:
        return Obstacle(WHY_NOT_PUBLISHED.get(quote.status, "quote.not_published"))
    if quote.expires_on is not None and quote.expires_on < today:
        return Obstacle("quote.expired", {"day": quote.expires_on.isoformat()})
    if quote.line_ids is not None and not quote.line_ids:
        return Obstacle("quote.no_lines")
    if currencies is not None and quote.currency and quote.currency not in currencies:
        return Obstacle("quote.currency", {"currency": quote.currency})
    return None


# ------------------------------------------------------------------------------ what has changed
def changes(old: Quote, new: Quote) -> list[Obstacle]:
    """What differs in a way that reaches an invoice, line by line; empty: nothing does.

    Titles, comments and e-signatures may change freely.
    """
    found: list[Obstacle] = []
    if old.currency != new.currency:
        found.append(_change("currency", before=old.currency, after=new.currency))
    before = {line.id: line for line in old.lines}
    after = {line.id: line for line in new.lines}
    found += [
        _change("line_removed", name=line.name) for id, line in before.items() if id not in after
    ]
    for id, line in after.items():
        if id not in before:
            found.append(_change("line_added", name=line.name))
        elif _weight(before[id]) != _weight(line):
            found.append(_line_change(before[id], line))
    for kind in ("discounts", "fees", "taxes"):
        if _weights(getattr(old, kind)) != _weights(getattr(new, kind)):
            found.append(_change(kind))
    return found


def _change(kind: str, **parameters: str) -> Obstacle:
    return Obstacle(f"quote.change.{kind}", parameters)


def _line_change(old: QuoteLine, new: QuoteLine) -> Obstacle:
    if old.amount != new.amount:
        return _change(
            "line_amount", name=new.name, before=str(old.amount or ""), after=str(new.amount or "")
        )
    return _change("line", name=new.name)


def _weight(line: QuoteLine) -> tuple[object, ...]:
    return (
        line.name, line.sku, line.product_id, line.quantity, line.price, line.amount, line.discount,
        line.discount_percent, line.frequency, line.starts_on, line.tax_percent, line.tax_rate_id,
    )  # fmt: skip


def _weights(found: tuple[Adjustment, ...]) -> set[tuple[object, ...]]:
    return {(one.id, one.is_percent, one.value) for one in found}
