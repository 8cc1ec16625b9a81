"""Payments and credit memos that settle nothing yet, asked of QuickBooks when a person wants it (E-11).

What stays unapplied of a payment is not mirrored, and credit memos from before the connection are
not known here; so QuickBooks is asked, by as few calls as the month needs.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from integration import sessions
from integration.gateways.errors import Unavailable
from integration.gateways.quickbooks import QuickBooks
from integration.gateways.quickbooks_query import all_of, where
from integration.gateways.quickbooks_transactions import reference, reference_name
from integration.gateways.values import amount, day, text
from integration.models import Company
from invoices.month import Month, Sum, Unsettled, still_open, sums

PAYMENT, MEMO = "Payment", "CreditMemo"
MOST_PAGES = 3
"""Of a thousand each: somebody waits at the page."""


class TooSlow(Exception):
    """QuickBooks did not answer, or not in time; nothing was changed."""

    code = "month_end.quickbooks_slow"


@dataclass(frozen=True, slots=True)
class Open:
    """The payments of the month, or the credit memos until its end, that have something left."""

    rows: list[Unsettled]
    sums: list[Sum]
    is_cut: bool
    """More than ``MOST_PAGES`` came: the sums are of those only."""


@dataclass(frozen=True, slots=True)
class InQuickBooks:
    payments: Open
    credit_memos: Open


def look(company: Company, of: Month) -> InQuickBooks:
    """Raises TooSlow, and what else gateways raise."""
    quickbooks = sessions.quickbooks(company, urgent=True)
    until = where("TxnDate", "<=", of.last)
    in_month = all_of(where("TxnDate", ">=", of.first), until)
    with_balance = all_of(where("Balance", ">", 0), until)
    try:
        return InQuickBooks(
            _open(quickbooks, PAYMENT, in_month, "UnappliedAmt", company),
            _open(quickbooks, MEMO, with_balance, "Balance", company),
        )
    except Unavailable as error:
        raise TooSlow from error


def _open(quickbooks: QuickBooks, kind: str, condition: str, left: str, company: Company) -> Open:
    pages = quickbooks.query_all(kind, condition)
    raws, is_cut = _bounded(pages)
    rows = still_open(_unsettled(raw, left, company.home_currency) for raw in raws)
    return Open(rows, sums(rows), is_cut)


def _bounded(pages: Iterator[list[dict[str, Any]]]) -> tuple[list[dict[str, Any]], bool]:
    """Their rows, each in the version read last, and whether there was more."""
    kept: dict[str, dict[str, Any]] = {}
    for number, page in enumerate(pages):
        if number == MOST_PAGES:
            return list(kept.values()), True
        kept |= {text(raw.get("Id")): raw for raw in page}
    return list(kept.values()), False


def _unsettled(raw: Mapping[str, Any], left: str, home_currency: str) -> Unsettled:
    number = text(raw.get("DocNumber")) or text(raw.get("PaymentRefNum"))
    return Unsettled(
        qbo_id=text(raw.get("Id")),
        number=number,
        customer=reference_name(raw.get("CustomerRef")),
        dated=day(raw.get("TxnDate")),
        currency=reference(raw.get("CurrencyRef")) or home_currency,
        total=amount(raw.get("TotalAmt")),
        open=amount(raw.get(left)),
    )
