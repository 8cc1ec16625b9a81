"""A contact that was deleted for privacy (control 26)."""

from django.utils.translation import gettext_lazy as _

from integration import messages
from integration.messages import Entry

messages.add(
    {
        "sync.contact_erased": Entry(
            _("Erased for privacy"),
            _("This contact was deleted in HubSpot for privacy."),
            _("What Dealbooks had copied of it is erased, and it does not come back."),
            "",
        ),
        "audit.contact.erased": Entry(
            _("Contact erased"),
            _(
                "A contact was deleted in HubSpot for privacy; what was copied of it here is erased. "
                "Links: %(links)s, lines of history: %(entries)s, drafts: %(drafts)s."
            ),
        ),
    }
)
