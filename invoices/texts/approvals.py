"""``approval.*``: why an invoice waits, how it was decided, and the lines of its history (D-15)."""

from django.utils.translation import gettext_lazy as _

from integration.messages import Entry, Helper

NEXT = _("Somebody with the right to approve invoices looks at it under Waiting for approval.")

ENTRIES = {
    "approval.every_invoice": Entry(
        _("Waits for approval"),
        _("Every invoice of this company is approved before it is created in QuickBooks."),
        "",
        NEXT,
        Helper.ACCOUNTANT,
    ),
    "approval.over_limit": Entry(
        _("Waits for approval"),
        _("Over %(limit)s %(currency)s in 30 days on this deal: %(so_far)s so far, %(now)s now."),
        "",
        NEXT,
        Helper.ACCOUNTANT,
    ),
    "approval.amount_unknown": Entry(
        _("Waits for approval"),
        _("Its amount in %(currency)s cannot be worked out, so the limit cannot be checked."),
        _("No exchange rate is known for one of the deal's invoices."),
        NEXT,
        Helper.ACCOUNTANT,
    ),
    "approval.rejected": Entry(
        _("Rejected"),
        _("“%(comment)s”, writes %(person)s, who did not approve this invoice."),
        "",
        _("Change the draft and send it again, or discard it. QuickBooks has nothing of it."),
        Helper.REP,
    ),
    "approval.withdrawn": Entry(
        _("Taken back"),
        _("The invoice was taken back before anybody decided on it."),
        "",
        _("Send it for approval again when it is ready."),
        Helper.REP,
    ),
    "approval.own_invoice": Entry(
        _("Somebody else decides"),
        _("You drafted, edited or sent this invoice, so another person has to decide on it."),
        _("Four eyes are asked for in this company."),
        _("Ask somebody else with the right to approve invoices."),
        Helper.ACCOUNTANT,
    ),
    "approval.right_missing": Entry(
        _("Not allowed"),
        _("You are not allowed to approve invoices of this company."),
        "",
        _("Ask an owner or an accountant."),
        Helper.ADMIN,
    ),
    "approval.was_approved": Entry(
        _("Already approved"),
        _("%(person)s has already approved this invoice."),
        "",
        _("Nothing more is needed."),
    ),
    "approval.was_rejected": Entry(
        _("Already rejected"),
        _("%(person)s has already rejected this invoice."),
        "",
        _("Nothing more is needed. It comes back when it is sent again."),
    ),
    "approval.was_withdrawn": Entry(
        _("Taken back meanwhile"),
        _("This invoice was taken back and no longer waits."),
        _("It is being changed, or its company was disconnected."),
        _("It comes back when it is sent again."),
    ),
    "approval.changed": Entry(
        _("Changed meanwhile"),
        _("The invoice is no longer the one you looked at, so nothing was decided."),
        _("It was changed, or its approval was asked anew."),
        _("Load the page again and look at it once more."),
        Helper.ACCOUNTANT,
    ),
    "approval.comment_missing": Entry(
        _("Comment missing"),
        _("A rejection needs a comment."),
        _("Whoever drafted the invoice must know what to change."),
        _("Write what is wrong."),
        Helper.ACCOUNTANT,
    ),
    "approval.comment_long": Entry(
        _("Comment too long"),
        _("The comment has more than %(limit)s characters."),
        "",
        _("Shorten it."),
        Helper.ACCOUNTANT,
    ),
    "approval.not_waiting": Entry(
        _("No longer waiting"),
        _("The invoice no longer waits for approval, so it was not taken back."),
        _("Somebody decided on it a moment ago."),
        _("Look at what became of it."),
        Helper.REP,
    ),
    "approval.waiting": Entry(
        _("Approve an invoice"),
        _("An invoice over %(amount)s %(currency)s for %(customer)s waits for approval."),
        _("%(person)s sent it."),
        _("Approve or reject it."),
        Helper.ACCOUNTANT,
    ),
    "approval.loosened": Entry(
        _("Fewer invoices wait for approval"),
        _("%(person)s loosened the approval policy of %(company)s."),
        _("Invoices that waited before may now reach QuickBooks with fewer eyes on them."),
        _("If this was not agreed, change it back under Invoicing rules."),
        Helper.ADMIN,
    ),
    "audit.approval.asked": Entry(
        _("Sent for approval"), _("%(person)s sent the invoice for approval.")
    ),
    "audit.approval.approved": Entry(_("Approved"), _("%(person)s approved the invoice.")),
    "audit.approval.rejected": Entry(
        _("Rejected"), _("With the words “%(comment)s” %(person)s rejected the invoice.")
    ),
    "audit.approval.withdrawn": Entry(
        _("Taken back"), _("%(person)s took the invoice back before it was approved.")
    ),
    "audit.approval.loosened": Entry(
        _("Approval policy loosened"),
        _("%(person)s loosened the approval policy of %(company)s."),
    ),
}
