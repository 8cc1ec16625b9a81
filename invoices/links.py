"""Where records live at the vendors, for people who want to see them there."""

from urllib.parse import urlsplit

from django.conf import settings

from integration.models import Company, Portal
from invoices.models import Invoice

QUICKBOOKS_PAGES = {
    "live": "https://app.qbo.intuit.com/app/invoice?txnId={id}",
    "intuit-sandbox": "https://app.sandbox.qbo.intuit.com/app/invoice?txnId={id}",
}
QUICKBOOKS_HOMES = {
    "live": "https://app.qbo.intuit.com/",
    "intuit-sandbox": "https://app.sandbox.qbo.intuit.com/",
}
DEAL, INVOICE = "0-3", "0-53"
TYPES = {"deals": DEAL, "contacts": "0-1", "companies": "0-2"}


def in_quickbooks(invoice: Invoice) -> str:
    """The invoice in QuickBooks; there the person must have this company open."""
    company: Company = invoice.company
    pattern = QUICKBOOKS_PAGES.get(company.environment)
    if pattern is None:
        base = settings.DEALBOOKS["QUICKBOOKS"]["API_URL"]
        return f"{base}/app/{company.realm_id}/invoices/{invoice.qbo_id}"
    return pattern.format(id=invoice.qbo_id)


def company_in_quickbooks(company: Company) -> str:
    """Where its settings, customers and products are; there the person must have it open."""
    home = QUICKBOOKS_HOMES.get(company.environment)
    return home or f"{settings.DEALBOOKS['QUICKBOOKS']['API_URL']}/app/{company.realm_id}"


def deal_in_hubspot(portal: Portal, deal_id: str) -> str:
    return _record(portal, DEAL, deal_id)


def record_in_hubspot(portal: Portal, kind: str, hubspot_id: str) -> str:
    """A deal, contact or company."""
    return _record(portal, TYPES[kind], hubspot_id)


def invoice_in_hubspot(invoice: Invoice) -> str:
    """Nothing while HubSpot does not have it."""
    return _record(invoice.portal, INVOICE, invoice.hubspot_id) if invoice.hubspot_id else ""


def _record(portal: Portal, kind: str, hubspot_id: str) -> str:
    if portal.hub_id is None:
        return ""
    scheme = urlsplit(settings.DEALBOOKS["HUBSPOT"]["APP_URL"]).scheme
    host = portal.ui_domain or urlsplit(settings.DEALBOOKS["HUBSPOT"]["APP_URL"]).netloc
    return f"{scheme}://{host}/contacts/{portal.hub_id}/record/{kind}/{hubspot_id}"
