"""Which deals, invoices and drafts a person reaches (D-05, control 13): asked by every page and
the API, so that both answer alike. What is out of reach does not exist: 404, never 403."""

from collections.abc import Sequence

from django.db.models import Exists, OuterRef, Prefetch, Q
from django.http import Http404

from integration.access.actors import Actor
from integration.models.tenancy import PortalQuerySet
from invoices.models import DealRef, Draft, Invoice, InvoiceAttachment

DEALS = "deals"


def visible_deals(actor: Actor) -> PortalQuerySet:
    return DealRef.objects.for_portal(actor.portal).filter(actor.deal_condition())


def visible_invoices(actor: Actor) -> PortalQuerySet:
    """Of their companies; whoever is limited to deals sees those attached to these deals."""
    found = Invoice.objects.for_portal(actor.portal).filter(actor.company_condition())
    if actor.sees_all_deals:
        return found
    attached = InvoiceAttachment.objects.for_portal(actor.portal).filter(
        invoice=OuterRef("pk"),
        object_kind=DEALS,
        detached_at=None,
        hubspot_id__in=visible_deals(actor).values("hubspot_id"),
    )
    return found.filter(Exists(attached))


def visible_drafts(actor: Actor) -> PortalQuerySet:
    """Drafts of deals in reach, of their companies or of none yet."""
    found = Draft.objects.for_portal(actor.portal).filter(actor.deal_condition("deal__"))
    return found.filter(actor.company_condition() | Q(company=None))


def invoice_of(actor: Actor, invoice_id: object, deal_id: str = "") -> Invoice:
    """The invoice with its company, with ``deal_id`` only if it is on that deal.

    Raises Http404 for a miss of any kind.
    """
    found = visible_invoices(actor).filter(pk=invoice_id).select_related("company", "portal")
    if deal_id:
        found = found.filter(Exists(_on_deal(actor, deal_id)))
    invoice = found.first()
    if invoice is None:
        raise Http404
    return invoice  # type: ignore[no-any-return]


def invoices_of_deal(actor: Actor, deal_id: str) -> PortalQuerySet:
    """Attached to this deal, newest first; the caller knows that the deal is in reach."""
    return invoices_of_record(actor, DEALS, deal_id)


def invoices_of_record(actor: Actor, kind: str, record_id: str) -> PortalQuerySet:
    """The same for a deal, contact or company (S-71)."""
    found = Invoice.objects.for_portal(actor.portal).filter(actor.company_condition())
    attached = found.filter(Exists(_on_record(actor, kind, record_id)))
    return attached.select_related("company").order_by("-txn_date", "-updated_at", "-pk")


def invoice_of_record(actor: Actor, kind: str, record_id: str, invoice_id: object) -> Invoice:
    """One of them, with its company. Raises Http404."""
    rows = invoices_of_record(actor, kind, record_id).select_related("company", "portal")
    invoice = rows.filter(pk=invoice_id).first()
    if invoice is None:
        raise Http404
    return invoice  # type: ignore[no-any-return]


def _on_deal(actor: Actor, deal_id: str) -> PortalQuerySet:
    return _on_record(actor, DEALS, deal_id)


def _on_record(actor: Actor, kind: str, record_id: str) -> PortalQuerySet:
    return InvoiceAttachment.objects.for_portal(actor.portal).filter(
        invoice=OuterRef("pk"), object_kind=kind, hubspot_id=record_id, detached_at=None
    )


def with_attachments(rows: PortalQuerySet) -> PortalQuerySet:
    """``row.attached`` is what each invoice is on now, the counting deal first: one more query."""
    attached = InvoiceAttachment.objects.everywhere("of rows that a portal's query gave")
    current = attached.filter(detached_at=None).order_by("-counts", "attached_at", "pk")
    return rows.prefetch_related(Prefetch("attachments", queryset=current, to_attr="attached"))


def deals_of(actor: Actor, rows: Sequence[Invoice]) -> dict[str, DealRef]:
    """The deals in reach that these rows (``with_attachments``) are on, by HubSpot id: one query."""
    ids = {
        tie.hubspot_id
        for row in rows
        for tie in row.attached  # type: ignore[attr-defined]
        if tie.object_kind == DEALS
    }
    if not ids:
        return {}
    return {deal.hubspot_id: deal for deal in visible_deals(actor).filter(hubspot_id__in=ids)}
