"""The object types, one row each. A new type is a row here and its properties in ``builtins``."""

from dataclasses import dataclass

CONTACTS = ("crm.objects.contacts.read", "crm.objects.contacts.write")


@dataclass(frozen=True, slots=True)
class ObjectType:
    """``returned`` come back unasked, besides hs_object_id and the two stamps.

    ``required`` must be given on create. ``searched`` is what a search's ``query`` looks into.
    Scopes: any one of each tuple is enough.
    """

    name: str
    singular: str
    type_id: str
    label: str
    returned: tuple[str, ...]
    required: tuple[str, ...]
    searched: tuple[str, ...]
    read: tuple[str, ...]
    write: tuple[str, ...]
    schema_write: tuple[str, ...]
    title: str
    group: str
    created: str = "hs_createdate"
    modified: str = "hs_lastmodifieddate"

    @property
    def association_key(self) -> str:
        """The key under ``associations`` of a GET: line items arrive with a space."""
        return self.name.replace("_", " ")

    @property
    def number(self) -> int:
        return int(self.type_id.split("-")[1])


def _crm(kind: str, *more: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return (f"crm.objects.{kind}.read", *more), (f"crm.objects.{kind}.write", *more)


_CONTACT = _crm("contacts")
_COMPANY = _crm("companies")
_DEAL = _crm("deals")
_PRODUCT = _crm("products", "e-commerce")
_LINE = _crm("line_items", "e-commerce")
_QUOTE = _crm("quotes", "e-commerce", "cpq.quotes.read", "cpq.quotes.write")
_INVOICE = _crm("invoices")
_PAYMENT = _crm("commercepayments")
_TICKET = (("tickets", "crm.objects.tickets.read"), ("tickets", "crm.objects.tickets.write"))
_SHOP = ("e-commerce",)


def _schemas(kind: str) -> tuple[str, ...]:
    return (f"crm.schemas.{kind}.write",)


# fmt: off
# Type ids 0-64 (quote templates), 0-84 (discounts) and 0-86 (fees) are not in the reference page;
# no rule depends on them.
OBJECT_TYPES: tuple[ObjectType, ...] = (
    ObjectType(
        "contacts", "contact", "0-1", "Contact",
        ("firstname", "lastname", "email"), (),
        ("firstname", "lastname", "email", "phone", "mobilephone", "company", "hs_additional_emails"),
        *_CONTACT, _schemas("contacts"), "email", "contactinformation",
        "createdate", "lastmodifieddate",
    ),
    ObjectType(
        "companies", "company", "0-2", "Company",
        ("name", "domain"), (), ("website", "phone", "name", "domain"),
        *_COMPANY, _schemas("companies"), "name", "companyinformation", "createdate",
    ),
    ObjectType(
        "deals", "deal", "0-3", "Deal",
        ("dealname", "amount", "closedate", "pipeline", "dealstage"), (),
        ("dealname", "pipeline", "dealstage", "description", "dealtype"),
        *_DEAL, _schemas("deals"), "dealname", "dealinformation", "createdate",
    ),
    ObjectType(
        "tickets", "ticket", "0-5", "Ticket",
        ("subject", "content", "hs_pipeline", "hs_pipeline_stage"), ("hs_pipeline_stage",),
        ("subject", "content"),
        *_TICKET, ("tickets",), "subject", "ticketinformation", "createdate",
    ),
    ObjectType(
        "products", "product", "0-7", "Product",
        ("name", "description", "price"), (), ("name", "description", "price", "hs_sku"),
        *_PRODUCT, _SHOP, "name", "productinformation", "createdate",
    ),
    ObjectType(
        "line_items", "line_item", "0-8", "Line item",
        ("quantity", "amount", "price"), (), ("name", "description", "hs_sku"),
        *_LINE, _SHOP, "name", "lineiteminformation", "createdate",
    ),
    ObjectType(
        "quotes", "quote", "0-14", "Quote",
        ("hs_expiration_date", "hs_public_url_key", "hs_status", "hs_title"),
        ("hs_title", "hs_expiration_date"),
        ("hs_sender_firstname", "hs_sender_lastname", "hs_sender_email", "hs_title", "hs_quote_number"),
        *_QUOTE, _schemas("quotes"), "hs_title", "quoteinformation",
    ),
    ObjectType(
        "quote_templates", "quote_template", "0-64", "Quote template",
        ("hs_name", "hs_active"), (), ("hs_name",),
        *_QUOTE, _schemas("quotes"), "hs_name", "quotetemplateinformation",
    ),
    ObjectType(
        "invoices", "invoice", "0-53", "Invoice",
        (), ("hs_currency",), ("hs_number", "hs_title"),
        *_INVOICE, _schemas("invoices"), "hs_number", "invoiceinformation",
    ),
    ObjectType(
        "notes", "note", "0-46", "Note",
        (), ("hs_timestamp",), ("hs_note_body",),
        *_CONTACT, _schemas("contacts"), "hs_note_body", "noteinformation",
    ),
    ObjectType(
        "tasks", "task", "0-27", "Task",
        (), ("hs_timestamp",), ("hs_task_subject", "hs_task_body"),
        *_CONTACT, _schemas("contacts"), "hs_task_subject", "taskinformation",
    ),
    ObjectType(
        "discounts", "discount", "0-84", "Discount",
        ("hs_label", "hs_type", "hs_value"), ("hs_type", "hs_value"), ("hs_label",),
        *_LINE, _SHOP, "hs_label", "discountinformation",
    ),
    ObjectType(
        "fees", "fee", "0-86", "Fee",
        ("hs_label", "hs_type", "hs_value"), ("hs_type", "hs_value"), ("hs_label",),
        *_LINE, _SHOP, "hs_label", "feeinformation",
    ),
    ObjectType(
        "taxes", "tax", "0-85", "Tax",
        ("hs_label", "hs_type", "hs_value"), ("hs_type", "hs_value"), ("hs_label",),
        *_LINE, _SHOP, "hs_label", "taxinformation",
    ),
    ObjectType(
        "commerce_payments", "commerce_payment", "0-101", "Payment",
        ("hs_initial_amount", "hs_initiated_date", "hs_latest_status"),
        ("hs_initial_amount", "hs_initiated_date"), ("hs_customer_email",),
        *_PAYMENT, ("crm.schemas.commercepayments.write",), "hs_initial_amount", "paymentinformation",
    ),
)
# fmt: on

BY_NAME: dict[str, ObjectType] = {
    alias: row for row in OBJECT_TYPES for alias in (row.name, row.singular, row.type_id)
}


def find_type(name: str) -> ObjectType | None:
    """By plural, singular or type id, in any letter case; None when HubSpot has no such type."""
    return BY_NAME.get(name) or BY_NAME.get(name.lower())
