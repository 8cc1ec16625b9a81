"""What HubSpot was told of the lines that are put right counts no longer, so that it is told again."""

from collections import defaultdict
from collections.abc import Sequence

from integration.bulk import update_rows
from integration.models import Company, RecordLink
from invoices.models import DealRef, Invoice, InvoiceAttachment
from sync.operations import DEAL, INVOICE
from sync.reconcile import OF_BOOKS, What
from sync.reconciliation_models import Drift
from sync.records import CUSTOMER, ITEM

FORGOTTEN = "-"


def forget(company: Company, lines: Sequence[Drift]) -> None:
    """What HubSpot shows takes the place of what it was told; a few statements, however many."""
    told = [each for each in lines if each.what not in OF_BOOKS]
    untied = [each for each in told if each.what == What.UNTIED]
    others = [each for each in told if each.what != What.UNTIED]
    _ties(company, untied)
    _invoices(company, [each for each in others if each.record_kind == INVOICE])
    _deals(company, [each for each in others if each.record_kind == DEAL])
    _links(company, [each for each in others if each.record_kind in (CUSTOMER, ITEM)])


def _shown(line: Drift) -> dict[str, str]:
    return {each["name"]: each["found"] for each in line.differences}


def _ties(company: Company, lines: Sequence[Drift]) -> None:
    of_kind: dict[str, list[str]] = defaultdict(list)
    for line in lines:
        for kind in _shown(line):
            of_kind[kind].append(line.record_id)
    for kind, ids in sorted(of_kind.items()):
        ties = InvoiceAttachment.objects.for_portal(company.portal_id).filter(
            invoice__in=ids, detached_at=None, object_kind=kind
        )
        ties.update(associated_at=None)


def _invoices(company: Company, lines: Sequence[Drift]) -> None:
    if not lines:
        return
    rows = Invoice.objects.for_portal(company.portal_id)
    known = {str(each.pk): each for each in rows.filter(pk__in=[each.record_id for each in lines])}
    for line in lines:
        if invoice := known.get(line.record_id):
            invoice.written, invoice.mapped_hash = {**invoice.written, **_shown(line)}, ""
    update_rows(company.portal_id, known.values(), ("written", "mapped_hash"))


def _deals(company: Company, lines: Sequence[Drift]) -> None:
    if not lines:
        return
    rows = DealRef.objects.for_portal(company.portal_id)
    found = rows.filter(hubspot_id__in=[each.record_id for each in lines])
    known = {each.hubspot_id: each for each in found}
    for line in lines:
        if deal := known.get(line.record_id):
            deal.written, deal.written_hash = {**deal.written, **_shown(line)}, FORGOTTEN
    update_rows(company.portal_id, known.values(), ("written", "written_hash"))


def _links(company: Company, lines: Sequence[Drift]) -> None:
    if not lines:
        return
    rows = RecordLink.objects.for_portal(company.portal_id).filter(
        company=company, qbo_id__in={each.qbo_id for each in lines}
    )
    known = {(each.kind, each.qbo_id, each.hubspot_kind): each for each in rows}
    changed = {}
    for line in lines:
        if link := known.get((line.record_kind, line.qbo_id, line.object_kind)):
            link.written, link.mapped_hash = {**link.written, **_shown(line)}, ""
            changed[link.pk] = link
    update_rows(company.portal_id, changed.values(), ("written", "mapped_hash"))
