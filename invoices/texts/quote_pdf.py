"""``quote_pdf.*``: why a quote's PDF is not on the invoice made from it (E-04)."""

from django.utils.translation import gettext_lazy as _

from integration.messages import Entry, Helper

ENTRIES = {
    "quote_pdf.not_signed": Entry(
        _("Quote not signed"),
        _("The quote %(quote)s is not signed in HubSpot."),
        _("In this company only signed quotes are attached."),
        _("Try again once the customer has signed it."),
        Helper.REP,
    ),
    "quote_pdf.none": Entry(
        _("No PDF"),
        _("HubSpot has no PDF of the quote %(quote)s."),
        _("It makes one when a quote is published."),
        _("Open the quote in HubSpot, wait until its PDF is there, then try again."),
        Helper.REP,
    ),
    "quote_pdf.quote_gone": Entry(
        _("Quote deleted"),
        _("The quote %(quote)s is no longer in HubSpot, so its PDF cannot be fetched."),
        "",
        _("If the customer needs it, attach the file to the invoice in QuickBooks by hand."),
        Helper.REP,
    ),
    "quote_pdf.invoice_gone": Entry(
        _("Invoice gone"),
        _("The invoice was voided or deleted in QuickBooks before the quote's PDF was attached."),
        "",
        _("There is nothing to do."),
    ),
}
