"""What an admin chose: targets of a portal's values, field mappings of a company's records."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from integration import jobs
from integration.currencies import exponent
from integration.models import Company, Portal
from mappings.catalog import Targets
from mappings.checks import check, is_fatal
from mappings.mapped import Context
from mappings.models import PropertyTarget
from mappings.pairs import MappingSet
from mappings.quickbooks_fields import Kind
from mappings.sides import as_known, sides_of
from mappings.storing import current

CHECK = "mappings.check"
CALM = timedelta(minutes=5)
"""So long after a refusal all that were refused meanwhile are looked at together."""


def mapping_set(company: Company, kind: Kind | str) -> MappingSet:
    """The pairs that work now, with the types and options HubSpot last said; for one run.

    A pair that HubSpot would refuse (its property is gone or read-only) is left out, because one
    refused value would hold back the whole record; the settings show what is wrong with it.
    """
    stored = current(company, Kind(kind))
    sides = sides_of(company, Kind(kind)) if stored.pairs else None
    if sides is None or not sides.is_known:
        return stored
    usable = (
        as_known(pair, sides)
        for pair in stored.pairs
        if pair.locked or not any(map(is_fatal, check(pair, sides.properties, sides.fields)))
    )
    return replace(stored, pairs=tuple(usable))


def context(company: Company, computed: Mapping[str, str] | None = None) -> Context:
    """What ``mapped`` and ``mapped_back`` want to know of a company."""
    places = exponent(company.home_currency)
    return Context(company.realm_id, company.country, places, computed or {})


def check_soon(portal: Portal, now: datetime) -> None:
    """HubSpot refused a value: look at its properties and all mappings again, once for many."""
    jobs.enqueue(CHECK, portal=portal, at=now + CALM)


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
