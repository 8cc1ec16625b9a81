"""``change.*`` and their history: editing, voiding, correcting and copying invoices (D-14)."""

from django.utils.translation import gettext_lazy as _

from integration.messages import Entry, Helper

ENTRIES = {
    "change.deleted": Entry(
        _("Deleted in QuickBooks"),
        _("Invoice %(number)s was deleted in QuickBooks."),
        "",
        _("Copy it to a new draft if it is needed again."),
        Helper.REP,
    ),
    "change.voided": Entry(
        _("Voided"),
        _("Invoice %(number)s is voided."),
        _("Nothing is owed on it any more."),
        _("Copy it to a new draft if it is needed again."),
        Helper.REP,
    ),
    "change.company_disconnected": Entry(
        _("Company not connected"),
        _("%(company)s is not connected to QuickBooks."),
        "",
        _("An admin connects it under Settings, Connected apps."),
        Helper.ADMIN,
    ),
    "change.under_way": Entry(
        _("Another change goes on"),
        _("Another change of invoice %(number)s is not finished yet."),
        "",
        _("Look at it on the invoice's page and finish it first."),
        Helper.REP,
    ),
    "change.books_closed": Entry(
        _("Books closed"),
        _("Invoice %(number)s is dated %(date)s; the books are closed up to %(closed)s."),
        _("A closed period may not change."),
        _("Use Correct this invoice, or ask an accountant to open the period in QuickBooks."),
        Helper.ACCOUNTANT,
    ),
    "change.tax_filed": Entry(
        _("Tax filed"),
        _("Invoice %(number)s is dated %(date)s; tax was filed up to %(closed)s."),
        _("A filed period may not change."),
        _("Use Correct this invoice: its credit memo is dated today."),
        Helper.ACCOUNTANT,
    ),
    "change.today_closed": Entry(
        _("Period closed"),
        _("The credit memo would be dated %(today)s; the period up to %(closed)s is closed."),
        "",
        _("An accountant opens the period in QuickBooks, or changes the date of the last filing."),
        Helper.ACCOUNTANT,
    ),
    "change.sent": Entry(
        _("Already sent"),
        _("Invoice %(number)s was sent to the customer."),
        _("The customer has it as it is."),
        _("Use Correct this invoice, or void it when nothing is paid."),
        Helper.ACCOUNTANT,
    ),
    "change.paid": Entry(
        _("Something is paid"),
        _("A payment or credit settles invoice %(number)s."),
        "",
        _("Use Correct this invoice."),
        Helper.ACCOUNTANT,
    ),
    "change.linked": Entry(
        _("Linked in QuickBooks"),
        _("Invoice %(number)s is linked to another form in QuickBooks."),
        _("Voiding it would leave that form without its invoice."),
        _("Use Correct this invoice, or take the link off in QuickBooks."),
        Helper.ACCOUNTANT,
    ),
    "change.corrected": Entry(
        _("Already corrected"),
        _("Credit memo %(credit)s takes invoice %(number)s back."),
        "",
        _("Go on with its new draft, or copy it to another one."),
        Helper.REP,
    ),
    "change.nothing_to_credit": Entry(
        _("Nothing to credit"),
        _("Invoice %(number)s amounts to nothing."),
        "",
        _("Edit or void it."),
        Helper.REP,
    ),
    "change.edit_instead": Entry(
        _("Edit it instead"),
        _("Invoice %(number)s is neither sent nor paid."),
        "",
        _("Edit it: no credit memo is needed."),
        Helper.REP,
    ),
    "change.no_deal": Entry(
        _("On no deal"),
        _("Invoice %(number)s is on no deal that you can see."),
        _("A draft belongs to a deal."),
        _("Add the invoice to its deal first."),
        Helper.REP,
    ),
    "change.no_right_to_edit": Entry(
        _("Not allowed"),
        _("You are not allowed to create or change invoices in %(company)s."),
        "",
        _("Ask an owner or admin for the right."),
        Helper.ADMIN,
    ),
    "change.no_right_to_correct": Entry(
        _("Not allowed"),
        _("You are not allowed to correct or void invoices here."),
        _("It needs the right to correct, and a page outside HubSpot."),
        _("Ask an accountant."),
        Helper.ACCOUNTANT,
    ),
    "change.no_right_to_draft": Entry(
        _("Not allowed"),
        _("You are not allowed to draft invoices."),
        "",
        _("Ask an owner or admin for the right."),
        Helper.ADMIN,
    ),
    "change.person_left": Entry(
        _("Not allowed any more"),
        _("%(name)s is no longer a member of this portal."),
        "",
        _("Somebody else makes the change."),
        Helper.REP,
    ),
    "change.unreadable": Entry(
        _("Cannot be read"),
        _("What stands on invoice %(number)s could not be read."),
        "",
        _("Open it in QuickBooks."),
        Helper.REP,
    ),
    "change.bundle": Entry(
        _("Bundle on it"),
        _("Invoice %(number)s has a bundle of products."),
        _("Dealbooks cannot show a bundle as lines without taking it apart."),
        _("Edit it in QuickBooks; the change appears here."),
        Helper.REP,
    ),
    "change.discounts": Entry(
        _("Several discounts"),
        _("Invoice %(number)s has more than one discount line."),
        "",
        _("Edit it in QuickBooks; the change appears here."),
        Helper.REP,
    ),
    "change.discount_after_tax": Entry(
        _("Discount after tax"),
        _("On invoice %(number)s the discount is taken off after tax."),
        _("Dealbooks cannot show its total before it is saved."),
        _("Edit it in QuickBooks; the change appears here."),
        Helper.REP,
    ),
    "change.line_unlike": Entry(
        _("Unusual line"),
        _("Invoice %(number)s has a line without a product, or with a quantity below zero."),
        "",
        _("Edit it in QuickBooks; the change appears here."),
        Helper.REP,
    ),
    "change.nothing": Entry(
        _("Nothing changed"),
        _("The draft says what the invoice says already."),
        "",
        _("Change something, or discard the draft."),
        Helper.REP,
    ),
    "change.conflict": Entry(
        _("Changed in QuickBooks meanwhile"),
        _("Somebody changed invoice %(number)s in QuickBooks after you opened it."),
        _("Saving now would undo their work."),
        _("Compare both, then keep theirs or put your change on top."),
        Helper.REP,
    ),
    "change.unknown": Entry(
        _("No such change"),
        _("This change of an invoice does not exist."),
        "",
        _("Go back to the invoice."),
        Helper.REP,
    ),
    "refund.unknown": Entry(
        _("Not this invoice's"),
        _("This refund no longer fits the invoice."),
        _("It was changed in QuickBooks, or somebody counted it for another invoice."),
        _("Look at the refund in QuickBooks."),
        Helper.ACCOUNTANT,
    ),
    "audit.edit.started": Entry(_("Edit begun"), _("%(person)s began to edit invoice %(number)s.")),
    "audit.edit.submitted": Entry(
        _("Changes sent"), _("%(person)s chose to save changes of invoice %(number)s.")
    ),
    "audit.edit.refused": Entry(
        _("Edit not saved"), _("The changes of invoice %(number)s were not saved.")
    ),
    "audit.void.submitted": Entry(
        _("Void asked for"), _("%(person)s chose to void invoice %(number)s.")
    ),
    "audit.void.refused": Entry(_("Not voided"), _("Invoice %(number)s was not voided.")),
    "audit.correct.submitted": Entry(
        _("Correction asked for"), _("%(person)s chose to correct invoice %(number)s.")
    ),
    "audit.correct.refused": Entry(_("Not corrected"), _("Invoice %(number)s was not corrected.")),
    "audit.invoice.edited": Entry(
        _("Edited"),
        _("Invoice %(number)s was edited; its total went from %(total_before)s to %(total)s."),
    ),
    "audit.invoice.voided": Entry(_("Voided"), _("Invoice %(number)s was voided in QuickBooks.")),
    "audit.invoice.credited": Entry(
        _("Credit memo created"), _("Credit memo %(credit)s over %(total)s takes the invoice back.")
    ),
    "audit.invoice.credit_applied": Entry(
        _("Credit applied"), _("Credit memo %(credit)s settles %(amount)s of invoice %(number)s.")
    ),
    "audit.invoice.copied": Entry(
        _("Copied"), _("%(person)s copied invoice %(number)s to a new draft.")
    ),
    "audit.change.conflict": Entry(
        _("Two versions"), _("QuickBooks had a newer version of invoice %(number)s.")
    ),
    "audit.change.mine_applied": Entry(
        _("Put on top"), _("%(person)s put the change on top of QuickBooks' newer version.")
    ),
    "audit.change.theirs_kept": Entry(
        _("Theirs kept"), _("%(person)s kept what QuickBooks has of invoice %(number)s.")
    ),
    "audit.refund.accepted": Entry(
        _("Refunded"),
        _("%(person)s said that refund %(refund)s over %(amount)s belongs to invoice %(number)s."),
    ),
    "audit.refund.withdrawn": Entry(
        _("Refund taken back"),
        _("Refund %(refund)s over %(amount)s no longer lowers what is paid of invoice %(number)s."),
    ),
}
