"""``generic.*``, ``api.*`` and ``job.*``: what is nobody's special case."""

from django.utils.translation import gettext_lazy as _

from integration.messages import Entry, Helper

# The entry that speaks for a bare HTTP status.
STATUS_CODES = {
    400: "generic.bad_request",
    401: "access.sign_in",
    403: "generic.forbidden",
    404: "generic.not_found",
    405: "api.method",
    406: "api.media_type",
    415: "api.media_type",
    429: "generic.too_many",
    500: "generic.unexpected",
    503: "generic.unavailable",
}

ENTRIES = {
    "generic.unexpected": Entry(
        _("Something went wrong"),
        _("Dealbooks made a mistake and stopped before doing more."),
        "",
        _("Try again. If it stays, give the number %(trace)s to whoever runs Dealbooks."),
        Helper.OPERATOR,
    ),
    "generic.not_found": Entry(
        _("Not found"),
        _("This page or record is not here."),
        _("It may have been removed, or it belongs to a portal or deal that you cannot see."),
        _("Go back, or ask the owner of your portal for access."),
        Helper.ADMIN,
    ),
    "generic.forbidden": Entry(
        _("Not allowed"),
        _("You are not allowed to do this."),
        "",
        _("Ask an owner or admin of your portal."),
        Helper.ADMIN,
    ),
    "generic.bad_request": Entry(
        _("Not understood"),
        _("Dealbooks did not understand the request."),
        "",
        _("Go back, load the page again and repeat it."),
        Helper.REP,
    ),
    "generic.too_many": Entry(
        _("Too many tries"),
        _("This was done too often in a short time."),
        "",
        _("Wait %(seconds)s seconds, then try again."),
        Helper.REP,
    ),
    "generic.unavailable": Entry(
        _("Not available right now"),
        _("Dealbooks cannot reach its own database."),
        "",
        _("Try again in a minute. Nothing that you saved is lost."),
        Helper.OPERATOR,
    ),
    "api.invalid": Entry(
        _("Invalid fields"),
        _("Some fields are not valid."),
        "",
        _("See errors: each names the field and what is wrong with it."),
        Helper.REP,
    ),
    "api.unreadable": Entry(
        _("Body not readable"),
        _("The body of the request is not valid JSON."),
        "",
        _("Send one JSON object with Content-Type: application/json."),
        Helper.REP,
    ),
    "api.method": Entry(
        _("Method not allowed"),
        _("This address does not take the method %(method)s."),
        "",
        _("See the API page for what it takes."),
        Helper.REP,
    ),
    "api.media_type": Entry(
        _("Content type not supported"),
        _("The API reads and writes JSON only."),
        "",
        _("Send Content-Type: application/json and accept application/json."),
        Helper.REP,
    ),
    "api.cursor": Entry(
        _("Invalid cursor"),
        _("The cursor does not belong to this list or order."),
        "",
        _("Take next from the last page as it is, or start over without a cursor."),
        Helper.REP,
    ),
    "api.key_missing": Entry(
        _("No Idempotency-Key"),
        _("This call needs the header Idempotency-Key."),
        _("What it does must happen once, even when the call is made again."),
        _(
            "Choose a new key for each thing you want done, and send the same one when you repeat it."
        ),
        Helper.REP,
    ),
    "api.key_unreadable": Entry(
        _("Idempotency-Key not readable"),
        _("An Idempotency-Key has at most %(most)s printable ASCII characters."),
        "",
        _("Send a UUID, for instance."),
        Helper.REP,
    ),
    "api.key_used_otherwise": Entry(
        _("Idempotency-Key used for another call"),
        _("This key came before with another body or address."),
        _("Nothing was done."),
        _("Use a new key for a new call, or repeat the first call unchanged."),
        Helper.REP,
    ),
    "api.key_busy": Entry(
        _("Still being worked on"),
        _("The first call with this key has no answer yet."),
        _("Nothing was done a second time."),
        _("Make the same call again in a few seconds."),
        Helper.REP,
    ),
    "api.key_spent": Entry(
        _("Idempotency-Key already used"),
        _("The call with this key was answered more than a day ago."),
        _("Nothing was done a second time; its answer is no longer kept."),
        _("Look at the record itself. Use a new key for a new call."),
        Helper.REP,
    ),
    "job.database": Entry(
        _("The database could not be used"),
        _("The database broke off or refused this work for a moment (%(error)s)."),
        _("Nothing of it was kept."),
        _("Dealbooks tries again within a minute."),
        Helper.OPERATOR,
    ),
    "job.crashed": Entry(
        _("Stopped by an error of our own"),
        _("Dealbooks made a mistake in this work and set it aside (%(error)s)."),
        _("Everything else goes on."),
        _("Give the number %(trace)s to whoever runs Dealbooks, then retry."),
        Helper.OPERATOR,
    ),
    "job.set_aside": Entry(
        _("Set aside"),
        _("This work failed for good and was set aside."),
        _("Everything else goes on."),
        _("See what it says, put that right, then retry it."),
        Helper.OPERATOR,
    ),
    "job.lost": Entry(
        _("Interrupted"),
        _("The process that did this work stopped before the end."),
        "",
        _("Dealbooks starts it again by itself."),
    ),
    "job.paused_by_person": Entry(
        _("Paused"),
        _("Somebody paused this work."),
        "",
        _("Resume it when you want it to go on."),
        Helper.OPERATOR,
    ),
    "job.disconnected": Entry(
        _("Disconnected"),
        _("The connection was ended, so this work stopped."),
        "",
        _("Connect again to go on."),
        Helper.ADMIN,
    ),
}
