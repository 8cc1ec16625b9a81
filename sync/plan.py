"""From a snapshot to the operations that make HubSpot agree with it. Pure.

Nothing is planned that HubSpot was already told: invoices and deals are compared by the hash of
what was written last, notes by the hash of what they say (M14: no wasted writes).
"""

from collections.abc import Iterator

from integration.records.hubspot import Properties
from invoices.currencies import exponent
from invoices.stages import Stage
from mappings import hubspot_invoices
from mappings.catalog import dealbooks_key
from mappings.hubspot_invoices import InvoiceValues
from mappings.transforms import CLEARED, fingerprint
from sync import deal_properties
from sync.operations import (
    DEAL,
    INVOICE,
    PAYMENT,
    AssociateInvoice,
    DissociateInvoice,
    Note,
    NoteKind,
    Operation,
    Skip,
    Subject,
    UpdatePaymentNote,
    UpsertHubSpotInvoice,
    WithdrawReversalNote,
    WriteDealProperties,
    WritePaymentNote,
    WriteReversalNote,
)
from sync.plan_deletions import archived, why_not_deleted
from sync.plan_paid import paid_deal
from sync.plan_records import left_undone, marked, plan_records
from sync.policies import Delete
from sync.snapshot import CompanyView, DealState, InvoiceState, PaymentState, Snapshot


def plan(snapshot: Snapshot) -> list[Operation]:
    """Customers and items first, invoices, then what hangs on them, then the deals; one deal is
    written once."""
    chosen = [snapshot.invoices[found] for found in dict.fromkeys(snapshot.in_run)]
    operations: list[Operation] = list(plan_records(snapshot))
    for invoice in chosen:
        operations.extend(_invoice(snapshot, invoice))
    for invoice in chosen:
        operations.extend(_notes(snapshot, invoice))
    for deal in snapshot.deals:
        operations.extend(_deal(snapshot, deal))
        operations.extend(paid_deal(snapshot, deal))
    return operations


# ----------------------------------------------------------------- HubSpot's invoice object


def _invoice(snapshot: Snapshot, invoice: InvoiceState) -> Iterator[Operation]:
    company = snapshot.companies[invoice.company_id]
    subject = Subject(INVOICE, invoice.id, invoice.label, invoice.company_id)
    if (INVOICE, invoice.id) in snapshot.undone:
        yield from left_undone(subject, changed=invoice.changed)
        return
    yield from _dissociations(invoice, subject)
    if (INVOICE, invoice.id) in snapshot.held and not invoice.changed:
        return
    reason = _why_not_written(snapshot, invoice, company)
    if reason:
        if invoice.changed:
            yield Skip(subject, reason, {"currency": invoice.currency, "number": invoice.label})
        return
    yield from _object(snapshot, invoice, company, subject)
    yield from _associations(invoice, subject)


def _associations(invoice: InvoiceState, subject: Subject) -> Iterator[Operation]:
    """What it is attached to, until HubSpot confirmed it for this object; once the customer's own."""
    attached = {(each.kind, each.hubspot_id) for each in invoice.attachments}
    for each in invoice.attachments:
        if not (each.confirmed and invoice.hubspot_id):
            yield AssociateInvoice(subject, each.kind, each.hubspot_id, invoice.hubspot_id, each.id)
    if not invoice.hubspot_id:
        for kind, hubspot_id in invoice.linked:
            if (kind, hubspot_id) not in attached:
                yield AssociateInvoice(subject, kind, hubspot_id)


def _dissociations(invoice: InvoiceState, subject: Subject) -> Iterator[Operation]:
    """What it was taken off; not where it was hung again meanwhile."""
    attached = {(each.kind, each.hubspot_id) for each in invoice.attachments}
    for each in invoice.detached:
        if invoice.hubspot_id and (each.kind, each.hubspot_id) not in attached:
            yield DissociateInvoice(
                subject, each.kind, each.hubspot_id, invoice.hubspot_id, each.id
            )


def _why_not_written(snapshot: Snapshot, invoice: InvoiceState, company: CompanyView) -> str:
    """A reason code, or nothing. A deleted invoice that HubSpot never had is not made there."""
    policy = company.invoices
    if not invoice.hubspot_id:
        if invoice.stage is Stage.DELETED:
            return "sync.deleted_before_written"
        if not policy.may_create(invoice.origin):
            return "sync.create_not_allowed"
        if snapshot.portal.currencies and invoice.currency not in snapshot.portal.currencies:
            return "sync.currency_not_in_portal"
        return ""
    if invoice.stage is Stage.DELETED:
        return why_not_deleted(invoice, policy)
    return "" if policy.may_update(invoice.origin) else "sync.update_not_allowed"


def _object(
    snapshot: Snapshot, invoice: InvoiceState, company: CompanyView, subject: Subject
) -> Iterator[Operation]:
    properties = hubspot_invoices.properties(_values(invoice, company), snapshot.portal.targets)
    content_hash = fingerprint(properties)
    if content_hash == invoice.mapped_hash and invoice.hubspot_id:
        return
    properties = marked(snapshot, properties, invoice.written)
    told = UpsertHubSpotInvoice(
        subject=subject,
        key=dealbooks_key(company.realm_id, INVOICE, invoice.qbo_id),
        hubspot_id=invoice.hubspot_id,
        properties=properties,
        content_hash=content_hash,
        read_hash=invoice.mapped_hash,
        before=_replaced(invoice.written, properties),
    )
    if invoice.stage is Stage.DELETED and company.invoices.delete is Delete.ARCHIVE:
        yield from archived(invoice, told)
    else:
        yield told


