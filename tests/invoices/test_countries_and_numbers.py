"""Tax regimes, currencies and custom transaction numbers against the books (B-02, B-25, D-09 to D-12)."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from integration.clock import now
from integration.models import Company, Portal
from invoices import numbering
from invoices.draft import DraftContent
from invoices.drafts import content_of, save
from invoices.models import Draft, InvoiceOperation, NumberReservation
from invoices.models.drafts import RecoveryPoint
from invoices.series import Series
from invoices.services import NotReady
from invoices.wizard import defaults
from tests.invoices.desk import Desk
from tests.sandbox_process import SandboxProcess
from tests.sync.books import connect_prepared
from tests.unit import invoice_rows as rows

AST, UK, ADVANCED = (f"934145000000000{number}" for number in (2, 3, 4))


@pytest.fixture
def sit_down(transactional_db: None, sandbox: SandboxProcess, unlimited: None) -> Any:
    """A desk at the company of this realm."""

    def at(realm: str) -> Desk:
        return Desk(connect_prepared(sandbox, realm=realm))

    return at


def change(desk: Desk, draft: Draft, **values: Any) -> Draft:
    def changed(content: DraftContent) -> DraftContent:
        return replace(content, **values)

    return save(desk.actor, draft, changed, version=draft.version, step="review", now=now())


def with_lines(desk: Desk, draft: Draft, code: str, *amounts: tuple[str, str]) -> Draft:
    """Lines of (quantity, price) with this tax code."""
    first = content_of(draft).lines[0]
    lines = tuple(
        replace(first, key=f"k{place}", quantity=quantity, unit_price=price, tax_code_id=code)
        for place, (quantity, price) in enumerate(amounts)
    )
    return change(desk, draft, lines=lines)


AWKWARD = (("3", "33.33"), ("1", "0.05"), ("7", "1.17"), ("1.5", "19.99"))


def test_b25_us_manual_total_equals_the_preview_to_the_cent(desk: Desk) -> None:
    draft = with_lines(desk, desk.draft(), "TAX", *AWKWARD)
    operation = desk.submit(draft)
    invoice = operation.invoice
    assert invoice is not None
    assert invoice.total == operation.expected_total
    assert invoice.total_tax > 0
    assert not invoice.total_differs


@pytest.mark.parametrize("mode", ["excluded", "inclusive", "not_applicable"])
def test_b25_uk_vat_total_equals_the_preview_to_the_cent(sit_down: Any, mode: str) -> None:
    desk = sit_down(UK)
    codes = [code for code in desk.reference.tax_codes() if code.usable_for_sales]
    standard = next(code for code in codes if any(rate == 20 for _, rate in code.sales_rates))
    draft = with_lines(desk, desk.draft(), standard.id, *AWKWARD)
    draft = change(desk, draft, tax_mode=mode)
    operation = desk.submit(draft)
    invoice = operation.invoice
    assert invoice is not None
    assert invoice.total == operation.expected_total
    assert not invoice.total_differs
    assert invoice.currency == "GBP"


def test_s36_a_uk_line_without_code_never_reaches_quickbooks(sit_down: Any) -> None:
    desk = sit_down(UK)
    draft = with_lines(desk, desk.draft(), "", ("1", "10.00"))
    desk.books.forget()
    with pytest.raises(NotReady) as refused:
        desk.submit(draft)
    assert "draft.tax_code_missing" in [found.code for found in refused.value.problems]
    assert desk.books.calls() == []


def test_b25_automated_sales_tax_compares_the_net(sit_down: Any) -> None:
    desk = sit_down(AST)
    draft = with_lines(desk, desk.draft(), "TAX", *AWKWARD)
    operation = desk.submit(draft)
    invoice = operation.invoice
    assert invoice is not None
    assert operation.total_is_net
    assert invoice.total - invoice.total_tax == operation.expected_total
    assert not invoice.total_differs


def test_d23_a_foreign_customer_is_invoiced_in_its_currency(sit_down: Any) -> None:
    desk = sit_down(UK)
    euro = next(found for found in desk.reference.customers() if found.currency == "EUR")
    zero = next(code for code in desk.reference.tax_codes() if "0" in code.name or code.sales_rates)
    draft = with_lines(desk, desk.draft(), zero.id, ("2", "50.00"))
    draft = change(
        desk, draft, customer_id=euro.id, customer_name=euro.display_name, currency="EUR"
    )
    operation = desk.submit(draft)
    assert operation.point == RecoveryPoint.DONE, operation.problem
    assert operation.invoice is not None
    assert operation.invoice.currency == "EUR"


def confirm(desk: Desk, series: Series) -> None:
    numbering.confirm(
        desk.actor, desk.company, series, shared_by_all_forms=False, gaps_allowed=False, now=now()
    )


def test_s62_an_unconfirmed_series_blocks_with_its_sentence(sit_down: Any) -> None:
    desk = sit_down(ADVANCED)
    with pytest.raises(NotReady) as refused:
        desk.submit(desk.draft())
    assert [found.code for found in refused.value.problems if found.is_blocker] == [
        "draft.custom_numbers"
    ]


def test_b02_f79_a_number_taken_in_quickbooks_moves_on_to_the_next(sit_down: Any) -> None:
    desk = sit_down(ADVANCED)
    confirm(desk, Series("SUM-", 4, 145))
    operation = desk.submit(desk.draft())
    assert operation.point == RecoveryPoint.DONE
    assert operation.doc_number == "SUM-0146"
    assert operation.invoice is not None
    assert operation.invoice.doc_number == "SUM-0146"
    states = NumberReservation.objects.for_portal(desk.books.portal).values_list("text", "state")
    assert dict(states) == {"SUM-0145": "taken", "SUM-0146": "used"}


def test_b02_twenty_parallel_creations_get_consecutive_numbers(sit_down: Any) -> None:
    desk = sit_down(ADVANCED)
    confirm(desk, Series("SUM-", 4, 146))
    template = desk.draft()
    made = [
        rows.draft(
            desk.company,
            desk.member,
            deal=template.deal,
            content=template.content,
            expires_at=template.expires_at,
        )
        for _ in range(20)
    ]

    def create(draft: Draft) -> InvoiceOperation:
        try:
            return desk.submit(draft)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        operations = list(pool.map(create, made))
    assert {operation.point for operation in operations} <= {
        RecoveryPoint.DONE, RecoveryPoint.POSTED, RecoveryPoint.ASSOCIATED,
    }  # fmt: skip
    numbers = sorted(operation.doc_number for operation in operations)
    assert numbers == [f"SUM-{number:04}" for number in range(146, 166)]
    in_books = sorted(
        row["DocNumber"] for row in desk.in_quickbooks() if row.get("DocNumber", "") >= "SUM-0146"
    )
    assert in_books == numbers
    assert not numbering.gaps(desk.company).exists()


def test_totals_are_decimals_all_the_way(desk: Desk) -> None:
    operation = desk.submit(with_lines(desk, desk.draft(), "NON", ("3", "0.10")))
    assert operation.invoice is not None
    assert operation.invoice.total == Decimal("0.30")


def test_c14_a_company_belongs_to_its_portal(desk: Desk) -> None:
    assert Company.objects.for_portal(desk.books.portal).get() == desk.company
    assert Portal.objects.count() == 1


def test_d23_list_prices_are_converted_at_the_rate_of_the_books(sit_down: Any) -> None:
    desk = sit_down(UK)
    draft = desk.draft()
    home = desk.reference.preferences().home_currency
    item = desk.item()
    content = replace(content_of(draft), currency="EUR", lines=())
    desk.books.forget()
    rate = defaults.rate_for(content, desk.company, home, now().date())
    assert Decimal(rate) > 0
    assert len(desk.books.calls()) == 1
    priced = replace(content, priced_in="EUR", price_rate=rate)
    line = defaults.line_of(item, "k", priced, desk.company, desk.reference)
    assert abs(Decimal(line.unit_price) * Decimal(rate) - item.unit_price) < Decimal("0.01")
    assert (
        defaults.rate_for(replace(content, currency=home), desk.company, home, now().date()) == ""
    )
