"""``quickbooks.*``: access, limits and the account itself (reference 1.3 and 3.1) as sentences.

Matched on the code, never on QuickBooks' own text, which follows the company's language.
"""

from django.utils.translation import gettext_lazy as _

from integration.messages import Entry, Helper

RECONNECT = _(
    "An admin reconnects the company on the Connected apps page; waiting work then goes on."
)
REPORT = _("Show the technical details to whoever runs Dealbooks.")
BY_ITSELF = _("Dealbooks goes on by itself; nothing is lost.")

SIGNING_IN = {
    "quickbooks.invalid_grant": Entry(
        _("Access ended"),
        _("QuickBooks no longer accepts Dealbooks' access to this company."),
        _("It was revoked in QuickBooks, replaced, or not used for 100 days."),
        RECONNECT,
        Helper.ADMIN,
    ),
    "quickbooks.invalid_client": Entry(
        _("App keys refused"),
        _("QuickBooks does not accept Dealbooks' client id and secret."),
        "",
        _("Whoever runs Dealbooks checks the QuickBooks client id and secret in its settings."),
        Helper.OPERATOR,
    ),
    "quickbooks.invalid_request": Entry(
        _("Sign-in not understood"),
        _("QuickBooks did not understand Dealbooks' request for access."),
        "",
        REPORT,
        Helper.OPERATOR,
    ),
    "quickbooks.invalid_scope": Entry(
        _("Permission not granted"),
        _("QuickBooks did not grant the accounting permission."),
        "",
        _("Add the accounting permission to the app at Intuit, then connect again."),
        Helper.OPERATOR,
    ),
    "quickbooks.unauthorized_client": Entry(
        _("App not allowed"),
        _("QuickBooks does not let this app ask for access."),
        "",
        _("Whoever runs Dealbooks checks the app's settings at Intuit."),
        Helper.OPERATOR,
    ),
    "quickbooks.access_denied": Entry(
        _("Not allowed at QuickBooks"),
        _("Access was not allowed on the page of QuickBooks."),
        "",
        _("If that was a mistake, connect again and allow access on the page of QuickBooks."),
        Helper.ADMIN,
    ),
    "quickbooks.unsupported_grant_type": Entry(
        _("Sign-in not understood"),
        _("QuickBooks did not understand Dealbooks' request for access."),
        "",
        REPORT,
        Helper.OPERATOR,
    ),
    "quickbooks.100": Entry(
        _("Access refused"),
        _("QuickBooks refused Dealbooks' access to this company."),
        _("The access belongs to another company or has ended."),
        RECONNECT,
        Helper.ADMIN,
    ),
    "quickbooks.120": Entry(
        _("Person lost access"),
        _("QuickBooks refused: the person who connected this company may no longer use it."),
        "",
        _("An admin of the QuickBooks company reconnects it on the Connected apps page."),
        Helper.ADMIN,
    ),
    "quickbooks.130": Entry(
        _("Wrong environment"),
        _("QuickBooks says this company lives in another environment."),
        _("Keys of Intuit's sandbox and real companies do not mix."),
        _("Whoever runs Dealbooks checks DEALBOOKS_VENDORS and the client id."),
        Helper.OPERATOR,
    ),
    "quickbooks.270": Entry(
        _("Access refused"),
        _("QuickBooks did not accept Dealbooks' access to this company."),
        "",
        RECONNECT,
        Helper.ADMIN,
    ),
    "quickbooks.3100": Entry(
        _("App not authorised"),
        _("QuickBooks says Dealbooks is not authorised for this company."),
        _("It was disconnected there, or belongs to another environment."),
        RECONNECT,
        Helper.ADMIN,
    ),
    "quickbooks.3200": Entry(
        _("Access expired"),
        _("QuickBooks did not accept Dealbooks' access token."),
        _("Dealbooks renewed it once already, without success."),
        RECONNECT,
        Helper.ADMIN,
    ),
    "quickbooks.3201": Entry(
        _("Access expired"),
        _("QuickBooks did not accept Dealbooks' access token."),
        "",
        RECONNECT,
        Helper.ADMIN,
    ),
    "quickbooks.http_401": Entry(
        _("Access refused"),
        _("QuickBooks did not accept Dealbooks' access to this company."),
        "",
        RECONNECT,
        Helper.ADMIN,
    ),
    "quickbooks.http_403": Entry(
        _("Not allowed"),
        _("QuickBooks does not allow Dealbooks to do this in this company."),
        _("The connecting person may lack the rights, or the plan does not include it."),
        _("An admin of the QuickBooks company reconnects it, or checks its plan."),
        Helper.ADMIN,
    ),
}

