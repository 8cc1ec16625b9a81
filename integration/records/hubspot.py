"""What HubSpot says, as values. Property values are strings or None, as on the wire."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

Properties = dict[str, str | None]


@dataclass(frozen=True, slots=True)
class PortalFacts:
    """``time_zone`` is an IANA name; ``ui_domain`` is where record links point."""

    hub_id: int
    domain: str
    currency: str
    additional_currencies: tuple[str, ...]
    time_zone: str
    ui_domain: str
    account_type: str


@dataclass(frozen=True, slots=True)
class Object:
    """Any CRM object. ``associations`` maps a plural type name to ids (``line_items`` normalised)."""

    kind: str
    id: str
    properties: Properties
    archived: bool = False
    created_at: datetime | None = None
    updated_at: datetime | None = None
    associations: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def text(self, name: str) -> str:
        return self.properties.get(name) or ""


@dataclass(frozen=True, slots=True)
class Deal:
    id: str
    name: str
    amount: Decimal | None
    currency: str
    stage: str
    pipeline: str
    owner_id: str
    close_date: date | None
    archived: bool
    company_ids: tuple[str, ...] = ()
    primary_company_id: str = ""
    contact_ids: tuple[str, ...] = ()
    quote_ids: tuple[str, ...] = ()
    line_item_ids: tuple[str, ...] = ()
    properties: Properties = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class DealStage:
    """A stage of a deal pipeline; ``is_won``: HubSpot counts its deals as won."""

    id: str
    label: str
    pipeline_id: str
    pipeline: str
    is_won: bool


@dataclass(frozen=True, slots=True)
class Owner:
    id: str
    user_id: str
    email: str
    first_name: str
    last_name: str
    team_ids: tuple[str, ...] = ()
    archived: bool = False


@dataclass(frozen=True, slots=True)
class Write:
    """One object to create, update or upsert; ``key`` labels the result (ours, unique per batch).

    ``associations`` are (to object id, association type id), used on create only.
    """

    key: str
    properties: Properties
    id: str = ""
    associations: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class WriteResult:
    """Either ``id`` or ``error`` (message code, HubSpot's own detail) is set.

    ``existing_id`` names the record that stands in the way of a conflict, when HubSpot says it.
    """

    key: str
    id: str = ""
    created: bool = False
    error: tuple[str, str] | None = None
    existing_id: str = ""
    parameters: dict[str, str] = field(default_factory=dict, compare=False)
    """Of the error, for its sentence: field, value, detail …"""
    trace_id: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class ExchangeRate:
    """One unit of ``from_currency`` is ``rate`` units of ``to_currency`` (the portal's own)."""

    from_currency: str
    to_currency: str
    rate: Decimal
    effective_at: datetime


@dataclass(frozen=True, slots=True)
class TaxRate:
    """One of the portal's tax rates; lines name it as ``hs_tax_rate_group_id``."""

    id: str
    name: str
    percent: Decimal
    active: bool = True


@dataclass(frozen=True, slots=True)
class PropertyDefinition:
    """A property as we create it or as HubSpot lists it; ``options`` are (value, label)."""

    name: str
    label: str
    group: str
    type: str
    field_type: str
    description: str = ""
    options: tuple[tuple[str, str], ...] = ()
    unique: bool = False
    read_only: bool = False
