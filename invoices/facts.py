"""Everything a draft is judged against, read from the mirror: no vendor call, a few queries."""

from datetime import datetime
from decimal import Decimal

from django.db.models import Sum

from integration import company_settings
from integration.models import Company, Record
from integration.records.quickbooks import Preferences
from integration.reference import Reference
from invoices import draft_quotes, quote_ledger
from invoices.calendar import company_day, portal_day
from invoices.draft import DraftContent, DraftFacts
from invoices.models import DealRef, Invoice
from invoices.models.invoices import Stage
from invoices.numbering import series_ready


class ReferenceMissing(Exception):
    """The company's customers, products and preferences were not read yet."""


def draft_facts(
    company: Company,
    deal: DealRef,
    content: DraftContent,
    now: datetime,
    *,
    reference: Reference | None = None,
    preferences: Preferences | None = None,
) -> DraftFacts:
    """``preferences``: fresher ones than the mirror's (D-13). Raises ReferenceMissing."""
    known = reference or Reference.of(company)
    preferences = preferences or known.preferences()
    if preferences is None:
        raise ReferenceMissing
    settings = company_settings.of_company(company)
    new = content.new_customer
    from_quote = draft_quotes.of(content)
    return DraftFacts(
        is_us=company.is_us,
        preferences=preferences,
        today=company_day(company, now),
        company_name=company.name,
        company_connected=company.is_connected,
        series_ready=preferences.custom_numbers and series_ready(company),
        tax_filed_up_to=settings.tax_filed_up_to,
        customer=known.customer(content.customer_id) if content.customer_id else None,
        name_taken_by=known.customer_named(new.display_name) if new else None,
        items=known.items_by_id({line.item_id for line in content.lines if line.item_id}),
        terms={term.id: term for term in known.terms()},
        tax_codes={code.id: code for code in known.tax_codes()},
        deal_archived=deal.archived_at is not None,
        deal_currency=deal.currency,
        deal_amount=deal.amount,
        invoiced_so_far=invoiced_so_far(deal),
        portal_today=portal_day(company.portal, now) if from_quote else None,
        product_policy=settings.product_policy,
        can_create_products=bool(settings.new_item_account_id),
        quote_billed=(
            quote_ledger.of_quote(company.portal_id, from_quote.quote.id, content.currency)
            if from_quote
            else {}
        ),
    )


def invoiced_so_far(deal: DealRef) -> Decimal:
    """Sum of the living invoices this deal counts, in the deal's currency (D-22, E-02)."""
    found = Invoice.objects.for_portal(deal.portal_id).filter(
        attachments__object_kind="deals",
        attachments__hubspot_id=deal.hubspot_id,
        attachments__counts=True,
        attachments__detached_at=None,
        currency=deal.currency,
    )
    living = found.exclude(stage__in=[Stage.VOIDED, Stage.DELETED])
    return living.aggregate(sum=Sum("billed"))["sum"] or Decimal(0)


def currencies_of(company: Company) -> set[str]:
    """Every currency an active customer is billed in; the home currency may be missing."""
    customers = Record.objects.for_portal(company.portal_id).filter(
        company=company, kind="Customer", active=True
    )
    found = customers.values_list("raw__CurrencyRef__value", flat=True).distinct().order_by()
    return {currency for currency in found if currency}
