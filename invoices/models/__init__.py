from invoices.models.approvals import ApprovalRequest
from invoices.models.attachments import DealRef, InvoiceAttachment
from invoices.models.changes import AcceptedRefund, InvoiceChange
from invoices.models.customer_requests import CustomerRequest
from invoices.models.deal_automation import DealAutomation, PaidDeal, WonDeal
from invoices.models.drafts import Draft, InvoiceOperation
from invoices.models.invoices import Invoice, PaymentApplication
from invoices.models.numbers import NumberReservation, NumberSeries
from invoices.models.quote_pdf import QuotePdf
from invoices.models.sending import InvoiceSending
from invoices.models.suggestions import AttachmentSuggestion

__all__ = [
    "AcceptedRefund",
    "ApprovalRequest",
    "AttachmentSuggestion",
    "CustomerRequest",
    "DealAutomation",
    "DealRef",
    "Draft",
    "Invoice",
    "InvoiceAttachment",
    "InvoiceChange",
    "InvoiceOperation",
    "InvoiceSending",
    "NumberReservation",
    "NumberSeries",
    "PaidDeal",
    "PaymentApplication",
    "QuotePdf",
    "WonDeal",
]
