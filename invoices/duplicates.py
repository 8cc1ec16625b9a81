"""Invoices that look as if somebody made them twice (B-05): same customer, products and amounts.

Read from our copies and from what is on its way; no vendor call.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q

from invoices import contents
from invoices.calendar import company_day
from invoices.draft_content import DraftContent
from invoices.finance_rules import Twin
from invoices.models import Draft, Invoice, InvoiceOperation
from invoices.models.drafts import DraftState, RecoveryPoint
from invoices.models.invoices import Stage

PERIOD = timedelta(days=7)
MOST = 3
LOOKED_AT = 50
ENDED = (RecoveryPoint.DONE, RecoveryPoint.FAILED)

Lines = Counter[tuple[str, Decimal]]


def twins_of(draft: Draft, content: DraftContent, now: datetime) -> tuple[Twin, ...]:
    """At most three, the newest first. The draft's own invoice is not its twin."""
    wanted = _lines(content)
    if not wanted or draft.company is None:
        return ()
    found = [*_posted(draft, content, wanted, now), *_on_their_way(draft, content, wanted, now)]
    return tuple(found[:MOST])


def _lines(content: DraftContent) -> Lines:
    """Products with their amounts, in any order."""
    return Counter(
        (line.item_id, line.amount(content.currency) or Decimal(0))
        for line in content.lines
        if line.item_id and not line.is_text
    )


def _posted(draft: Draft, content: DraftContent, wanted: Lines, now: datetime) -> Iterator[Twin]:
    if not content.customer_id:
        return
    day = content.txn_date_value or company_day(draft.company, now)
    rows = Invoice.objects.for_portal(draft.portal_id).filter(
        Q(txn_date__range=(day - PERIOD, day + PERIOD))
        | Q(operation__created_at__gte=now - PERIOD),
        company=draft.company,
        customer_id=content.customer_id,
        currency=content.currency,
    )
    living = rows.exclude(stage__in=[Stage.VOIDED, Stage.DELETED]).exclude(operation__draft=draft)
    if draft.edits_id is not None:
        living = living.exclude(pk=draft.edits_id)
    newest: list[Invoice] = list(living.order_by("-txn_date", "-updated_at")[:LOOKED_AT])
    for row in newest:
        if _lines_of(row) == wanted:
            shown = row.txn_date.isoformat() if row.txn_date else ""
            yield Twin(str(row), shown, row.total)


def _lines_of(invoice: Invoice) -> Lines:
    record = contents.read(invoice)
    lines = record.lines if record else ()
    return Counter((line.item_id, line.net) for line in lines if line.item_id)


def _on_their_way(
    draft: Draft, content: DraftContent, wanted: Lines, now: datetime
) -> Iterator[Twin]:
    rows: Any = InvoiceOperation.objects.for_portal(draft.portal_id).filter(
        company=draft.company,
        currency=content.currency,
        created_at__gte=now - PERIOD,
        invoice=None,
        draft__state=DraftState.SUBMITTED,
    )
    for row in (
        rows.exclude(point__in=ENDED).exclude(draft=draft).order_by("-created_at")[:LOOKED_AT]
    ):
        other = DraftContent.from_json(row.content)
        same_customer = (other.customer_id, other.recipient) == (
            content.customer_id, content.recipient,
        )  # fmt: skip
        if same_customer and _lines(other) == wanted:
            yield Twin("", row.created_at.date().isoformat(), row.expected_total or other.subtotal)
