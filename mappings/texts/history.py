"""``audit.mapping.*`` and ``audit.target.*``: lines of the history."""

from django.utils.translation import gettext_lazy as _

from integration import messages
from integration.messages import Entry

HISTORY = {
    "audit.mapping.added": Entry(
        _("Mapping added"), _("%(person)s added a field mapping of %(company)s.")
    ),
    "audit.mapping.edited": Entry(
        _("Mapping edited"), _("%(person)s edited a field mapping of %(company)s.")
    ),
    "audit.mapping.deleted": Entry(
        _("Mapping deleted"), _("%(person)s deleted a field mapping of %(company)s.")
    ),
    "audit.mapping.imported": Entry(
        _("Mappings imported"), _("%(person)s imported field mappings of %(company)s.")
    ),
    "audit.mapping.restored": Entry(
        _("Mappings restored"),
        _("%(person)s brought back an earlier version of the field mappings of %(company)s."),
    ),
    "audit.target.changed": Entry(
        _("Property chosen"), _("%(person)s chose another HubSpot property for a built-in value.")
    ),
}

messages.add(HISTORY)
