"""What a plan needs to know: invoices, payments and deals as they are now. Pure.

``sync.fetch`` fills it from the mirror; ids of rows are strings, amounts in the invoice's currency.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from integration.records.hubspot import Properties
from invoices.deal_rollup import CurrencyPolicy
from invoices.stages import Stage
from mappings.catalog import Targets
from sync.policies import Delete, ObjectPolicy, Origin
from sync.records import Against, CustomerModel, Deletion, RecordState


@dataclass(frozen=True, slots=True)
class PaymentState:
    """One row of the payments ledger (D-20).

    ``note_tried``: a note (the first, or the one on the reversal) may have been sent already
    although its id is unknown.
    """

    id: str
    payment_id: str
    applied: Decimal
    cash: Decimal
    currency: str
    paid_on: date
    method: str = ""
    reference: str = ""
    reversed_at: datetime | None = None
    note_id: str = ""
    note_hash: str = ""
    note_tried: bool = False
    reversal_note_id: str = ""

    @property
    def reversed(self) -> bool:
        return self.reversed_at is not None


@dataclass(frozen=True, slots=True)
class Attachment:
    """``kind`` is HubSpot's plural type name; ``confirmed``: HubSpot has the association."""

    id: str
    kind: str
    hubspot_id: str
    counts: bool = False
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class InvoiceState:
    """A mirrored invoice with all that depends on it.

    ``changed``: this run brought a newer version. ``linked``: (kind, id) of HubSpot objects its
    customer is linked to. ``detached``: taken off here while HubSpot still shows it. ``written``: the HubSpot invoice's properties as last written.
    ``added``: properties that mappings of the company add to ours. ``deletion``: what was decided
    about an invoice that QuickBooks deleted. ``against``: what speaks against archiving it; None
    where nobody looked.
    """

    id: str
    company_id: str
    qbo_id: str
    sync_token: int
    updated_at: datetime
    origin: Origin
    stage: Stage
    currency: str
    billed: Decimal
    cash: Decimal
    credited: Decimal
    open: Decimal
    number: str = ""
    recipient: str = ""
    txn_date: date | None = None
    due_date: date | None = None
    home_total: Decimal | None = None
    hubspot_rate: Decimal | None = None
    deleted_at: datetime | None = None
    first_sent_on: date | None = None
    hubspot_id: str = ""
    mapped_hash: str = ""
    written: Properties = field(default_factory=dict, compare=False)
    added: dict[str, str] = field(default_factory=dict)
    changed: bool = False
    attachments: tuple[Attachment, ...] = ()
    detached: tuple[Attachment, ...] = ()
    linked: tuple[tuple[str, str], ...] = ()
    payments: tuple[PaymentState, ...] = ()
    deletion: Deletion = Deletion.ALLOWED
    against: frozenset[Against] | None = None

    @property
    def label(self) -> str:
        return self.number or self.qbo_id

    def counting_deal(self) -> str:
        """The HubSpot id of the one deal that counts this invoice (D-22), or nothing."""
        return next((found.hubspot_id for found in self.attachments if found.counts), "")


@dataclass(frozen=True, slots=True)
class DealState:
    """``written`` and ``written_hash``: what this deal was told last; empty before the first.

    ``is_marked``: HubSpot was told already that it is paid (E-01).
    """

    hubspot_id: str
    name: str
    invoice_ids: tuple[str, ...] = ()
    written: Properties = field(default_factory=dict, compare=False)
    written_hash: str = ""
    is_marked: bool = False


@dataclass(frozen=True, slots=True)
class OnPaid:
    """E-01: the deal property that says that everything is paid. ``since``: invoices that changed
    before the choice was made mark nothing; ``pipeline``: of a stage."""

    name: str
    value: str
    since: datetime
    pipeline: str = ""


INVOICES_OFF = ObjectPolicy(delete=Delete.MARK)
"""Until an admin turns the tab on: only what was made or added here (S-20, D-28)."""
OFF = ObjectPolicy()
"""The same for contacts and products."""


@dataclass(frozen=True, slots=True)
class CompanyView:
    realm_id: str
    name: str
    home_currency: str
    currency_policy: CurrencyPolicy = CurrencyPolicy.BLOCK
    invoices: ObjectPolicy = INVOICES_OFF
    payment_notes: bool = True
    contacts: ObjectPolicy = OFF
    products: ObjectPolicy = OFF
    customer_model: CustomerModel = CustomerModel.COMPANY
    on_paid: OnPaid | None = None


@dataclass(frozen=True, slots=True)
class PortalView:
    """``deal_page``: the address of a deal's page here, with ``{deal}`` for its HubSpot id."""

    currency: str
    currencies: frozenset[str]
    targets: Targets
    deal_page: str = ""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """``in_run``: ids of the invoices this run is about; the others are there for their deals.
    ``in_bulk``: a backfill, whose writes carry ``dealbooks_bulk`` (D-30).

    ``held``: (kind, id) of parked records whose time has not come. ``undone``: of those that a
    person took back and nobody released yet (D-31): left alone whatever changed.
    """

    portal: PortalView
    companies: Mapping[str, CompanyView]
    invoices: Mapping[str, InvoiceState]
    in_run: tuple[str, ...] = ()
    deals: tuple[DealState, ...] = ()
    held: frozenset[tuple[str, str]] = frozenset()
    undone: frozenset[tuple[str, str]] = frozenset()
    records: Mapping[str, RecordState] = field(default_factory=dict)
    records_in_run: tuple[str, ...] = ()
    in_bulk: bool = False
