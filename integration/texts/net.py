"""``net.*``: the request or the answer was lost on the way; Dealbooks tries again by itself."""

from django.utils.translation import gettext_lazy as _

from integration.messages import Entry, Helper

LATER = _("Dealbooks tries again by itself. If it goes on for an hour, tell whoever runs it.")

ENTRIES = {
    "net.timeout": Entry(
        _("No answer in time"),
        _("%(vendor)s did not answer in time."),
        _("It is slow or out of reach at the moment."),
        LATER,
    ),
    "net.unreachable": Entry(
        _("Out of reach"),
        _("Dealbooks could not reach %(vendor)s. Nothing was sent."),
        _("The connection was refused, or the address was not found."),
        LATER,
    ),
    "net.own_limit": Entry(
        _("Waiting for a free slot"),
        _("Dealbooks is holding back calls to %(vendor)s to stay within its limits."),
        "",
        _("The work goes on by itself in a moment."),
    ),
    "net.unencodable_text": Entry(
        _("Characters not sendable"),
        _("A text has characters that cannot be sent to %(vendor)s. Nothing was sent."),
        _("They are broken halves of a sign, often from a faulty copy and paste."),
        _("Type the text again and repeat the step."),
        Helper.REP,
    ),
    "net.tls": Entry(
        _("No safe connection"),
        _("No encrypted connection to %(vendor)s could be made."),
        _("Its certificate was not accepted. Nothing was sent."),
        _("Check this server's clock and certificates, and any proxy in between."),
        Helper.OPERATOR,
    ),
    "net.reset": Entry(
        _("Connection lost"),
        _("The connection to %(vendor)s broke off before the answer was complete."),
        _("It is not known yet whether the change was made."),
        _("Dealbooks asks again with the same request number, so nothing is done twice."),
    ),
    "net.unreadable": Entry(
        _("Unreadable answer"),
        _("%(vendor)s answered something that is not a proper answer."),
        _("This happens while it is being maintained."),
        LATER,
    ),
    "net.truncated": Entry(
        _("Incomplete answer"),
        _("The answer of %(vendor)s arrived only in part, so Dealbooks used none of it."),
        "",
        LATER,
    ),
    "net.too_large": Entry(
        _("Answer too large"),
        _("The answer of %(vendor)s was larger than Dealbooks accepts."),
        _("Reading was stopped to protect this server."),
        _("Show the technical details to whoever runs Dealbooks."),
        Helper.OPERATOR,
    ),
    "net.redirect": Entry(
        _("Sent elsewhere"),
        _("%(vendor)s pointed to another address. Dealbooks did not follow."),
        _("Following could give its access to somebody else."),
        _("Check the vendor address and any proxy in between."),
        Helper.OPERATOR,
    ),
    "net.token_busy": Entry(
        _("Access is being renewed"),
        _("The access to %(vendor)s is being renewed at this moment. Nothing was sent."),
        _("%(vendor)s is slow to answer."),
        _("Try again in a moment."),
        Helper.REP,
    ),
    "net.token_refused": Entry(
        _("Access refused"),
        _("%(vendor)s did not accept the access it had just given."),
        "",
        _("Start again from the Connected apps page."),
        Helper.ADMIN,
    ),
    "net.*": Entry(
        _("Connection trouble"),
        _("The connection to %(vendor)s failed (%(code)s)."),
        "",
        LATER,
    ),
}
