"""``people.*``: what members may not do to each other (D-04)."""

from django.utils.translation import gettext_lazy as _

from integration.messages import Entry, Helper

ENTRIES = {
    "people.own_role": Entry(
        _("Your own role"),
        _("You cannot change your own role or remove yourself."),
        _("Nobody should gain rights, or lock themselves out, by one careless click."),
        _("Ask another owner of this portal to do it."),
        Helper.ADMIN,
    ),
    "people.owner_only": Entry(
        _("Owners only"),
        _("Only an owner may make somebody an owner, or change or remove one."),
        "",
        _("Ask an owner of this portal to do it."),
        Helper.ADMIN,
    ),
    "people.not_your_companies": Entry(
        _("Not your companies"),
        _("You may only give companies that you have yourself."),
        _("Your own membership is limited to some companies of this portal."),
        _("Ask somebody who has all companies to do it."),
        Helper.ADMIN,
    ),
    "people.last_owner": Entry(
        _("The last owner"),
        _("%(name)s is the only owner of this portal."),
        _("Without an owner nobody could manage people any more."),
        _("Make another person owner first."),
        Helper.ADMIN,
    ),
    "people.hubspot_user_taken": Entry(
        _("HubSpot user taken"),
        _("This HubSpot user is linked to %(name)s already."),
        _("In HubSpot each user stands for one person in Dealbooks."),
        _("Remove the link there first."),
        Helper.ADMIN,
    ),
}
