"""Pages of runs and what they did, and the API of sync."""

from django.urls import URLPattern, URLResolver, include, path

from sync import (
    api,
    api_backfills,
    api_budget,
    api_deletions,
    api_dry_runs,
    api_reconciliations,
    api_settings,
    api_undos,
    urls_matching,
)
from sync.views import (
    backfills,
    budget,
    deletions,
    dry_runs,
    history,
    launch_links,
    overview,
    reconciliation_csv,
    reconciliations,
    record_settings,
    settings,
    undos,
)

pages: list[URLPattern | URLResolver] = [
    path("", overview.overview, name="sync"),
    path("companies/<uuid:company_id>/", overview.company_state, name="sync_company"),
    path("companies/<uuid:company_id>/now/", overview.sync_now, name="sync_now"),
    path("reconciliations/", reconciliations.index, name="sync_reconciliations"),
    path("companies/<uuid:company_id>/reconcile/", reconciliations.start, name="sync_reconcile"),
    path("reconciliations/<uuid:report_id>/", reconciliations.detail, name="sync_reconciliation"),
    path(
        "reconciliations/<uuid:report_id>/fix/",
        reconciliations.fix,
        name="sync_reconciliation_fix",
    ),
    path(
        "reconciliations/<uuid:report_id>/differences.csv",
        reconciliation_csv.lines_csv,
        name="sync_reconciliation_csv",
    ),
    path(
        "reconciliations/<uuid:report_id>/totals.csv",
        reconciliation_csv.months_csv,
        name="sync_reconciliation_months",
    ),
    path("companies/<uuid:company_id>/backfills/", backfills.backfills, name="sync_backfills"),
    path(
        "companies/<uuid:company_id>/backfills/<uuid:backfill_id>/",
        backfills.backfill_detail,
        name="sync_backfill",
    ),
    path(
        "companies/<uuid:company_id>/backfills/<uuid:backfill_id>/pause/",
        backfills.backfill_pause,
        name="sync_backfill_pause",
    ),
    path(
        "companies/<uuid:company_id>/backfills/<uuid:backfill_id>/resume/",
        backfills.backfill_resume,
        name="sync_backfill_resume",
    ),
    path(
        "companies/<uuid:company_id>/backfills/<uuid:backfill_id>/cancel/",
        backfills.backfill_cancel,
        name="sync_backfill_cancel",
    ),
    path("companies/<uuid:company_id>/dry-runs/", dry_runs.dry_runs_page, name="sync_dry_runs"),
    path(
        "companies/<uuid:company_id>/dry-runs/backfill/",
        dry_runs.dry_run_backfill,
        name="sync_dry_run_backfill",
    ),
    path(
        "companies/<uuid:company_id>/dry-runs/tabs/<slug:object>/",
        dry_runs.dry_run_tab,
        name="sync_dry_run_tab",
    ),
    path(
        "companies/<uuid:company_id>/dry-runs/<uuid:dry_run_id>/",
        dry_runs.dry_run_detail,
        name="sync_dry_run",
    ),
    path(
        "companies/<uuid:company_id>/dry-runs/<uuid:dry_run_id>/export.csv",
        dry_runs.dry_run_csv,
        name="sync_dry_run_csv",
    ),
    path("runs/<uuid:run_id>/undo/", undos.undo_ask, name="sync_undo_ask"),
    path("undos/<uuid:undo_id>/", undos.undo_detail, name="sync_undo"),
    path("undos/<uuid:undo_id>/confirm/", undos.undo_confirm, name="sync_undo_confirm"),
    path("undos/<uuid:undo_id>/drop/", undos.undo_drop, name="sync_undo_drop"),
    path("undos/<uuid:undo_id>/resume/", undos.undo_resume, name="sync_undo_resume"),
    path("held/", undos.held, name="sync_held"),
    path("held/release/", undos.release_all, name="sync_release_all"),
    path("held/<uuid:record_id>/release/", undos.release, name="sync_release"),
    path("runs/<uuid:run_id>/", overview.run_detail, name="sync_run"),
    path("history/", history.history, name="sync_history"),
    path("history/export.csv", history.history_csv, name="sync_history_csv"),
    path("history/<uuid:entry_id>/retry/", history.retry_entry, name="sync_retry_entry"),
    path("waiting/", history.waiting, name="sync_waiting"),
    path("waiting/retry/", history.retry_all, name="sync_retry_all"),
    path("waiting/<uuid:record_id>/retry/", history.retry, name="sync_retry"),
    path("deletions/<uuid:hold_id>/", deletions.deletions, name="sync_deletions"),
    path(
        "deletions/<uuid:hold_id>/confirm/",
        deletions.confirm_deletions,
        name="sync_confirm_deletions",
    ),
    path(
        "deletions/<uuid:hold_id>/cancel/",
        deletions.cancel_deletions,
        name="sync_cancel_deletions",
    ),
    path(
        "settings/<uuid:company_id>/contacts/",
        record_settings.contacts_tab,
        name="sync_contacts_tab",
    ),
    path(
        "settings/<uuid:company_id>/products/",
        record_settings.products_tab,
        name="sync_products_tab",
    ),
    path("budget/", budget.api_budget, name="sync_budget"),
    *urls_matching.pages,
    path("settings/", settings.settings_index, name="sync_settings"),
    path("settings/launch-links/", launch_links.launch_links_page, name="sync_launch_links"),
    path("settings/<uuid:company_id>/", settings.invoices_tab, name="sync_invoices_tab"),
]
OF_COMPANY = "api/v1/companies/<uuid:company_id>"
REPORT = f"{OF_COMPANY}/reconciliations/<uuid:report_id>"
HELD = "api/v1/held-deletions/<uuid:hold_id>"
ONE = f"{OF_COMPANY}/backfills/<uuid:backfill_id>"
urlpatterns = [
    path("p/<uuid:portal_id>/sync/", include(pages)),
    path("api/v1/usage", api_budget.Usage.as_view(), name="api-usage"),
    path("api/v1/companies/<uuid:company_id>/sync", api.CompanySync.as_view(), name="api-sync"),
    path(f"{OF_COMPANY}/sync/tabs/<str:tab>", api_settings.SyncTab.as_view(), name="api-sync-tab"),
    path(
        f"{OF_COMPANY}/sync/tabs/<str:tab>/counts",
        api_settings.SyncTabCounts.as_view(),
        name="api-sync-tab-counts",
    ),
    path("api/v1/held-deletions", api_deletions.HeldDeletions.as_view(), name="api-held-deletions"),
    path(f"{HELD}/confirm", api_deletions.ConfirmDeletions.as_view(), name="api-confirm-deletions"),
    path(f"{HELD}/cancel", api_deletions.CancelDeletions.as_view(), name="api-cancel-deletions"),
    path(f"{OF_COMPANY}/backfills", api_backfills.Backfills.as_view(), name="api-backfills"),
    path(
        f"{OF_COMPANY}/backfills/preview",
        api_backfills.BackfillPreview.as_view(),
        name="api-backfill-preview",
    ),
    *urls_matching.endpoints,
    path(ONE, api_backfills.BackfillDetail.as_view(), name="api-backfill"),
    path(f"{ONE}/pause", api_backfills.BackfillPause.as_view(), name="api-backfill-pause"),
    path(f"{ONE}/resume", api_backfills.BackfillResume.as_view(), name="api-backfill-resume"),
    path(f"{ONE}/cancel", api_backfills.BackfillCancel.as_view(), name="api-backfill-cancel"),
    path(
        f"{OF_COMPANY}/reconciliations",
        api_reconciliations.Reconciliations.as_view(),
        name="api-reconciliations",
    ),
    path(REPORT, api_reconciliations.ReconciliationDetail.as_view(), name="api-reconciliation"),
    path(
        f"{REPORT}/drift",
        api_reconciliations.ReconciliationDrift.as_view(),
        name="api-reconciliation-drift",
    ),
    path(
        f"{REPORT}/fix/preview",
        api_reconciliations.ReconciliationFixPreview.as_view(),
        name="api-reconciliation-fix-preview",
    ),
    path(
        f"{REPORT}/fix",
        api_reconciliations.ReconciliationFix.as_view(),
        name="api-reconciliation-fix",
    ),
    path(f"{OF_COMPANY}/dry-runs", api_dry_runs.DryRuns.as_view(), name="api-dry-runs"),
    path(
        f"{OF_COMPANY}/dry-runs/<uuid:dry_run_id>",
        api_dry_runs.DryRunDetail.as_view(),
        name="api-dry-run",
    ),
    path(
        f"{OF_COMPANY}/dry-runs/<uuid:dry_run_id>/entries",
        api_dry_runs.DryRunEntries.as_view(),
        name="api-dry-run-entries",
    ),
    path("api/v1/runs/<uuid:run_id>/undo", api_undos.UndoOfRun.as_view(), name="api-undo-run"),
    path("api/v1/undos/<uuid:undo_id>", api_undos.UndoDetail.as_view(), name="api-undo"),
    path("api/v1/undos/<uuid:undo_id>/items", api_undos.UndoItems.as_view(), name="api-undo-items"),
    path(
        "api/v1/undos/<uuid:undo_id>/confirm",
        api_undos.UndoConfirm.as_view(),
        name="api-undo-confirm",
    ),
    path("api/v1/undos/<uuid:undo_id>/drop", api_undos.UndoDrop.as_view(), name="api-undo-drop"),
    path("api/v1/held-records", api_undos.HeldRecords.as_view(), name="api-held-records"),
    path(
        "api/v1/held-records/release",
        api_undos.ReleaseRecords.as_view(),
        name="api-held-records-release",
    ),
]
