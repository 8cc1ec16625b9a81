"""``budget.*``: the month's metered reads of QuickBooks (B-27); also the kinds of their tasks."""

from django.utils.translation import gettext_lazy as _

from integration.messages import Entry, Helper

MORE = _(
    "Set up QuickBooks' webhooks, so that companies are looked at less often, or raise the plan at "
    "Intuit and its line in Dealbooks' settings."
)

ENTRIES = {
    "budget.reads_high": Entry(
        _("Reads of QuickBooks run low"),
        _("%(share)s of this month's reads of QuickBooks are used up."),
        _("Intuit allows a fixed number a month and answers no more beyond it."),
        MORE,
        Helper.OPERATOR,
    ),
    "budget.reads_very_high": Entry(
        _("Reads of QuickBooks are nearly used up"),
        _("%(share)s of this month's reads of QuickBooks are used up."),
        _("Before the last are gone, looking for changes will rest until the month ends."),
        MORE,
        Helper.OPERATOR,
    ),
    "budget.reads_stopped": Entry(
        _("Reads of QuickBooks are kept for people"),
        _("Dealbooks no longer looks into QuickBooks by itself until the month ends."),
        _(
            "%(share)s of this month's reads are used up. The rest is kept for what people do: "
            "creating, sending and Sync now go on."
        ),
        _(
            "It goes on by itself with the new month, from where it stopped. To have it sooner, raise "
            "the plan at Intuit and its line in Dealbooks' settings."
        ),
        Helper.OPERATOR,
    ),
}
