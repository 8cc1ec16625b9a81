"""``sync.*``: why a record was left alone or failed, and lines of the history of this layer."""

from django.utils.translation import gettext_lazy as _

from integration import messages
from integration.messages import Entry, Helper

MARKED = _("Marked, not archived")
INSTEAD = _("Invoice %(number)s was marked as deleted in HubSpot instead of archived.")
DELETE_THERE = _("Delete it in HubSpot if it should go.")
SKIPPED = {
    "sync.currency_differs": Entry(
        _("Deal left alone"),
        _("Invoice %(number)s was not written to the deal."),
        _(
            "It is in %(currency)s, and the HubSpot portal's currency is %(portal_currency)s. "
            "The company's currency rule says to leave the deal properties alone."
        ),
        _("To see such invoices on deals, choose another currency rule in the company's settings."),
        Helper.ADMIN,
    ),
    "sync.no_rate": Entry(
        _("No exchange rate"),
        _("Invoice %(number)s was not written to the deal."),
        _(
            "It is in %(currency)s, and neither QuickBooks nor HubSpot has a rate to "
            "%(portal_currency)s for the invoice date."
        ),
        _("Add the exchange rate in HubSpot's currency settings."),
        Helper.ADMIN,
    ),
    "sync.currency_not_in_portal": Entry(
        _("Currency unknown to HubSpot"),
        _("The invoice was not copied to HubSpot's invoices."),
        _("It is in %(currency)s, which is not among the currencies of your HubSpot portal."),
        _("Add the currency in HubSpot (Settings, Account defaults, Currency)."),
        Helper.ADMIN,
    ),
    "sync.create_not_allowed": Entry(
        _("Not copied"),
        _("The invoice was not copied to HubSpot."),
        _("The Invoices tab of this company does not create invoices in HubSpot."),
        _("Add it to a deal by hand, or change “Create and update invoices”."),
        Helper.ADMIN,
    ),
    "sync.update_not_allowed": Entry(
        _("Not updated"),
        _("The invoice in HubSpot was left as it is."),
        _("The Invoices tab of this company does not update invoices in HubSpot."),
        _("To change that, choose another value for “Create and update invoices”."),
        Helper.ADMIN,
    ),
    "sync.kept_after_delete": Entry(
        _("Kept in HubSpot"),
        _("The invoice was deleted in QuickBooks and stays in HubSpot as it was."),
        _("“Delete invoices” is set to keep."),
        _("To mark such invoices, choose another value for “Delete invoices”."),
        Helper.ADMIN,
    ),
    "sync.invoice_deletion_held": Entry(
        _("Waits for your yes"),
        _(
            "Invoice %(number)s was deleted in QuickBooks, and its copy in HubSpot was left as it is."
        ),
        _("More invoices than usual went in one run, so Dealbooks asks first."),
        _("Confirm or cancel it under Sync, Waiting."),
        Helper.ADMIN,
    ),
    "sync.invoice_deletion_cancelled": Entry(
        _("Kept by a person"),
        _("The copy of invoice %(number)s stays in HubSpot as it was."),
        _("Somebody decided so when many invoices went in one run."),
        "",
    ),
    "sync.invoice_not_archived_linked": Entry(
        MARKED,
        INSTEAD,
        _("It was made or added here, so its deal keeps it."),
        "",
    ),
    "sync.invoice_not_archived_edited": Entry(
        MARKED,
        INSTEAD,
        _("Somebody changed it in HubSpot or owns it there."),
        DELETE_THERE,
        Helper.ADMIN,
    ),
    "sync.invoice_not_archived_open_deal": Entry(
        MARKED,
        INSTEAD,
        _("In HubSpot it hangs on an open deal."),
        DELETE_THERE,
        Helper.ADMIN,
    ),
    "sync.invoice_not_archived_other_link": Entry(
        MARKED,
        INSTEAD,
        _("In HubSpot it hangs on records that are not its customer's."),
        DELETE_THERE,
        Helper.ADMIN,
    ),
    "sync.invoice_not_archived_refused": Entry(
        MARKED,
        INSTEAD,
        _("HubSpot refused: it deletes drafts, and open invoices only where the account says so."),
        _("To have open ones archived, allow deleting open invoices in HubSpot's settings."),
        Helper.ADMIN,
    ),
    "sync.deleted_before_written": Entry(
        _("Deleted"),
        _("The invoice was deleted in QuickBooks before HubSpot had it."),
        "",
        "",
    ),
    "sync.paid_other_pipeline": Entry(
        _("Paid deal left where it is"),
        _("%(name)s is paid, and its stage was left as it is."),
        _("The deal is in another pipeline than the stage chosen for paid deals."),
        _("Move it in HubSpot if it should be elsewhere."),
        Helper.ADMIN,
    ),
    "sync.paid_already": Entry(
        _("Paid, and said so already"),
        _("%(name)s is paid, and HubSpot says already what was chosen for paid deals."),
        "",
        "",
    ),
    "sync.paid_deal_gone": Entry(
        _("Paid deal not found"),
        _("%(name)s is paid, but HubSpot has no such deal any more."),
        "",
        "",
    ),
    "sync.payment_never_told": Entry(
        _("Nothing to reverse"),
        _("The payment was reversed before the deal's timeline told about it."),
        "",
        "",
    ),
}

FAILED = {
    "sync.unreadable": Entry(
        _("Record not understood"),
        _("QuickBooks sent a record with an amount or date that could not be read."),
        _("Dealbooks never guesses amounts, so the record waits."),
        _("Open and save it in QuickBooks; Dealbooks looks at it again by itself."),
        Helper.ACCOUNTANT,
    ),
    "sync.made_anew": Entry(
        _("Made anew in HubSpot"),
        _("The invoice had been deleted in HubSpot and was made again."),
        _("Dealbooks follows invoices that were made or added here."),
        _("It is tied to its deal, contact and company with the next sync."),
    ),
    "sync.interrupted": Entry(
        _("Interrupted"),
        _("The sync was interrupted before it ended."),
        _("The worker that ran it was stopped."),
        _("The next sync goes on from the same place; nothing is lost."),
    ),
}

HISTORY = {
    "audit.sync.asked": Entry(_("Sync started"), _("%(person)s asked for a sync of %(company)s.")),
    "audit.sync.settings_changed": Entry(
        _("Sync settings changed"), _("%(person)s changed what is synced from %(company)s.")
    ),
    "audit.sync.launch_links_asked": Entry(
        _("Launch links asked for"),
        _("%(person)s asked to write the launch link on open and won deals."),
    ),
    "audit.sync.launch_links_written": Entry(
        _("Launch links written"),
        _("The launch link was written on deals: %(written)s, refused: %(failed)s."),
    ),
    "audit.sync.retried": Entry(
        _("Record tried again"), _("%(person)s asked to try a waiting record again.")
    ),
}

messages.add({**SKIPPED, **FAILED, **HISTORY})
