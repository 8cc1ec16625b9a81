"""What an admin chose to sync, how far we read, and what every run did."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from integration.models.fields import ExactJSONField
from integration.models.tenancy import CompanyRow, PortalRow
from sync.dry_run_models import DryRun as DryRun
from sync.dry_run_models import DryRunKind as DryRunKind
from sync.dry_run_models import DryRunState as DryRunState
from sync.dry_run_models import PlannedEntry as PlannedEntry
from sync.dry_run_models import PlannedOutcome as PlannedOutcome
from sync.match_models import Coexistence as Coexistence
from sync.match_models import CoexistenceState as CoexistenceState
from sync.match_models import MatchSearch as MatchSearch
from sync.match_models import MatchSuggestion as MatchSuggestion
from sync.reconciliation_models import Drift as Drift
from sync.reconciliation_models import ReconciledSum as ReconciledSum
from sync.reconciliation_models import Reconciliation as Reconciliation
from sync.two_way_models import HubSpotCursor as HubSpotCursor
from sync.two_way_models import QuickBooksWrite as QuickBooksWrite
from sync.undo_models import HeldRecord as HeldRecord
from sync.undo_models import Undo as Undo
from sync.undo_models import UndoItem as UndoItem
from sync.undo_models import UndoList as UndoList
from sync.undo_models import UndoState as UndoState


class SyncObject(models.TextChoices):
    CONTACTS = "contacts", _("Contacts")
    PRODUCTS = "products", _("Products")
    INVOICES = "invoices", _("Invoices")


class SavePolicy(models.TextChoices):
    """D-27."""

    CREATE_AND_UPDATE = "create_and_update", _("Create and update")
    UPDATE_ONLY = "update_only", _("Update only")
    CREATE_ONLY = "create_only", _("Create only")
    DO_NOTHING = "do_nothing", _("Do nothing")


class DeletePolicy(models.TextChoices):
    """D-28."""

    KEEP = "keep", _("Keep")
    MARK = "mark", _("Mark as deleted")
    ARCHIVE = "archive", _("Archive")


class SyncDirection(models.TextChoices):
    """P-47; the invoices' tab knows the first one only."""

    TO_HUBSPOT = "to_hubspot", _("QuickBooks to HubSpot")
    TO_QUICKBOOKS = "to_quickbooks", _("HubSpot to QuickBooks")
    BOTH = "both", _("Both ways")


class ConflictRule(models.TextChoices):
    """Who is right where both sides changed the same field."""

    QUICKBOOKS = "quickbooks", _("QuickBooks wins")
    HUBSPOT = "hubspot", _("HubSpot wins")
    NEWEST = "newest", _("The newest change wins")


class SyncSetting(CompanyRow):
    """One tab: an object of a company (D-26 to D-28). Off by default."""

    object = models.CharField(max_length=10, choices=SyncObject)
    enabled = models.BooleanField(default=False)
    enabled_at = models.DateTimeField(null=True, blank=True)
    """"Recently updated" means changed since then."""
    save_policy = models.CharField(
        max_length=20, choices=SavePolicy, default=SavePolicy.CREATE_AND_UPDATE
    )
    delete_policy = models.CharField(max_length=8, choices=DeletePolicy, default=DeletePolicy.KEEP)
    without_email = models.BooleanField(default=False)
    """Contacts only: customers without an e-mail address become contacts too (P-20)."""
    direction = models.CharField(
        max_length=16, choices=SyncDirection, default=SyncDirection.TO_HUBSPOT
    )
    conflict_rule = models.CharField(
        max_length=12, choices=ConflictRule, default=ConflictRule.QUICKBOOKS
    )
    creates_in_quickbooks = models.BooleanField(default=False)
    """Records of HubSpot that are linked to nothing become customers or products too."""
    to_quickbooks_at = models.DateTimeField(null=True, blank=True)
    """Since when HubSpot's changes reach QuickBooks: older ones never do."""

    class Meta(CompanyRow.Meta):
        constraints = [
            models.UniqueConstraint(fields=["company", "object"], name="setting_once"),
        ]


class Cursor(CompanyRow):
    """How far change data capture was read: QuickBooks' own clock, moved only with the rows it covers."""

    company = models.OneToOneField(
        "integration.Company", on_delete=models.CASCADE, related_name="cursor"
    )
    position = models.DateTimeField()
    overdue_checked_on = models.DateField(null=True, blank=True)
    """The company-local day up to which due dates were looked at."""
    unfinished = models.BooleanField(default=False)
    """A run began after this position and did not end: HubSpot may lack some of what it stored."""
    idle_polls = models.PositiveIntegerField(default=0)
    quick_until = models.DateTimeField(null=True, blank=True)
    """After a wizard action: poll every minute until then (D-29)."""
    missed_at = models.DateTimeField(null=True, blank=True)
    """When a run found a change of which no webhook had told (D-29)."""


class RunState(models.TextChoices):
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


class SyncRun(CompanyRow):
    """One run of one company: counts, calls and how it ended."""

    trigger = models.CharField(max_length=12)
    """``poll``, ``webhook``, ``person``, ``day`` (a due date passed), ``created``."""
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=8, choices=RunState, default=RunState.RUNNING)
    seen = models.PositiveIntegerField(default=0)
    written = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=100, blank=True)
    error_parameters = models.JSONField(default=dict)
    trace_id = models.CharField(max_length=100, blank=True)

    class Meta(CompanyRow.Meta):
        indexes = [models.Index(fields=["portal", "-started_at"], name="run_by_time")]


