"""``mapping.*``: what keeps a mapping or a value from working, and lines of the history."""

from django.utils.translation import gettext_lazy as _

from integration import messages
from integration.messages import Entry, Helper

PICK = _("Choose another property or field, or add the transform that fits.")
BY_RECORD = _(
    "Correct the value, or change the mapping; everything else of the record is written meanwhile."
)

TYPES = {
    "mapping.needs_number": Entry(
        _("Not a number"),
        _("%(source)s and %(target)s do not fit together: only a number or an amount may go there."),
        "",
        _("Add the transform “Money”, or choose another one."),
        Helper.ADMIN,
    ),
    "mapping.needs_date": Entry(
        _("Not a date"),
        _("%(source)s and %(target)s do not fit together: only a date may go there."),
        "",
        _("Add the transform “Date”, or choose another one."),
        Helper.ADMIN,
    ),
    "mapping.needs_options": Entry(
        _("Not one of the options"),
        _("%(source)s and %(target)s do not fit together: HubSpot takes only its own options."),
        "",
        _("Add the transform “Option map” and say which value becomes which option."),
        Helper.ADMIN,
    ),
    "mapping.needs_yes_no": Entry(
        _("Not yes or no"),
        _("%(source)s and %(target)s do not fit together: only yes or no may go there."),
        "",
        _("Add the transform “Option map” with the values true and false, or choose another one."),
        Helper.ADMIN,
    ),
    "mapping.needs_phone": Entry(
        _("Not a phone number"),
        _("%(source)s and %(target)s do not fit together: only a phone number may go there."),
        "",
        PICK,
        Helper.ADMIN,
    ),
    "mapping.needs_text": Entry(
        _("Not a text"),
        _("%(source)s and %(target)s do not fit together: only a text may go there."),
        "",
        PICK,
        Helper.ADMIN,
    ),
    "mapping.type_unknown": Entry(
        _("Type not known"),
        _("%(target)s has a type that Dealbooks cannot write."),
        "",
        _("Choose another property."),
        Helper.ADMIN,
    ),
    "mapping.not_two_way": Entry(
        _("Goes one way only"),
        _("%(source)s and %(target)s cannot be kept the same both ways with these transforms."),
        _("Letter case, part of a name, join, constant, and option maps with a doubled result "
          "cannot be undone."),
        _("Choose one direction, or take the transform away."),
        Helper.ADMIN,
    ),
}  # fmt: skip

VALIDITY = {
    "mapping.property_gone": Entry(
        _("Property gone"),
        _("HubSpot has no property %(target)s for these records."),
        _("It was deleted, archived or renamed there."),
        _("Create it in HubSpot and refresh, choose another property, or delete the mapping."),
        Helper.ADMIN,
    ),
    "mapping.property_type_changed": Entry(
        _("Type changed"),
        _("The property %(target)s was of another type when the mapping was saved."),
        "",
        _("Open the mapping, look at a test, and save it."),
        Helper.ADMIN,
    ),
    "mapping.property_read_only": Entry(
        _("Read-only in HubSpot"),
        _("HubSpot works out %(target)s itself, so nobody may write it."),
        "",
        _("Choose another property."),
        Helper.ADMIN,
    ),
    "mapping.option_missing": Entry(
        _("Option missing"),
        _("The property %(target)s has no option “%(value)s”."),
        _("It was removed in HubSpot, or never there."),
        _("Add the option in HubSpot and refresh, or change the option map."),
        Helper.ADMIN,
    ),
    "mapping.field_gone": Entry(
        _("Field gone"),
        _("QuickBooks has no field %(source)s for these records."),
        _("A custom field may have been switched off there."),
        _("Choose another field, or delete the mapping."),
        Helper.ADMIN,
    ),
    "mapping.field_read_only": Entry(
        _("Read-only in QuickBooks"),
        _("%(source)s is not changed from outside QuickBooks."),
        "",
        _("Let this mapping go from QuickBooks to HubSpot only, or choose another field."),
        Helper.ADMIN,
    ),
    "mapping.property_taken": Entry(
        _("Property already mapped"),
        _("The property %(target)s has a mapping already."),
        _("Two fields would take turns in it."),
        _("Edit that mapping, or choose another property."),
        Helper.ADMIN,
    ),
    "mapping.field_taken": Entry(
        _("Field already written"),
        _("%(source)s is written from the property %(value)s already."),
        _("Two properties would take turns in it."),
        _("Let one of them go from QuickBooks to HubSpot only."),
        Helper.ADMIN,
    ),
    "mapping.reserved": Entry(
        _("Written by Dealbooks"),
        _("Dealbooks fills %(target)s itself."),
        "",
        _("Choose another property."),
        Helper.ADMIN,
    ),
    "mapping.locked": Entry(
        _("Always there"),
        _("The mapping of %(target)s cannot be changed or deleted."),
        _("By it Dealbooks knows which records belong together."),
        _("Add a mapping of your own to another property."),
        Helper.ADMIN,
    ),
    "mapping.no_pairs": Entry(
        _("Option map is empty"),
        _("The transform “Option map” has no lines."),
        "",
        _("Write one line for each value: the value, an arrow or equals sign, the option."),
        Helper.ADMIN,
    ),
    "mapping.no_value": Entry(
        _("Value missing"),
        _("The transform “Constant” or “Default” has no value."),
        "",
        _("Enter the value, or take the transform away."),
        Helper.ADMIN,
    ),
    "mapping.nothing_to_join": Entry(
        _("Nothing to join"),
        _("The transform “Join” names no second field."),
        "",
        _("Choose the field to join with, or take the transform away."),
        Helper.ADMIN,
    ),
    "mapping.changed_meanwhile": Entry(
        _("Changed meanwhile"),
        _("Somebody else changed these mappings while you had the page open."),
        _("Yours were not stored, so that nothing is overwritten unseen."),
        _("What you entered is still here: compare it with the list and save once more."),
        Helper.ADMIN,
    ),
    "mapping.not_found": Entry(
        _("No such mapping"),
        _("There is no mapping of that property, or no such version."),
        _("It may have been deleted meanwhile."),
        _("Go back to the list."),
        Helper.ADMIN,
    ),
    "mapping.record_not_found": Entry(
        _("Record not found"),
        _("QuickBooks has no such record, or it was not read yet."),
        "",
        _("Search again and choose another one."),
        Helper.ADMIN,
    ),
}  # fmt: skip

messages.add({**TYPES, **VALIDITY})
