"""Reports of reconciliation as CSV, and which of them a person may read (B-26)."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from integration import csv_files, listing
from integration.access.actors import Actor
from integration.access.pages import portal_page
from integration.access.rights import Right
from integration.currencies import round_money
from integration.listing import Filter
from integration.models import Company
from sync import reconciliations as service
from sync.reconciled_sums import NAMES, Month
from sync.reconciliation_models import Drift, DriftKind, DriftState, Reconciliation, Side
from sync.reconciliation_store import months
from sync.views import drift_words


def rows(actor: Actor) -> QuerySet[Any]:
    rows = Reconciliation.objects.for_portal(actor.portal).filter(actor.company_condition())
    return rows.select_related("company__portal", "requested_by")


def row_of(actor: Actor, report_id: UUID, right: Right = Right.VIEW) -> Reconciliation:
    found: Reconciliation = get_object_or_404(rows(actor), pk=report_id)
    actor.company(found.company_id, right)
    return found


def line_filters() -> list[Filter]:
    return [
        Filter("what", _("What differs"), DriftKind.choices),
        Filter("kind", _("Record"), list(drift_words.KINDS.items()), "record_kind__in"),
        Filter("state", _("State"), DriftState.choices),
    ]


@portal_page(Right.EXPORT, all_deals=True)
@require_GET
def lines_csv(request: HttpRequest, actor: Actor, report_id: UUID) -> HttpResponseBase:
    """Exactly the lines the page shows with the same filters; a row for each field."""
    row = row_of(actor, report_id)
    rows = listing.narrow(
        request.GET, service.lines_of(row), filters=line_filters(), search=["label"]
    )
    header = ("company", "record", "what", "field", "expected", "found", "state", "reason")
    return csv_files.answer(f"reconciliation-{_day(row)}", header, _csv_lines(rows))


def _csv_lines(rows: QuerySet[Drift]) -> Iterator[tuple[Any, ...]]:
    for each in rows.order_by("label", "pk").iterator(chunk_size=500):
        line = drift_words.line(each)
        reason = line.reason.sentence if line.reason else ""
        for change in line.changes or [{"name": "", "after": "", "before": ""}]:
            yield (
                each.company, line.record, each.get_what_display(), change["name"],
                change["after"], change["before"], each.get_state_display(), reason,
            )  # fmt: skip


@portal_page(Right.EXPORT, all_deals=True)
@require_GET
def months_csv(request: HttpRequest, actor: Actor, report_id: UUID) -> HttpResponseBase:
    row = row_of(actor, report_id)
    header = ("company", "month", "currency", "side", "invoices", *NAMES)
    return csv_files.answer(f"totals-{_day(row)}", header, _csv_months(row.company, months(row)))


def _csv_months(company: Company, found: Sequence[Month]) -> Iterator[tuple[Any, ...]]:
    for each in found:
        month = f"{each.month:%Y-%m}" if each.is_dated else ""
        for side in Side.values:
            amount = getattr(each, side)
            amounts = (round_money(getattr(amount, name), each.currency) for name in NAMES)
            yield (company, month, each.currency, side, amount.count, *amounts)


def _day(row: Reconciliation) -> str:
    return f"{row.started_at:%Y-%m-%d}"
