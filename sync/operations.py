"""What a run does to HubSpot, as data: planned purely, shown in a dry run, applied, remembered.

``kind`` names an operation in the history; ``subject`` is the record it is about. ``before`` holds
what a write replaces, as far as we know it.
"""

from dataclasses import dataclass, field
from typing import ClassVar

from integration.records.hubspot import Properties
from integration.records.quickbooks import Raw
from sync.note_operations import Note as Note
from sync.note_operations import NoteKind as NoteKind
from sync.note_operations import UpdatePaymentNote as UpdatePaymentNote
from sync.note_operations import WithdrawReversalNote as WithdrawReversalNote
from sync.note_operations import WritePaymentNote as WritePaymentNote
from sync.note_operations import WriteReversalNote as WriteReversalNote
from sync.subjects import CUSTOMER as CUSTOMER
from sync.subjects import DEAL as DEAL
from sync.subjects import INVOICE as INVOICE
from sync.subjects import ITEM as ITEM
from sync.subjects import PAYMENT as PAYMENT
from sync.subjects import Subject as Subject


@dataclass(frozen=True, slots=True)
class UpsertHubSpotInvoice:
    """Write HubSpot's invoice object (D-24): by its id when known, else by ``dealbooks_key``.

    ``read_hash``: what HubSpot had been told when this was planned.
    """

    kind: ClassVar[str] = "upsert_hubspot_invoice"
    subject: Subject
    key: str
    hubspot_id: str
    properties: Properties
    content_hash: str
    read_hash: str = ""
    before: Properties = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AssociateInvoice:
    """Tie HubSpot's invoice object to a deal, contact or company.

    ``attachment_id`` is empty for the objects its customer is linked to: tied once, when new.
    """

    kind: ClassVar[str] = "associate_invoice"
    subject: Subject
    to_kind: str
    to_id: str
    hubspot_id: str = ""
    attachment_id: str = ""


@dataclass(frozen=True, slots=True)
class DissociateInvoice:
    """Somebody took the invoice off a deal, contact or company; HubSpot's object itself stays."""

    kind: ClassVar[str] = "dissociate_invoice"
    subject: Subject
    to_kind: str
    to_id: str
    hubspot_id: str
    attachment_id: str


@dataclass(frozen=True, slots=True)
class WriteDealProperties:
    """All our properties of one deal. ``read_hash``: what the deal was told when this was planned."""

    kind: ClassVar[str] = "write_deal_properties"
    subject: Subject
    properties: Properties
    content_hash: str
    read_hash: str
    before: Properties = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MarkPaidDeal:
    """E-01: what an admin chose for a deal whose invoices are all paid; told once.

    ``pipeline``: of a stage; a deal of another pipeline is left where it is.
    """

    kind: ClassVar[str] = "mark_paid_deal"
    subject: Subject
    name: str
    value: str
    pipeline: str = ""
    before: Properties = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WriteRecord:
    """Tell a HubSpot contact, company or product what changed in QuickBooks.

    Without ``hubspot_id`` it is made, under ``key`` (D-25), so that a repeat finds it again.
    ``properties`` are those that differ; ``written`` all it was told afterwards. ``may_adopt``:
    where HubSpot says that a record with this e-mail address exists, that one is taken.
    """

    kind: ClassVar[str] = "write_record"
    subject: Subject
    object_kind: str
    properties: Properties
    written: Properties
    content_hash: str
    hubspot_id: str = ""
    key: str = ""
    source: str = ""
    may_adopt: bool = False
    before: Properties = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WriteContact(WriteRecord):
    kind: ClassVar[str] = "write_contact"


@dataclass(frozen=True, slots=True)
class WriteCompany(WriteRecord):
    kind: ClassVar[str] = "write_company"


@dataclass(frozen=True, slots=True)
class WriteProduct(WriteRecord):
    kind: ClassVar[str] = "write_product"


@dataclass(frozen=True, slots=True)
class LinkRecord:
    """HubSpot says already what it should: only remember which object it is and what it says."""

    kind: ClassVar[str] = "link_record"
    subject: Subject
    object_kind: str
    hubspot_id: str
    written: Properties
    content_hash: str
    source: str
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class AssociateContact:
    """Tie a contact to the company it works for; an empty id is that of an object made just now."""

    kind: ClassVar[str] = "associate_contact"
    subject: Subject
    contact_id: str = ""
    company_id: str = ""


@dataclass(frozen=True, slots=True)
class ArchiveRecord:
    """D-28: what we made, nobody edited and nothing hangs on goes when QuickBooks' record goes."""

    kind: ClassVar[str] = "archive_record"
    subject: Subject
    object_kind: str
    hubspot_id: str
    before: Properties = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ArchiveInvoice:
    """D-28: HubSpot's invoice object goes with QuickBooks' invoice.

    HubSpot deletes no paid invoice and an open one only where the account says so; ``marked`` is
    what the object is told where it refuses.
    """

    kind: ClassVar[str] = "archive_invoice"
    subject: Subject
    hubspot_id: str
    marked: UpsertHubSpotInvoice
    before: Properties = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class UpdateQuickBooks:
    """P-47: a customer or product takes over what was changed in HubSpot.

    ``body`` is a sparse update without Id and SyncToken. ``before`` and ``after`` are by HubSpot
    property; ``agreed``: by HubSpot kind, what HubSpot says, which both say afterwards.
    """

    kind: ClassVar[str] = "update_quickbooks"
    subject: Subject
    body: Raw
    sync_token: str
    before: Properties = field(default_factory=dict)
    after: Properties = field(default_factory=dict)
    agreed: dict[str, Properties] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CreateInQuickBooks:
    """P-47: a HubSpot record that is linked to nothing becomes a customer or product.

    The subject is the HubSpot object, as ``entity`` it enters QuickBooks.
    """

    kind: ClassVar[str] = "create_in_quickbooks"
    subject: Subject
    entity: str
    body: Raw
    from_kind: str
    from_id: str
    after: Properties = field(default_factory=dict)
    agreed: dict[str, Properties] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SettleConflict:
    """P-47: both sides had changed a field; ``reason`` says who won, ``before`` what was given up."""

    kind: ClassVar[str] = "settle_conflict"
    subject: Subject
    reason: str
    parameters: dict[str, str] = field(default_factory=dict)
    before: Properties = field(default_factory=dict)
    after: Properties = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Skip:
    """Nothing is written, and the history says why: ``reason`` is a message code."""

    kind: ClassVar[str] = "skip"
    subject: Subject
    reason: str
    parameters: dict[str, str] = field(default_factory=dict)


Operation = (
    UpsertHubSpotInvoice
    | AssociateInvoice
    | DissociateInvoice
    | WriteDealProperties
    | MarkPaidDeal
    | WritePaymentNote
    | UpdatePaymentNote
    | WriteReversalNote
    | WithdrawReversalNote
    | WriteRecord
    | LinkRecord
    | AssociateContact
    | ArchiveRecord
    | ArchiveInvoice
    | UpdateQuickBooks
    | CreateInQuickBooks
    | SettleConflict
    | Skip
)
