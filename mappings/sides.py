"""What both sides have to offer for one company and object: fields here, properties there."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from integration.hubspot_properties import PROPERTIES
from integration.models import Company
from integration.property_catalogue import catalogue
from integration.records.hubspot import PropertyDefinition
from integration.reference import Reference
from mappings.pairs import FieldPair
from mappings.quickbooks_fields import Kind, QuickBooksField, fields


@dataclass(frozen=True, slots=True)
class Sides:
    """``read_at``: when HubSpot's properties were read; None: never, so nothing can be checked."""

    properties: Mapping[str, PropertyDefinition]
    fields: Mapping[str, QuickBooksField]
    read_at: datetime | None
    problem: str

    @property
    def is_known(self) -> bool:
        return self.read_at is not None


def sides_of(company: Company, kind: Kind) -> Sides:
    """Two queries, no call. Our own properties count as there: Dealbooks makes them itself."""
    listed = catalogue(company.portal, kind.value)
    ours = {each.name: each for each in PROPERTIES.get(kind.value, ())}
    return Sides(
        {**ours, **listed.properties}, fields_of(company, kind), listed.read_at, listed.problem
    )


def fields_of(company: Company, kind: Kind) -> Mapping[str, QuickBooksField]:
    """QuickBooks' fields, with the custom fields this company has on sales forms."""
    if kind is not Kind.INVOICES:
        return fields(kind)
    preferences = Reference.of(company).preferences()
    return fields(kind, preferences.custom_fields if preferences else ())


def as_known(pair: FieldPair, sides: Sides) -> FieldPair:
    """With the type and options that HubSpot says the property has."""
    known = sides.properties.get(pair.property.name)
    if known is None:
        return pair
    options = frozenset(value for value, _label in known.options) or None
    return replace(pair, property=replace(pair.property, type=known.type, options=options))
