"""Reading a customer's estimates from QuickBooks, only when somebody asks (B-29, P-27)."""

from collections.abc import Sequence

from integration import sessions
from integration.gateways.quickbooks_query import one_of
from integration.models import Company
from invoices import estimates
from invoices.estimates import TRANSACTION, Estimate

MOST_LISTED = 30


def listed(company: Company, customer_ids: Sequence[str]) -> list[Estimate]:
    """The newest of these customers, whatever their state: one call, none without a customer."""
    if not customer_ids:
        return []
    quickbooks = sessions.quickbooks(company, urgent=True)
    rows = quickbooks.query(
        TRANSACTION, one_of("CustomerRef", customer_ids), order="TxnDate DESC", limit=MOST_LISTED
    )
    return [estimates.read(raw, company.home_currency) for raw in rows]


def read(company: Company, estimate_id: str) -> Estimate:
    """As it is now, one call. Raises NotFound."""
    raw = sessions.quickbooks(company, urgent=True).read(TRANSACTION, estimate_id)
    return estimates.read(raw, company.home_currency)
