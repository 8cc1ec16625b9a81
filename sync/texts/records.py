"""Why a customer or product was left alone, and what a person decided about deletions."""

from django.utils.translation import gettext_lazy as _

from integration import messages
from integration.messages import Entry, Helper

POLICY = _("“Create and update” of this company's tab says so.")
LEFT_ALONE = {
    "sync.no_email": Entry(
        _("No e-mail address"),
        _("%(name)s was not made a contact in HubSpot."),
        _("The customer has no e-mail address, by which HubSpot tells people apart."),
        _(
            "Add the address in QuickBooks and it is synced by itself, or let the Contacts tab "
            "create contacts without an address."
        ),
        Helper.ACCOUNTANT,
    ),
    "sync.shared": Entry(
        _("Several customers alike"),
        _("%(name)s was not linked to HubSpot by itself."),
        _("Other customers have the same e-mail address or company name: %(others)s."),
        _("Link it by hand, or tell the customers apart in QuickBooks."),
        Helper.ADMIN,
    ),
    "sync.sku_shared": Entry(
        _("Several products with this SKU"),
        _("%(name)s was not linked to HubSpot by itself."),
        _("Other products of QuickBooks have the same SKU: %(others)s."),
        _("Give each product its own SKU in QuickBooks."),
        Helper.ACCOUNTANT,
    ),
    "sync.several_in_hubspot": Entry(
        _("Several records in HubSpot"),
        _("%(name)s was not linked to HubSpot by itself."),
        _("HubSpot has more than one record that it could be, or one that says otherwise."),
        _("Link it by hand, or merge the records in HubSpot."),
        Helper.ADMIN,
    ),
    "sync.link_refused": Entry(
        _("Unlinked by a person"),
        _("%(name)s was not linked to HubSpot by itself."),
        _("The only record of HubSpot that it could be is one it was unlinked from."),
        _("Link it by hand on the page Matching."),
        Helper.ADMIN,
    ),
    "sync.project": Entry(
        _("A project"),
        _("%(name)s was not copied to HubSpot."),
        _("It is a project of QuickBooks, not somebody to write to."),
        "",
    ),
    "sync.sub_customer": Entry(
        _("A sub-customer"),
        _("%(name)s was not copied to HubSpot."),
        _("In this company a sub-customer stands for a deal."),
        _("To change that, choose another customer model in the company's settings."),
        Helper.ADMIN,
    ),
    "sync.category": Entry(
        _("A category"),
        _("%(name)s was not copied to HubSpot."),
        _("It is a category of products, not a product."),
        "",
    ),
    "sync.record_create_not_allowed": Entry(
        _("Not created"),
        _("%(name)s was not created in HubSpot."),
        POLICY,
        _("To change that, choose another value there."),
        Helper.ADMIN,
    ),
    "sync.record_update_not_allowed": Entry(
        _("Not updated"),
        _("%(name)s was left in HubSpot as it is."),
        POLICY,
        _("To change that, choose another value there."),
        Helper.ADMIN,
    ),
    "sync.gone_in_hubspot": Entry(
        _("Deleted in HubSpot"),
        _("%(name)s is no longer in HubSpot."),
        _("Somebody deleted it there, and Dealbooks does not bring it back by itself."),
        _("To have it again, restore it in HubSpot or link it anew."),
        Helper.ADMIN,
    ),
    "sync.merged": Entry(
        _("Merged in QuickBooks"),
        _("%(name)s became part of %(survivor)s in QuickBooks."),
        _("What it was linked to in HubSpot belongs to %(survivor)s now."),
        "",
    ),
    "sync.merged_unknown": Entry(
        _("Merged in QuickBooks"),
        _("%(name)s is no longer in QuickBooks."),
        _("It was merged into another record; QuickBooks does not say which."),
        _("The record in HubSpot stays as it is. Link it by hand where it should belong."),
        Helper.ADMIN,
    ),
}
DELETED = {
    "sync.record_kept": Entry(
        _("Kept in HubSpot"),
        _("%(name)s was made inactive in QuickBooks and stays in HubSpot as it was."),
        _("The delete policy is set to keep."),
        _("To mark such records, choose another value on the company's tab."),
        Helper.ADMIN,
    ),
    "sync.deletion_held": Entry(
        _("Waits for your yes"),
        _("%(name)s was made inactive in QuickBooks, and HubSpot was not told yet."),
        _("More records than usual went in one run, so Dealbooks asks first."),
        _("Confirm or cancel it under Sync, Waiting."),
        Helper.ADMIN,
    ),
    "sync.deletion_cancelled": Entry(
        _("Kept by a person"),
        _("%(name)s stays in HubSpot as it was."),
        _("Somebody decided so when many records went in one run."),
        "",
    ),
    "sync.not_archived_not_ours": Entry(
        _("Marked, not archived"),
        _("%(name)s was marked as deleted in HubSpot instead of archived."),
        _("Dealbooks did not create this record."),
        _("Archive it in HubSpot if it should go."),
        Helper.ADMIN,
    ),
    "sync.not_archived_edited": Entry(
        _("Marked, not archived"),
        _("%(name)s was marked as deleted in HubSpot instead of archived."),
        _("Somebody changed it in HubSpot or owns it there."),
        _("Archive it in HubSpot if it should go."),
        Helper.ADMIN,
    ),
    "sync.not_archived_open_deal": Entry(
        _("Marked, not archived"),
        _("%(name)s was marked as deleted in HubSpot instead of archived."),
        _("It has open deals."),
        _("Close the deals, then archive it in HubSpot if it should go."),
        Helper.ADMIN,
    ),
    "sync.not_archived_other_link": Entry(
        _("Marked, not archived"),
        _("%(name)s was marked as deleted in HubSpot instead of archived."),
        _("Other records or invoices belong to it."),
        _("Archive it in HubSpot if it should go."),
        Helper.ADMIN,
    ),
}
ASKED = {
    "sync.tab_asks": Entry(
        _("Look at the counts first"),
        _("Nothing was changed for %(name)s."),
        _("Turning a tab on or off concerns every record that the counts tell of."),
        _("Say it again with `confirm` when the counts are what you expect."),
    ),
    "sync.deletions_over": Entry(
        _("Decided already"),
        _("Nothing was changed."),
        _("Somebody else decided about these records already."),
        "",
    ),
    "sync.asked_again": Entry(
        _("Asked to try again"),
        _("Somebody asked to tell HubSpot about this record once more."),
        "",
        "",
    ),
}
HISTORY = {
    "audit.sync.deletions_confirmed": Entry(
        _("Deletions confirmed"), _("%(person)s let the deletions of %(company)s reach HubSpot.")
    ),
    "audit.sync.deletions_cancelled": Entry(
        _("Deletions cancelled"), _("%(person)s kept the records of %(company)s in HubSpot.")
    ),
}

messages.add({**LEFT_ALONE, **DELETED, **ASKED, **HISTORY})
