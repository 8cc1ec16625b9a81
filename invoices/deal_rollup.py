"""What a deal shows of its invoices: the latest one (D-21) and sums over all (B-06, D-22). Pure.

The currency rule (D-23) comes first: an invoice is shown as it is, beside its own currency code,
converted, or not at all, each with its reason.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from invoices.currencies import exponent, round_money
from invoices.stages import Stage

ZERO = Decimal(0)
GONE = frozenset({Stage.VOIDED, Stage.DELETED})

WORST_FIRST = (
    Stage.OVERDUE,
    Stage.AWAITING_SENDING,
    Stage.SENT,
    Stage.PARTIALLY_PAID,
    Stage.PAID,
)


class CurrencyPolicy(StrEnum):
    """The same values as ``integration.models.company_settings.CurrencyPolicy``."""

    BLOCK = "block"
    SEPARATE = "separate"
    CONVERT = "convert"


@dataclass(frozen=True, slots=True)
class Candidate:
    """An invoice attached to the deal. ``counts``: this deal is the one that counts it (D-22).

    ``home_total`` is QuickBooks' own figure in ``home_currency``; ``hubspot_rate`` is HubSpot's
    rate from the invoice's currency to the portal's on the invoice date, where it has one.
    """

    realm_id: str
    qbo_id: str
    sync_token: int
    updated_at: datetime
    stage: Stage
    number: str
    recipient: str
    due_date: date | None
    currency: str
    billed: Decimal
    cash: Decimal
    open: Decimal
    counts: bool = True
    txn_date: date | None = None
    home_currency: str = ""
    home_total: Decimal | None = None
    hubspot_rate: Decimal | None = None
    policy: CurrencyPolicy = CurrencyPolicy.BLOCK

    @property
    def is_gone(self) -> bool:
        return self.stage in GONE

    @property
    def rank(self) -> tuple[datetime, int, int, str, str]:
        """D-21: update time as an instant, SyncToken as a number, id (numbers by value), realm."""
        return (self.updated_at, self.sync_token, len(self.qbo_id), self.qbo_id, self.realm_id)


@dataclass(frozen=True, slots=True)
class Shown:
    """A candidate as the deal's properties may show it, in ``currency``.

    ``rate`` with its ``rate_source`` (``quickbooks`` or ``hubspot``) and date when converted.
    """

    candidate: Candidate
    currency: str
    billed: Decimal
    cash: Decimal
    open: Decimal
    rate: Decimal | None = None
    rate_source: str = ""
    rate_date: date | None = None


@dataclass(frozen=True, slots=True)
class Blocked:
    """Kept out of the deal's properties: ``currency_differs`` or ``no_rate``."""

    candidate: Candidate
    reason: str


def currency_rule(candidate: Candidate, portal_currency: str) -> Shown | Blocked:
    """D-23 for one invoice. A portal without a known currency blocks nothing."""
    same = candidate.currency == portal_currency or not portal_currency
    if same or candidate.policy is CurrencyPolicy.SEPARATE:
        return _as_it_is(candidate)
    if candidate.policy is CurrencyPolicy.BLOCK:
        return Blocked(candidate, "currency_differs")
    rate, source = _rate(candidate, portal_currency)
    if rate is None:
        return Blocked(candidate, "no_rate")
    return _converted(candidate, portal_currency, rate, source)


def _as_it_is(candidate: Candidate) -> Shown:
    return Shown(candidate, candidate.currency, candidate.billed, candidate.cash, candidate.open)


def _rate(candidate: Candidate, portal_currency: str) -> tuple[Decimal | None, str]:
    """QuickBooks' own conversion when its home currency is the portal's, else HubSpot's rate."""
    if candidate.home_currency == portal_currency and candidate.home_total is not None:
        if candidate.billed:
            return candidate.home_total / candidate.billed, "quickbooks"
        return Decimal(1), "quickbooks"
    return candidate.hubspot_rate, "hubspot"


def _converted(candidate: Candidate, currency: str, rate: Decimal, source: str) -> Shown:
    """Each amount is rounded on its own; QuickBooks' own home total wins over the rate."""
    billed = round_money(candidate.billed * rate, currency)
    if source == "quickbooks" and candidate.home_total is not None:
        billed = round_money(candidate.home_total, currency)
    return Shown(
        candidate,
        currency,
        billed,
        round_money(candidate.cash * rate, currency),
        round_money(candidate.open * rate, currency),
        rate,
        source,
        candidate.txn_date,
    )


