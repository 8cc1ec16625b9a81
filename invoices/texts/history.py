"""``audit.*`` of deals, drafts and invoices: lines of their history."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from integration.messages import Entry


def line(title: str | Promise, what: str | Promise) -> Entry:
    return Entry(title, what)


ENTRIES = {
    "audit.draft.started": line(
        _("Draft started"), _("%(person)s started an invoice for %(deal)s.")
    ),
    "audit.record.merged": line(
        _("Merged in HubSpot"),
        _("%(record)s was merged into another record in HubSpot; what hung on it moved there."),
    ),
    "audit.draft.discarded": line(_("Draft discarded"), _("%(person)s discarded the draft.")),
    "audit.draft.revived": line(
        _("Draft taken up again"), _("%(person)s went on with the draft after it had expired.")
    ),
    "audit.draft.reopened": line(
        _("Draft reopened"), _("The draft can be edited again: QuickBooks did not take it.")
    ),
    "audit.invoice.submitted": line(
        _("Sent to QuickBooks"), _("%(person)s chose to create the invoice in QuickBooks.")
    ),
    "audit.customer.created": line(
        _("Customer created"), _("The customer %(name)s was created in QuickBooks.")
    ),
    "audit.product.created": line(
        _("Product created"), _("The product %(name)s was created in QuickBooks.")
    ),
    "audit.customer.linked": line(
        _("Customer linked"), _("%(person)s confirmed %(name)s as the deal's customer.")
    ),
    "audit.invoice.created": line(
        _("Invoice created"), _("Invoice %(number)s over %(total)s was created in QuickBooks.")
    ),
    "audit.invoice.refused": line(
        _("Refused by QuickBooks"), _("QuickBooks did not take the invoice; nothing was created.")
    ),
    "audit.invoice.total_differs": line(
        _("Total differs"), _("QuickBooks answered %(actual)s; Review showed %(expected)s.")
    ),
    "audit.invoice.associated": line(
        _("Shown in HubSpot"), _("The invoice was added to the deal in HubSpot.")
    ),
    "audit.invoice.delivered": line(
        _("Marked as delivered"), _("%(person)s marked the invoice as delivered.")
    ),
    "audit.invoice.send_asked": line(
        _("Sending"), _("%(person)s chose to send the invoice to %(to)s.")
    ),
    "audit.invoice.send_scheduled": line(
        _("Sending scheduled"),
        _("%(person)s chose to have the invoice sent to %(to)s on %(at)s."),
    ),
    "audit.invoice.send_cancelled": line(
        _("Sending called off"), _("%(person)s called the scheduled sending off.")
    ),
    "audit.invoice.quote_attached": line(
        _("Quote attached"),
        _("The PDF of the quote %(quote)s was attached to the invoice in QuickBooks."),
    ),
    "audit.invoice.quote_not_attached": line(
        _("Quote not attached"),
        _("The PDF of the quote %(quote)s was not attached to the invoice."),
    ),
    "audit.invoice.quote_pdf_again": line(
        _("Quote's PDF again"),
        _("%(person)s asked once more for the PDF of the quote %(quote)s on the invoice."),
    ),
    "audit.invoice.sent": line(_("Sent"), _("QuickBooks mailed the invoice to %(to)s.")),
    "audit.invoice.not_sent": line(_("Not sent"), _("The invoice was not sent to %(to)s.")),
    "audit.invoice.send_unknown": line(
        _("Perhaps not sent"), _("QuickBooks never said whether it mailed the invoice to %(to)s.")
    ),
    "audit.invoice.mail_failed": line(
        _("E-mail not delivered"), _("The e-mail to %(to)s was not delivered.")
    ),
    "audit.number.explained": line(
        _("Gap explained"), _("%(person)s wrote “%(explanation)s” about the gap %(number)s.")
    ),
    "audit.series.confirmed": line(
        _("Number series confirmed"),
        _("%(person)s confirmed invoice numbers from %(number)s on for %(company)s."),
    ),
}
