"""From QuickBooks back to HubSpot: the deal's reference stands in the field we own (E-07, D-32)."""

from typing import Any

from invoices.references import deals_in, reference
from tests.invoices.desk import DEAL, Desk


def texts_of(raw: dict[str, Any]) -> list[str]:
    return [str(each.get("StringValue") or "") for each in raw.get("CustomField") or ()]


def test_e07_a_created_invoice_bears_its_deals_reference_in_a_custom_field(desk: Desk) -> None:
    operation = desk.submit(desk.draft())
    (made,) = desk.ours(operation)
    bearing = [text for text in texts_of(made) if reference(DEAL) in text.split()]
    assert len(bearing) == 1
    assert f"Ref {operation.number}" in bearing[0]
    assert deals_in(bearing[0]) == (DEAL,)


def test_e07_another_deals_invoice_bears_another_reference(desk: Desk) -> None:
    other = "20300100002"
    first, second = desk.submit(desk.draft()), desk.submit(desk.draft(other))
    found = [deals_in(" ".join(texts_of(desk.ours(each)[0]))) for each in (first, second)]
    assert found == [(DEAL,), (other,)]


def test_e07_where_the_company_keeps_references_nowhere_no_field_is_written(desk: Desk) -> None:
    desk.books.configure(reference_place="none")
    operation = desk.submit(desk.draft())
    invoice = operation.invoice
    assert invoice is not None
    (made,) = desk.in_quickbooks(Id=invoice.qbo_id)
    assert deals_in(" ".join([*texts_of(made), str(made.get("PrivateNote") or "")])) == ()
