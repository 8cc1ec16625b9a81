"""A new customer as QuickBooks' Customer (S-31, D-06, D-09). Pure."""

from integration.records.quickbooks import Address, Raw
from invoices.draft_customer import NewCustomer


def customer_body(new: NewCustomer, currency: str, *, multicurrency: bool, is_us: bool) -> Raw:
    """The Customer to create (S-31); its currency can never be changed later."""
    body: Raw = {"DisplayName": new.display_name.strip()}
    plain = {
        "CompanyName": new.company_name,
        "GivenName": new.given_name,
        "FamilyName": new.family_name,
    }
    body |= {name: text.strip() for name, text in plain.items() if text.strip()}
    if new.email.strip():
        body["PrimaryEmailAddr"] = {"Address": new.email.strip()}
    if new.phone.strip():
        body["PrimaryPhone"] = {"FreeFormNumber": new.phone.strip()}
    address = address_body(new.address)
    if address:
        body |= {"BillAddr": address, "ShipAddr": address}
    if multicurrency:
        body["CurrencyRef"] = {"value": currency}
    body |= _customer_tax(new, is_us=is_us)
    if new.terms_id:
        body["SalesTermRef"] = {"value": new.terms_id}
    if new.parent_id:
        body |= {
            "ParentRef": {"value": new.parent_id},
            "Job": True,
            "BillWithParent": new.bill_with_parent,
        }
    return body


def _customer_tax(new: NewCustomer, *, is_us: bool) -> Raw:
    """Taxable or exempt in the US; a default code where one was chosen (D-09, D-10)."""
    found: Raw = {"Taxable": not new.is_exempt} if is_us or new.is_exempt else {}
    if new.tax_code_id:
        found["DefaultTaxCodeRef"] = {"value": new.tax_code_id}
    return found


def address_body(address: Address) -> Raw:
    named = {f"Line{number}": line for number, line in enumerate(address.lines[:5], start=1)}
    named |= {
        "City": address.city,
        "CountrySubDivisionCode": address.region,
        "PostalCode": address.postcode,
        "Country": address.country,
    }
    return {name: text.strip() for name, text in named.items() if text.strip()}
