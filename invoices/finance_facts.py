"""What finance's rules are asked about, read from rows (E-06, E-08, E-11)."""

from decimal import Decimal

from django.db.models import Count, Sum

from integration.models import Company, CompanySettings
from invoices.approval_facts import newest_rate
from invoices.draft_content import DraftContent
from invoices.finance_rules import FinanceRules, Overdue
from invoices.models import Invoice
from invoices.typed_values import read_number


def read_rules(settings: CompanySettings) -> FinanceRules:
    return FinanceRules(
        max_discount_percent=settings.max_discount_percent,
        min_price_percent=settings.min_price_percent,
        allowed_items=frozenset(str(item_id) for item_id, _name in settings.allowed_items),
        required=frozenset(settings.required_fields),
        backdating_days=settings.backdating_days,
        future_days=settings.future_days,
        credit_limit=settings.credit_limit,
        warn_overdue=settings.warn_overdue,
    )


def home_rate(company: Company, content: DraftContent, home: str) -> Decimal | None:
    """Home units for one unit of the invoice's currency; None where nobody knows."""
    if content.currency == home:
        return Decimal(1)
    if content.priced_in == content.currency and content.price_rate:
        return read_number(content.price_rate)
    return newest_rate(company, content.currency)


def overdue_of(company: Company, customer_id: str, currency: str) -> Overdue | None:
    """What the customer owes past its due date, as our copy says."""
    if not customer_id:
        return None
    rows = Invoice.objects.for_portal(company.portal_id).filter(
        company=company, customer_id=customer_id, currency=currency, is_overdue=True
    )
    found = rows.aggregate(count=Count("pk"), amount=Sum("open"))
    return Overdue(found["count"], found["amount"]) if found["count"] else None
