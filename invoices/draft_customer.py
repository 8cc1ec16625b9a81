"""The customer that a draft would make in QuickBooks, exactly as typed (S-31). Pure."""

from dataclasses import dataclass

from integration.records.quickbooks import Address

EXEMPT = "exempt"


@dataclass(frozen=True, slots=True)
class NewCustomer:
    """Fields of "Create new QuickBooks customer" (S-31). ``parent_id``: a sub-customer of it.

    ``tax`` is empty (taxable as QuickBooks has it), ``exempt``, or the id of its default tax code.
    """

    display_name: str = ""
    company_name: str = ""
    given_name: str = ""
    family_name: str = ""
    email: str = ""
    phone: str = ""
    line1: str = ""
    line2: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""
    parent_id: str = ""
    parent_name: str = ""
    bill_with_parent: bool = False
    terms_id: str = ""
    tax: str = ""

    @property
    def is_exempt(self) -> bool:
        return self.tax == EXEMPT

    @property
    def tax_code_id(self) -> str:
        return "" if self.is_exempt else self.tax

    @property
    def address(self) -> Address:
        lines = tuple(line for line in (self.line1, self.line2) if line)
        return Address(lines, self.city, self.region, self.postcode, self.country)
