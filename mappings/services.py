"""What an admin chose: targets of a portal's values, field mappings of a company's records."""

from collections.abc import Mapping

from integration.models import Company, Portal
from mappings.catalog import Targets
from mappings.defaults import default_set
from mappings.mapped import Context
from mappings.models import PropertyTarget
from mappings.pairs import MappingSet
from mappings.quickbooks_fields import Kind

NO_DECIMALS = frozenset("BIF CLP DJF GNF JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF".split())
THREE_DECIMALS = frozenset("BHD IQD JOD KWD LYD OMR TND".split())


def mapping_set(company: Company, kind: Kind | str) -> MappingSet:
    """The pairs that hold now, with the types and options HubSpot last said; for one run."""
    return default_set(Kind(kind))


def context(company: Company, computed: Mapping[str, str] | None = None) -> Context:
    """What ``mapped`` and ``mapped_back`` want to know of a company."""
    currency = company.home_currency
    places = 0 if currency in NO_DECIMALS else 3 if currency in THREE_DECIMALS else 2
    return Context(company.realm_id, company.country, places, computed or {})


def targets(portal: Portal) -> Targets:
    """One query; values without a row go to the property of their own name."""
    chosen: dict[str, dict[str, str]] = {}
    for row in PropertyTarget.objects.for_portal(portal):
        chosen.setdefault(row.object_kind, {})[row.value] = row.property_name
    return Targets(chosen)


def switch_off(portal: Portal, object_kind: str, value: str) -> None:
    """The portal refuses this value (a read-only or missing property): write the others."""
    PropertyTarget.objects.for_portal(portal).update_or_create(
        portal=portal, object_kind=object_kind, value=value, defaults={"property_name": ""}
    )
