"""``hubspot.*``: access, limits and HubSpot's own trouble (reference 1 and 8) as sentences."""

from django.utils.translation import gettext_lazy as _

from integration.messages import Entry, Helper

RECONNECT = _("An admin reconnects HubSpot on the Connected apps page; waiting work then goes on.")
REPORT = _("Show the technical details to whoever runs Dealbooks.")
BY_ITSELF = _("Dealbooks goes on by itself; nothing is lost.")

SIGNING_IN = {
    "hubspot.BAD_REFRESH_TOKEN": Entry(
        _("Access ended"),
        _("HubSpot no longer accepts Dealbooks' access to this portal."),
        _("The app was uninstalled there, or its access was revoked."),
        RECONNECT,
        Helper.ADMIN,
    ),
    "hubspot.invalid_grant": Entry(
        _("Access ended"),
        _("HubSpot no longer accepts Dealbooks' access to this portal."),
        _("The app was uninstalled there, or its access was revoked."),
        RECONNECT,
        Helper.ADMIN,
    ),
    "hubspot.BAD_AUTH_CODE": Entry(
        _("Code refused"),
        _("HubSpot did not accept the code it had sent."),
        "",
        _("Start again from the Connected apps page."),
        Helper.ADMIN,
    ),
    "hubspot.BAD_REDIRECT_URI": Entry(
        _("Address not registered"),
        _("HubSpot does not accept Dealbooks' address for the way back."),
        "",
        _("Whoever runs Dealbooks adds its callback address to the app at HubSpot."),
        Helper.OPERATOR,
    ),
    "hubspot.BAD_CODE_VERIFIER": Entry(
        _("Code refused"),
        _("HubSpot did not accept the proof that came with the code."),
        "",
        _("Start again from the Connected apps page."),
        Helper.ADMIN,
    ),
    "hubspot.BAD_GRANT_TYPE": Entry(
        _("Sign-in not understood"),
        _("HubSpot did not understand Dealbooks' request for access."),
        "",
        REPORT,
        Helper.OPERATOR,
    ),
    "hubspot.BAD_REQUEST": Entry(
        _("Request not understood"),
        _("HubSpot did not understand a request of Dealbooks."),
        "",
        REPORT,
        Helper.OPERATOR,
    ),
    "hubspot.EXPIRED_AUTH_CODE": Entry(
        _("Code expired"),
        _("The code that HubSpot had sent has expired."),
        "",
        _("Start again from the Connected apps page."),
        Helper.ADMIN,
    ),
    "hubspot.invalid_client": Entry(
        _("App keys refused"),
        _("HubSpot does not accept Dealbooks' client id and secret."),
        "",
        _("Whoever runs Dealbooks checks the HubSpot client id and secret in its settings."),
        Helper.OPERATOR,
    ),
    "hubspot.invalid_request": Entry(
        _("Sign-in not understood"),
        _("HubSpot did not understand Dealbooks' request for access."),
        "",
        REPORT,
        Helper.OPERATOR,
    ),
    "hubspot.unauthorized_client": Entry(
        _("App not allowed"),
        _("HubSpot does not let this app ask for access."),
        "",
        _("Whoever runs Dealbooks checks the app's settings at HubSpot."),
        Helper.OPERATOR,
    ),
    "hubspot.BAD_CLIENT_ID": Entry(
        _("App keys refused"),
        _("HubSpot does not know Dealbooks' client id."),
        "",
        _("Whoever runs Dealbooks checks the HubSpot client id in its settings."),
        Helper.OPERATOR,
    ),
    "hubspot.BAD_CLIENT_SECRET": Entry(
        _("App keys refused"),
        _("HubSpot does not accept Dealbooks' client secret."),
        "",
        _("Whoever runs Dealbooks checks the HubSpot client secret in its settings."),
        Helper.OPERATOR,
    ),
    "hubspot.access_denied": Entry(
        _("Not allowed at HubSpot"),
        _("Access was not allowed on the page of HubSpot."),
        "",
        _("If that was a mistake, connect again and allow access on the page of HubSpot."),
        Helper.ADMIN,
    ),
    "hubspot.unsupported_grant_type": Entry(
        _("Sign-in not understood"),
        _("HubSpot did not understand Dealbooks' request for access."),
        "",
        REPORT,
        Helper.OPERATOR,
    ),
    "hubspot.EXPIRED_AUTHENTICATION": Entry(
        _("Access expired"),
        _("HubSpot did not accept Dealbooks' access token."),
        _("Dealbooks renewed it once already, without success."),
        RECONNECT,
        Helper.ADMIN,
    ),
    "hubspot.INVALID_AUTHENTICATION": Entry(
        _("Access refused"),
        _("HubSpot does not know Dealbooks' access token."),
        _("The app was uninstalled there, or its access was revoked."),
        RECONNECT,
        Helper.ADMIN,
    ),
    "hubspot.http_401": Entry(
        _("Access refused"),
        _("HubSpot did not accept Dealbooks' access to this portal."),
        "",
        RECONNECT,
        Helper.ADMIN,
    ),
    "hubspot.MISSING_SCOPES": Entry(
        _("Permission missing"),
        _("HubSpot does not let Dealbooks do this: a permission is missing (%(detail)s)."),
        _("It was not granted when the portal was connected, or its plan lacks it."),
        _("An admin reconnects HubSpot and grants it. Everything else goes on meanwhile."),
        Helper.ADMIN,
    ),
    "hubspot.http_403": Entry(
        _("Not allowed"),
        _("HubSpot does not let Dealbooks do this in this portal."),
        _("A permission or a feature of its plan is missing."),
        _("An admin checks the app's permissions and reconnects HubSpot."),
        Helper.ADMIN,
    ),
}

