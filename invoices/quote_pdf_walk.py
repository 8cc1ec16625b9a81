"""The job ``invoice.attach_quote``: one PDF on one invoice exactly once (E-04, reliability.md A.2).

That the upload leaves is committed before it does. After an answer that never came, the invoice's
attachments are read before anything is repeated.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from integration import company_settings, jobs, quote_files, sessions
from integration.crashpoints import crashpoint
from integration.gateways import quickbooks_files as files
from integration.gateways.errors import AccountBlocked, Conflict, GatewayError, NotFound, Rejected
from integration.gateways.quickbooks import QuickBooks
from integration.models import Job
from integration.models.company_settings import QuotePdfs
from integration.records.hubspot import Object
from integration.records.quickbooks import Raw
from invoices.models import QuotePdf
from invoices.models.invoices import Stage
from invoices.models.quote_pdf import PdfState
from invoices.quote_pdf import note

ENTITY = "Invoice"
PROPERTIES = ("hs_pdf_download_link", "hs_quote_esign_status")
REFUSALS = (Rejected, AccountBlocked, NotFound, Conflict)
ENDED = (PdfState.ATTACHED, PdfState.FAILED)


class Refused(Exception):
    """It will not work by itself: ``code`` and ``parameters`` say why."""

    def __init__(self, code: str, parameters: Mapping[str, str], trace: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.parameters = dict(parameters)
        self.trace = trace


@dataclass
class Walk:
    row: QuotePdf
    lease: jobs.Lease
    now: datetime

    def quickbooks(self) -> QuickBooks:
        return sessions.quickbooks(self.row.company)

    def refused(self, code: str) -> Refused:
        return Refused(code, {"quote": self.row.quote_name or self.row.quote_id})

    def store(self, **changes: Any) -> None:
        """The caller holds ``lease.fenced()``."""
        for name, value in changes.items():
            setattr(self.row, name, value)
        self.row.save(update_fields=list(changes))


def run(job: Job, lease: jobs.Lease, now: datetime) -> None:
    """The handler. Raises GatewayError: again later."""
    rows = QuotePdf.objects.for_portal(job.portal_id).select_related("invoice", "company", "portal")
    row = rows.filter(pk=job.parameters["pdf"]).first()
    if row is None or row.state in ENDED or not row.company.is_connected:
        return
    walk = Walk(row, lease, now)
    try:
        try:
            _attach(walk)
        except REFUSALS as error:
            raise Refused(error.code, error.parameters, error.trace_id) from error
    except Refused as refused:
        _give_up(walk, refused)


def _attach(walk: Walk) -> None:
    row = walk.row
    if row.invoice.deleted_at is not None or row.invoice.stage == Stage.VOIDED:
        raise walk.refused("quote_pdf.invoice_gone")
    held = _look_up(walk) if row.first_called_at is not None else None
    if held is None:
        held = _upload(walk, quote_files.download(_link(walk)))
    _keep(walk, held)


def _link(walk: Walk) -> str:
    """Where HubSpot says that the PDF is. Raises Refused."""
    try:
        found: Object = sessions.hubspot(walk.row.portal).get(
            "quotes", walk.row.quote_id, PROPERTIES
        )
    except NotFound:
        raise walk.refused("quote_pdf.quote_gone") from None
    wanted = company_settings.of_company(walk.row.company).quote_pdfs
    is_signed = found.text("hs_quote_esign_status").upper() == "SIGNED"
    if wanted != QuotePdfs.ALL and not is_signed:
        raise walk.refused("quote_pdf.not_signed")
    link = found.text("hs_pdf_download_link").strip()
    if not link:
        raise walk.refused("quote_pdf.none")
    return link


def _look_up(walk: Walk) -> Raw | None:
    """The invoice's attachment of our name; raises GatewayError."""
    condition = files.of_record(ENTITY, walk.row.invoice.qbo_id)
    return files.named(walk.quickbooks().query("Attachable", condition), walk.row.file_name)


def _upload(walk: Walk, content: bytes) -> Raw:
    """Commit that it leaves, then let it. Raises GatewayError: whether it arrived is open."""
    row = walk.row
    tried_before = row.first_called_at is not None
    with walk.lease.fenced():
        called = row.first_called_at or walk.now
        walk.store(state=PdfState.UPLOADING, first_called_at=called, size=len(content))
    file = files.File(ENTITY, row.invoice.qbo_id, row.file_name, content, row.on_mail)
    crashpoint("quote_pdf.before_upload")
    try:
        made = walk.quickbooks().upload(file, str(row.request_id))
    except GatewayError as error:
        if not tried_before and (not error.sent or isinstance(error, REFUSALS)):
            with walk.lease.fenced():
                walk.store(state=PdfState.WAITING, first_called_at=None)
        raise
    crashpoint("quote_pdf.after_upload")
    return made


def _keep(walk: Walk, held: Raw) -> None:
    with walk.lease.fenced():
        walk.store(
            state=PdfState.ATTACHED,
            attachable_id=str(held["Id"]),
            finished_at=walk.now,
            problem="",
            problem_parameters={},
        )
        note(walk.row, "invoice.quote_attached", walk.now, {"on_mail": walk.row.on_mail})


def _give_up(walk: Walk, refused: Refused) -> None:
    with walk.lease.fenced():
        walk.store(
            state=PdfState.FAILED,
            problem=refused.code,
            problem_parameters=refused.parameters,
            trace_id=refused.trace,
            finished_at=walk.now,
        )
        note(walk.row, "invoice.quote_not_attached", walk.now, {"reason": refused.code})
