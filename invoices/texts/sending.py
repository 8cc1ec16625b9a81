"""``sending.*`` and ``pay_link.*``: why an invoice is not mailed, what became of a mail, and why
there is no link to pay (D-17, B-16)."""

from django.utils.translation import gettext_lazy as _

from integration.messages import Entry, Helper

MEND_ADDRESS = _("Find out the right address and send the invoice again.")

ENTRIES = {
    "sending.right_missing": Entry(
        _("Not allowed"),
        _("You are not allowed to send invoices of %(company)s."),
        "",
        _("Ask an owner or admin of the portal for the right to send."),
        Helper.ADMIN,
    ),
    "sending.company_disconnected": Entry(
        _("Company not connected"),
        _("%(company)s is not connected."),
        _("QuickBooks does the mailing."),
        _("An admin connects the company again."),
        Helper.ADMIN,
    ),
    "sending.not_allowed": Entry(
        _("Sending is off"),
        _("Sending from here is not turned on for %(company)s."),
        _("The invoice waits in QuickBooks until somebody sends it there."),
        _("Send it in QuickBooks, or ask an admin to allow sending in the company's settings."),
        Helper.ADMIN,
    ),
    "sending.deleted": Entry(
        _("Deleted in QuickBooks"),
        _("The invoice was deleted in QuickBooks."),
        "",
        _("There is nothing to do."),
    ),
    "sending.voided": Entry(
        _("Voided"),
        _("The invoice was voided."),
        "",
        _("There is nothing to do."),
    ),
    "sending.nothing_open": Entry(
        _("Nothing left to pay"),
        _("Nothing of the invoice is left to pay."),
        "",
        _("If the customer wants a copy, send the PDF."),
    ),
    "sending.total_differs": Entry(
        _("Total differs"),
        _("QuickBooks' total of the invoice is not the one Review showed."),
        "",
        _("An accountant puts it right in QuickBooks; then it can be sent."),
        Helper.ACCOUNTANT,
    ),
    "sending.changed": Entry(
        _("Changed meanwhile"),
        _("The invoice was changed in QuickBooks since you saw it."),
        "",
        _("Look at it again, then send it."),
        Helper.REP,
    ),
    "sending.sent_meanwhile": Entry(
        _("Already sent"),
        _("The invoice went out while this page was open; it was not sent again."),
        "",
        _("Press Send once more only if the customer needs it a second time."),
        Helper.REP,
    ),
    "sending.in_progress": Entry(
        _("Being sent"),
        _("The invoice is being sent this moment."),
        "",
        _("Wait until QuickBooks has answered."),
    ),
    "sending.change_under_way": Entry(
        _("Being changed"),
        _(
            "Somebody is editing, voiding or correcting the invoice; it would be out of date at once."
        ),
        _("A change that waits for approval or for a choice between two versions counts as well."),
        _("Finish the change or take it back, then send the invoice."),
        Helper.REP,
    ),
    "sending.no_address": Entry(
        _("No e-mail address"),
        _("There is no e-mail address to send the invoice to."),
        "",
        _("Enter the customer's address."),
        Helper.REP,
    ),
    "sending.address_invalid": Entry(
        _("Not an e-mail address"),
        _("“%(email)s” is not an e-mail address."),
        "",
        _("Write it as name@example.com; separate several addresses with commas."),
        Helper.REP,
    ),
    "sending.address_too_long": Entry(
        _("Too many addresses"),
        _("These addresses have %(length)s characters; QuickBooks takes %(limit)s in one field."),
        "",
        _("Leave some of them out, or move them to another field."),
        Helper.REP,
    ),
    "sending.too_late": Entry(
        _("Too late"),
        _("Its time passed more than a day ago."),
        _("The connection or Dealbooks itself was away at that time."),
        _("Look whether it should still go out, then send it."),
        Helper.REP,
    ),
    "sending.replaced": Entry(
        _("Replaced"),
        _("Somebody chose another time or sent it at once."),
        "",
        _("There is nothing to do."),
    ),
    "sending.time_missing": Entry(
        _("No time chosen"),
        _("No day and time were chosen."),
        "",
        _("Choose when it goes out, or send it now."),
        Helper.REP,
    ),
    "sending.time_past": Entry(
        _("Time is over"),
        _("This time is already over."),
        "",
        _("Choose a later one, or send it now."),
        Helper.REP,
    ),
    "sending.time_too_far": Entry(
        _("Too far away"),
        _("A mail can wait at most %(days)s days."),
        "",
        _("Choose an earlier day."),
        Helper.REP,
    ),
    "sending.time_skipped": Entry(
        _("No such time"),
        _("The clocks in %(zone)s skip %(time)s on that day."),
        _("They are put forward for summer time."),
        _("Choose an hour earlier or later."),
        Helper.REP,
    ),
    "sending.not_sent": Entry(
        _("Invoice not sent"),
        _("Invoice %(number)s to %(to)s was not sent."),
        "%(why)s",
        _("Look at the invoice and send it once that is put right."),
        Helper.REP,
    ),
    "sending.unknown": Entry(
        _("Perhaps not sent"),
        _("QuickBooks never said whether it mailed invoice %(number)s to %(to)s."),
        _("It was asked for a whole day. To avoid a second mail it is not asked again."),
        _("Look into QuickBooks' history of the invoice, then send it again if need be."),
        Helper.REP,
    ),
    "sending.bounced": Entry(
        _("E-mail came back"),
        _("The e-mail with invoice %(number)s to %(to)s came back."),
        _("The address does not exist, or its mailbox takes nothing."),
        MEND_ADDRESS,
        Helper.REP,
    ),
    "sending.undeliverable": Entry(
        _("E-mail not delivered"),
        _("QuickBooks could not deliver the e-mail with invoice %(number)s to %(to)s."),
        "",
        MEND_ADDRESS,
        Helper.REP,
    ),
    "sending.server_down": Entry(
        _("E-mail not delivered"),
        _("The mail server that should take invoice %(number)s for %(to)s did not answer."),
        "",
        _("Send the invoice again later."),
        Helper.REP,
    ),
    "sending.missing_info": Entry(
        _("E-mail not delivered"),
        _("QuickBooks could not mail invoice %(number)s: something is missing on it."),
        "",
        _("Open it in QuickBooks, complete it there and send it again."),
        Helper.REP,
    ),
    "sending.failed": Entry(
        _("E-mail not delivered"),
        _("QuickBooks says that the e-mail with invoice %(number)s to %(to)s failed, but not why."),
        "",
        _("Look into QuickBooks' history of the invoice, then send it again."),
        Helper.REP,
    ),
    "pay_link.deleted": Entry(
        _("No pay link"),
        _("There is no pay link: the invoice was deleted in QuickBooks."),
        "",
        _("There is nothing to do."),
    ),
    "pay_link.voided": Entry(
        _("No pay link"),
        _("There is no pay link: the invoice was voided."),
        "",
        _("There is nothing to do."),
    ),
    "pay_link.paid": Entry(
        _("No pay link"),
        _("There is no pay link: nothing is left to pay."),
        "",
        _("There is nothing to do."),
    ),
    "pay_link.company_disconnected": Entry(
        _("No pay link"),
        _("There is no pay link: %(company)s is not connected."),
        _("QuickBooks gives the link each time it is asked for; it is kept nowhere."),
        _("An admin connects the company again."),
        Helper.ADMIN,
    ),
    "pay_link.no_address": Entry(
        _("No pay link"),
        _("There is no pay link: the invoice has no e-mail address."),
        _("QuickBooks makes a link only for invoices with one."),
        _("Enter the customer's address on the invoice."),
        Helper.REP,
    ),
    "pay_link.payments_off": Entry(
        _("No pay link"),
        _("There is no pay link: online payment is off for this invoice."),
        "",
        _("Allow card or bank payment on the invoice in QuickBooks."),
        Helper.ACCOUNTANT,
    ),
    "pay_link.none": Entry(
        _("No pay link"),
        _("QuickBooks gave no link although online payment is on."),
        _(
            "Most often the company is not signed up for QuickBooks Payments; QuickBooks does not say."
        ),
        _("An accountant looks under Payments in QuickBooks' account settings."),
        Helper.ACCOUNTANT,
    ),
}
