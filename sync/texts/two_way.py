"""What became of changes of HubSpot on their way to QuickBooks (P-47)."""

from django.utils.translation import gettext_lazy as _

from integration import messages
from integration.messages import Entry, Helper

CONFLICTS = {
    "sync.conflict_quickbooks": Entry(
        _("Changed on both sides"),
        _(
            "%(name)s was changed in both: QuickBooks says “%(quickbooks)s”, HubSpot said "
            "“%(hubspot)s”. QuickBooks won."
        ),
        _("The rule for conflicts of this company's tab decided it."),
        _("If HubSpot was right, enter its value in QuickBooks."),
        Helper.ADMIN,
    ),
    "sync.conflict_hubspot": Entry(
        _("Changed on both sides"),
        _(
            "%(name)s was changed in both: HubSpot says “%(hubspot)s”, QuickBooks said "
            "“%(quickbooks)s”. HubSpot won."
        ),
        _("The rule for conflicts of this company's tab decided it."),
        _("If QuickBooks was right, enter its value there again."),
        Helper.ADMIN,
    ),
}
REFUSED = {
    "sync.name_taken": Entry(
        _("Name already used"),
        _("QuickBooks did not take %(name)s: somebody has the name “%(wanted)s” already."),
        _(
            "Customers, vendors and employees share their names, inactive ones too; so do "
            "products among themselves."
        ),
        _("Change the name in HubSpot, for example to “%(suggestion)s”, or link the two by hand."),
        Helper.ADMIN,
    ),
    "sync.back_no_name": Entry(
        _("No name"),
        _("A record of HubSpot was not made in QuickBooks."),
        _("It has neither a name nor an e-mail address to call it by."),
        _("Enter a name in HubSpot and try again."),
        Helper.ADMIN,
    ),
    "sync.back_several": Entry(
        _("Several in QuickBooks"),
        _("%(name)s was not made in QuickBooks, and not linked either."),
        _("QuickBooks has several records that it could be: %(others)s."),
        _("Link it by hand."),
        Helper.ADMIN,
    ),
    "sync.back_taken": Entry(
        _("Linked to another record"),
        _("%(name)s was not made in QuickBooks."),
        _("%(others)s looks like the same, and belongs to another record of HubSpot."),
        _("Merge the two in HubSpot, or tell them apart."),
        Helper.ADMIN,
    ),
    "sync.back_no_account": Entry(
        _("No income account"),
        _("%(name)s was not made in QuickBooks."),
        _("QuickBooks makes no product without an income account, and none is chosen."),
        _(
            "Choose the income account of new products in the company's settings, then try the "
            "product again."
        ),
        Helper.ACCOUNTANT,
    ),
}
CHOICES = {
    "sync.tab_changed": Entry(
        _("Changed meanwhile"),
        _("Nothing was saved: somebody else changed what is synced from %(name)s meanwhile."),
        _("Two people who choose at once would undo each other's choice unseen."),
        _("Compare with what holds now, then save once more."),
        Helper.ADMIN,
    ),
    "sync.made_elsewhere": Entry(
        _("Made in another company"),
        _("HubSpot's new records become records of %(other)s already."),
        _("One record of HubSpot enters one company's books only."),
        _("Turn it off in %(other)s first, then on in %(company)s."),
        Helper.ADMIN,
    ),
}

messages.add({**CONFLICTS, **REFUSED, **CHOICES})
