"""What stands on an invoice, read from our copy of QuickBooks' own record (S-44, S-47)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext as _

from integration.gateways.quickbooks_transactions import invoice as parse_invoice
from integration.models import Record
from integration.records.quickbooks import Invoice as InvoiceRecord
from integration.records.quickbooks import InvoiceLine
from invoices.models import Invoice

DISCOUNT = "DiscountLineDetail"
TEXT_ONLY = "DescriptionOnly"


@dataclass(frozen=True, slots=True)
class Line:
    """``net`` is before tax, in the invoice's currency; None on a line of text."""

    product: str
    description: str
    quantity: Decimal | None
    unit_price: Decimal | None
    tax: str
    net: Decimal | None
    service_date: date | None = None
    class_name: str = ""


@dataclass(frozen=True, slots=True)
class Contents:
    lines: list[Line]
    net: Decimal
    tax: Decimal
    total: Decimal
    deposit: Decimal
    terms: str
    message: str
    """Printed on the customer's invoice (S-43)."""
    delivery_error: str
    class_name: str = ""
    location: str = ""
    custom_fields: tuple[tuple[str, str], ...] = ()
    """(name, text) of the company's own fields that are filled in (B-20)."""


def contents(invoice: Invoice) -> Contents | None:
    """None where our copy cannot be read. One query, for the names of terms and tax codes."""
    record = read(invoice)
    if record is None:
        return None
    names = _names(invoice, record)
    lines = [_line(each, names) for each in record.lines]
    return Contents(
        lines=lines,
        net=record.total - record.total_tax,
        tax=record.total_tax,
        total=record.total,
        deposit=record.deposit,
        terms=names.get(("Term", record.terms_id), ""),
        message=record.customer_memo,
        delivery_error=record.delivery_error,
        class_name=record.class_name,
        location=record.location_name,
        custom_fields=record.custom_fields,
    )


def read(invoice: Invoice) -> InvoiceRecord | None:
    try:
        return parse_invoice(invoice.raw)
    except (ValueError, KeyError, TypeError):
        return None


def _line(line: InvoiceLine, names: dict[tuple[str, str], str]) -> Line:
    code = line.tax_code_id
    product = _("Discount") if line.detail == DISCOUNT else line.item_name
    return Line(
        product=product,
        description=line.description,
        quantity=line.quantity,
        unit_price=line.unit_price,
        tax=_us_code(code) or names.get(("TaxCode", code), ""),
        net=None if line.detail == TEXT_ONLY else line.net,
        service_date=line.service_date,
        class_name=line.class_name,
    )


def _us_code(code: str) -> str:
    """US lines carry no rate, only whether they are taxable (D-09)."""
    return {"TAX": _("Taxable"), "NON": _("Not taxable")}.get(code, "")


def _names(invoice: Invoice, record: InvoiceRecord) -> dict[tuple[str, str], str]:
    codes = {line.tax_code_id for line in record.lines if line.tax_code_id}
    rows = Record.objects.for_portal(invoice.portal_id).filter(
        Q(kind="TaxCode", qbo_id__in=codes) | Q(kind="Term", qbo_id=record.terms_id),
        company=invoice.company_id,
    )
    return {
        (kind, qbo_id): name for kind, qbo_id, name in rows.values_list("kind", "qbo_id", "name")
    }
