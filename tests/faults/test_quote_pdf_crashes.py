"""A worker killed while a quote's PDF goes to QuickBooks (fault 59): on the invoice exactly once."""

import pytest
from django.db import connection

from integration.models import AuditEvent, Job
from invoices import quote_pdf
from invoices.models.quote_pdf import PdfState
from tests.faults.test_sync_crashes import in_a_process
from tests.invoices.conftest import books, desk, rep, unlimited  # noqa: F401
from tests.invoices.desk import Desk
from tests.invoices.pages import Visitor
from tests.invoices.test_quote_pdf import allow, attachments, invoice_of_a_quote, row_of

pytestmark = pytest.mark.faults
STEPS = ["quote_pdf.before_upload", "quote_pdf.after_upload"]


@pytest.mark.parametrize("memory", ["honoured", "ignored"])
@pytest.mark.parametrize("step", STEPS)
def test_f59_e04_a_killed_upload_leaves_one_attachment(
    desk: Desk,  # noqa: F811
    rep: Visitor,  # noqa: F811
    step: str,
    memory: str,
) -> None:
    """Whether QuickBooks knows the request id of an upload or not (decision 0011)."""
    desk.sandbox.switch(upload_requestid=memory)
    allow(desk)
    invoice = invoice_of_a_quote(desk, rep)
    job = quote_pdf.job_of(row_of(invoice))
    assert job is not None
    assert in_a_process(job, CRASH_AT=f"{step}:1") == -9, f"{step} was not passed"
    assert row_of(invoice).state == PdfState.UPLOADING
    connection.cursor().execute(
        f"UPDATE {Job._meta.db_table} SET lease_until = clock_timestamp() - interval '1 second'"
    )
    assert in_a_process(job) == 0
    row = row_of(invoice)
    assert row.state == PdfState.ATTACHED
    [file] = attachments(desk, invoice)
    assert (file["Id"], file["FileName"]) == (row.attachable_id, row.file_name)
    told = AuditEvent.objects.for_portal(desk.books.portal).filter(action="invoice.quote_attached")
    assert told.count() == 1
    assert quote_pdf.job_of(row) is None
