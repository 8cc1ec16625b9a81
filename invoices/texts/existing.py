"""Adding existing invoices to records, taking them off, and suggested attachments (D-32)."""

from django.utils.translation import gettext_lazy as _

from integration.messages import Entry, Helper

ENTRIES = {
    "record.unknown": Entry(
        _("Record not found"),
        _("HubSpot has no such contact or company, or it is not one of yours."),
        "",
        _("Open it from HubSpot again, or ask its owner."),
        Helper.REP,
    ),
    "audit.invoice.attached": Entry(
        _("Added to a record"), _("%(person)s added invoice %(number)s to %(record)s.")
    ),
    "audit.invoice.detached": Entry(
        _("Taken off a record"), _("%(person)s took invoice %(number)s off %(record)s.")
    ),
    "audit.suggestion.dismissed": Entry(
        _("Suggestion dismissed"),
        _("%(person)s said that invoice %(number)s does not belong to %(record)s."),
    ),
    "audit.suggestion.undone": Entry(
        _("Automatic addition undone"),
        _("%(person)s undid that invoice %(number)s was added to %(record)s."),
    ),
    "audit.suggestion.looked": Entry(
        _("Looked for matches"),
        _("%(person)s asked to look through the invoices of %(company)s since %(since)s."),
    ),
    "attach.only_alike": Entry(
        _("Only alike"),
        _("Customer, amount and date agree; no reference says so."),
    ),
    "attach.reference_elsewhere": Entry(
        _("Reference in another field"),
        _("The deal's reference stands in a field that anybody may write to."),
    ),
    "attach.customer_not_linked": Entry(
        _("Customer not linked"),
        _("The customer is not linked to the deal's company or contacts."),
    ),
    "attach.another_deal": Entry(
        _("Another deal"),
        _("It names several deals, or hangs on another deal already."),
    ),
    "attach.only_suggesting": Entry(
        _("Set to suggest"),
        _("The company's settings say to suggest only."),
    ),
}
