"""Snapshots for tests of the plan: builders, hypothesis strategies, and what applying would leave."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from invoices.deal_rollup import CurrencyPolicy
from invoices.stages import Stage
from mappings.catalog import Targets
from sync.operations import (
    ArchiveInvoice,
    AssociateInvoice,
    MarkPaidDeal,
    Operation,
    UpdatePaymentNote,
    UpsertHubSpotInvoice,
    WithdrawReversalNote,
    WriteDealProperties,
    WritePaymentNote,
    WriteReversalNote,
)
from sync.policies import Delete, ObjectPolicy, Origin, Save
from sync.records import Against, Deletion
from sync.snapshot import (
    Attachment,
    CompanyView,
    DealState,
    InvoiceState,
    OnPaid,
    PaymentState,
    PortalView,
    Snapshot,
)

START = datetime(2026, 11, 1, 9, tzinfo=UTC)
PORTAL = PortalView(
    "USD", frozenset({"USD", "EUR"}), Targets(), "https://books.example/p/1/deals/{deal}"
)
COMPANY = CompanyView("9130", "Craig's Design", "USD")


def payment(number: int = 1, cash: str = "40", **values: object) -> PaymentState:
    facts: dict[str, object] = {
        "id": f"application-{number}",
        "payment_id": str(number),
        "applied": Decimal(cash),
        "cash": Decimal(cash),
        "currency": "USD",
        "paid_on": date(2026, 11, 5),
        "method": "Check",
        "reference": f"R-{number}",
    }
    return PaymentState(**{**facts, **values})  # type: ignore[arg-type]


def attached(deal: str = "501", **values: object) -> Attachment:
    facts: dict[str, object] = {"counts": True, "confirmed": True}
    return Attachment(f"attachment-{deal}", "deals", deal, **{**facts, **values})  # type: ignore[arg-type]


def invoice(number: int = 1, **values: object) -> InvoiceState:
    facts: dict[str, object] = {
        "id": f"invoice-{number}",
        "company_id": "company",
        "qbo_id": str(number),
        "sync_token": 1,
        "updated_at": START + timedelta(minutes=number),
        "origin": Origin.CREATED,
        "stage": Stage.SENT,
        "currency": "USD",
        "billed": Decimal(100),
        "cash": Decimal(0),
        "credited": Decimal(0),
        "open": Decimal(100),
        "number": f"10{number:02}",
        "recipient": "Amy's Bird Sanctuary",
        "txn_date": date(2026, 11, 1),
        "due_date": date(2026, 12, 1),
        "changed": True,
        "attachments": (attached(),),
    }
    return InvoiceState(**{**facts, **values})  # type: ignore[arg-type]


def world(*invoices: InvoiceState, **values: object) -> Snapshot:
    """All invoices are in the run; deals are those they are attached to."""
    deals: dict[str, list[str]] = {}
    for each in invoices:
        for attachment in each.attachments:
            if attachment.kind == "deals":
                deals.setdefault(attachment.hubspot_id, []).append(each.id)
    facts: dict[str, object] = {
        "portal": PORTAL,
        "companies": {"company": COMPANY},
        "invoices": {each.id: each for each in invoices},
        "in_run": tuple(each.id for each in invoices),
        "deals": tuple(DealState(deal, f"Deal {deal}", tuple(ids)) for deal, ids in deals.items()),
    }
    return Snapshot(**{**facts, **values})  # type: ignore[arg-type]


# ------------------------------------------------------------------------------ what applying leaves


def after(snapshot: Snapshot, operations: list[Operation]) -> Snapshot:
    """The same facts, with HubSpot told everything: what the next run would see."""
    invoices = dict(snapshot.invoices)
    deals = {deal.hubspot_id: deal for deal in snapshot.deals}
    for operation in operations:
        if isinstance(operation, WriteDealProperties):
            deals[operation.subject.id] = replace(
                deals[operation.subject.id],
                written=operation.properties,
                written_hash=operation.content_hash,
            )
        elif isinstance(operation, UpsertHubSpotInvoice | AssociateInvoice):
            found = invoices[operation.subject.id]
            invoices[found.id] = _told(found, operation)
        elif isinstance(operation, MarkPaidDeal):
            deals[operation.subject.id] = replace(deals[operation.subject.id], is_marked=True)
        elif isinstance(operation, ArchiveInvoice):
            invoices[operation.subject.id] = replace(
                invoices[operation.subject.id], hubspot_id="", mapped_hash="", written={}
            )
        else:
            invoices = {key: _noted(each, operation) for key, each in invoices.items()}
    return replace(
        snapshot,
        invoices={key: replace(each, changed=False) for key, each in invoices.items()},
        deals=tuple(deals.values()),
    )


def _told(found: InvoiceState, operation: UpsertHubSpotInvoice | AssociateInvoice) -> InvoiceState:
    if isinstance(operation, UpsertHubSpotInvoice):
        return replace(
            found,
            hubspot_id=found.hubspot_id or f"hubspot-{found.id}",
            mapped_hash=operation.content_hash,
            written=operation.properties,
        )
    return replace(
        found,
        attachments=tuple(
            replace(each, confirmed=True) if each.id == operation.attachment_id else each
            for each in found.attachments
        ),
    )


def _noted(found: InvoiceState, operation: Operation) -> InvoiceState:
    return replace(
        found,
        payments=tuple(
            _with_note(each, operation) if each.id == operation.subject.id else each
            for each in found.payments
        ),
    )


def _with_note(found: PaymentState, operation: Operation) -> PaymentState:
    if isinstance(operation, WritePaymentNote | UpdatePaymentNote):
        note_id = found.note_id or f"note-{found.id}"
        return replace(found, note_id=note_id, note_hash=operation.content_hash, note_tried=False)
    if isinstance(operation, WriteReversalNote):
        return replace(found, reversal_note_id=f"reversal-{found.id}", note_tried=False)
    if isinstance(operation, WithdrawReversalNote):
        return replace(found, reversal_note_id="")
    return found


# -------------------------------------------------------------------------------------- strategies

AMOUNTS = st.decimals(0, 10_000, places=2)
DAYS = st.dates(date(2026, 1, 1), date(2027, 6, 1))
CURRENCIES = st.sampled_from(["USD", "EUR", "JPY"])
POLICIES = st.builds(
    ObjectPolicy,
    enabled=st.booleans(),
    enabled_at=st.just(START),
    save=st.sampled_from(Save),
    delete=st.sampled_from(Delete),
)
COMPANIES = st.builds(
    CompanyView,
    realm_id=st.sampled_from(["9130", "9131"]),
    name=st.text(max_size=20),
    home_currency=st.sampled_from(["USD", "GBP"]),
    currency_policy=st.sampled_from(CurrencyPolicy),
    invoices=POLICIES,
    payment_notes=st.booleans(),
    on_paid=st.none() | st.just(OnPaid("paid", "yes", START)),
)


@st.composite
def payments(draw: st.DrawFn, number: int) -> PaymentState:
    told = draw(st.booleans())
    return payment(
        number,
        str(draw(AMOUNTS)),
        paid_on=draw(DAYS),
        method=draw(st.text(max_size=10)),
        reversed_at=draw(st.none() | st.just(START)),
        note_id=f"note-{number}" if told else "",
        note_hash="old" if told else "",
        note_tried=draw(st.booleans()),
        reversal_note_id=draw(st.sampled_from(["", "reversal"])) if told else "",
    )


@st.composite
def invoices(draw: st.DrawFn, number: int) -> InvoiceState:
    deals = draw(st.lists(st.sampled_from(["501", "502", "503"]), unique=True, max_size=2))
    counting = draw(st.sampled_from([*deals, ""]))
    total, balance = draw(AMOUNTS), draw(AMOUNTS)
    return invoice(
        number,
        company_id=draw(st.sampled_from(["company", "second"])),
        origin=draw(st.sampled_from(Origin)),
        stage=draw(st.sampled_from(Stage)),
        currency=draw(CURRENCIES),
        sync_token=draw(st.integers(0, 20)),
        updated_at=START + timedelta(seconds=draw(st.integers(0, 5))),
        billed=total,
        open=balance,
        home_total=draw(st.none() | AMOUNTS),
        due_date=draw(st.none() | DAYS),
        first_sent_on=draw(st.none() | DAYS),
        recipient=draw(st.text(max_size=20)),
        hubspot_id=draw(st.sampled_from(["", f"h-{number}"])),
        changed=draw(st.booleans()),
        deletion=draw(st.sampled_from(Deletion)),
        against=draw(st.none() | st.frozensets(st.sampled_from(Against), max_size=2)),
        attachments=tuple(
            attached(deal, counts=deal == counting, confirmed=draw(st.booleans())) for deal in deals
        ),
        payments=tuple(
            draw(payments(number * 10 + position)) for position in range(draw(st.integers(0, 3)))
        ),
    )


@st.composite
def worlds(draw: st.DrawFn, **fixed: object) -> Snapshot:
    found = [draw(invoices(number)) for number in range(1, draw(st.integers(1, 5)) + 1)]
    companies = {"company": draw(COMPANIES), "second": draw(COMPANIES)}
    return world(*found, companies=companies, **fixed)
