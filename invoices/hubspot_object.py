"""The invoice as HubSpot's own object, hung on deal, contact, company and quote in one call (D-24)."""

from integration import audit, jobs, sessions
from integration.crashpoints import crashpoint
from integration.gateways import hubspot_associations as types
from integration.gateways.errors import AccountBlocked, Conflict, NotFound, Rejected
from integration.gateways.hubspot import HubSpot
from integration.models import Company
from integration.models.tenancy import PortalQuerySet
from integration.records.hubspot import Properties, Write
from invoices.creation import Walk
from invoices.currencies import exponent
from invoices.models import Invoice, InvoiceAttachment
from invoices.models.drafts import RecoveryPoint
from mappings import hubspot_invoices
from mappings.additions import InvoiceAdditions
from mappings.catalog import INVOICES, dealbooks_key
from mappings.hubspot_invoices import InvoiceValues
from mappings.services import targets
from mappings.transforms import fingerprint

KEY = "dealbooks_key"
TYPE_IDS = {
    "deals": types.INVOICE_TO_DEAL,
    "contacts": types.INVOICE_TO_CONTACT,
    "companies": types.INVOICE_TO_COMPANY,
    "quotes": types.INVOICE_TO_QUOTE,
}


def show(walked: Walk) -> None:
    """Make the object. Where HubSpot refuses, the invoice stays and sync tries again later."""
    invoice = walked.operation.invoice
    if not _currency_fits(walked):
        return _leave_to_sync(walked, "sync.currency_not_in_portal", {"currency": invoice.currency})
    properties = hubspot_invoices.properties(values(invoice), targets(walked.portal))
    try:
        hubspot_id, associated = _make(walked, invoice, properties)
    except (Rejected, NotFound, Conflict, AccountBlocked) as error:
        return _leave_to_sync(walked, error.code, error.parameters, error.trace_id)
    if not hubspot_id:
        return _leave_to_sync(walked, "invoice.not_in_hubspot", {"detail": associated})
    with walked.fenced():
        invoice.hubspot_id = hubspot_id
        invoice.mapped_hash = fingerprint(properties)
        invoice.written = properties
        invoice.save(update_fields=["hubspot_id", "mapped_hash", "written"])
        _attachments(invoice).update(associated_at=walked.now)
        walked.reach(RecoveryPoint.ASSOCIATED)
        audit.record(
            "invoice.associated",
            person=walked.operation.created_by,
            portal=walked.portal,
            company=walked.company,
            subject=("invoice", str(invoice.pk)),
            now=walked.now,
            origin="worker",
        )
    return None


def values(invoice: Invoice) -> InvoiceValues:
    """The mirrored invoice as the mapping wants it."""
    company: Company = invoice.company
    return InvoiceValues(
        realm_id=company.realm_id,
        company_name=company.name,
        qbo_id=invoice.qbo_id,
        number=invoice.doc_number,
        customer=invoice.customer_name,
        stage=invoice.stage,
        currency=invoice.currency,
        places=exponent(invoice.currency),
        billed=invoice.billed,
        cash=invoice.cash,
        credited=invoice.credited,
        open=invoice.open,
        txn_date=invoice.txn_date,
        due_date=invoice.due_date,
        deleted_at=invoice.deleted_at,
        added=InvoiceAdditions(company).of(invoice.raw),
    )


def _currency_fits(walked: Walk) -> bool:
    portal = walked.portal
    known = {portal.currency, *portal.additional_currencies} - {""}
    return not known or walked.operation.invoice.currency in known


def _attachments(invoice: Invoice) -> PortalQuerySet:
    found = InvoiceAttachment.objects.for_portal(invoice.portal_id)
    return found.filter(invoice=invoice, detached_at=None)


def _make(walked: Walk, invoice: Invoice, properties: Properties) -> tuple[str, str]:
    """(HubSpot's id, "") or ("", why not).

    One call creates object and associations. If the key is already taken, an earlier try came
    through: the object is found by its key and the associations, which may be repeated, are made.
    """
    hubspot = sessions.hubspot(walked.portal, urgent=True)
    ends = [(row.object_kind, row.hubspot_id) for row in _attachments(invoice)]
    key = dealbooks_key(invoice.company.realm_id, "Invoice", invoice.qbo_id)
    write = Write(
        str(invoice.pk),
        properties,
        associations=tuple((end, TYPE_IDS[kind]) for kind, end in ends if kind in TYPE_IDS),
    )
    crashpoint("hubspot_invoice.before_create")
    result = hubspot.create(INVOICES, [write])[0]
    crashpoint("hubspot_invoice.after_create")
    if result.id:
        return result.id, ""
    return _by_key(hubspot, Write(write.key, properties, key), ends)


def _by_key(hubspot: HubSpot, write: Write, ends: list[tuple[str, str]]) -> tuple[str, str]:
    result = hubspot.upsert(INVOICES, [write], KEY)[0]
    if not result.id:
        return "", result.error[1] if result.error else ""
    for kind, end in ends:
        if kind in TYPE_IDS:
            hubspot.associate(INVOICES, kind, [(result.id, end)], TYPE_IDS[kind])
    return result.id, ""


def _leave_to_sync(walked: Walk, code: str, parameters: dict[str, str], trace: str = "") -> None:
    """The invoice exists; that is what counts. The next sync run makes the object or says why not."""
    with walked.fenced():
        walked.reach(
            RecoveryPoint.ASSOCIATED,
            problem=code,
            problem_parameters=parameters,
            trace_id=trace,
        )
        jobs.enqueue("sync.poll", portal=walked.portal, company=walked.company, at=walked.now)
