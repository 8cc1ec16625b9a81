"""``audit.*``: lines of the history, one for each change of state (control 25)."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from integration.messages import Entry


def line(title: str | Promise, what: str | Promise) -> Entry:
    return Entry(title, what)


ENTRIES = {
    "audit.portal.connected": line(
        _("HubSpot connected"), _("%(person)s connected the HubSpot portal %(portal)s.")
    ),
    "audit.portal.reconnected": line(
        _("HubSpot reconnected"), _("%(person)s reconnected the HubSpot portal %(portal)s.")
    ),
    "audit.portal.disconnected": line(
        _("HubSpot disconnected"), _("%(person)s disconnected the HubSpot portal %(portal)s.")
    ),
    "audit.company.connected": line(
        _("QuickBooks connected"), _("%(person)s connected the QuickBooks company %(company)s.")
    ),
    "audit.company.reconnected": line(
        _("QuickBooks reconnected"),
        _("%(person)s reconnected the QuickBooks company %(company)s."),
    ),
    "audit.company.declined": line(
        _("Connection declined"), _("%(person)s declined to connect %(company)s.")
    ),
    "audit.company.disconnected": line(
        _("QuickBooks disconnected"),
        _("%(person)s disconnected the QuickBooks company %(company)s."),
    ),
    "audit.connection.started": line(
        _("Connection started"), _("%(person)s went to %(vendor)s to connect.")
    ),
    "audit.connection.refused": line(
        _("Connection refused"), _("A connection to %(vendor)s was refused.")
    ),
    "audit.grant.needs_reconnect": line(
        _("Needs reconnect"), _("%(vendor)s no longer accepted the access to %(company)s.")
    ),
    "audit.grant.expiring": line(
        _("Expires soon"), _("The access to %(company)s ends in less than %(threshold)s days.")
    ),
    "audit.grant.refreshed": line(_("Access renewed"), _("The access to %(company)s was renewed.")),
    "audit.grant.revoked": line(
        _("Access given back"), _("The access to %(company)s was given back.")
    ),
    "audit.settings.changed": line(
        _("Settings changed"), _("%(person)s changed the settings of %(company)s.")
    ),
    "audit.tax_map.changed": line(
        _("Tax map changed"), _("%(person)s changed the tax map of %(company)s.")
    ),
    "audit.portal.settings_changed": line(
        _("Settings changed"), _("%(person)s changed the settings of the portal.")
    ),
    "audit.portal.properties_created": line(
        _("Properties created"), _("The properties of Dealbooks were created in HubSpot.")
    ),
    "audit.membership.created": line(_("Person added"), _("%(person)s added %(name)s.")),
    "audit.membership.changed": line(
        _("Role changed"), _("%(person)s changed the role or companies of %(name)s.")
    ),
    "audit.membership.removed": line(_("Person removed"), _("%(person)s removed %(name)s.")),
    "audit.membership.hubspot_linked": line(
        _("HubSpot user linked"), _("%(person)s linked the HubSpot user of %(name)s.")
    ),
    "audit.token.created": line(_("API token made"), _("%(person)s made the API token %(name)s.")),
    "audit.token.revoked": line(
        _("API token revoked"), _("%(person)s revoked the API token %(name)s.")
    ),
    "audit.embed.started": line(
        _("Opened in HubSpot"), _("%(person)s opened Dealbooks in HubSpot.")
    ),
    "audit.job.paused": line(_("Work paused"), _("Work for %(company)s was paused.")),
    "audit.job.resumed": line(_("Work resumed"), _("Work for %(company)s was resumed.")),
    "audit.job.set_aside": line(
        _("Work set aside"), _("Work was set aside after it failed several times.")
    ),
    "audit.job.retried": line(_("Work repeated"), _("%(person)s repeated work that had failed.")),
    "audit.keys.rotated": line(
        _("Keys rotated"), _("The stored access was encrypted again with the newest key.")
    ),
    "audit.*": line(_("Changed"), _("%(person)s: %(code)s.")),
}
