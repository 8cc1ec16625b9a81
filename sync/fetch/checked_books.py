"""Pages of QuickBooks' records against our copy of them (B-26): what differs, and what they add up to.

Nothing is written. Records that changed after the comparison began are left to the next run.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from integration.gateways.quickbooks import QuickBooks
from integration.gateways.values import text
from integration.models import Company
from integration.records.quickbooks import Invoice as InvoiceRecord
from integration.records.quickbooks import Payment, Raw
from invoices.amounts import Amounts, Application, applications, from_ledger
from invoices.models import AcceptedRefund, Invoice, PaymentApplication
from sync.fetch.changes import (
    INVOICES,
    PAYMENTS,
    by_id,
    vanished,
)
from sync.operations import INVOICE, PAYMENT
from sync.policies import ObjectPolicy
from sync.reconcile import Change, Deviation, What, values
from sync.reconciled_sums import QUICKBOOKS, Sums

ZERO = Decimal(0)
MIRRORED = (
    "total", "balance", "currency", "txn_date", "due_date", "doc_number", "customer_id",
)  # fmt: skip
Ledger = dict[UUID, list[PaymentApplication]]
"""What is booked and not reversed, by invoice row."""
AMOUNTS = ("billed", "cash", "credited", "open")


@dataclass(slots=True)
class Checked:
    """What a page brought. ``matched``: records of it that our copy has and that still stand."""

    deviations: list[Deviation] = field(default_factory=list)
    sums: Sums = field(default_factory=Sums)
    seen: int = 0
    matched: int = 0


class BooksCheck:
    """For one company. ``since``: when the comparison began."""

    def __init__(self, company: Company, qbo: QuickBooks, since: datetime) -> None:
        self.company = company
        self.qbo = qbo
        self.since = since

    # ------------------------------------------------------------------------------- invoices

    def invoices(self, rows: Sequence[Raw], policy: ObjectPolicy) -> Checked:
        """Invoices we follow, with their payments, and those that should have come and did not."""
        records, unreadable = INVOICES.parsed(rows)
        known = self._known(
            [each.id for each in records] + [text(raw["Id"]) for _, raw in unreadable]
        )
        found = Checked(seen=len(rows), matched=alive(known.values()))
        followed = [each for each in records if each.id in known]
        ledger = self._ledger(known.values())
        paid = self._payments(followed, ledger)
        refunds = self._refunds(known.values())
        for record in records:
            row = known.get(record.id)
            if row is None:
                self._not_followed(found, record, policy)
                continue
            amounts = self._amounts(record, paid, refunds.get(row.pk, ZERO))
            found.sums.add(record.txn_date, self._currency(record), QUICKBOOKS, amounts)
            if record.updated_at <= self.since:
                found.deviations += self._compared(record, row, amounts)
                found.deviations += self._settled(record, row, ledger[row.pk], paid)
        return found

    def _known(self, ids: Sequence[str]) -> dict[str, Invoice]:
        rows = Invoice.objects.for_portal(self.company.portal_id).filter(
            company=self.company, qbo_id__in=ids
        )
        return {row.qbo_id: row for row in rows.defer("raw", "written")}

    def _currency(self, record: InvoiceRecord) -> str:
        return record.currency or self.company.home_currency

    def _not_followed(self, found: Checked, record: InvoiceRecord, policy: ObjectPolicy) -> None:
        if not policy.adopts(record.updated_at) or record.updated_at > self.since:
            return
        amounts = self._amounts(record, self._payments([record], {}), ZERO)
        found.sums.add(record.txn_date, self._currency(record), QUICKBOOKS, amounts)
        label, total = record.doc_number or record.id, f"{record.total:f}"
        change = Change("total", total, "")
        found.deviations.append(
            Deviation(What.UNKNOWN, INVOICE, qbo_id=record.id, label=label, changes=(change,))
        )

    def _amounts(
        self, record: InvoiceRecord, paid: Mapping[str, list[Payment]], refunded: Decimal
    ) -> Amounts:
        """From what QuickBooks says now; refunds are a decision of a person here (D-19)."""
        shares = (self._shares(each).get(record.id) for each in paid.get(record.id, ()))
        received = sum((each.cash for each in shares if each is not None), ZERO)
        received = max(received - refunded, ZERO) + record.deposit
        return from_ledger(record.total, record.balance, received)

    def _shares(self, payment: Payment) -> dict[str, Application]:
        named = payment.currency or self.company.home_currency
        return applications(replace(payment, currency=named))

    def _compared(
        self, record: InvoiceRecord, row: Invoice, amounts: Amounts
    ) -> Iterator[Deviation]:
        wanted: dict[str, Any] = {name: getattr(record, name) for name in MIRRORED}
        wanted |= {name: getattr(amounts, name) for name in AMOUNTS}
        wanted["currency"] = self._currency(record)
        if row.deleted_at is not None:
            named = [("deleted", "", "deleted")]
        else:
            named = [(name, wanted[name], getattr(row, name)) for name in wanted]
        if record.version > (int(row.sync_token or 0), row.updated_at):
            named.append(("version", record.sync_token, row.sync_token))
        if changed := values(named):
            yield Deviation(
                What.BEHIND, INVOICE, str(row.pk), record.id, label=str(row), changes=changed
            )

    # ------------------------------------------------------------------------------- payments

    def _payments(
        self, records: Sequence[InvoiceRecord], ledger: Ledger
    ) -> dict[str, list[Payment]]:
        """By invoice, read afresh: those the invoices name and those our ledger has on them."""
        named = {link.id for each in records for link in each.linked if link.kind == PAYMENT}
        named |= {row.payment_id for rows in ledger.values() for row in rows}
        found: dict[str, list[Payment]] = defaultdict(list)
        for rows in by_id(self.qbo, PAYMENTS, sorted(named)) if named else ():
            for payment in PAYMENTS.parsed(rows)[0]:
                for invoice_id in {line.txn_id for line in payment.lines}:
                    found[invoice_id].append(payment)
        return found

    def _ledger(self, invoices: Iterable[Invoice]) -> Ledger:
        rows = PaymentApplication.objects.for_portal(self.company.portal_id).filter(
            invoice__in=list(invoices), reversed_at=None
        )
        found: Ledger = defaultdict(list)
        for row in rows.order_by("payment_id"):
            found[row.invoice_id].append(row)
        return found

    def _refunds(self, rows: Iterable[Invoice]) -> dict[UUID, Decimal]:
        found: dict[UUID, Decimal] = defaultdict(lambda: ZERO)
        accepted = AcceptedRefund.objects.for_portal(self.company.portal_id).filter(
            company=self.company, invoice__in=[row.pk for row in rows], withdrawn_at=None
        )
        for invoice_id, amount in accepted.values_list("invoice_id", "amount"):
            found[invoice_id] += amount
        return found

    def _settled(
        self,
        record: InvoiceRecord,
        row: Invoice,
        entries: Sequence[PaymentApplication],
        paid: Mapping[str, list[Payment]],
    ) -> Iterator[Deviation]:
        """The payments ledger of one invoice against its payments; a line for each payment."""
        booked = {each.payment_id: each for each in entries}
        fresh = {each.id: each for each in paid.get(record.id, ())}
        for payment_id in sorted({*booked, *fresh}):
            payment, entry = fresh.get(payment_id), booked.get(payment_id)
            share = self._shares(payment).get(record.id) if payment else None
            if payment and payment.updated_at > self.since:
                continue
            is_there = share is not None and bool(share.applied)
            wanted = (share.applied, share.cash) if share and is_there else (None, None)
            has = (entry.applied, entry.cash) if entry else (None, None)
            named = [("applied", wanted[0], has[0]), ("cash", wanted[1], has[1])]
            if entry and payment and is_there and payment.txn_date:
                named.append(("paid_on", payment.txn_date, entry.paid_on))
            if changed := values(named):
                yield Deviation(
                    What.BEHIND, PAYMENT, str(row.pk), payment_id, label=str(row), changes=changed
                )

    def vanished(self, qbo_ids: Sequence[str]) -> list[Deviation]:
        """Invoices our copy has and QuickBooks no longer, each proven by a look at its id."""
        known = self._known(qbo_ids)
        return [
            Deviation(
                What.GONE,
                INVOICE,
                str(known[each.id].pk),
                each.id,
                label=str(known[each.id]),
                changes=(Change("total", "", f"{known[each.id].total.normalize():f}"),),
            )
            for each in vanished(self.qbo, list(known), self.since)
        ]


def alive(rows: Iterable[Any]) -> int:
    return sum(row.deleted_at is None for row in rows)
