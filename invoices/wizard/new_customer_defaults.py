"""What HubSpot knows fills in a new customer: the deal's company, else its contact (S-31, B-14)."""

from invoices.customer_names import safe_display_name, safe_name
from invoices.deals import Contact, HubSpotCompany
from invoices.draft import NewCustomer
from invoices.wizard import choices
from invoices.wizard.sitting import Sitting


def of_deal(sitting: Sitting) -> NewCustomer:
    """Names are cut and cleaned as QuickBooks wants them; nothing is stored before the rep says so."""
    people = sitting.people
    contact = next((one for one in people.contacts if one.id == sitting.content.contact_id), None)
    parent = choices.parent_of_deal(sitting)
    found = _of(people.company, contact)
    if not choices.is_sub_customer_model(sitting):
        return found
    return NewCustomer(
        **{
            **{name: getattr(found, name) for name in ("company_name", "email", "phone")},
            "display_name": safe_display_name(sitting.deal.name),
            "parent_id": parent.id if parent else "",
            "parent_name": parent.display_name if parent else "",
            "bill_with_parent": parent is not None,
        }
    )


def _of(company: HubSpotCompany | None, contact: Contact | None) -> NewCustomer:
    first, _blank, last = (contact.name if contact else "").partition(" ")
    person = {
        "given_name": safe_name(first),
        "family_name": safe_name(last),
        "email": contact.email if contact else "",
        "phone": (company.phone if company else "") or (contact.phone if contact else ""),
    }
    if company is None:
        return NewCustomer(
            display_name=safe_display_name(contact.name if contact else ""), **person
        )
    return NewCustomer(
        display_name=safe_display_name(company.name),
        company_name=safe_name(company.name),
        line1=company.line1,
        line2=company.line2,
        city=company.city,
        region=company.region,
        postcode=company.postcode,
        country=company.country,
        **person,
    )
