"""Who changed what, when and from where; rows are only ever added (control 25)."""

from django.db import models

from integration.models.tenancy import PortalRow


class AuditEvent(PortalRow):
    """A trigger in the database refuses UPDATE and DELETE."""

    portal = models.ForeignKey(
        "integration.Portal",
        null=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
    )
    company = models.ForeignKey(
        "integration.Company",
        null=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
    )
    person = models.ForeignKey(
        "integration.Person",
        null=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
    )
    origin = models.CharField(max_length=10)
    """``session``, ``embed``, ``token``, ``worker`` or ``command``."""
    action = models.CharField(max_length=60)
    """Dotted, e.g. ``company.connected``; ``integration.messages`` has its sentence."""
    subject_kind = models.CharField(max_length=30, blank=True)
    subject_id = models.CharField(max_length=64, blank=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    ip = models.GenericIPAddressField(null=True)
    request_id = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()

    class Meta(PortalRow.Meta):
        indexes = [
            models.Index(fields=["portal", "-at"], name="audit_by_time"),
            models.Index(fields=["subject_kind", "subject_id"], name="audit_by_subject"),
        ]
