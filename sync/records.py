"""Customers and items as a plan sees them, beside invoices and deals (S-79 to S-87). Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from integration.records.hubspot import Properties

CUSTOMER, ITEM = "Customer", "Item"
CONTACTS, COMPANIES, PRODUCTS = "contacts", "companies", "products"


class CustomerModel(StrEnum):
    """The values of ``integration.models.company_settings.CustomerModel``."""

    COMPANY = "company"
    CONTACT = "contact"
    SUB_CUSTOMER = "sub_customer"


class Source(StrEnum):
    """How a link came about; the values of ``RecordLink.source``."""

    CREATED = "created"
    CONFIRMED = "confirmed"
    MATCHED = "matched"
    MANUAL = "manual"


class Deletion(StrEnum):
    """What was decided about a record that is gone in QuickBooks (D-28)."""

    ALLOWED = "allowed"
    HELD = "held"
    CANCELLED = "cancelled"


class Against(StrEnum):
    """Why an object is not archived although the policy says so (D-28)."""

    NOT_OURS = "not_ours"
    EDITED = "edited"
    OPEN_DEAL = "open_deal"
    OTHER_LINK = "other_link"


@dataclass(frozen=True, slots=True)
class Balance:
    """What a customer owes, in its own currency."""

    currency: str
    open: Decimal
    overdue: Decimal


def owed(balances: Iterable[Balance]) -> Balance | None:
    """What all the customers that are one HubSpot object owe; None over mixed currencies (B-06)."""
    found = list(balances)
    currencies = {each.currency for each in found}
    if len(currencies) != 1:
        return None
    total = sum((each.open for each in found), Decimal(0))
    late = sum((each.overdue for each in found), Decimal(0))
    return Balance(currencies.pop(), total, late)


SENT = "sent "
"""How a ``mapped_hash`` begins while a write is on its way, or after its answer was lost."""


@dataclass(frozen=True, slots=True)
class LinkState:
    """One HubSpot object that the record is.

    ``told``: its properties as far as we know them: as written last, or as just read where nothing
    was written yet. ``against``: only looked at where it may have to be archived.
    """

    id: str
    kind: str
    hubspot_id: str
    source: Source
    made_by_us: bool = False
    mapped_hash: str = ""
    told: Properties = field(default_factory=dict, compare=False)
    tied_to: str = ""
    is_tied_by_person: bool = False
    is_lost: bool = False
    against: frozenset[Against] = frozenset()


@dataclass(frozen=True, slots=True)
class Match:
    """What was found in HubSpot for a record without a link: one object, or too many.

    ``shared_by``: other customers of the company with the same e-mail address or name, which make it
    a guess.
    """

    hubspot_id: str = ""
    told: Properties = field(default_factory=dict, compare=False)
    is_ambiguous: bool = False
    shared_by: tuple[str, ...] = ()
    is_refused: bool = False
    """Only what a person unlinked was found."""
    has_refusals: bool = False
    """A person unlinked it from something: what HubSpot names as taken is not adopted."""


@dataclass(frozen=True, slots=True)
class RecordState:
    """A mirrored Customer or Item with all that depends on it.

    ``changed``: this run brought a version that HubSpot was not told. ``gone_at``: inactive in
    QuickBooks since. ``is_merged``: part of another record now, which speaks for it. By HubSpot kind: ``values``, the mapped properties; ``owed``, those among them
    that tell a balance; ``texts``, the names of those that are text; ``on_create``, what a new object is told beside. ``problem``: code and
    parameters of the first value that cannot be written. ``emails``: of a customer, in their order.
    ``parent_company``: the HubSpot company its parent customer is.
    """

    id: str
    company_id: str
    kind: str
    qbo_id: str
    label: str
    updated_at: datetime | None = None
    gone_at: datetime | None = None
    is_merged: bool = False
    changed: bool = False
    values: Mapping[str, Properties] = field(default_factory=dict, compare=False)
    owed: Mapping[str, Properties] = field(default_factory=dict, compare=False)
    texts: Mapping[str, frozenset[str]] = field(default_factory=dict, compare=False)
    on_create: Mapping[str, Properties] = field(default_factory=dict, compare=False)
    problem: tuple[str, tuple[tuple[str, str], ...]] = ("", ())
    emails: tuple[str, ...] = ()
    company_name: str = ""
    is_person: bool = False
    is_project: bool = False
    is_sub: bool = False
    parent_company: str = ""
    item_kind: str = ""
    sku: str = ""
    links: tuple[LinkState, ...] = ()
    matches: Mapping[str, Match] = field(default_factory=dict, compare=False)
    deletion: Deletion = Deletion.ALLOWED

    def link(self, kind: str) -> LinkState | None:
        return next((each for each in self.links if each.kind == kind), None)