LIMITS = {
    "hubspot.RATE_LIMIT": Entry(
        _("Too many calls"),
        _("HubSpot asked Dealbooks to slow down."),
        "",
        BY_ITSELF,
    ),
    "hubspot.RATE_LIMITS": Entry(
        _("Too many calls"),
        _("HubSpot asked Dealbooks to slow down."),
        "",
        BY_ITSELF,
    ),
    "hubspot.TEN_SECONDLY_ROLLING": Entry(
        _("Too many calls"),
        _("HubSpot asked Dealbooks to wait for ten seconds."),
        _("All apps of a portal share its calls."),
        BY_ITSELF,
    ),
    "hubspot.SECONDLY": Entry(
        _("Too many searches"),
        _("HubSpot asked Dealbooks to search more slowly."),
        "",
        BY_ITSELF,
    ),
    "hubspot.http_429": Entry(
        _("Too many calls"),
        _("HubSpot asked Dealbooks to slow down."),
        "",
        BY_ITSELF,
    ),
    "hubspot.daily_limit": Entry(
        _("Daily calls used up"),
        _("HubSpot's calls for today are used up in this portal."),
        _("All apps of a portal share them."),
        _("Work goes on at midnight in the portal's time zone. Pages keep working."),
        Helper.ADMIN,
    ),
    "hubspot.http_423": Entry(
        _("Briefly locked"),
        _("HubSpot has locked this record for a moment."),
        "",
        BY_ITSELF,
    ),
    "hubspot.http_477": Entry(
        _("Portal is moving"),
        _("HubSpot is moving this portal to another data centre."),
        _("This takes up to a day."),
        BY_ITSELF,
    ),
    "hubspot.http_408": Entry(
        _("Trouble at HubSpot"),
        _("HubSpot took too long."),
        "",
        BY_ITSELF,
    ),
    "hubspot.http_5*": Entry(
        _("Trouble at HubSpot"),
        _("HubSpot is not available at the moment (%(code)s)."),
        _("Your data did not cause it."),
        BY_ITSELF,
    ),
    "hubspot.LOCKED": Entry(
        _("Briefly locked"),
        _("HubSpot has locked this record for a moment."),
        "",
        BY_ITSELF,
    ),
    "hubspot.MIGRATION": Entry(
        _("Portal is moving"),
        _("HubSpot is moving this portal to another data centre."),
        _("This takes up to a day."),
        BY_ITSELF,
    ),
    "hubspot.INTERNAL_ERROR": Entry(
        _("Trouble at HubSpot"),
        _("HubSpot had an error of its own."),
        "",
        BY_ITSELF,
    ),
    "hubspot.property_limit": Entry(
        _("No room for properties"),
        _("This portal has no room left for Dealbooks' properties (%(detail)s)."),
        _("HubSpot limits how many properties a portal may have."),
        _("An admin deletes properties that nobody uses in HubSpot, then repeats the set-up."),
        Helper.ADMIN,
    ),
    "hubspot.property_mismatch": Entry(
        _("Property of another type"),
        _("HubSpot has a property %(field)s already, but of another type."),
        _("Dealbooks cannot use it, and does not change what others made."),
        _("An admin renames or deletes that property in HubSpot, then repeats the set-up."),
        Helper.ADMIN,
    ),
    "hubspot.UNIQUE_PROPERTY_LIMIT": Entry(
        _("No room for unique properties"),
        _("This portal has no room left for a unique property on %(name)s."),
        "",
        _("An admin deletes a unique property that nobody uses, then repeats the set-up."),
        Helper.ADMIN,
    ),
}

ENTRIES = {**SIGNING_IN, **LIMITS}
