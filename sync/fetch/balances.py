"""What customers owe, summed over all that are one HubSpot object (D-25, B-06)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from uuid import UUID

from django.db.models import Sum

from integration.gateways.values import text
from integration.models import Company, Record, RecordLink
from invoices.models import Invoice
from sync.records import CUSTOMER, Balance, owed

ZERO = Decimal(0)
ObjectKey = tuple[str, str]
"""(HubSpot kind, id); ("", QuickBooks' id) for a customer that is no object yet."""
Customer = tuple[UUID, str]
"""(company, QuickBooks' id)"""


class Balances:
    """Seen from one company; customers of the portal's other companies count too."""

    def __init__(self, company: Company) -> None:
        self.company = company

    def of_page(
        self, rows: Iterable[Record], links: Mapping[tuple[str, str], list[RecordLink]]
    ) -> dict[ObjectKey, Balance | None]:
        """What all customers of one HubSpot object owe, over every company of the portal.

        A customer without a link stands under ("", its id).
        """
        own = {row.qbo_id: row for row in rows if row.kind == CUSTOMER}
        if not own:
            return {}
        linked = {
            (link.hubspot_kind, link.hubspot_id): None
            for (kind, _), found in links.items()
            for link in found
            if kind == CUSTOMER
        }
        objects = self.customers_of(linked)
        customers = {each for found in objects.values() for each in found}
        customers |= {(self.company.pk, qbo_id) for qbo_id in own}
        single = self.single(customers, own)
        summed = {
            key: owed(single[each] for each in found if each in single)
            for key, found in objects.items()
        }
        return summed | {("", qbo_id): single[self.company.pk, qbo_id] for qbo_id in own}

    def customers_of(
        self, objects: Collection[ObjectKey]
    ) -> dict[ObjectKey, set[tuple[UUID, str]]]:
        """The customers that are these HubSpot objects, as (company, QuickBooks' id)."""
        found: dict[ObjectKey, set[tuple[UUID, str]]] = defaultdict(set)
        rows = RecordLink.objects.for_portal(self.company.portal_id).filter(
            kind=CUSTOMER, hubspot_id__in={hubspot_id for _, hubspot_id in objects}
        )
        for link in rows.only("company_id", "qbo_id", "hubspot_kind", "hubspot_id"):
            key = (link.hubspot_kind, link.hubspot_id)
            if key in objects:
                found[key].add((link.company_id, link.qbo_id))
        return found

    def single(
        self, customers: Collection[tuple[UUID, str]], own: Mapping[str, Record]
    ) -> dict[tuple[UUID, str], Balance]:
        raws = {(self.company.pk, qbo_id): row.raw for qbo_id, row in own.items()}
        elsewhere = [each for each in customers if each not in raws]
        if elsewhere:
            others = Record.objects.for_portal(self.company.portal_id).filter(
                kind=CUSTOMER,
                company__in={company for company, _ in elsewhere},
                qbo_id__in={qbo_id for _, qbo_id in elsewhere},
            )
            for row in others:
                raws.setdefault((row.company_id, row.qbo_id), row.raw)
        late = self._overdue(customers)
        return {
            key: Balance(
                reference(raw.get("CurrencyRef")) or self.company.home_currency,
                Decimal(text(raw.get("Balance")) or 0),
                late.get(key, ZERO),
            )
            for key, raw in raws.items()
            if key in customers
        }

    def _overdue(self, customers: Collection[tuple[UUID, str]]) -> dict[tuple[UUID, str], Decimal]:
        """Of the invoices known here."""
        found = (
            Invoice.objects.for_portal(self.company.portal_id)
            .filter(
                company__in={company for company, _ in customers},
                customer_id__in={qbo_id for _, qbo_id in customers},
                is_overdue=True,
                deleted_at=None,
            )
            .values_list("company_id", "customer_id")
            .annotate(late=Sum("open"))
        )
        return {(company, customer): late for company, customer, late in found.order_by()}


def reference(value: object) -> str:
    return text(value.get("value")) if isinstance(value, Mapping) else ""
