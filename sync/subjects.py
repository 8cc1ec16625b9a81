"""What an operation is about: a record of the books, or a deal. Pure."""

from dataclasses import dataclass

INVOICE = "Invoice"
PAYMENT = "Payment"
DEAL = "Deal"
CUSTOMER, ITEM = "Customer", "Item"


@dataclass(frozen=True, slots=True)
class Subject:
    """``kind`` is Invoice, Payment, Deal, Customer or Item; ``id`` is ours, a deal's HubSpot's."""

    kind: str
    id: str
    label: str = ""
    company_id: str = ""
    qbo_id: str = ""
