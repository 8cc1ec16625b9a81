"""Undoing a run in HubSpot (D-31): what it found, what it did, and what is left alone since."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from integration.models.fields import ExactJSONField
from integration.models.tenancy import CompanyRow, PortalRow


class UndoState(models.TextChoices):
    LOOKING = "looking", _("Comparing with HubSpot")
    READY = "ready", _("Waiting for your yes")
    RUNNING = "running", _("Being undone")
    DONE = "done", _("Undone")
    DROPPED = "dropped", _("Not undone")


class Undo(CompanyRow):
    """The undoing of one run: first a look, then, once somebody said yes, the work.

    ``cursor``: the object that was compared last. ``undo_run``: the run that tells in
    the history what was put back.
    """

    run = models.ForeignKey("sync.SyncRun", on_delete=models.CASCADE, related_name="undos")
    undo_run = models.ForeignKey(
        "sync.SyncRun", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    state = models.CharField(max_length=8, choices=UndoState, default=UndoState.LOOKING)
    cursor = models.JSONField(default=dict)
    seen = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    """Objects of the run, of which ``seen`` were compared."""
    error = models.CharField(max_length=100, blank=True)
    error_parameters = models.JSONField(default=dict)
    trace_id = models.CharField(max_length=100, blank=True)
    requested_by = models.ForeignKey(
        "integration.Person", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    requested_at = models.DateTimeField()
    looked_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta(CompanyRow.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["run"],
                condition=~models.Q(state="dropped"),
                name="undo_of_a_run_once",
            ),
        ]


class UndoList(models.TextChoices):
    """The three lists of the preview."""

    RESTORE = "restore", _("Will be restored")
    CANNOT = "cannot", _("Cannot be restored")
    CHANGED = "changed", _("Changed since, left alone")


class UndoItem(PortalRow):
    """One thing that the run did to HubSpot, and what becomes of it.

    ``action`` is of ``sync.undoing.Action``; ``before`` is what is put back, ``after`` what the run
    left, ``found`` what HubSpot showed where somebody changed it since.
    """

    undo = models.ForeignKey(Undo, on_delete=models.CASCADE, related_name="items")
    number = models.PositiveIntegerField()
    list = models.CharField(max_length=8, choices=UndoList)
    action = models.CharField(max_length=20)
    operation = models.CharField(max_length=30)
    subject_kind = models.CharField(max_length=30)
    subject_id = models.CharField(max_length=64)
    label = models.CharField(max_length=300, blank=True)
    object_kind = models.CharField(max_length=30)
    object_id = models.CharField(max_length=64)
    other_kind = models.CharField(max_length=30, blank=True)
    other_id = models.CharField(max_length=64, blank=True)
    """The other end of an association."""
    reason = models.CharField(max_length=100, blank=True)
    reason_parameters = models.JSONField(default=dict)
    before = ExactJSONField(default=dict)
    after = ExactJSONField(default=dict)
    found = ExactJSONField(default=dict)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta(PortalRow.Meta):
        constraints = [
            models.UniqueConstraint(fields=["undo", "number"], name="undo_item_once"),
        ]
        indexes = [models.Index(fields=["undo", "list", "done_at"], name="undo_item_by_list")]


class HeldRecord(CompanyRow):
    """Undone, so the sync leaves it as it is, whatever changes, until somebody releases it (D-31)."""

    subject_kind = models.CharField(max_length=30)
    subject_id = models.CharField(max_length=64)
    label = models.CharField(max_length=300, blank=True)
    undo = models.ForeignKey(Undo, null=True, on_delete=models.SET_NULL, related_name="+")
    held_at = models.DateTimeField()

    class Meta(CompanyRow.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["portal", "subject_kind", "subject_id"], name="held_once"
            ),
        ]
