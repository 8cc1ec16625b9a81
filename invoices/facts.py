"""Everything a draft is judged against, read from the mirror: no vendor call, a few queries."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings as django_settings
from django.db.models import Sum
from django.utils.translation import gettext, override

from integration import company_settings, tax_map
from integration.models import Company, CompanySettings, Record
from integration.records.quickbooks import Preferences
from integration.reference import Reference
from invoices import draft_quotes, finance_facts, quote_ledger
from invoices.calendar import company_day, portal_day
from invoices.draft import DraftContent, DraftFacts
from invoices.line_discounts import LineDiscounts
from invoices.models import DealRef, Invoice
from invoices.models.invoices import Stage
from invoices.numbering import series_ready
from invoices.quote_lines import DiscountStyle, Wording
from invoices.quote_taxes import TaxMap, Unmapped


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
        parent_customer=known.customer(new.parent_id) if new and new.parent_id else None,
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
        tax_map=tax_map_of(company, settings) if from_quote else TaxMap(),
        **_of_lines(settings, known),
        rules=finance_facts.read_rules(settings),
        home_rate=finance_facts.home_rate(company, content, preferences.home_currency),
        overdue=finance_facts.overdue_of(company, content.customer_id, content.currency),
        quote_billed=(
            quote_ledger.of_quote(company.portal_id, from_quote.quote.id, content.currency)
            if from_quote
            else {}
        ),
    )


def _of_lines(settings: CompanySettings, known: Reference) -> dict[str, Any]:
    """What lines may carry beside product and price (B-13, B-20)."""
    return {
        "line_discounts": line_discounts(settings, known),
        "class_ids": frozenset(each.id for each in known.classes()),
        "location_ids": frozenset(each.id for each in known.locations()),
    }


def line_discounts(settings: CompanySettings, reference: Reference) -> LineDiscounts:
    """How a line's discount stands on the invoice (D-08); words in the installation's language."""
    if settings.discount_style != DiscountStyle.ITEM_LINE:
        return LineDiscounts(wording=wording(django_settings.LANGUAGE_CODE))
    item = reference.item(settings.discount_item_id) if settings.discount_item_id else None
    usable = item is not None and item.active
    return LineDiscounts(
        DiscountStyle.ITEM_LINE,
        item_id=item.id if item is not None and usable else "",
        item_name=item.name if item is not None and usable else "",
        wording=wording(django_settings.LANGUAGE_CODE),
    )


def wording(language: str) -> Wording:
    """In the reader's language; English for one we have no words in."""
    known = {code.lower(): code for code, _name in django_settings.LANGUAGES}
    with override(known.get(language.lower(), "en")):
        return Wording(
            percent_off=gettext("list %(price)s less %(percent)s %%"),
            amount_off=gettext("list %(price)s less %(amount)s"),
            pieces=gettext("%(quantity)s × %(price)s"),
        )


def tax_map_of(company: Company, settings: CompanySettings) -> TaxMap:
    """B-25."""
    return TaxMap(
        tax_map.codes_of(company),
        Unmapped(settings.unmapped_tax),
        settings.non_taxable_code_id,
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
