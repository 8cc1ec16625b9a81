"""Finding invoices that QuickBooks already has (S-68), to hang them on a HubSpot record.

With the Invoices tab off only invoices made or added here are mirrored (S-20), so QuickBooks itself
is asked: one query on fields it can filter, a page at a time. Where invoices are synced the mirror
answers while it fills the page, and whenever QuickBooks does not answer.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Q
from django.http import QueryDict

from integration import company_settings, sessions
from integration.access.actors import Actor
from integration.gateways.errors import GatewayError
from integration.gateways.quickbooks_query import all_of, contains, one_of, where
from integration.gateways.quickbooks_transactions import invoice as parse_invoice
from integration.listing.keyset import Order, read_page, write_mark
from integration.models import Company, Record
from integration.models.tenancy import PortalQuerySet
from integration.models.words import contains as letters_of
from integration.records.quickbooks import Invoice as Entry
from integration.records.quickbooks import Raw
from invoices import reach, searching
from invoices.calendar import company_day
from invoices.models import Invoice, InvoiceAttachment
from invoices.models.invoices import Origin
from invoices.stages import derive, facts_of

PAGE = 25
MOST_CUSTOMERS = 50
NEWEST_FIRST = "TxnDate DESC"
BY_DATE = Order.of("-txn_date")
PLACE = re.compile(r"[0-9]{1,7}", re.ASCII)
OPEN, OVERDUE, PAID = STATUSES = ("open", "overdue", "paid")


@dataclass(frozen=True, slots=True)
class Criteria:
    """What to look for; empty parts do not narrow. Amounts are totals in the invoice's currency.

    ``customer_ids`` name customers directly (those linked to the record); ``customer`` is text.
    """

    number: str = ""
    customer: str = ""
    customer_ids: tuple[str, ...] = ()
    total_from: Decimal | None = None
    total_to: Decimal | None = None
    since: date | None = None
    until: date | None = None
    status: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """One invoice. ``entry`` is what QuickBooks just said, ``row`` our copy: one is always there.

    ``attached`` are the current attachments of the row.
    """

    qbo_id: str
    number: str
    customer: str
    txn_date: date | None
    due_date: date | None
    currency: str
    total: Decimal
    open: Decimal
    stage: str
    row: Invoice | None = None
    attached: tuple[InvoiceAttachment, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """``next`` are query parameters of the page that follows, empty on the last one.

    ``is_mirror``: these come from our copy, QuickBooks may have more. ``trouble``: why it was not
    asked. ``no_customer``: nobody there is called so. ``too_many``: more customers have this name
    than one query takes.
    """

    rows: list[Found] = field(default_factory=list)
    next: tuple[tuple[str, str], ...] = ()
    is_mirror: bool = False
    trouble: GatewayError | None = None
    no_customer: bool = False
    too_many: bool = False


def search(
    actor: Actor, company: Company, criteria: Criteria, query: QueryDict, now: datetime
) -> Page:
    """A page of matching invoices, newest first. At most one call to QuickBooks.

    ``query`` holds where to go on: ``start`` in QuickBooks, ``after`` in the mirror;
    ``source=quickbooks`` asks QuickBooks although the mirror could answer.
    """
    ids, too_many = _customers(company, criteria)
    if criteria.customer.strip() and not ids:
        return Page(no_customer=True)
    if query.get("source") != "quickbooks" and not query.get("start") and _follows(company):
        page = _from_mirror(company, criteria, ids, query)
        if query.get("after") or len(page.rows) == PAGE:
            return page
    try:
        return _from_quickbooks(company, criteria, ids, query.get("start", ""), now, too_many)
    except GatewayError as error:
        found = _from_mirror(company, criteria, ids, query)
        return Page(found.rows, found.next, is_mirror=True, trouble=error)


def by_id(company: Company, qbo_ids: Sequence[str]) -> list[Found]:
    """These invoices as our copy has them; unknown ones are absent."""
    rows = _mirror(company).filter(qbo_id__in=list(qbo_ids))
    return [_of_row(row) for row in reach.with_attachments(rows)]


def _follows(company: Company) -> bool:
    """Whether invoices that nobody made or added here are mirrored too."""
    return bool(_mirror(company).filter(origin=Origin.SYNCED).exists())


def _customers(company: Company, criteria: Criteria) -> tuple[tuple[str, ...], bool]:
    """Customers whose words match, inactive ones too: their old invoices are still there."""
    words = criteria.customer.lower().split()
    if not words:
        return criteria.customer_ids, False
    rows = Record.objects.for_portal(company.portal_id).filter(company=company, kind="Customer")
    if letters_of(criteria.customer):
        rows = rows.filter(words__having=letters_of(criteria.customer))
    for word in words:
        rows = rows.filter(search_text__contains=word)
    found = list(rows.order_by("-active", "name").values_list("qbo_id", flat=True)[:51])
    return tuple(found[:MOST_CUSTOMERS]), len(found) > MOST_CUSTOMERS


# ------------------------------------------------------------------------------------- QuickBooks
def _from_quickbooks(
    company: Company,
    criteria: Criteria,
    customer_ids: tuple[str, ...],
    start_text: str,
    now: datetime,
    too_many: bool,
) -> Page:
    start = max(1, int(start_text)) if PLACE.fullmatch(start_text) else 1
    qbo = sessions.quickbooks(company, urgent=True)
    condition = _conditions(criteria, customer_ids, company_day(company, now))
    raws = qbo.query("Invoice", condition, NEWEST_FIRST, start, PAGE + 1)
    entries = [each for each in map(_readable, raws[:PAGE]) if each is not None]
    more = (("start", str(start + PAGE)),) if len(raws) > PAGE else ()
    return Page(_with_mirror(company, entries, now), more, too_many=too_many)


def _conditions(criteria: Criteria, customer_ids: tuple[str, ...], today: date) -> str:
    """Only fields that QuickBooks can filter; it knows no OR, so all of them apply."""
    found = [
        contains("DocNumber", criteria.number.strip()) if criteria.number.strip() else "",
        one_of("CustomerRef", customer_ids) if customer_ids else "",
        where("TxnDate", ">=", criteria.since) if criteria.since else "",
        where("TxnDate", "<=", criteria.until) if criteria.until else "",
    ]
    if criteria.total_from is not None and criteria.total_from == criteria.total_to:
        found.append(where("TotalAmt", "=", criteria.total_from))
    else:
        lowest, highest = criteria.total_from, criteria.total_to
        found.append(where("TotalAmt", ">=", lowest) if lowest is not None else "")
        found.append(where("TotalAmt", "<=", highest) if highest is not None else "")
    by_status = {
        OPEN: [where("Balance", ">", 0)],
        OVERDUE: [where("Balance", ">", 0), where("DueDate", "<", today)],
        # A voided invoice has no balance either, but no total.
        PAID: [where("Balance", "=", 0), where("TotalAmt", ">", 0)],
    }
    return all_of(*found, *by_status.get(criteria.status, []))


def _readable(raw: Raw) -> Entry | None:
    """One record that cannot be read hides itself, not the others."""
    try:
        return parse_invoice(raw)
    except (ValueError, KeyError, TypeError):
        return None


def _with_mirror(company: Company, entries: list[Entry], now: datetime) -> list[Found]:
    """What QuickBooks said, with where each one hangs already."""
    rows = _mirror(company).filter(qbo_id__in=[each.id for each in entries])
    known = {row.qbo_id: row for row in reach.with_attachments(rows.defer("raw", "written"))}
    printed = company_settings.of_company(company).printed_counts_as_sent
    today = company_day(company, now)
    return [_of_entry(each, known.get(each.id), company, today, printed) for each in entries]


def _of_entry(
    entry: Entry, row: Invoice | None, company: Company, today: date, printed: bool
) -> Found:
    facts = facts_of(
        entry,
        had_amount=row is not None and row.had_amount,
        void_event=row is not None and row.voided_at is not None,
        delivered_by_hand=row is not None and row.delivered_by_hand_at is not None,
    )
    stage = derive(facts, today, printed_counts_as_sent=printed).stage
    return Found(
        qbo_id=entry.id,
        number=entry.doc_number,
        customer=entry.customer_name,
        txn_date=entry.txn_date,
        due_date=entry.due_date,
        currency=entry.currency or company.home_currency,
        total=entry.total,
        open=entry.balance,
        stage=stage.value,
        row=row,
        attached=_attached(row),
    )


# ----------------------------------------------------------------------------------------- mirror
def _mirror(company: Company) -> PortalQuerySet:
    return Invoice.objects.for_portal(company.portal_id).filter(company=company, deleted_at=None)


def _from_mirror(
    company: Company, criteria: Criteria, customer_ids: tuple[str, ...], query: QueryDict
) -> Page:
    rows = _mirror(company).filter(_mirror_condition(criteria, customer_ids))
    page = read_page(query, rows.defer("raw", "written"), BY_DATE, PAGE)
    found = reach.with_attachments(_mirror(company).filter(pk__in=[row.pk for row in page.rows]))
    known = {row.pk: row for row in found.defer("raw", "written")}
    more = (("after", write_mark(page.rows[-1], BY_DATE)),) if page.has_next else ()
    return Page(
        [_of_row(known[row.pk]) for row in page.rows if row.pk in known], more, is_mirror=True
    )


def _mirror_condition(criteria: Criteria, customer_ids: tuple[str, ...]) -> Q:
    """The same questions as ``_conditions``, so that both sides find alike."""
    found = ~Q(pk__in=[])
    if criteria.number.strip():
        found &= searching.number(criteria.number.strip())
    if customer_ids:
        found &= Q(customer_id__in=customer_ids)
    limits = {
        "txn_date__gte": criteria.since,
        "txn_date__lte": criteria.until,
        "total__gte": criteria.total_from,
        "total__lte": criteria.total_to,
    }
    found &= Q(**{name: value for name, value in limits.items() if value is not None})
    by_status = {
        OPEN: Q(open__gt=0),
        OVERDUE: Q(is_overdue=True),
        PAID: Q(open__lte=0, total__gt=0),
    }
    return found & by_status.get(criteria.status, Q())


def _of_row(row: Invoice) -> Found:
    return Found(
        qbo_id=row.qbo_id,
        number=row.doc_number,
        customer=row.customer_name,
        txn_date=row.txn_date,
        due_date=row.due_date,
        currency=row.currency,
        total=row.total,
        open=row.open,
        stage=row.stage,
        row=row,
        attached=_attached(row),
    )


def _attached(row: Invoice | None) -> tuple[InvoiceAttachment, ...]:
    return tuple(row.attached) if row is not None else ()  # type: ignore[attr-defined]
