"""What a page of changes leaves to be told: fetch against the database alone."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from integration.gateways.quickbooks_transactions import invoice as parse_invoice
from integration.records.quickbooks import Payment, PaymentLine
from invoices.models import Invoice
from sync.fetch.mirrored import Checked, overdue, store
from tests import tenants

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
INVOICE = parse_invoice(
    {
        "Id": "145",
        "SyncToken": "0",
        "MetaData": {"LastUpdatedTime": "2026-11-20T10:00:00-08:00"},
        "DueDate": "2026-11-23",
        "CustomerRef": {"value": "1"},
        "CurrencyRef": {"value": "USD"},
        "Line": [],
        "TotalAmt": Decimal("150.00"),
        "Balance": Decimal("110.00"),
    }
)
PAYMENT = Payment(
    id="90",
    sync_token="1",
    updated_at=NOW,
    txn_date=date(2026, 11, 22),
    currency="USD",
    total=Decimal(40),
    reference="2041",
    lines=(PaymentLine(Decimal(40), "145", "Invoice"),),
)


def test_f59_i2_an_invoice_is_followed_for_its_payments_sake() -> None:
    """A run stored the payment and was killed; the next one sees the payment alone, unchanged."""
    company = tenants.company(tenants.portal(), time_zone="America/Los_Angeles")
    first = store(company, Checked((INVOICE,), (PAYMENT,)), NOW)
    row = Invoice.objects.for_portal(company.portal).get()
    assert first.changed == {row.pk}
    second = store(company, Checked((), (PAYMENT,)), NOW)
    assert second.changed == set()
    assert second.followed == {row.pk}


def test_s54_an_invoice_is_overdue_from_the_companys_next_midnight() -> None:
    company = tenants.company(tenants.portal(), time_zone="America/Los_Angeles")
    store(company, Checked((INVOICE,), ()), NOW)
    yesterday = date(2026, 11, 22)
    last_moment = datetime(2026, 11, 24, 7, 59, tzinfo=UTC)
    assert overdue(company, yesterday, last_moment).changed == set()
    late = overdue(company, date(2026, 11, 23), last_moment + timedelta(minutes=1))
    assert len(late.changed) == 1
