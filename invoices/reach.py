"""Which invoices a person may see: those of their companies, and for reps those of their deals."""

from django.db.models import Exists, OuterRef, Q
from django.http import Http404

from integration.access.actors import Actor
from integration.models.tenancy import PortalQuerySet
from invoices.models import DealRef, Draft, Invoice, InvoiceAttachment


def visible_deals(actor: Actor) -> PortalQuerySet:
    return DealRef.objects.for_portal(actor.portal).filter(actor.deal_condition())


def visible_invoices(actor: Actor) -> PortalQuerySet:
    """D-05: whoever is limited to deals sees the invoices attached to those deals."""
    found = Invoice.objects.for_portal(actor.portal).filter(actor.company_condition())
    if actor.sees_all_deals:
        return found
    attached = InvoiceAttachment.objects.for_portal(actor.portal).filter(
        invoice=OuterRef("pk"),
        object_kind="deals",
        detached_at=None,
        hubspot_id__in=visible_deals(actor).values("hubspot_id"),
    )
    return found.filter(Exists(attached))


def visible_drafts(actor: Actor) -> PortalQuerySet:
    """Drafts of deals in reach, of their companies or of none yet."""
    found = Draft.objects.for_portal(actor.portal).filter(actor.deal_condition("deal__"))
    return found.filter(actor.company_condition() | Q(company=None))


def invoice_of(actor: Actor, invoice_id: object) -> Invoice:
    """The invoice with its company; raises Http404 for a miss of any kind."""
    found = visible_invoices(actor).filter(pk=invoice_id).select_related("company", "portal")
    invoice = found.first()
    if invoice is None:
        raise Http404
    return invoice  # type: ignore[no-any-return]


def invoices_of_deal(actor: Actor, deal_id: str) -> PortalQuerySet:
    """Attached to this deal, newest first; the caller knows that the deal is in reach."""
    found = Invoice.objects.for_portal(actor.portal).filter(
        actor.company_condition(),
        attachments__object_kind="deals",
        attachments__hubspot_id=deal_id,
        attachments__detached_at=None,
    )
    return found.select_related("company").order_by("-txn_date", "-updated_at")
