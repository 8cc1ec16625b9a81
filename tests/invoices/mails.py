"""Invoices of the sandbox that people here send."""

from datetime import datetime
from typing import Any

from integration import jobs
from integration.clock import now
from integration.models import Job
from invoices import sending
from invoices.addresses import recipients
from invoices.models import Invoice, InvoiceSending
from invoices.sending import Wish
from tests.invoices.desk import Desk

SEND = {"vendor": "quickbooks", "method": "POST", "path": "/invoice/[0-9]+/send$"}
TO = "ap@customer.example"


def allow(desk: Desk) -> None:
    desk.books.configure(sending_allowed=True)
    desk.company = desk.books.company


def made(desk: Desk, **facts: Any) -> Invoice:
    """An invoice on the deal, with an address; in QuickBooks and here."""
    raw = desk.books.make("100.00", **{"BillEmail": {"Address": TO}, **facts})
    row = desk.books.add(raw)
    desk.books.forget()
    return row


def fresh(row: Invoice) -> Invoice:
    rows = Invoice.objects.for_portal(row.portal_id).select_related("company", "portal")
    found: Invoice = rows.get(pk=row.pk)
    return found


def ask(
    desk: Desk, row: Invoice, to: str = TO, at: datetime | None = None, **more: Any
) -> InvoiceSending:
    copies = {name: more.pop(name) for name in ("cc", "bcc") if name in more}
    wish = Wish(recipients(to, **copies), at)
    return sending.ask(desk.actor, fresh(row), wish, now(), **more)


def job_of(row: InvoiceSending) -> Job:
    found = sending.job_of(row)
    assert found is not None
    return found


def work(row: InvoiceSending) -> InvoiceSending:
    """What a worker does when the job is due."""
    assert jobs.run_one(job_of(row).pk, now())
    row.refresh_from_db()
    return row


def mails(desk: Desk) -> list[dict[str, str]]:
    """Every mail of invoices known here that left QuickBooks: ``invoice``, ``to``, ``cc``, ``bcc``."""
    left = desk.sandbox.state("quickbooks")["quickbooks"]["mails"][desk.company.realm_id]
    rows = Invoice.objects.for_portal(desk.books.portal).filter(company=desk.company)
    known = set(rows.values_list("qbo_id", flat=True))
    return [each for each in left if each["invoice"] in known]


def in_quickbooks(desk: Desk, row: Invoice) -> dict[str, Any]:
    return desk.in_quickbooks(Id=row.qbo_id)[0]
