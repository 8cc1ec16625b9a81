"""What the approval policy is asked about, read from rows (D-15)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Q

from integration import company_settings
from integration.access.rights import Right
from integration.models import Company, CompanySettings, Person
from invoices.approval_policy import PERIOD_DAYS, Policy, Rule, at_home
from invoices.calendar import company_day
from invoices.draft_content import DraftContent
from invoices.models import (
    DealRef,
    Draft,
    Invoice,
    InvoiceAttachment,
    InvoiceChange,
    InvoiceOperation,
)
from invoices.models.changes import ChangeKind, ChangePoint
from invoices.models.drafts import DraftState, RecoveryPoint
from invoices.models.invoices import Stage
from invoices.payload import content_hash
from invoices.typed_values import read_number

NOT_LIVING = (Stage.VOIDED, Stage.DELETED)
ENDED = (RecoveryPoint.DONE, RecoveryPoint.FAILED)
CHANGED = (ChangePoint.DONE, ChangePoint.FAILED, ChangePoint.DROPPED)


@dataclass(frozen=True)
class Subject:
    """What shall be posted: a new invoice, a change of one, or a draft nobody sent yet.

    ``amount`` is the whole invoice's, in ``currency``. ``authors`` are drafter, last editor and
    whoever sent it; ``right`` is what the sender needs.
    """

    company: Company
    deal: DealRef | None
    content: DraftContent
    content_hash: str
    amount: Decimal | None
    currency: str
    sender: Person
    drafted_by: Person | None
    edited_by: Person | None
    right: Right = Right.POST
    operation: InvoiceOperation | None = None
    change: InvoiceChange | None = None
    instead_of: UUID | None = None
    """The invoice that it changes: what stands on it now does not count beside the new amount."""

    @property
    def authors(self) -> frozenset[UUID]:
        return frozenset(
            each.pk for each in (self.sender, self.drafted_by, self.edited_by) if each is not None
        )


def of_operation(operation: InvoiceOperation) -> Subject:
    draft = operation.draft
    return Subject(
        company=operation.company,
        deal=draft.deal,
        content=DraftContent.from_json(operation.content),
        content_hash=operation.submitted_hash or operation.content_hash,
        amount=operation.expected_total,
        currency=operation.currency,
        sender=operation.created_by,
        drafted_by=draft.created_by,
        edited_by=draft.edited_by,
        operation=operation,
    )


def of_change(change: InvoiceChange) -> Subject:
    """D-14: with the amount and customer that the invoice shall have afterwards."""
    deals = DealRef.objects.for_portal(change.portal_id)
    draft: Draft | None = change.draft
    return Subject(
        company=change.company,
        deal=deals.filter(hubspot_id=change.deal_id).first() if change.deal_id else None,
        content=DraftContent.from_json(change.content),
        content_hash=change.content_hash,
        amount=change.expected_total,
        currency=change.currency,
        sender=change.created_by,
        drafted_by=draft.created_by if draft else None,
        edited_by=draft.edited_by if draft else None,
        right=Right.POST if change.kind == ChangeKind.EDIT else Right.CORRECT,
        change=change,
        instead_of=change.invoice_id,
    )


def of_draft(draft: Draft, content: DraftContent, amount: Decimal, sender: Person) -> Subject:
    """As it would be if this person sent it now: for the prediction on Review."""
    return Subject(
        company=draft.company,
        deal=draft.deal,
        content=content,
        content_hash=content_hash(content),
        amount=amount,
        currency=content.currency,
        sender=sender,
        drafted_by=draft.created_by,
        edited_by=draft.edited_by,
        operation=InvoiceOperation.objects.for_portal(draft.portal_id).filter(draft=draft).first(),
        instead_of=draft.edits_id,
    )


# ------------------------------------------------------------------------------------ the policy
def policy_of(company: Company) -> Policy:
    return read_policy(company_settings.of_company(company), company)


def read_policy(settings: CompanySettings, company: Company) -> Policy:
    return Policy(
        rule=Rule(settings.approval_rule),
        limit=settings.approval_limit,
        four_eyes=settings.four_eyes,
        version=settings.approval_version,
        currency=company.home_currency,
    )


# ---------------------------------------------------------------------------------------- amounts
def amount_at_home(subject: Subject) -> Decimal | None:
    """In home currency, at the rate its prices were converted at, else the newest one we know."""
    home = subject.company.home_currency
    rate = None
    if subject.currency != home:
        content = subject.content
        if content.priced_in == subject.currency and content.price_rate:
            rate = read_number(content.price_rate)
        rate = rate or newest_rate(subject.company, subject.currency)
    return at_home(subject.amount, subject.currency, home, rate)


def newest_rate(company: Company, currency: str) -> Decimal | None:
    """Home units for one unit of ``currency``, on the newest invoice that has a rate."""
    rows = Invoice.objects.for_portal(company.portal_id).filter(
        company=company, currency=currency, exchange_rate__isnull=False
    )
    found = rows.order_by("-txn_date", "-updated_at").values_list("exchange_rate", flat=True)
    return found.first()  # type: ignore[no-any-return]


def earlier(subject: Subject, now: datetime) -> list[Decimal | None]:
    """The deal's other invoices of 30 days and those on their way, each in home currency.

    Of every company with the same home currency: several books are no way around a limit. An
    invoice made here counts by the day it was made as well, so a backdated one is not forgotten.
    """
    if subject.deal is None:
        return []
    return [*_posted(subject, subject.deal, now), *_on_their_way(subject, subject.deal)]


def _posted(subject: Subject, deal: DealRef, now: datetime) -> Iterator[Decimal | None]:
    period = timedelta(days=PERIOD_DAYS)
    rows = Invoice.objects.for_portal(deal.portal_id).filter(
        Q(txn_date__gte=company_day(subject.company, now) - period)
        | Q(operation__created_at__gte=now - period),
        pk__in=_of_deal(deal),
        company__home_currency=subject.company.home_currency,
    )
    if subject.instead_of is not None:
        rows = rows.exclude(pk=subject.instead_of)
    living = list(rows.exclude(stage__in=NOT_LIVING).defer("raw", "written"))
    edits = _edits_under_way(subject, living)
    for row in living:
        stands = _invoice_at_home(row, subject.company.home_currency)
        yield _larger(stands, edits[row.pk]) if row.pk in edits else stands


def _edits_under_way(subject: Subject, invoices: Iterable[Invoice]) -> dict[UUID, Decimal | None]:
    """What other invoices of the deal shall be changed to, by invoice: not yet on them."""
    rows = InvoiceChange.objects.for_portal(subject.company.portal_id).filter(
        invoice__in=[each.pk for each in invoices], kind=ChangeKind.EDIT
    )
    if subject.change is not None:
        rows = rows.exclude(pk=subject.change.pk)
    related = ("company", "created_by", "draft__created_by", "draft__edited_by")
    return {
        row.invoice_id: amount_at_home(of_change(row))
        for row in rows.exclude(point__in=CHANGED).select_related(*related)
    }


def _larger(stands: Decimal | None, wanted: Decimal | None) -> Decimal | None:
    """An edit that makes it smaller may still be dropped; an unknown amount stays unknown."""
    return None if stands is None or wanted is None else max(stands, wanted)


def _of_deal(deal: DealRef) -> set[UUID]:
    """Counted by it, or made here for it: taking an invoice off the deal is no way around."""
    counted = InvoiceAttachment.objects.for_portal(deal.portal_id).filter(
        object_kind="deals", hubspot_id=deal.hubspot_id, counts=True, detached_at=None
    )
    made = InvoiceOperation.objects.for_portal(deal.portal_id).filter(draft__deal=deal)
    return {
        *counted.values_list("invoice_id", flat=True),
        *made.exclude(invoice=None).values_list("invoice_id", flat=True),
    }


def _invoice_at_home(invoice: Invoice, home: str) -> Decimal | None:
    if invoice.home_total is not None and invoice.currency != home:
        return invoice.home_total
    return at_home(invoice.billed, invoice.currency, home, invoice.exchange_rate)


def _on_their_way(subject: Subject, deal: DealRef) -> Iterator[Decimal | None]:
    rows: Any = InvoiceOperation.objects.for_portal(deal.portal_id).filter(
        draft__deal=deal,
        draft__state=DraftState.SUBMITTED,
        invoice=None,
        company__home_currency=subject.company.home_currency,
    )
    if subject.operation is not None:
        rows = rows.exclude(pk=subject.operation.pk)
    for row in rows.exclude(point__in=ENDED).select_related("company", "created_by", "draft__deal"):
        yield amount_at_home(of_operation(row))