LIMITS = {
    "quickbooks.3001": Entry(
        _("Too many calls"),
        _("QuickBooks asked Dealbooks to slow down."),
        _("Only so many calls a minute are allowed for each company."),
        BY_ITSELF,
    ),
    "quickbooks.http_429": Entry(
        _("Too many calls"),
        _("QuickBooks asked Dealbooks to slow down."),
        "",
        BY_ITSELF,
    ),
    "quickbooks.monthly_reads": Entry(
        _("Monthly reads used up"),
        _("Intuit blocks reading until next month: the app's monthly reads are used up."),
        _("Creating and sending invoices still works."),
        _("Whoever runs Dealbooks raises the plan at Intuit, or waits for the next month."),
        Helper.OPERATOR,
    ),
    "quickbooks.1040": Entry(
        _("Too many at once"),
        _("Dealbooks sent QuickBooks more changes in one call than it takes."),
        "",
        REPORT,
        Helper.OPERATOR,
    ),
    "quickbooks.server_error": Entry(
        _("Trouble at QuickBooks"),
        _("QuickBooks had an error of its own while giving access."),
        "",
        BY_ITSELF,
    ),
    "quickbooks.temporarily_unavailable": Entry(
        _("Trouble at QuickBooks"),
        _("QuickBooks cannot give access at the moment."),
        "",
        BY_ITSELF,
    ),
    "quickbooks.http_408": Entry(
        _("Trouble at QuickBooks"),
        _("QuickBooks took too long."),
        "",
        BY_ITSELF,
    ),
    "quickbooks.http_5*": Entry(
        _("Trouble at QuickBooks"),
        _("QuickBooks is not available at the moment (%(code)s)."),
        _("Your data did not cause it."),
        BY_ITSELF,
    ),
    "quickbooks.10000": Entry(
        _("Trouble at QuickBooks"),
        _("QuickBooks had an error of its own."),
        _("Your data did not cause it."),
        BY_ITSELF,
    ),
}

ACCOUNT = {
    "quickbooks.6190": Entry(
        _("Subscription ended"),
        _("QuickBooks refused: the subscription of this company has ended."),
        "",
        _("Renew it in QuickBooks. Dealbooks checks once a day and then goes on by itself."),
        Helper.ACCOUNTANT,
    ),
    "quickbooks.7001": Entry(
        _("Subscription lapsed"),
        _("QuickBooks refused: the subscription of this company has lapsed."),
        "",
        _("Renew it in QuickBooks. Dealbooks checks once a day and then goes on by itself."),
        Helper.ACCOUNTANT,
    ),
    "quickbooks.6210": Entry(
        _("Books are closed"),
        _("QuickBooks refused: the books are closed for this date."),
        "",
        _("Choose a later invoice date, or ask an accountant to move the closing date."),
        Helper.ACCOUNTANT,
    ),
    "quickbooks.closed_period": Entry(
        _("Books are closed"),
        _("QuickBooks refused: the books are closed for this date."),
        "",
        _("Choose a later invoice date, or ask an accountant to move the closing date."),
        Helper.ACCOUNTANT,
    ),
    "quickbooks.5020": Entry(
        _("Not in this plan"),
        _("The QuickBooks plan of this company does not include this."),
        "",
        _("An accountant checks the plan in QuickBooks."),
        Helper.ACCOUNTANT,
    ),
    "quickbooks.5030": Entry(
        _("Feature is off"),
        _("A feature that this needs is off in this QuickBooks company."),
        "",
        _("An accountant turns it on in QuickBooks under Account and settings."),
        Helper.ACCOUNTANT,
    ),
}

ENTRIES = {**SIGNING_IN, **LIMITS, **ACCOUNT}
