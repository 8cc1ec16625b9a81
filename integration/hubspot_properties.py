"""The properties Dealbooks keeps in HubSpot, by object type, in the order of need (D-25). Pure.

``mappings`` says which value goes into which; here are only names, types and words. The labels are
English: HubSpot shows a property's one label to everybody in the portal.
"""

from integration.records.hubspot import PropertyDefinition

GROUP = ("dealbooks", "QuickBooks invoices")
STAGES = (
    ("awaiting_sending", "Awaiting sending"),
    ("sent", "Sent to customer"),
    ("overdue", "Overdue"),
    ("partially_paid", "Partially paid"),
    ("paid", "Paid in full"),
    ("voided", "Voided"),
    ("deleted", "Deleted"),
)
KEY = "dealbooks_key"
DELETED_AT = "dealbooks_deleted_at"
THE_FIVE = 5
"""So many of the deal properties are the article's own; they are made before all others."""
YES_NO = (("true", "Yes"), ("false", "No"))


def _property(
    name: str, label: str, type: str, field_type: str, description: str, **more: object
) -> PropertyDefinition:
    return PropertyDefinition(name, label, GROUP[0], type, field_type, description, **more)  # type: ignore[arg-type]


def _text(name: str, label: str, description: str = "", unique: bool = False) -> PropertyDefinition:
    return _property(name, label, "string", "text", description, unique=unique)


def _number(name: str, label: str, description: str = "") -> PropertyDefinition:
    return _property(name, label, "number", "number", description)


def _date(name: str, label: str, description: str = "") -> PropertyDefinition:
    return _property(name, label, "date", "date", description)


def _stage(name: str, label: str, description: str = "") -> PropertyDefinition:
    return _property(name, label, "enumeration", "select", description, options=STAGES)


def _yes_no(name: str, label: str, description: str = "") -> PropertyDefinition:
    return _property(name, label, "enumeration", "booleancheckbox", description, options=YES_NO)


def _key(record: str) -> PropertyDefinition:
    return _text(KEY, "Dealbooks key", f"Which QuickBooks record this {record} is.", unique=True)


def _bulk() -> PropertyDefinition:
    return _yes_no("dealbooks_bulk", "Written in bulk", "For workflows that should not run then.")


def _deleted_at() -> PropertyDefinition:
    return _property(
        DELETED_AT, "Deleted in QuickBooks", "datetime", "date",
        "When the QuickBooks record was deleted or made inactive.",
    )  # fmt: skip


LATEST = "Of the deal's latest invoice."
DEALS = (
    _number("dealbooks_amount_invoiced", "Invoice amount", LATEST),
    _text("dealbooks_invoice_recipient", "Invoice recipient", LATEST),
    _text("dealbooks_invoice_number", "Invoice number", LATEST),
    _stage("dealbooks_invoice_status", "Invoice status", LATEST),
    _date("dealbooks_invoice_due_date", "Invoice due date", LATEST),
    _text("dealbooks_invoice_currency", "Invoice currency", LATEST),
    _number("dealbooks_total_invoiced", "Total invoiced", "Over all invoices of the deal."),
    _number("dealbooks_total_paid", "Total paid", "Money received, without credits."),
    _number("dealbooks_open_balance", "Open balance", "Still to be paid on all invoices."),
    _number("dealbooks_invoice_count", "Number of invoices"),
    _date("dealbooks_next_due_date", "Next due date", "The first due date still open."),
    _stage("dealbooks_worst_status", "Worst invoice status"),
    _text("dealbooks_mixed_currencies", "Totals by currency", "When invoices differ in currency."),
    _date("dealbooks_last_payment_date", "Last payment date"),
    _number("dealbooks_last_payment_amount", "Last payment amount"),
    _text("dealbooks_last_payment_method", "Last payment method"),
    _date("dealbooks_first_sent_date", "First sent date"),
    _text("dealbooks_launch_link", "Create invoice", "Opens Dealbooks for this deal."),
    _bulk(),
)
INVOICES = (
    _key("invoice"),
    _stage("dealbooks_status", "QuickBooks status"),
    _text("dealbooks_company", "QuickBooks company"),
    _number("dealbooks_billed", "Amount billed"),
    _number("dealbooks_cash", "Amount paid", "Money received, without credits."),
    _number("dealbooks_credited", "Amount credited"),
    _number("dealbooks_open", "Amount open"),
    _deleted_at(),
    _bulk(),
)
_PEOPLE = (
    _deleted_at(),
    _number("dealbooks_open_balance", "Open balance", "Still to be paid on all invoices."),
    _number("dealbooks_overdue_balance", "Overdue balance"),
    _bulk(),
)
PROPERTIES: dict[str, tuple[PropertyDefinition, ...]] = {
    "deals": DEALS,
    "invoices": INVOICES,
    "contacts": (_key("contact"), *_PEOPLE),
    "companies": (_key("company"), *_PEOPLE),
    "products": (_key("product"), _deleted_at(), _bulk()),
}
"""In the order they are made: when a portal is nearly full, the first matter most."""
