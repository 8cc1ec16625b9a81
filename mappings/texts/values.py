"""``mapping.*``: values that a transform, HubSpot or QuickBooks cannot take; imports."""

from django.utils.translation import gettext_lazy as _

from integration import messages
from integration.messages import Entry, Helper

CORRECT = _("Correct it, or change the mapping. The rest of the record is written meanwhile.")


def _left_out(title: object, what: object) -> Entry:
    return Entry(title, what, _("The property was left as it is."), CORRECT, Helper.ADMIN)  # type: ignore[arg-type]


VALUES = {
    "mapping.not_a_number": _left_out(_("Not a number"), _("“%(value)s” is no number.")),
    "mapping.not_a_date": _left_out(_("Not a date"), _("“%(value)s” is no date.")),
    "mapping.not_an_email": _left_out(
        _("Not an e-mail address"), _("“%(value)s” is no e-mail address.")
    ),
    "mapping.not_a_phone": _left_out(_("Not a phone number"), _("“%(value)s” is no phone number.")),
    "mapping.phone_without_country": _left_out(
        _("Country missing"),
        _("“%(value)s” has no country code, and the transform names no country."),
    ),
    "mapping.unknown_country": _left_out(
        _("Country not known"), _("“%(value)s” is no country that Dealbooks knows.")
    ),
    "mapping.unknown_region": _left_out(
        _("State not known"), _("“%(value)s” is no state or province of that country.")
    ),
    "mapping.no_option": _left_out(
        _("Not in the option map"), _("“%(value)s” does not stand in the option map.")
    ),
    "mapping.not_in_options": _left_out(
        _("Not one of the options"), _("“%(value)s” is not among the property's options.")
    ),
    "mapping.not_yes_or_no": _left_out(_("Not yes or no"), _("“%(value)s” is neither yes nor no.")),
    "mapping.too_long": _left_out(
        _("Too long"), _("The value is longer than QuickBooks takes in this field.")
    ),
}
AGAIN = _("Export the mappings again, or correct the file.")
IMPORTS = {
    "mapping.import_too_large": Entry(
        _("File too large"), _("The file is larger than any export of mappings."), "", AGAIN,
        Helper.ADMIN,
    ),
    "mapping.import_no_json": Entry(
        _("Not readable"), _("The file is no JSON."), "", AGAIN, Helper.ADMIN
    ),
    "mapping.import_other_file": Entry(
        _("Another file"), _("The file is no export of Dealbooks mappings."), "", AGAIN,
        Helper.ADMIN,
    ),
    "mapping.import_newer": Entry(
        _("Another version"), _("The file was written by another version of Dealbooks."), "",
        AGAIN, Helper.ADMIN,
    ),
    "mapping.import_other_object": Entry(
        _("For other records"), _("The file holds mappings of other records (%(value)s)."), "",
        _("Open the tab of those records and import it there."), Helper.ADMIN,
    ),
    "mapping.import_row": Entry(
        _("Not readable"), _("Mapping %(line)s of the file is not readable: %(value)s."), "",
        AGAIN, Helper.ADMIN,
    ),
    "mapping.import_doubled": Entry(
        _("Twice in the file"), _("The property %(property)s stands in the file twice."), "",
        AGAIN, Helper.ADMIN,
    ),
    "mapping.import_locked": Entry(
        _("Not for import"),
        _("The file treats the property %(target)s as only Dealbooks may."),
        _("What Dealbooks finds records by is the same everywhere."),
        AGAIN,
        Helper.ADMIN,
    ),
}  # fmt: skip

messages.add({**VALUES, **IMPORTS})
