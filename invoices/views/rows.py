"""Invoices as lists show them: badge, deal and address of each row, with a fixed number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from integration.access.actors import Actor
from integration.access.pages import record_url
from integration.display import amount_text
from invoices import reach
from invoices.models import DealRef, Invoice, InvoiceAttachment
from invoices.models.invoices import Stage

GONE = (Stage.VOIDED, Stage.DELETED)


@dataclass(frozen=True, slots=True)
class InvoiceRow:
    """``badge`` is empty where the stage's own label does."""

    invoice: Invoice
    url: str
    badge: str
    deals: list[DealRef]

    @property
    def number(self) -> str:
        return number_of(self.invoice)


@dataclass(frozen=True, slots=True)
class Amount:
    value: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Sums:
    """Of the living invoices that a deal counts (D-22), by currency: never added across (D-23)."""

    billed: list[Amount]
    cash: list[Amount]
    open: list[Amount]
    count: int


NO_SUMS = Sums([], [], [], 0)


def number_of(invoice: Invoice) -> str:
    """What people call it; QuickBooks may leave the number empty."""
    return invoice.doc_number or _("without number")


def badge_text(invoice: Invoice) -> str:
    """D-19: paid, but not all of it in money; empty where the plain label is right."""
    if invoice.stage != Stage.PAID or not invoice.credited or invoice.cash >= invoice.billed:
        return ""
    amount = amount_text(invoice.credited, invoice.currency)
    return _("Paid (credit %(amount)s)") % {"amount": amount}


def invoice_url(actor: Actor, invoice: Invoice, deal_id: str = "") -> str:
    """Of a deal's page the address below that deal, which also works in HubSpot's frame."""
    if deal_id:
        return record_url(actor, "deal-invoice", deal_id, invoice_id=invoice.pk)
    return reverse("invoice", kwargs={"portal_id": actor.portal.pk, "invoice_id": invoice.pk})


def invoice_rows(actor: Actor, rows: list[Invoice]) -> list[InvoiceRow]:
    """``rows`` come from ``reach.with_attachments``."""
    known = reach.deals_of(actor, rows)
    return [
        InvoiceRow(
            row,
            invoice_url(actor, row),
            badge_text(row),
            [known[each.hubspot_id] for each in _on_deals(row) if each.hubspot_id in known],
        )
        for row in rows
    ]


def _on_deals(row: Invoice) -> Iterable[InvoiceAttachment]:
    attached: list[InvoiceAttachment] = row.attached  # type: ignore[attr-defined]
    return (each for each in attached if each.object_kind == reach.DEALS)


def amounts_of(invoices: Iterable[Invoice]) -> Sums:
    """Of the living ones among these, by currency, the largest first."""
    living = [each for each in invoices if each.stage not in GONE]
    found: dict[str, list[Decimal]] = {}
    for each in living:
        before = found.get(each.currency, [Decimal(0)] * 3)
        added = zip(before, (each.billed, each.cash, each.open), strict=True)
        found[each.currency] = [one + other for one, other in added]
    ordered = sorted(found.items(), key=lambda pair: pair[1], reverse=True)
    billed, cash, owed = (
        [Amount(values[place], currency) for currency, values in ordered] for place in range(3)
    )
    return Sums(billed, cash, owed, len(living))


def sums_of(actor: Actor, deal_ids: Iterable[str]) -> dict[str, Sums]:
    """By HubSpot id of the deal; deals without an invoice are absent. One query."""
    attached: QuerySet[Any] = InvoiceAttachment.objects.for_portal(actor.portal).filter(
        actor.company_condition(),
        object_kind=reach.DEALS,
        hubspot_id__in=list(deal_ids),
        counts=True,
        detached_at=None,
    )
    grouped = (
        attached.exclude(invoice__stage__in=GONE)
        .values("hubspot_id", "invoice__currency")
        .annotate(
            billed=Sum("invoice__billed"),
            cash=Sum("invoice__cash"),
            open=Sum("invoice__open"),
            count=Count("pk"),
        )
        .order_by("hubspot_id", "-billed")
    )
    found: dict[str, Sums] = {}
    for row in grouped:
        before = found.get(row["hubspot_id"], NO_SUMS)
        currency = row["invoice__currency"]
        found[row["hubspot_id"]] = Sums(
            [*before.billed, Amount(row["billed"], currency)],
            [*before.cash, Amount(row["cash"], currency)],
            [*before.open, Amount(row["open"], currency)],
            before.count + row["count"],
        )
    return found
