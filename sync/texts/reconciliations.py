"""Why both sides cannot be compared or a difference cannot be put right (B-26, D-31)."""

from django.utils.translation import gettext_lazy as _

from integration import messages
from integration.messages import Entry, Helper

REFUSED = {
    "sync.reconcile_not_connected": Entry(
        _("Company is not connected"),
        _("%(company)s was not compared."),
        _("QuickBooks gives nothing for a company that is not connected."),
        _("Connect the company again, then reconcile."),
        Helper.ADMIN,
    ),
    "sync.reconcile_running": Entry(
        _("Both sides are being compared"),
        _("Nothing was fixed."),
        _("The report of %(company)s is not finished, so some of it may still change."),
        _("Wait until it has ended, then fix what it found."),
    ),
    "sync.reconcile_none_chosen": Entry(
        _("No line is chosen"),
        _("Nothing was fixed."),
        _("None of the lines under Differences is ticked."),
        _("Tick the lines to be fixed first, or choose Fix all."),
    ),
}
REASONS = {
    "sync.drift_deal_deleted": Entry(
        _("Deal deleted in HubSpot"),
        _("The deal was left alone."),
        _("Somebody deleted or merged it in HubSpot, so there is nothing to write to."),
        _("Restore the deal in HubSpot, or add its invoices to another deal."),
    ),
    "sync.drift_object_deleted": Entry(
        _("Deleted in HubSpot"),
        _("The record was left alone."),
        _("Somebody deleted it in HubSpot. Dealbooks does not make it again against their will."),
        _("Restore it in HubSpot, or link the QuickBooks record to another one."),
    ),
    "sync.drift_gone_in_quickbooks": Entry(
        _("Gone from QuickBooks"),
        _("The record was left alone."),
        _("It was merged into another one in QuickBooks, and nothing says into which."),
        _("Look in QuickBooks what became of it, and link that record."),
    ),
    "sync.drift_held": Entry(
        _("Held since a run was undone"),
        _("The record was left alone."),
        _("Somebody undid what was written of it, so it stays as it is until it is released."),
        _("Release it under Sync, then fix it."),
    ),
    "sync.drift_writing": Entry(
        _("Being written"),
        _("HubSpot is told what QuickBooks says."),
        _("The work was interrupted and goes on by itself."),
        _("Wait a moment, then look again."),
    ),
    "sync.drift_stays": Entry(
        _("Still different"),
        _("It was written again, and HubSpot still says something else."),
        _("A workflow or another app in HubSpot changes it, or a setting keeps it as it is."),
        _("Look at the history of the record in HubSpot and under Sync, History."),
    ),
}
TASKS = {
    "reconcile.drift": Entry(
        _("QuickBooks and HubSpot differ"),
        _("Both sides differ in %(count)s of the records of %(company)s."),
        _("Somebody changed them in HubSpot, or news of a change was lost."),
        _("Open the report, look at the differences, and fix them."),
    ),
    "reconcile.gone": Entry(
        _("Gone from QuickBooks"),
        _("%(label)s of %(company)s is no longer in QuickBooks."),
        _("Somebody deleted or merged it there. Dealbooks never changes QuickBooks to fix this."),
        _("Look in QuickBooks what became of it, and put it right there."),
    ),
}
HISTORY = {
    "audit.sync.reconcile_started": Entry(
        _("Reconciliation started"),
        _("%(person)s asked to compare both sides of %(company)s."),
    ),
    "audit.sync.reconcile_fix": Entry(
        _("Differences fixed"),
        _("%(person)s had differences between QuickBooks and HubSpot fixed for %(company)s."),
    ),
}

messages.add({**REFUSED, **REASONS, **TASKS, **HISTORY})
