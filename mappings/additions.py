"""What an admin added to HubSpot's invoices beside the built-in values (S-96, S-116)."""

from integration.models import Company
from integration.records.quickbooks import Raw
from mappings.mapped import mapped
from mappings.quickbooks_fields import Kind
from mappings.services import context, mapping_set


class InvoiceAdditions:
    """Of one company, for one run. False where nothing was added: nothing needs to be read then."""

    def __init__(self, company: Company) -> None:
        self._set = mapping_set(company, Kind.INVOICES)
        self._context = context(company)

    def __bool__(self) -> bool:
        return bool(self._set.pairs)

    def of(self, raw: Raw) -> dict[str, str]:
        """Property to text, from QuickBooks' invoice; a value that does not fit is left out."""
        if not self:
            return {}
        return mapped(Kind.INVOICES, raw, self._set, self._context).properties
