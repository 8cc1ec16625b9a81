"""Customers, items, terms and other small records, kept in the pass that brings the invoices."""

from collections.abc import Sequence
from datetime import datetime

from django.db import DataError, IntegrityError, transaction

from integration.models import Company
from integration.records.quickbooks import Raw
from integration.reference import mirror_records
from invoices import refunds

Named = tuple[str, Raw]
REFUND = "RefundReceipt"


def keep_reference(company: Company, others: Sequence[Named], now: datetime) -> list[Named]:
    """Store (entity, raw) pairs; those that cannot be stored are given back, to be parked."""
    if not others:
        return []
    try:
        with transaction.atomic():
            mirror_records(company, others, now)
            refunds.follow(company, [raw for kind, raw in others if kind == REFUND], now)
    except (DataError, IntegrityError, ValueError, ArithmeticError):
        if len(others) == 1:
            return list(others)
        middle = len(others) // 2
        return [
            *keep_reference(company, others[:middle], now),
            *keep_reference(company, others[middle:], now),
        ]
    return []
