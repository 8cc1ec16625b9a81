"""Why a backfill cannot be done or stopped, and what a person did to it (B-21)."""

from django.utils.translation import gettext_lazy as _

from integration import messages
from integration.messages import Entry, Helper

REFUSED = {
    "sync.backfill_rests": Entry(
        _("Waits for the new month"),
        _("It waits for the new month: reads are kept for people."),
        _(
            "%(share)s of this month's reads of QuickBooks are used up. A backfill is bulk work; the "
            "rest is kept for creating, sending and Sync now."
        ),
        _(
            "It goes on by itself with the new month, from where it stopped. To have it sooner, raise "
            "the plan at Intuit and its line in Dealbooks' settings."
        ),
        Helper.OPERATOR,
    ),
    "sync.backfill_tab_off": Entry(
        _("Sync of these records is off"),
        _("No older records were brought in."),
        _("%(object)s are not synced from this company, so nothing would keep them right."),
        _("Turn them on under Sync, Settings, then start or resume."),
        Helper.ADMIN,
    ),
    "sync.backfill_one_at_a_time": Entry(
        _("Another one is going on"),
        _("No second backfill was started for %(company)s."),
        _("A company brings in older records of one kind at a time, to leave room for its sync."),
        _("Wait until it has ended, or cancel it."),
    ),
    "sync.backfill_not_connected": Entry(
        _("Company is not connected"),
        _("Bringing in older records of %(company)s stopped."),
        _("QuickBooks gives nothing for a company that is not connected."),
        _("Connect the company again, then start or resume."),
        Helper.ADMIN,
    ),
    "sync.backfill_reversed": Entry(
        _("The last day is before the first"),
        _("Nothing was counted."),
        _("There is no day between them."),
        _("Exchange the two days, or leave one of them empty."),
    ),
    "sync.backfill_no_date": Entry(
        _("No invoice date"),
        _("Nothing was counted."),
        _("Only invoices have an invoice date."),
        _("Choose the day of creation in QuickBooks."),
    ),
    "sync.backfill_over": Entry(
        _("It has ended"),
        _("Nothing was changed."),
        _("This backfill had ended or was in that state already."),
        _("Look at it again."),
    ),
}
HISTORY = {
    "audit.sync.backfill_started": Entry(
        _("Backfill started"), _("%(person)s began to bring in older records of %(company)s.")
    ),
    "audit.sync.backfill_paused": Entry(
        _("Backfill paused"), _("%(person)s paused bringing in older records of %(company)s.")
    ),
    "audit.sync.backfill_resumed": Entry(
        _("Backfill resumed"), _("%(person)s resumed bringing in older records of %(company)s.")
    ),
    "audit.sync.backfill_cancelled": Entry(
        _("Backfill cancelled"),
        _("%(person)s cancelled bringing in older records of %(company)s."),
    ),
}

messages.add({**REFUSED, **HISTORY})
