"""Noticing invoices that were made in QuickBooks (B-23).

Sync tells of every invoice it sees; where the company's setting is on, those that hang on no deal
are written down, and ``invoices.suggesting`` judges them in a job of its own, so that no trouble
there ever holds up the sync. Nothing is mirrored before it is attached (S-20).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from integration import company_settings, jobs, sessions
from integration.gateways.quickbooks_query import where
from integration.gateways.quickbooks_transactions import invoice as parse_invoice
from integration.models import Company, Job
from integration.models.company_settings import AutomaticAttachment
from integration.records.quickbooks import Invoice as Entry
from integration.reference import Reference
from invoices.crm_records import DEALS
from invoices.custom_fields import reference_field
from invoices.models import AttachmentSuggestion, InvoiceAttachment
from invoices.models.suggestions import SuggestionState
from invoices.references import deals_in, reference

JOB = "invoices.suggest"
FACTS = (
    "sync_token", "doc_number", "customer_id", "customer_name", "txn_date", "due_date", "total",
    "total_tax", "balance", "currency", "field_text", "other_text",
)  # fmt: skip
NEW = SuggestionState.NEW


def setting_of(company: Company) -> str:
    return company_settings.of_company(company).automatic_attachment


def notice(company: Company, entries: Iterable[Entry], now: datetime) -> int:
    """Write down those that hang on no deal and were not judged at this version; how many.

    Cheap where the setting is off. Call it inside the transaction that stores what sync saw; the
    job that judges them is owed with it.
    """
    count = _write_down(company, entries, now)
    if count:
        jobs.enqueue(JOB, portal=company.portal, company=company, at=now)
    return count


def _write_down(company: Company, entries: Iterable[Entry], now: datetime) -> int:
    living = {each.id: each for each in entries if not each.deleted}
    if not living or setting_of(company) == AutomaticAttachment.OFF:
        return 0
    rows = AttachmentSuggestion.objects.for_portal(company.portal_id)
    seen = rows.filter(company=company, qbo_id__in=list(living), deal_id="")
    judged = set(seen.values_list("qbo_id", "sync_token"))
    settled = on_a_deal(company, list(living))
    fresh = [
        each
        for each in living.values()
        if each.id not in settled and (each.id, each.sync_token) not in judged
    ]
    if not fresh:
        return 0
    own_field = _own_field(company)
    AttachmentSuggestion.objects.bulk_create(
        [_new(company, each, own_field, now) for each in fresh],
        update_conflicts=True,
        unique_fields=["company", "qbo_id", "deal_id"],
        update_fields=[*FACTS, "state"],
    )
    return len(fresh)


def look_back(company: Company, since: date, now: datetime) -> Job:
    """Owe a look through the invoices dated since then, e.g. those older than the setting."""
    return jobs.enqueue(
        JOB,
        portal=company.portal,
        company=company,
        parameters={"since": since.isoformat()},
        at=now,
        queue=jobs.Queue.INTERACTIVE,
    )


def _new(company: Company, entry: Entry, own_field: str, now: datetime) -> AttachmentSuggestion:
    own, others = _texts(entry, own_field)
    return AttachmentSuggestion(
        portal_id=company.portal_id,
        company=company,
        qbo_id=entry.id,
        sync_token=entry.sync_token,
        doc_number=entry.doc_number,
        customer_id=entry.customer_id,
        customer_name=entry.customer_name,
        txn_date=entry.txn_date,
        due_date=entry.due_date,
        total=entry.total,
        total_tax=entry.total_tax,
        balance=entry.balance,
        currency=entry.currency or company.home_currency,
        field_text=own[:300],
        other_text=" ".join(map(reference, deals_in(others)))[:500],
        state=NEW,
        created_at=now,
    )


def _texts(entry: Entry, own_field: str) -> tuple[str, str]:
    """What stands in the field we own, and everything else that people may write to."""
    fields = [each for each in entry.raw.get("CustomField") or () if isinstance(each, Mapping)]
    texts: dict[bool, list[str]] = {True: [], False: [entry.private_note, entry.customer_memo]}
    for each in fields:
        is_own = bool(own_field) and str(each.get("DefinitionId")) == own_field
        texts[is_own].append(str(each.get("StringValue") or ""))
    return " ".join(texts[True]), " ".join(texts[False])


def _own_field(company: Company) -> str:
    """Nothing where the company keeps our reference elsewhere: then no field is ours."""
    if company_settings.of_company(company).reference_place != "custom_field":
        return ""
    preferences = Reference.of(company).preferences()
    return reference_field(preferences.custom_fields) if preferences else ""


def on_a_deal(company: Company, qbo_ids: Sequence[str]) -> dict[str, str]:
    """QuickBooks id to the deal that counts the invoice."""
    ties = InvoiceAttachment.objects.for_portal(company.portal_id).filter(
        company=company, object_kind=DEALS, counts=True, detached_at=None,
        invoice__qbo_id__in=qbo_ids,
    )  # fmt: skip
    return dict(ties.values_list("invoice__qbo_id", "hubspot_id"))


def notice_since(company: Company, since: date, lease: jobs.Lease, now: datetime) -> None:
    """The same for everything dated since then; for the job itself, which judges them next."""
    qbo = sessions.quickbooks(company)
    for raws in qbo.query_all("Invoice", where("TxnDate", ">=", since)):
        entries = [each for each in map(_readable, raws) if each is not None]
        with lease.fenced():
            _write_down(company, entries, now)


def _readable(raw: dict[str, Any]) -> Entry | None:
    try:
        return parse_invoice(raw)
    except (ValueError, KeyError, TypeError):
        return None
