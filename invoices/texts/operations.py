"""``invoice.*`` and ``posting.*``: how the creation of an invoice ended or why it waits."""

from django.utils.translation import gettext_lazy as _

from integration.messages import Entry, Helper

ENTRIES = {
    "invoice.numbers_taken": Entry(
        _("Numbers already used"),
        _("QuickBooks had no free number: %(number)s and those before it are already used."),
        _("Somebody numbers invoices in QuickBooks as well."),
        _("An accountant checks the next number under Number series, then create it again."),
        Helper.ACCOUNTANT,
    ),
    "invoice.number_too_long": Entry(
        _("Number too long"),
        _("The next number %(number)s is longer than the 21 characters QuickBooks takes."),
        "",
        _("An accountant changes the series under Number series."),
        Helper.ACCOUNTANT,
    ),
    "invoice.total_differs": Entry(
        _("Total differs"),
        _("QuickBooks made the invoice over %(actual)s; Review showed %(expected)s."),
        _("QuickBooks worked out the tax differently."),
        _("It will not be sent. An accountant checks it in QuickBooks."),
        Helper.ACCOUNTANT,
    ),
    "invoice.not_in_hubspot": Entry(
        _("Not yet in HubSpot"),
        _("The invoice is in QuickBooks, but HubSpot did not take it yet."),
        "%(detail)s",
        _("Dealbooks tries again with the next sync."),
    ),
    "invoice.company_disconnected": Entry(
        _("Not finished"),
        _("The invoice is not finished: %(company)s was disconnected while it was being created."),
        _("Without the connection Dealbooks cannot look what QuickBooks made of it."),
        _(
            "An admin connects the company again; Dealbooks then finds the invoice or creates it "
            "once. Do not create it by hand."
        ),
        Helper.ADMIN,
    ),
    "invoice.not_ready": Entry(
        _("Not ready yet"),
        _("The draft has problems and was not sent to QuickBooks."),
        "",
        _("Mend what is marked on Review."),
        Helper.REP,
    ),
    "invoice.pdf_unavailable": Entry(
        _("No preview"),
        _("QuickBooks gave no PDF of this invoice."),
        "",
        _("Try again in a minute, or open the invoice in QuickBooks."),
    ),
    "invoice.not_deliverable": Entry(
        _("Not marked"),
        _("The invoice was not marked as delivered."),
        _("It was voided or deleted in QuickBooks."),
        _("There is nothing to do."),
    ),
    "invoice.gone": Entry(
        _("Deleted in QuickBooks"),
        _("This invoice was deleted in QuickBooks."),
        "",
        _("Its history stays here."),
    ),
    "posting.creator_left": Entry(
        _("Not allowed any more"),
        _("The invoice was not created: %(name)s is no longer a member of this portal."),
        "",
        _("Somebody else opens the draft and creates it."),
        Helper.REP,
    ),
    "posting.right_missing": Entry(
        _("Not allowed"),
        _("The invoice was not created: %(name)s may not create invoices in %(company)s."),
        "",
        _("Ask an owner or admin for the right, or let somebody else create it from the draft."),
        Helper.ADMIN,
    ),
    "posting.correct_missing": Entry(
        _("Not allowed"),
        _("The invoice was not changed: %(name)s may not correct invoices in %(company)s."),
        "",
        _("Ask an owner or admin for the right, or let somebody else change it."),
        Helper.ADMIN,
    ),
    "posting.deal_out_of_reach": Entry(
        _("Deal not yours"),
        _("The invoice was not created: the deal no longer belongs to %(name)s or the team."),
        "",
        _("Let the deal's owner create it from the draft."),
        Helper.REP,
    ),
    "posting.company_disconnected": Entry(
        _("Company not connected"),
        _("The invoice was not created: %(company)s was disconnected."),
        "",
        _("An admin connects it again. The draft is kept."),
        Helper.ADMIN,
    ),
    "deal.unknown": Entry(
        _("Deal not found"),
        _("HubSpot has no deal with this address."),
        _("It was deleted or merged, or the address is wrong."),
        _("Search for the deal under Deals, or open it from HubSpot."),
        Helper.REP,
    ),
    "deal.portal_not_connected": Entry(
        _("HubSpot not connected"),
        _("This portal is not connected to HubSpot."),
        "",
        _("An admin connects it under Settings, Connected apps."),
        Helper.ADMIN,
    ),
    "deal.no_company": Entry(
        _("No QuickBooks company"),
        _("No QuickBooks company is connected that you may use."),
        "",
        _("An admin connects one under Settings, Connected apps, or gives you access to it."),
        Helper.ADMIN,
    ),
    "numbering.taken": Entry(
        _("Used by somebody else"),
        _("QuickBooks already has this number on another transaction."),
        "",
        _("The next number was used instead."),
    ),
    "numbering.gap": Entry(
        _("A number without an invoice"),
        _("The number %(number)s of %(company)s belongs to no invoice, though higher ones do."),
        "",
        _("Write down why in the report of numbers."),
        Helper.ACCOUNTANT,
    ),
    "numbering.no_gap": Entry(
        _("No gap"),
        _("This number is not a gap, so there is nothing to explain."),
        "",
        _("Load the report again."),
        Helper.ACCOUNTANT,
    ),
    "numbering.explanation_missing": Entry(
        _("Explanation missing"),
        _("The gap was not explained: nothing was written."),
        "",
        _("Write why there is no invoice with this number."),
        Helper.ACCOUNTANT,
    ),
    "numbering.explanation_long": Entry(
        _("Explanation too long"),
        _("The explanation has more than %(limit)s characters."),
        "",
        _("Shorten it."),
        Helper.ACCOUNTANT,
    ),
    "numbering.prefix": Entry(
        _("Prefix too long"),
        _("The prefix has more than 15 characters."),
        "",
        _("Shorten it."),
        Helper.ACCOUNTANT,
    ),
    "numbering.next": Entry(
        _("Next number"),
        _("The next number must be a whole number above zero."),
        "",
        _("Enter the number the next invoice shall have."),
        Helper.ACCOUNTANT,
    ),
    "numbering.used": Entry(
        _("Already used"),
        _("The number %(number)s is already used by an invoice here."),
        "",
        _("Enter a higher number."),
        Helper.ACCOUNTANT,
    ),
}
