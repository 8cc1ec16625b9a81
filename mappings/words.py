"""What QuickBooks' fields, the transforms and their choices are called on pages."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from integration import messages
from integration.messages import Message, Text
from integration.records.hubspot import PropertyDefinition
from mappings.pairs import Direction, WhenEmpty
from mappings.quickbooks_fields import (
    COMPANY,
    DELETED_AT,
    KEY,
    OPEN_BALANCE,
    OVERDUE_BALANCE,
    QuickBooksField,
)
from mappings.steps import Step, StepKind, pairs_of

FIELDS: Mapping[str, Text] = {
    "DisplayName": _("Customer display name"), "CompanyName": _("Company name"),
    "Title": _("Title"), "GivenName": _("First name"), "MiddleName": _("Middle name"),
    "FamilyName": _("Last name"), "Suffix": _("Suffix"),
    "PrintOnCheckName": _("Name to print on checks"),
    "PrimaryEmailAddr.Address": _("Email"), "PrimaryPhone.FreeFormNumber": _("Phone number"),
    "AlternatePhone.FreeFormNumber": _("Other phone"),
    "Mobile.FreeFormNumber": _("Mobile number"), "Fax.FreeFormNumber": _("Fax"),
    "WebAddr.URI": _("Website"), "Notes": _("Notes"), "ResaleNum": _("Resale number"),
    "FullyQualifiedName": _("Full name with parents"), "Active": _("Active"),
    "Taxable": _("Taxable"), "PreferredDeliveryMethod": _("Delivery method"),
    "CurrencyRef.value": _("Currency"), "SalesTermRef.name": _("Terms"),
    "PaymentMethodRef.name": _("Payment method"), "ParentRef.name": _("Parent or category"),
    "Balance": _("Balance"), "BalanceWithJobs": _("Balance with sub-customers"),
    "Name": _("Product/service name"), "Sku": _("SKU"), "Description": _("Sales description"),
    "UnitPrice": _("Sales price"), "PurchaseDesc": _("Purchase description"),
    "PurchaseCost": _("Purchase cost"), "Type": _("Product type"),
    "SalesTaxIncluded": _("Price includes tax"), "TrackQtyOnHand": _("Tracks quantity"),
    "QtyOnHand": _("Quantity on hand"), "InvStartDate": _("As of date"),
    "IncomeAccountRef.name": _("Income account"),
    "ExpenseAccountRef.name": _("Expense account"), "ClassRef.name": _("Class"),
    "DocNumber": _("Invoice number"), "TxnDate": _("Invoice date"), "DueDate": _("Due date"),
    "TotalAmt": _("Total"), "Deposit": _("Deposit"), "TxnTaxDetail.TotalTax": _("Tax"),
    "ExchangeRate": _("Exchange rate"), "HomeTotalAmt": _("Total in home currency"),
    "CustomerRef.name": _("Customer"), "CustomerMemo.value": _("Message on invoice"),
    "PrivateNote": _("Memo on statement"), "BillEmail.Address": _("Customer email"),
    "EmailStatus": _("Email status"), "PrintStatus": _("Print status"),
    "ShipDate": _("Shipping date"), "ShipMethodRef.name": _("Ship via"),
    "TrackingNum": _("Tracking number"), "DepartmentRef.name": _("Location"),
    "Id": _("QuickBooks id"), "MetaData.CreateTime": _("Created"),
    "MetaData.LastUpdatedTime": _("Last changed"), KEY: _("Dealbooks key"),
    DELETED_AT: _("Deleted or made inactive"), COMPANY: _("Company name, else display name"),
    OPEN_BALANCE: _("Open balance"), OVERDUE_BALANCE: _("Overdue balance"),
}  # fmt: skip
ADDRESSES: Mapping[str, Text] = {
    "BillAddr": _("Billing address"),
    "ShipAddr": _("Shipping address"),
}
ADDRESS_PARTS: Mapping[str, Text] = {
    "Street": _("street, all lines"), "Line1": _("line 1"), "Line2": _("line 2"),
    "City": _("city"), "CountrySubDivisionCode": _("state or province"),
    "PostalCode": _("postal code"), "Country": _("country"),
}  # fmt: skip
STEP_NAMES: Mapping[StepKind, Text] = {
    StepKind.TRIM: _("Trim spaces"),
    StepKind.CASE: _("Letter case"),
    StepKind.PHONE: _("Phone number"),
    StepKind.COUNTRY: _("Country"),
    StepKind.REGION: _("State or province"),
    StepKind.NAME_PART: _("Part of a name"),
    StepKind.JOIN: _("Join"),
    StepKind.DATE: _("Date"),
    StepKind.MONEY: _("Money"),
    StepKind.OPTIONS: _("Option map"),
    StepKind.CONSTANT: _("Constant"),
    StepKind.DEFAULT: _("Default"),
}
STEP_HELP: Mapping[StepKind, Text] = {
    StepKind.TRIM: _("No spaces at the ends, single ones between words."),
    StepKind.CASE: _("Capital and small letters."),
    StepKind.PHONE: _("International form, such as +15551234567."),
    StepKind.COUNTRY: _("Code to name, or name to code."),
    StepKind.REGION: _("States and provinces of the US, Canada and Australia."),
    StepKind.NAME_PART: _("“Ada King Lovelace” is “Ada King” and “Lovelace”."),
    StepKind.JOIN: _("Put other fields of the record behind the value."),
    StepKind.DATE: _("From a text in this order."),
    StepKind.MONEY: _("From a text such as “$1,234.50”, rounded."),
    StepKind.OPTIONS: _("One line for each value: value = option."),
    StepKind.CONSTANT: _("Always this value, whatever the record says."),
    StepKind.DEFAULT: _("This value where the record says nothing."),
}
PARAMETERS: Mapping[str, Text] = {
    "mode": _("Letters"), "country": _("Country, if the record names none"), "to": _("Write it as"),
    "part": _("Which part"), "second": _("Join with"), "third": _("and with"),
    "separator": _("Between them"), "order": _("Order of the text"),
    "decimal_sign": _("Decimal sign"), "places": _("Decimals (empty: as the currency)"),
    "pairs": _("Values and options"), "otherwise": _("Other values"), "value": _("Value"),
}  # fmt: skip
CHOICES: Mapping[str, Text] = {
    "upper": _("ALL CAPITALS"), "lower": _("all small"), "title": _("Every Word Capitalised"),
    "sentence": _("First word capitalised"), "name": _("Name"), "code": _("Code"),
    "alpha_2": _("Two letters (US)"), "alpha_3": _("Three letters (USA)"),
    "first": _("First names"), "last": _("Last name"), "year_first": _("Year, month, day"),
    "month_first": _("Month, day, year"), "day_first": _("Day, month, year"),
    "point": _("Point (1,234.50)"), "comma": _("Comma (1.234,50)"),
    "refuse": _("Leave the property alone and say so"), "keep": _("Write them as they are"),
    "empty": _("Write nothing"),
}  # fmt: skip
DIRECTIONS: Mapping[Direction, Text] = {
    Direction.TO_HUBSPOT: _("QuickBooks to HubSpot"),
    Direction.TO_QUICKBOOKS: _("HubSpot to QuickBooks"),
    Direction.BOTH: _("Both ways"),
}
WHEN_EMPTY: Mapping[WhenEmpty, Text] = {
    WhenEmpty.KEEP: _("Leave the other side as it is"),
    WhenEmpty.CLEAR: _("Empty the other side too"),
}
OUTCOMES: Mapping[str, tuple[Text, str, str]] = {
    "write": (_("Would be written"), "info", "done"),
    "clear": (_("Would be emptied"), "warn", "warning"),
    "same": (_("Is the same already"), "neutral", "minus"),
    "keep": (_("Empty: left alone"), "neutral", "minus"),
    "once": (_("Written once, stays"), "neutral", "minus"),
    "later": (_("Filled in by sync"), "neutral", "clock"),
    "problem": (_("Not written"), "danger", "error"),
}
"""Label, tone and icon."""
TYPES: Mapping[str, Text] = {
    "string": _("text"), "phone_number": _("phone number"), "number": _("number"),
    "date": _("date"), "datetime": _("date and time"), "bool": _("yes or no"),
    "enumeration": _("one of its options"),
}  # fmt: skip
"""HubSpot's property types."""
CHANGES: Mapping[str, Text] = {
    "added": _("Added"), "changed": _("Changed"), "removed": _("Removed"),
    "defaults": _("As Dealbooks comes"), "edited": _("Edited"), "deleted": _("Deleted"),
    "imported": _("Imported"), "restored": _("Brought back"),
}  # fmt: skip


