"""What tests of changes share: an invoice made here, its edit, and what QuickBooks has of it."""

from dataclasses import replace
from typing import Any

from integration import jobs
from integration.clock import now
from invoices import changes, drafts
from invoices.draft import DraftContent
from invoices.models import Draft, Invoice, InvoiceChange
from tests.invoices.desk import Desk


def made(desk: Desk, **changes_: Any) -> Invoice:
    """An invoice created here on the desk's deal: two of one product, unsent and unpaid."""
    invoice = desk.submit(desk.draft(**changes_)).invoice
    assert invoice is not None
    desk.books.forget()
    return fresh(invoice)


def fresh(invoice: Invoice) -> Invoice:
    rows = Invoice.objects.for_portal(invoice.portal_id).select_related("company", "portal")
    return rows.get(pk=invoice.pk)  # type: ignore[no-any-return]


def there(desk: Desk, invoice: Invoice) -> dict[str, Any]:
    """As QuickBooks has it."""
    return next(row for row in desk.in_quickbooks() if row["Id"] == invoice.qbo_id)


def edited(desk: Desk, invoice: Invoice, **changes_: Any) -> Draft:
    """A begun edit; ``quantity`` and ``unit_price`` are of its first line."""
    draft = changes.begin_edit(desk.actor, invoice, now())
    return typed(desk, draft, **changes_)


def typed(desk: Desk, draft: Draft, **changes_: Any) -> Draft:
    def change(content: DraftContent) -> DraftContent:
        of_line = {
            name: changes_.pop(name) for name in ("quantity", "unit_price") if name in changes_
        }
        first, *rest = content.lines
        return replace(content, lines=(replace(first, **of_line), *rest), **changes_)

    return drafts.save(desk.actor, draft, change, version=draft.version, step="review", now=now())


def state_of(desk: Desk, kind: str) -> list[dict[str, Any]]:
    """All of one kind in the company's books."""
    state = desk.sandbox.state("quickbooks")["quickbooks"]["companies"][desk.company.realm_id]
    return list(state.get(kind, []))


def fault(match: dict[str, str], kind: str, when: str = "after_commit", **more: Any) -> Any:
    return {"match": match, "fault": {"kind": kind, "when": when, **more}, "times": 1}


def run_again(change: InvoiceChange) -> InvoiceChange:
    """What a worker does when the job is due."""
    job = changes.job_of(change)
    assert job is not None
    assert jobs.run_one(job.pk, now())
    change.refresh_from_db()
    return change
