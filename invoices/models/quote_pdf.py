"""The PDF of a quote, owed to the invoice that was made from it (E-04)."""

from django.db import models

from integration.models.tenancy import CompanyRow


class PdfState(models.TextChoices):
    WAITING = "waiting"
    """For its work, or for the next try."""
    UPLOADING = "uploading"
    """The call may have left: QuickBooks' list of attachments tells before it is repeated."""
    ATTACHED = "attached"
    FAILED = "failed"
    """``problem`` says why; somebody may try again."""


class QuotePdf(CompanyRow):
    """One for an invoice. The row is committed before anything leaves the house."""

    invoice = models.OneToOneField(
        "invoices.Invoice", on_delete=models.CASCADE, related_name="quote_pdf"
    )
    quote_id = models.CharField(max_length=32)
    quote_name = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=PdfState, default=PdfState.WAITING)
    file_name = models.CharField(max_length=200)
    """Unique by our short reference: by it a file is found again after a lost answer."""
    on_mail = models.BooleanField(default=False)
    """QuickBooks adds it to its mails of the invoice (``IncludeOnSend``)."""
    request_id = models.UUIDField()
    first_called_at = models.DateTimeField(null=True, blank=True)
    attachable_id = models.CharField(max_length=32, blank=True)
    size = models.PositiveIntegerField(default=0)
    """In bytes."""
    problem = models.CharField(max_length=100, blank=True)
    problem_parameters = models.JSONField(default=dict)
    trace_id = models.CharField(max_length=100, blank=True)
    created_by = models.ForeignKey("integration.Person", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