def field_label(path: str, known: Mapping[str, QuickBooksField] | None = None) -> str:
    """QuickBooks' word for a field, its own name for a custom field, the path if unknown."""
    found = (known or {}).get(path)
    if found is not None and found.name:
        return found.name
    member, _dot, part = path.partition(".")
    if member in ADDRESSES and part in ADDRESS_PARTS:
        return f"{ADDRESSES[member]}: {ADDRESS_PARTS[part]}"
    if path.startswith("CustomField."):
        return gettext("Custom field %(number)s") % {"number": part}
    return str(FIELDS.get(path, path))


def property_label(name: str, known: Mapping[str, PropertyDefinition]) -> str:
    found = known.get(name)
    return found.label or name if found else name


def type_label(found: PropertyDefinition | None) -> str:
    return str(TYPES.get(found.type, found.type)) if found else ""


def step_label(step: Step) -> str:
    """``Option map: 4 values``, ``Country: Two letters (US)``."""
    name = str(STEP_NAMES[step.kind])
    if step.kind is StepKind.OPTIONS:
        return f"{name}: " + ", ".join(f"{one} → {other}" for one, other in pairs_of(step)[:3])
    said = [step.said(each) for each in ("mode", "to", "part", "order", "value", "country")]
    detail = next((each for each in said if each), "")
    return f"{name}: {CHOICES.get(detail, detail)}" if detail else name


def message_of(
    row: Mapping[str, object],
    fields: Mapping[str, QuickBooksField],
    properties: Mapping[str, PropertyDefinition],
) -> Message:
    """A stored problem (``storing.plain_problems``) in words, with names as people know them."""
    parameters = row.get("parameters")
    given = dict(parameters) if isinstance(parameters, Mapping) else {}
    source = field_label(str(row.get("field", "")), fields)
    target = property_label(str(row.get("property", "")), properties)
    return messages.message(str(row["code"]), **{"source": source, "target": target, **given})


def messages_of(
    rows: Iterable[Mapping[str, object]],
    fields: Mapping[str, QuickBooksField],
    properties: Mapping[str, PropertyDefinition],
) -> list[Message]:
    return [message_of(row, fields, properties) for row in rows]
