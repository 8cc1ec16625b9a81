"""``hubspot.*``: refused records and property values (reference 2 and 3) as sentences."""

from django.utils.translation import gettext_lazy as _

from integration.messages import Entry, Helper
from integration.texts.hubspot import BY_ITSELF, REPORT

CHECK_MAPPING = _("An admin checks this field under Settings, Field mappings.")

RECORDS = {
    "hubspot.OBJECT_NOT_FOUND": Entry(
        _("No longer in HubSpot"),
        _("HubSpot cannot find %(name)s."),
        _("It was deleted or merged there."),
        _("Load the deal again, or choose another record."),
        Helper.REP,
    ),
    "hubspot.http_404": Entry(
        _("No longer in HubSpot"),
        _("HubSpot cannot find %(name)s."),
        _("It was deleted or merged there."),
        _("Load the deal again, or choose another record."),
        Helper.REP,
    ),
    "hubspot.http_410": Entry(
        _("No longer in HubSpot"),
        _("HubSpot says %(name)s is gone."),
        "",
        _("Load the deal again, or choose another record."),
        Helper.REP,
    ),
    "hubspot.http_409": Entry(
        _("Already there"),
        _("HubSpot has such a record already, or somebody changed it at the same moment."),
        "",
        BY_ITSELF,
    ),
    "hubspot.FORBIDDEN": Entry(
        _("Not allowed by HubSpot"),
        _("HubSpot does not allow Dealbooks to do this."),
        _("The portal's subscription or the app's rights do not include it."),
        _("An admin looks at the portal's subscription, or connects HubSpot again."),
        Helper.ADMIN,
    ),
    "hubspot.CONFLICT": Entry(
        _("Already there"),
        _("HubSpot has such a record already."),
        "",
        _("Dealbooks uses the existing one where it is certain; otherwise choose it yourself."),
        Helper.REP,
    ),
    "hubspot.OBJECT_ALREADY_EXISTS": Entry(
        _("Already there"),
        _("HubSpot has such a record already."),
        "",
        _("Dealbooks uses the existing one where it is certain; otherwise choose it yourself."),
        Helper.REP,
    ),
    "hubspot.VALIDATION_ERROR": Entry(
        _("Refused by HubSpot"),
        _("HubSpot refused this: %(detail)s"),
        "",
        _("Correct what it names. If you did not enter it, an admin checks the field mappings."),
        Helper.ADMIN,
    ),
}

VALUES = {
    "hubspot.PROPERTY_DOESNT_EXIST": Entry(
        _("Property is gone"),
        _("The HubSpot property %(field)s does not exist any more."),
        _("It was deleted or renamed there."),
        _("An admin repeats the HubSpot set-up, or chooses another property."),
        Helper.ADMIN,
    ),
    "hubspot.INVALID_OPTION": Entry(
        _("Choice missing in HubSpot"),
        _("The HubSpot property %(field)s has no option %(value)s."),
        "",
        _("An admin adds the option in HubSpot, or repeats the HubSpot set-up."),
        Helper.ADMIN,
    ),
    "hubspot.READ_ONLY_VALUE": Entry(
        _("Property is read-only"),
        _("The HubSpot property %(field)s cannot be written."),
        "",
        CHECK_MAPPING,
        Helper.ADMIN,
    ),
    "hubspot.REQUIRED_PROPERTY": Entry(
        _("Value missing"),
        _("HubSpot wants a value for %(field)s."),
        "",
        _("Fill it in in HubSpot, or map a field to it."),
        Helper.ADMIN,
    ),
    "hubspot.INVALID_OWNER_ID": Entry(
        _("Owner not known"),
        _("HubSpot does not know the owner that was to be set."),
        _("The person may have left the portal."),
        _("Choose another owner in HubSpot."),
        Helper.ADMIN,
    ),
    "hubspot.INVALID_WHITESPACE": Entry(
        _("Spaces not accepted"),
        _("HubSpot does not accept spaces around the value of %(field)s."),
        "",
        CHECK_MAPPING,
        Helper.ADMIN,
    ),
    "hubspot.INVALID_TYPE": Entry(
        _("Kind of value not accepted"),
        _("HubSpot wants another kind of value in %(field)s."),
        "",
        CHECK_MAPPING,
        Helper.ADMIN,
    ),
    "hubspot.INVALID_EMAIL": Entry(
        _("E-mail not valid"),
        _("HubSpot does not accept the e-mail address %(value)s."),
        "",
        _("Correct it in QuickBooks or HubSpot."),
        Helper.REP,
    ),
    "hubspot.INVALID_DATE": Entry(
        _("Date not accepted"),
        _("HubSpot does not accept the date in %(field)s."),
        "",
        CHECK_MAPPING,
        Helper.ADMIN,
    ),
    "hubspot.INVALID_INTEGER": Entry(
        _("Number not accepted"),
        _("HubSpot wants a whole number in %(field)s."),
        "",
        CHECK_MAPPING,
        Helper.ADMIN,
    ),
    "hubspot.INVALID_FLOAT": Entry(
        _("Number not accepted"),
        _("HubSpot wants a number in %(field)s."),
        "",
        CHECK_MAPPING,
        Helper.ADMIN,
    ),
    "hubspot.INVALID_LONG": Entry(
        _("Number not accepted"),
        _("HubSpot wants a whole number in %(field)s."),
        "",
        CHECK_MAPPING,
        Helper.ADMIN,
    ),
    "hubspot.INVALID_BOOLEAN": Entry(
        _("Yes or no wanted"),
        _("HubSpot wants yes or no in %(field)s."),
        "",
        CHECK_MAPPING,
        Helper.ADMIN,
    ),
    "hubspot.VALIDATION_RULE": Entry(
        _("Against a rule of the portal"),
        _("The value for %(field)s breaks a validation rule of this HubSpot portal."),
        "",
        _("Correct the value in QuickBooks, or change the rule of the property in HubSpot."),
        Helper.ADMIN,
    ),
    "hubspot.PROPERTY_VALUE_TOO_LONG": Entry(
        _("Too long"),
        _("The text for %(field)s is longer than HubSpot takes."),
        "",
        _("Shorten it and try again."),
        Helper.REP,
    ),
    "hubspot.http_4*": Entry(
        _("Refused by HubSpot"),
        _("HubSpot refused this without a reason (%(code)s)."),
        "",
        REPORT,
        Helper.OPERATOR,
    ),
    "hubspot.*": Entry(
        _("Refused by HubSpot"),
        _("HubSpot refused this (%(code)s): %(detail)s"),
        "",
        _("Correct what it names, or show this to an admin."),
        Helper.ADMIN,
    ),
}

ENTRIES = {**RECORDS, **VALUES}
