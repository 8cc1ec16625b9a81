"""``file.*`` and ``net.file_away``: why a file that HubSpot links to was not taken (E-04)."""

from django.utils.translation import gettext_lazy as _

from integration.messages import Entry, Helper

ENTRIES = {
    "net.file_away": Entry(
        _("File not there yet"),
        _("HubSpot could not give out the quote's PDF just now."),
        "",
        _("Dealbooks tries again by itself."),
    ),
    "file.link_refused": Entry(
        _("Link not followed"),
        _("The quote's PDF is said to be at “%(host)s”. Dealbooks did not go there."),
        _("It fetches files over https from HubSpot's own hosts only."),
        _("If your quotes have a domain of their own, whoever runs Dealbooks can allow it."),
        Helper.OPERATOR,
    ),
    "file.not_given": Entry(
        _("File not given"),
        _("HubSpot did not give out the quote's PDF (status %(status)s)."),
        _("The link may have run out, or the quote may have been taken back."),
        _("Open the quote in HubSpot, publish it again if need be, then try again."),
        Helper.REP,
    ),
    "file.not_pdf": Entry(
        _("Not a PDF"),
        _("What the quote's PDF link leads to is not a PDF."),
        _("HubSpot may ask for a sign-in, or may still be making the file."),
        _("Open the quote in HubSpot, wait until its PDF is there, then try again."),
        Helper.REP,
    ),
    "file.too_large": Entry(
        _("PDF too large"),
        _("The quote's PDF is larger than %(limit)s megabytes."),
        _("Larger files are not passed on, to protect this server and the customer's mailbox."),
        _("Attach it to the invoice in QuickBooks by hand."),
        Helper.REP,
    ),
}