def winner(shown: Sequence[Shown]) -> Shown | None:
    """D-21, S-61: the latest that competes; none left, the newest voided or deleted one."""
    living = [entry for entry in shown if not entry.candidate.is_gone]
    return max(living or shown, key=lambda entry: entry.candidate.rank, default=None)


@dataclass(frozen=True, slots=True)
class RollUp:
    """The deal's values. ``winner`` None and nothing blocked: the properties are cleared.

    With ``untouched`` nothing at all is written: every attached invoice is currency-blocked.
    """

    winner: Shown | None
    amount_invoiced: Decimal | None
    currency: str
    total_invoiced: Decimal | None
    total_paid: Decimal | None
    open_balance: Decimal | None
    invoice_count: int
    next_due_date: date | None
    worst_status: Stage | None
    mixed_currencies: str
    blocked: tuple[Blocked, ...]
    ruled: tuple[Shown | Blocked, ...] = field(default=(), compare=False, repr=False)
    """What the currency rule said of each candidate, in the order they were given."""

    @property
    def untouched(self) -> bool:
        return self.winner is None and bool(self.blocked)


def roll_up(candidates: Sequence[Candidate], portal_currency: str) -> RollUp:
    """Everything the deal's properties say about its attached invoices, in any order given."""
    ruled = [currency_rule(candidate, portal_currency) for candidate in candidates]
    shown = [entry for entry in ruled if isinstance(entry, Shown)]
    blocked = sorted(
        (entry for entry in ruled if isinstance(entry, Blocked)),
        key=lambda entry: entry.candidate.rank,
    )
    latest = winner(shown)
    counted = [entry for entry in shown if entry.candidate.counts and not entry.candidate.is_gone]
    sums = _by_currency(counted)
    one = _only(sums)
    return RollUp(
        winner=latest,
        amount_invoiced=_amount_of(latest),
        currency=latest.currency if latest else "",
        total_invoiced=one.billed if one else None,
        total_paid=one.cash if one else None,
        open_balance=one.open if one else None,
        invoice_count=len(counted),
        next_due_date=_next_due(counted),
        worst_status=_worst(counted),
        mixed_currencies=mixed_text({code: total.billed for code, total in sums.items()}),
        blocked=tuple(blocked),
        ruled=tuple(ruled),
    )


def _amount_of(latest: Shown | None) -> Decimal | None:
    if latest is None:
        return None
    return ZERO if latest.candidate.is_gone else latest.billed


@dataclass(frozen=True, slots=True)
class _Sum:
    billed: Decimal = ZERO
    cash: Decimal = ZERO
    open: Decimal = ZERO


def _by_currency(counted: Sequence[Shown]) -> dict[str, _Sum]:
    sums: dict[str, _Sum] = {}
    for entry in counted:
        so_far = sums.get(entry.currency, _Sum())
        sums[entry.currency] = _Sum(
            so_far.billed + entry.billed, so_far.cash + entry.cash, so_far.open + entry.open
        )
    return sums


def _only(sums: Mapping[str, _Sum]) -> _Sum | None:
    """The one sum there is, zeros when there is none, nothing when currencies are mixed."""
    if len(sums) > 1:
        return None
    return next(iter(sums.values()), _Sum())


def _next_due(counted: Sequence[Shown]) -> date | None:
    """The earliest due date among invoices with an open balance, past ones included."""
    due = (entry.candidate.due_date for entry in counted if entry.open > 0)
    return min((day for day in due if day), default=None)


def _worst(counted: Sequence[Shown]) -> Stage | None:
    stages = {entry.candidate.stage for entry in counted}
    return next((stage for stage in WORST_FIRST if stage in stages), None)


def mixed_text(totals: Mapping[str, Decimal]) -> str:
    """ "EUR 100.00 + USD 50.00", by currency code; empty when there is one currency or none."""
    if len(totals) < 2:
        return ""
    return " + ".join(
        f"{currency} {totals[currency]:.{exponent(currency)}f}" for currency in sorted(totals)
    )
