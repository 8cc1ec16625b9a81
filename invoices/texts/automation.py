"""What is told of won and paid deals (E-01)."""

from django.utils.translation import gettext_lazy as _

from integration.messages import Entry, Helper

ENTRIES = {
    "automation.changed_meanwhile": Entry(
        _("Changed meanwhile"),
        _(
            "Nothing was saved: somebody else changed what happens with won and paid deals of %(name)s."
        ),
        _("The choice was made from what held before."),
        _("Read what holds now and choose again."),
        Helper.ADMIN,
    ),
    "won.draft_made": Entry(
        _("Look at the draft of %(deal)s"),
        _("The deal was won, and a draft of its invoice was made for %(company)s."),
        _("Nothing is in QuickBooks before somebody creates the invoice."),
        _("Open the deal, look at the draft and create the invoice, or discard it."),
    ),
    "won.without_draft": Entry(
        _("No draft for %(deal)s"),
        _("The deal was won, but no draft was made for %(company)s."),
        _("Neither its owner nor whoever turned this on may draft invoices of the deal here."),
        _("Make the invoice by hand, or give its owner the right to draft."),
        Helper.ADMIN,
    ),
    "won.again": Entry(
        _("%(deal)s was won again"),
        _("The deal came back to a won stage, and no draft was made for %(company)s."),
        _("Its first invoice was voided, or its draft was given up, so Dealbooks asks."),
        _("Make a new invoice on the deal if one is due."),
    ),
    "audit.won.draft": Entry(
        _("Draft made of a won deal"), _("%(deal)s was won: a draft of its invoice was made.")
    ),
    "audit.won.has_invoice": Entry(
        _("Won deal left alone"), _("%(deal)s was won and had an invoice or a draft already.")
    ),
    "audit.won.nobody": Entry(
        _("Won deal without a draft"), _("%(deal)s was won, and nobody may draft its invoice.")
    ),
    "audit.automation.changed": Entry(
        _("Won and paid deals changed"),
        _("%(person)s changed what happens with won and paid deals of %(company)s."),
    ),
}
