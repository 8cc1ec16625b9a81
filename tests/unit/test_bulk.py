"""One statement for many rows keeps values exact and stays inside its portal."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import DataError, transaction

from integration.bulk import insert_rows, insert_values, update_rows, update_values
from integration.models import Company, Record
from invoices.models import Invoice
from invoices.models.invoices import Origin, Stage
from tests import tenants

pytestmark = pytest.mark.django_db


def invoice_of(company: Company, number: int) -> Invoice:
    return Invoice.objects.create(
        portal=company.portal,
        company=company,
        qbo_id=str(number),
        sync_token="0",
        customer_id="1",
        customer_name="Amy",
        currency="USD",
        total=0,
        balance=0,
        billed=0,
        open=0,
        stage=Stage.SENT,
        origin=Origin.CREATED,
        updated_at=tenants.NOON,
        seen_at=tenants.NOON,
    )


def test_i10_values_come_back_as_they_were_given() -> None:
    company = tenants.company(tenants.portal())
    rows = [invoice_of(company, number) for number in range(3)]
    for number, row in enumerate(rows):
        row.total = Decimal("1234.5670") + number
        row.due_date = date(2026, 12, 1 + number) if number else None
        row.updated_at = datetime(2026, 11, 1, 9, number, 1, 250_000, tzinfo=UTC)
        row.customer_name = 'O\'Connell, "Sons" \\ %s 日本 🎉'
        row.written = {"a": "x'y", "b": None}
        row.raw = {"TotalAmt": Decimal("0.10"), "Line": [{"Amount": Decimal("1E+2")}]}
        row.is_sent = number == 1
    names = ["total", "due_date", "updated_at", "customer_name", "written", "raw", "is_sent"]
    update_rows(company.portal, rows, names)
    for row in rows:
        kept = Invoice.objects.for_portal(company.portal).get(pk=row.pk)
        for name in names:
            assert getattr(kept, name) == getattr(row, name), name
    assert isinstance(kept.raw["TotalAmt"], Decimal)


def test_c14_rows_of_another_portal_are_not_touched() -> None:
    company = tenants.company(tenants.portal())
    row = invoice_of(company, 1)
    row.customer_name = "Changed"
    update_rows(tenants.portal(), [row], ["customer_name"])
    update_rows(company.portal, [], ["customer_name"])
    row.refresh_from_db()
    assert row.customer_name == "Amy"


def test_i10_new_rows_keep_their_values_and_belong_to_their_portal() -> None:
    company = tenants.company(tenants.portal())
    rows = [
        Record(
            portal=company.portal,
            company=company,
            kind="Item",
            qbo_id=str(number),
            name='O\'Connell, "Sons" \\ %s 日本 🎉',
            raw={"UnitPrice": Decimal("0.10")},
            seen_at=tenants.NOON,
        )
        for number in range(3)
    ]
    insert_rows(company.portal, rows)
    kept = Record.objects.for_portal(company.portal).get(qbo_id="1")
    assert (kept.pk, kept.name, kept.raw) == (rows[1].pk, rows[1].name, rows[1].raw)
    assert kept.seen_at == tenants.NOON
    with pytest.raises(ValueError, match="another portal"):
        insert_rows(tenants.portal(), rows)


def test_i10_values_without_rows_become_rows_with_keys_and_defaults() -> None:
    company = tenants.company(tenants.portal())
    names = ["company", "kind", "qbo_id", "name", "raw", "seen_at"]
    one = (company.pk, "Item", "1", "Lamp", {"UnitPrice": Decimal("0.10")}, tenants.NOON)
    insert_values(company.portal, Record, names, [one, (*one[:2], "2", *one[3:])])
    kept = Record.objects.for_portal(company.portal).order_by("qbo_id")
    assert [(row.qbo_id, row.raw, row.active, row.deleted_at) for row in kept] == [
        ("1", {"UnitPrice": Decimal("0.10")}, True, None),
        ("2", {"UnitPrice": Decimal("0.10")}, True, None),
    ]
    update_values(company.portal, Record, ["name", "deleted_at"], [(kept[0].pk, None, None)][:0])
    update_values(company.portal, Record, ["name", "active"], [(kept[0].pk, "Table", False)])
    kept[1].refresh_from_db()
    row = Record.objects.for_portal(company.portal).get(qbo_id="1")
    assert (row.name, row.active, kept[1].name) == ("Table", False, "Lamp")


def test_i10_a_text_that_no_database_takes_is_refused_whole() -> None:
    company = tenants.company(tenants.portal())
    row = invoice_of(company, 1)
    for name, value in (("customer_name", "a\0b"), ("raw", {"DocNumber": "a\0b"})):
        setattr(row, name, value)
        with pytest.raises(DataError), transaction.atomic():
            update_rows(company.portal, [row], [name])
    row.refresh_from_db()
    assert (row.customer_name, row.raw) == ("Amy", {})
