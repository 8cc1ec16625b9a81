"""``view.*``: why a view of a list was not kept, and the lines of its history."""

from django.utils.translation import gettext_lazy as _

from integration.messages import Entry

ENTRIES = {
    "view.name_missing": Entry(
        _("Name missing"), _("A saved view needs a name."), "", _("Type one and save again.")
    ),
    "view.name_taken": Entry(
        _("Name taken"),
        _("You have a view named “%(name)s” already."),
        "",
        _("Choose another name, or delete the other view first."),
    ),
    "view.empty": Entry(
        _("Nothing to save"),
        _("The list shows everything, so there is no view to save."),
        "",
        _("Choose a filter, a search or an order first."),
    ),
    "view.too_long": Entry(
        _("Too many filters"),
        _("This view has more filters than can be kept."),
        "",
        _("Take some of them away and save again."),
    ),
    "view.too_many": Entry(
        _("Too many views"),
        _("You have %(most)s saved views of this list, the most there can be."),
        "",
        _("Delete one you no longer need."),
    ),
    "audit.view.saved": Entry(_("View saved"), _("%(person)s saved the view %(name)s.")),
    "audit.view.changed": Entry(_("View changed"), _("%(person)s changed the view %(name)s.")),
    "audit.view.deleted": Entry(_("View deleted"), _("%(person)s deleted the view %(name)s.")),
}
