"""``access.*``: who may do what, the frame in HubSpot, and API tokens."""

from django.utils.translation import gettext_lazy as _

from integration.messages import Entry, Helper

REOPEN = _("Close this window and open it again from the card on the deal.")

ENTRIES = {
    "access.forbidden": Entry(
        _("Not allowed"),
        _("You are not allowed to %(right)s."),
        _("Your role in this portal does not include it."),
        _("Ask an owner or admin of your portal to do it or to change your role."),
        Helper.ADMIN,
    ),
    "access.company": Entry(
        _("Not your company"),
        _("You are not allowed to %(right)s in %(company)s."),
        _("Your membership names other QuickBooks companies."),
        _("Ask an owner or admin of your portal to add this company."),
        Helper.ADMIN,
    ),
    "access.all_deals": Entry(
        _("Not allowed"),
        _("This page shows every deal of the portal, and you see your own only."),
        "",
        _("Open the deal or invoice you are looking for, or ask an admin for a wider role."),
        Helper.ADMIN,
    ),
    "access.form_expired": Entry(
        _("Page too old"),
        _("The page you sent was not accepted, and nothing was changed."),
        _("It was open for too long, or came from another site."),
        _("Load the page again and repeat the last step."),
        Helper.REP,
    ),
    "access.sign_in": Entry(
        _("Sign in"),
        _("You are not signed in."),
        "",
        _("Sign in and try again."),
        Helper.REP,
    ),
    "access.launch_refused": Entry(
        _("Could not be opened"),
        _("Dealbooks could not verify that HubSpot sent this request."),
        _("Its signature is missing, wrong or older than five minutes."),
        _("Load the deal again in HubSpot. If it stays, an admin checks the app's client secret."),
        Helper.ADMIN,
    ),
    "access.launch_portal": Entry(
        _("Portal not connected"),
        _("This HubSpot portal is not connected to Dealbooks."),
        "",
        _("An owner or admin connects it in Dealbooks under Settings, Connected apps."),
        Helper.ADMIN,
    ),
    "access.launch_person": Entry(
        _("Not linked yet"),
        _("Dealbooks does not know you in this portal yet."),
        _("Your HubSpot user is not linked to a person in Dealbooks."),
        _("Ask an owner or admin to link your HubSpot user under Settings, People."),
        Helper.ADMIN,
    ),
    "access.launch_record": Entry(
        _("No record"),
        _("HubSpot did not say which record to open."),
        "",
        _("Open the card from a deal."),
        Helper.ADMIN,
    ),
    "access.code_unknown": Entry(
        _("Link not valid"),
        _("This link is not valid."),
        "",
        REOPEN,
        Helper.REP,
    ),
    "access.code_used": Entry(
        _("Link already used"),
        _("This link was used before; each works once."),
        "",
        REOPEN,
        Helper.REP,
    ),
    "access.code_expired": Entry(
        _("Link expired"),
        _("This link was valid for one minute and has expired."),
        "",
        REOPEN,
        Helper.REP,
    ),
    "access.embed_ended": Entry(
        _("Session ended"),
        _("This window was open without use for too long, so it was closed."),
        _("Your draft is saved."),
        REOPEN,
        Helper.REP,
    ),
    "access.cookie_refused": Entry(
        _("Open in a new tab"),
        _("Your browser does not let Dealbooks remember you inside HubSpot."),
        _("It blocks cookies of other sites in frames."),
        _("Open it in a new tab: everything works the same there."),
        Helper.REP,
    ),
    "access.token_missing": Entry(
        _("No token"),
        _("The API needs a token."),
        "",
        _("Send it as Authorization: Bearer <token>."),
        Helper.REP,
    ),
    "access.token_invalid": Entry(
        _("Token not accepted"),
        _("The API token is unknown, expired or revoked, or its person left the portal."),
        "",
        _("Make a new token under Settings, API tokens."),
        Helper.REP,
    ),
    "access.token_scope": Entry(
        _("Token not allowed"),
        _("This token may not %(right)s."),
        _("Its scopes, or the rights of its person now, do not include it."),
        _("Use a token with that scope, of a person who has the right."),
        Helper.ADMIN,
    ),
}
