from invoices.models.attachments import DealRef, InvoiceAttachment
from invoices.models.drafts import Draft, InvoiceOperation
from invoices.models.invoices import Invoice, PaymentApplication
from invoices.models.numbers import NumberReservation, NumberSeries

__all__ = [
    "DealRef",
    "Draft",
    "Invoice",
    "InvoiceAttachment",
    "InvoiceOperation",
    "NumberReservation",
    "NumberSeries",
    "PaymentApplication",
]
