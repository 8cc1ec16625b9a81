"""At a hundred thousand customers, twins and pickers are found by index (B-24, performance)."""

import pytest
from django.db import connection

from integration.models import Record
from integration.models.tenancy import PortalQuerySet
from integration.models.words import begins
from invoices.matching import plain_name
from sync.fetch.suggesting import unlinked
from sync.fetch.twins import holders
from tests import tenants

pytestmark = [pytest.mark.django_db, pytest.mark.long]
MANY = 100_000
FILL = """
INSERT INTO integration_record (id, portal_id, company_id, kind, qbo_id, name, search_text, active,
  sync_token, raw, raw_hash, mapped_hash, seen_at, synced_hash, words)
SELECT gen_random_uuid(), %(portal)s, %(company)s, %(kind)s, n::text, 'Customer ' || n, 'customer ' || n,
  true, '0', jsonb_build_object('Id', n::text, 'CompanyName', 'Company ' || n, 'Sku', 'SKU-' || n,
  'PrimaryEmailAddr', jsonb_build_object('Address',
  'a' || n || '@x.example' || CASE n %% 100 WHEN 7 THEN ', b' || n || '@y.example' ELSE '' END)),
  '', '', now(), '', to_tsvector('simple', 'customer ' || n)
FROM generate_series(1, %(many)s) AS n
"""


def plan_of(rows: PortalQuerySet) -> str:
    return str(rows.explain())


def test_b24_twins_are_found_by_index_among_a_hundred_thousand() -> None:
    company = tenants.company(tenants.portal())
    with connection.cursor() as cursor:
        for kind in ("Customer", "Item"):
            facts = {"portal": company.portal_id, "company": company.pk, "kind": kind}
            cursor.execute(FILL, {**facts, "many": MANY if kind == "Customer" else MANY // 10})
        cursor.execute("ANALYZE integration_record")
    values = [f"a{n}@x.example" for n in range(1, 100)]
    asked = {
        "contacts": holders(company, "contacts", values),
        "companies": holders(company, "companies", [f"company {n}" for n in range(1, 100)]),
        "products": holders(company, "products", [f"sku-{n}" for n in range(1, 100)]),
    }
    for kind, rows in asked.items():
        assert rows.count() == 99, kind
        assert "Seq Scan" not in plan_of(rows), plan_of(rows)
    rows = Record.objects.for_portal(company.portal_id).filter(company=company, kind="Customer")
    step = rows.filter(words__having=begins(plain_name("Customer 4711")))
    assert "Seq Scan" not in plan_of(step), plan_of(step)
    batch = unlinked(company, "Customer").order_by("pk")[:300]
    assert len(batch) == 300