class EntryOutcome(models.TextChoices):
    SUCCEEDED = "succeeded", _("Succeeded")
    SKIPPED = "skipped", _("Skipped")
    FAILED = "failed", _("Failed")
    WAITING = "waiting", _("Waiting")


class SyncEntry(PortalRow):
    """B-07: one record's one attempt, with the reason and the values before and after."""

    run = models.ForeignKey(SyncRun, null=True, on_delete=models.CASCADE, related_name="entries")
    company = models.ForeignKey(
        "integration.Company", null=True, on_delete=models.CASCADE, related_name="+"
    )
    operation = models.CharField(max_length=30)
    """The kind of ``sync.operations.Operation``."""
    subject_kind = models.CharField(max_length=30)
    subject_id = models.CharField(max_length=64)
    label = models.CharField(max_length=300, blank=True)
    """What a person calls it: invoice number, customer or deal name."""
    outcome = models.CharField(max_length=10, choices=EntryOutcome)
    reason = models.CharField(max_length=100, blank=True)
    reason_parameters = models.JSONField(default=dict)
    before = ExactJSONField(default=dict)
    after = ExactJSONField(default=dict)
    trace_id = models.CharField(max_length=100, blank=True)
    at = models.DateTimeField()
    object_kind = models.CharField(max_length=30, blank=True)
    object_id = models.CharField(max_length=64, blank=True)
    """What was written in HubSpot; an undo puts it back (D-31)."""
    made = models.BooleanField(default=False)
    """HubSpot had no such object before."""
    number = models.PositiveIntegerField(default=0)
    """The order among lines of one instant."""

    class Meta(PortalRow.Meta):
        indexes = [
            models.Index(fields=["portal", "-at"], name="entry_by_time"),
            models.Index(fields=["portal", "subject_kind", "subject_id"], name="entry_by_subject"),
        ]


class ParkedRecord(CompanyRow):
    """A record that cannot be synced for now: never forgotten, never in the way (house rule 7)."""

    subject_kind = models.CharField(max_length=30)
    subject_id = models.CharField(max_length=64)
    label = models.CharField(max_length=300, blank=True)
    reason = models.CharField(max_length=100)
    reason_parameters = models.JSONField(default=dict)
    trace_id = models.CharField(max_length=100, blank=True)
    attempts = models.PositiveIntegerField(default=1)
    parked_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True, blank=True)

    class Meta(CompanyRow.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["company", "subject_kind", "subject_id"], name="parked_once"
            ),
        ]


class HoldState(models.TextChoices):
    WAITING = "waiting", _("Waiting for a person")
    CONFIRMED = "confirmed", _("Confirmed")
    CANCELLED = "cancelled", _("Cancelled")
    DONE = "done", _("Done")


class HeldDeletion(CompanyRow):
    """D-28: more deletions in one run than a person would make; nothing happens until somebody asks.

    ``record_ids``: our ``integration.Record`` rows. Once cancelled they stay in HubSpot as they are
    until they change again in QuickBooks.
    """

    object = models.CharField(max_length=10, choices=SyncObject)
    run = models.ForeignKey(SyncRun, null=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=10, choices=HoldState, default=HoldState.WAITING)
    policy = models.CharField(max_length=8, choices=DeletePolicy)
    record_ids = models.JSONField(default=list)
    linked = models.PositiveIntegerField(default=0)
    """Of how many records in all."""
    held_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        "integration.Person", null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta(CompanyRow.Meta):
        indexes = [models.Index(fields=["company", "object", "state"], name="held_by_state")]


class BackfillState(models.TextChoices):
    RUNNING = "running", _("Running")
    PAUSED = "paused", _("Paused")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Cancelled")


class BackfillBy(models.TextChoices):
    CREATED = "created", _("Created in QuickBooks")
    DATED = "dated", _("Invoice date")


class Backfill(CompanyRow):
    """B-21: older records of one object brought in page by page, at most one at a time per company.

    Days are the company's own; none means no bound. ``cursor`` is ``sync.backfill_pages.Place`` as
    JSON and moves with the counts of the page it ends. Counts are in records.
    """

    object = models.CharField(max_length=10, choices=SyncObject)
    by = models.CharField(max_length=8, choices=BackfillBy, default=BackfillBy.CREATED)
    first_day = models.DateField(null=True, blank=True)
    last_day = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=BackfillState, default=BackfillState.RUNNING)
    run = models.ForeignKey(SyncRun, null=True, on_delete=models.SET_NULL, related_name="+")
    total = models.PositiveIntegerField(default=0)
    """What QuickBooks counted before the start."""
    seen = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    cursor = models.JSONField(default=dict)
    error = models.CharField(max_length=100, blank=True)
    """Why it was paused by itself, or what the last page failed with and is tried again."""
    error_parameters = models.JSONField(default=dict)
    trace_id = models.CharField(max_length=100, blank=True)
    requested_by = models.ForeignKey(
        "integration.Person", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta(CompanyRow.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["company"],
                condition=models.Q(state__in=["running", "paused"]),
                name="backfill_one_at_a_time",
            ),
        ]

    @property
    def is_open(self) -> bool:
        return self.state in (BackfillState.RUNNING, BackfillState.PAUSED)

    @property
    def unchanged(self) -> int:
        """HubSpot had them as they are."""
        told = self.created + self.updated + self.skipped + self.failed
        return max(self.seen - told, 0)