def _values(invoice: InvoiceState, company: CompanyView) -> InvoiceValues:
    return InvoiceValues(
        realm_id=company.realm_id,
        company_name=company.name,
        qbo_id=invoice.qbo_id,
        number=invoice.number,
        customer=invoice.recipient,
        stage=invoice.stage.value,
        currency=invoice.currency,
        places=exponent(invoice.currency),
        billed=invoice.billed,
        cash=invoice.cash,
        credited=invoice.credited,
        open=invoice.open,
        txn_date=invoice.txn_date,
        due_date=invoice.due_date,
        deleted_at=invoice.deleted_at,
        added=invoice.added,
    )


# ------------------------------------------------------------------- notes on the timeline


def _notes(snapshot: Snapshot, invoice: InvoiceState) -> Iterator[Operation]:
    """D-20: the deal that counts the invoice hears of each payment once, and of every change."""
    company = snapshot.companies[invoice.company_id]
    deal_id = invoice.counting_deal()
    if not deal_id or not company.payment_notes or (INVOICE, invoice.id) in snapshot.undone:
        return
    for payment in invoice.payments:
        if (PAYMENT, payment.id) in snapshot.undone:
            continue
        if (PAYMENT, payment.id) not in snapshot.held or invoice.changed:
            yield from _note(invoice, payment, company, deal_id)


def _note(
    invoice: InvoiceState, payment: PaymentState, company: CompanyView, deal_id: str
) -> Iterator[Operation]:
    subject = Subject(PAYMENT, payment.id, invoice.label, invoice.company_id)
    marker = note_marker(company.realm_id, payment.payment_id, invoice.qbo_id)
    if payment.reversed:
        if (payment.note_id or payment.note_tried) and not payment.reversal_note_id:
            note = _words(invoice, payment, company, NoteKind.REVERSED, f"{marker}-R")
            yield WriteReversalNote(
                subject, deal_id, note, payment.note_tried, "" if payment.note_id else marker
            )
        return
    if payment.reversal_note_id:
        yield WithdrawReversalNote(subject, deal_id, payment.reversal_note_id)
    kind = NoteKind.RECEIVED if payment.cash > 0 else NoteKind.CREDIT
    note = _words(invoice, payment, company, kind, marker)
    content_hash = note_hash(note)
    if not payment.note_id:
        yield WritePaymentNote(subject, deal_id, note, content_hash, payment.note_tried)
    elif content_hash != payment.note_hash:
        yield UpdatePaymentNote(subject, deal_id, payment.note_id, note, content_hash)


def _words(
    invoice: InvoiceState,
    payment: PaymentState,
    company: CompanyView,
    kind: NoteKind,
    marker: str,
) -> Note:
    return Note(
        kind=kind,
        marker=marker,
        amount=payment.cash if kind is NoteKind.RECEIVED else payment.applied,
        currency=payment.currency,
        on=payment.paid_on,
        invoice_number=invoice.label,
        customer=invoice.recipient,
        company=company.name,
        method=payment.method,
        reference=payment.reference,
        at=payment.reversed_at if kind is NoteKind.REVERSED else None,
    )


def note_marker(realm_id: str, payment_id: str, qbo_id: str) -> str:
    """Short, stable and unique to one payment of one invoice; printed in the note."""
    digest = fingerprint({"realm": realm_id, "payment": payment_id, "invoice": qbo_id})
    return f"DB-P-{digest[:12].upper()}"


def note_hash(note: Note) -> str:
    """Of what the note says; equal amounts are equal however many zeros they carry."""
    return fingerprint(
        {
            "kind": note.kind.value,
            "amount": f"{note.amount.normalize():f} {note.currency}",
            "on": note.on.isoformat(),
            "invoice": note.invoice_number,
            "customer": note.customer,
            "company": note.company,
            "method": note.method,
            "reference": note.reference,
        }
    )


# --------------------------------------------------------------------------- deal properties


def _deal(snapshot: Snapshot, deal: DealState) -> Iterator[Operation]:
    """Either one write, nothing (already told), or the reason why it is left alone (D-23)."""
    attached = [
        (invoice, snapshot.companies[invoice.company_id])
        for invoice in (snapshot.invoices[found] for found in deal.invoice_ids)
    ]
    subject = Subject(DEAL, deal.hubspot_id, deal.name)
    changed = any(invoice.changed for invoice, _ in attached)
    if (DEAL, deal.hubspot_id) in snapshot.undone:
        yield from left_undone(subject, changed=changed)
        return
    if (DEAL, deal.hubspot_id) in snapshot.held and not changed:
        return
    rolled = deal_properties.summary(deal, attached, snapshot.portal)
    if changed:
        for entry in rolled.blocked:
            yield Skip(
                subject,
                f"sync.{entry.reason}",
                {
                    "number": entry.candidate.number,
                    "currency": entry.candidate.currency,
                    "portal_currency": snapshot.portal.currency,
                },
            )
    if rolled.untouched or (not attached and not deal.written_hash):
        return
    properties = deal_properties.properties(deal, attached, rolled, snapshot.portal)
    content_hash = fingerprint(properties)
    if content_hash == deal.written_hash:
        return
    before = _replaced(deal.written, properties) if deal.written else _empty(properties)
    yield WriteDealProperties(subject, properties, content_hash, deal.written_hash, before)


def _empty(properties: Properties) -> Properties:
    """Before the first write nothing stood in our properties of a deal."""
    return {name: CLEARED for name, text in properties.items() if text}


def _replaced(written: Properties, properties: Properties) -> Properties:
    """The values among ``written`` that ``properties`` would change."""
    if not written:
        return {}
    told = written.get
    return {
        name: told(name, "")
        for name, text in properties.items()
        if (told(name) or "") != (text or "")
    }
