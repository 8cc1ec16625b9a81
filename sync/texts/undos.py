"""Dry runs and undone runs: why something cannot be done, and what a person did (B-22, D-31)."""

from django.utils.translation import gettext_lazy as _

from integration import messages
from integration.messages import Entry, Helper

DRY_RUN = {
    "sync.dry_run_one_at_a_time": Entry(
        _("Another dry run is going on"),
        _("No second dry run was started for %(company)s."),
        _("A company is looked at by one dry run at a time, to leave room for its sync."),
        _("Wait until it has ended, then start this one."),
    ),
    "sync.dry_run_not_connected": Entry(
        _("Company is not connected"),
        _("The dry run of %(company)s ended. Nothing was written."),
        _("QuickBooks gives nothing for a company that is not connected."),
        _("Connect the company again, then start another dry run."),
        Helper.ADMIN,
    ),
    "sync.dry_run_choice_unclear": Entry(
        _("Choice not understood"),
        _("No dry run was started, and nothing was saved."),
        _("A field of the form has no value that fits."),
        _("Look at the form once more, then start the dry run."),
    ),
    "sync.dry_run_too_much": Entry(
        _("Too much to list"),
        _("The dry run of %(company)s was ended. Nothing was written."),
        _("So much has changed, or goes on changing, that listing it all takes too long."),
        _("Let a sync bring in most of it first, then start another dry run."),
    ),
    "audit.sync.dry_run_started": Entry(
        _("Dry run started"), _("%(person)s started a dry run of %(company)s.")
    ),
}
ARCHIVE_THERE = _("Archive it in HubSpot if it should go.")
NOT_ARCHIVED = _("It stays in HubSpot")
MADE_STAYS = _("%(name)s was made by the run and is not archived.")
STAYS = _("%(name)s stays in HubSpot as it is.")
UNDO = {
    "sync.undo_run_going_on": Entry(
        _("The run is going on"),
        _("Nothing was undone."),
        _("Only a run that has ended can be undone."),
        _("Wait until it has ended. A backfill can be paused or cancelled first."),
    ),
    "sync.undo_of_an_undo": Entry(
        _("This run is an undo itself"),
        _("Nothing was undone."),
        _("To bring back what QuickBooks says, release the records it holds."),
        _("Open Sync, Waiting, Held after undo."),
    ),
    "sync.undo_not_connected": Entry(
        _("Company is not connected"),
        _("The run of %(company)s was not undone."),
        _("Records of a company that is not connected are nobody's to change."),
        _("Connect the company again, then undo the run."),
        Helper.ADMIN,
    ),
    "sync.undo_nothing": Entry(
        _("Nothing to put back"),
        _("Nothing was undone."),
        _("Nothing of this run can be put back."),
        _("The lists say why."),
    ),
    "sync.undo_over": Entry(
        _("Decided already"),
        _("Nothing was changed."),
        _("Somebody decided about this undo already, or it is still comparing."),
        _("Look at it again."),
    ),
    "sync.undo_not_hubspot": Entry(
        _("Not in HubSpot"),
        STAYS,
        _("The run did this in QuickBooks, or HubSpot's record is not known. An undo never changes "
          "QuickBooks."),
        _("Change it in QuickBooks if it should be otherwise."),
        Helper.ACCOUNTANT,
    ),
    "sync.undo_archived": Entry(
        _("Archived by the run"),
        _("%(name)s was archived and cannot be brought back from here."),
        _("HubSpot lets no program restore an archived record."),
        _("Restore it in HubSpot: open the list of these records, then Actions, Restore records."),
        Helper.ADMIN,
    ),
    "sync.undo_note_text": Entry(
        _("Earlier words not kept"),
        _("The note about a payment of invoice %(name)s keeps its new words."),
        _("What the note said before the run is not stored."),
        _("Change the note in HubSpot if it should say otherwise."),
    ),
    "sync.undo_note_withdrawn": Entry(
        _("Note archived by the run"),
        _("A note about invoice %(name)s cannot be brought back from here."),
        _("HubSpot lets no program restore an archived note."),
        _("Write it anew in HubSpot if it is needed."),
    ),
    "sync.undo_unknown_before": Entry(
        _("Earlier value not known"),
        STAYS,
        _("What stood in these fields before the run is not stored."),
        _("Change them in HubSpot if they should say otherwise."),
    ),
    "sync.undo_deleted_since": Entry(
        _("Gone from HubSpot"),
        _("%(name)s is not in HubSpot any more."),
        _("Somebody archived, deleted or merged it after the run."),
        "",
    ),
    "sync.undo_changed_since": Entry(
        _("Changed since"),
        _("%(name)s was left as it is."),
        _("Somebody changed it in HubSpot after the run."),
        "",
    ),
    "sync.undo_against_not_ours": Entry(
        NOT_ARCHIVED, MADE_STAYS, _("Dealbooks did not create this record."), ARCHIVE_THERE,
        Helper.ADMIN,
    ),
    "sync.undo_against_edited": Entry(
        NOT_ARCHIVED, MADE_STAYS, _("Somebody changed it in HubSpot or owns it there."),
        ARCHIVE_THERE, Helper.ADMIN,
    ),
    "sync.undo_against_open_deal": Entry(
        NOT_ARCHIVED, MADE_STAYS, _("It has open deals."),
        _("Close the deals, then archive it in HubSpot if it should go."), Helper.ADMIN,
    ),
    "sync.undo_against_other_link": Entry(
        NOT_ARCHIVED, MADE_STAYS, _("Something else in HubSpot or Dealbooks is linked to it."),
        ARCHIVE_THERE, Helper.ADMIN,
    ),
    "sync.undo_against_state": Entry(
        NOT_ARCHIVED, _("Invoice %(name)s was made by the run and is not archived."),
        _("HubSpot deletes no invoice that is paid or voided."),
        "",
    ),
    "sync.held_after_undo": Entry(
        _("Held after an undo"),
        _("%(name)s was left in HubSpot as it is."),
        _("A run that wrote it was undone, and nobody has released it yet."),
        _("Release it under Sync, Waiting, Held after undo."),
        Helper.ADMIN,
    ),
    "sync.released": Entry(
        _("Released"),
        _("It is told to HubSpot again."),
        _("A person released it after an undo."),
        "",
    ),
    "sync.undo_differs": Entry(
        _("HubSpot and QuickBooks differ after an undo"),
        _("%(count)s records of %(company)s say in HubSpot what they said before the undone run."),
        _("An undo never changes QuickBooks, so it still says what the run had written."),
        _("Put right in QuickBooks what was wrong, then release the records."),
        Helper.ACCOUNTANT,
    ),
}  # fmt: skip
HISTORY = {
    "audit.sync.undo_asked": Entry(
        _("Undo asked for"), _("%(person)s asked what undoing a run of %(company)s would do.")
    ),
    "audit.sync.undo_confirmed": Entry(
        _("Run undone"), _("%(person)s undid a run of %(company)s in HubSpot.")
    ),
    "audit.sync.undo_dropped": Entry(
        _("Undo dropped"), _("%(person)s left a run of %(company)s as it is.")
    ),
    "audit.sync.records_released": Entry(
        _("Records released"),
        _("%(person)s released %(records)s records of %(company)s after an undo."),
    ),
}

messages.add({**DRY_RUN, **UNDO, **HISTORY})
