"""``matching.*``: why a customer is suggested (D-06)."""

from django.utils.translation import gettext_lazy as _

from integration.messages import Entry

ENTRIES = {
    "matching.two_letters": Entry(_("Type a name"), _("Type at least two letters of the name.")),
    "matching.deal_link": Entry(_("Linked"), _("Made for this deal.")),
    "matching.company_link": Entry(_("Linked"), _("Linked to the HubSpot company %(detail)s.")),
    "matching.contact_link": Entry(_("Linked"), _("Linked to the contact %(detail)s.")),
    "matching.name_and_postcode": Entry(
        _("Same name and postcode"), _("Same name, and the same postcode %(detail)s.")
    ),
    "matching.name_and_domain": Entry(
        _("Same name and domain"), _("Same name, and an address at %(detail)s.")
    ),
    "matching.name": Entry(_("Same name"), _("Same name as %(detail)s in HubSpot.")),
    "matching.email": Entry(
        _("Same e-mail address"), _("The only customer with the address %(detail)s.")
    ),
}
