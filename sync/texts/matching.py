"""Why two records may be one, what speaks against it, and what a person decided (B-24, D-06, D-33)."""

from django.utils.translation import gettext_lazy as _

from integration import messages
from integration.messages import Entry, Helper

REASONS = {
    "match.key": Entry(_("Made by Dealbooks"), _("HubSpot's record carries the key of this one.")),
    "match.email": Entry(_("Same e-mail"), _("Both have the same e-mail address.")),
    "match.sku": Entry(_("Same SKU"), _("Both have the same SKU.")),
    "match.name": Entry(
        _("Same name"), _("The names are equal, apart from case, accents and legal form.")
    ),
    "match.name_alike": Entry(_("Similar name"), _("The names are spelt almost alike.")),
    "match.person": Entry(_("Same person's name"), _("First and last name are equal.")),
    "match.domain": Entry(_("Same domain"), _("Both have the same domain of their own.")),
    "match.postcode": Entry(_("Same postal code"), _("Both have the same postal code.")),
    "match.phone": Entry(_("Same phone"), _("Both have the same telephone number.")),
    "match.price": Entry(_("Same price"), _("Both have the same price.")),
}
DOUBTS = {
    "match.other_name": Entry(
        _("Another name"),
        _("The names are different."),
        "",
        _("Make sure that both are the same before you link them."),
    ),
    "match.other_company": Entry(
        _("Another company"),
        _("HubSpot says that the person works for another company."),
        _("An address may be an accountant's or a colleague's who moved on."),
        _("Look at the contact in HubSpot first."),
    ),
    "match.other_domain": Entry(
        _("Another domain"), _("The two have different domains of their own.")
    ),
    "match.other_postcode": Entry(
        _("Another postal code"), _("The two have different postal codes.")
    ),
    "match.other_sku": Entry(_("Another SKU"), _("The two have different SKUs.")),
    "match.shared": Entry(
        _("Several in QuickBooks"),
        _("Other records of QuickBooks have the same e-mail address, name or SKU."),
    ),
    "match.taken": Entry(
        _("Linked already"), _("HubSpot's record is linked to another record of this company.")
    ),
    "match.record_linked": Entry(
        _("Another link ends"),
        _("This record is linked to another one in HubSpot; that link ends."),
        "",
        _("Both HubSpot records stay as they are."),
    ),
    "match.object_linked": Entry(
        _("Linked already"),
        _("HubSpot's record is linked already: %(others)s."),
        _("Linked to both, it shows the balance of both together."),
        _("Link it only if they are one in life."),
    ),
    "match.currency_differs": Entry(
        _("Another currency"),
        _("This customer pays in %(currency)s, the other one linked to it in %(other)s."),
        _("A balance over several currencies says nothing, so HubSpot would show none."),
    ),
    "match.currency_unknown": Entry(
        _("Another currency"),
        _("This customer pays in %(currency)s, a currency that the portal does not use."),
        "",
        _("Add the currency in HubSpot if its amounts matter there."),
        Helper.ADMIN,
    ),
    "match.inactive": Entry(
        _("Inactive in QuickBooks"), _("The record is inactive in QuickBooks.")
    ),
    "match.refused": Entry(
        _("Unlinked before"), _("A person said before that these two are not the same.")
    ),
}
REFUSED = {
    "sync.match_unknown": Entry(
        _("Not in HubSpot"),
        _("Nothing was changed."),
        _("HubSpot has no such record, or it was deleted there."),
        _("Search for it again."),
    ),
    "sync.match_accept": Entry(
        _("Please confirm"),
        _("Nothing was linked."),
        _("There are things to know before these two are linked."),
        _("Read them, then confirm that you know."),
    ),
    "sync.match_kind": Entry(
        _("Not that kind of record"),
        _("Nothing was linked."),
        _("This record cannot be a HubSpot record of that kind."),
        _("Choose one of another kind."),
    ),
    "sync.linked_by_hand": Entry(
        _("Linked by hand"),
        _("%(name)s was linked by a person."),
        "",
        _("HubSpot is told with the next sync."),
    ),
    "sync.traces_found": Entry(
        _("HubSpot's own QuickBooks app was here"),
        _("The tab was not turned on."),
        _("Two programs that write the same records undo each other's work."),
        _("Look at what was found, then confirm that you know."),
        Helper.ADMIN,
    ),
    "sync.coexistence_why": Entry(
        _("A reason is missing"),
        _("Nothing was changed."),
        _("Whoever comes after you wants to know why the finding does not matter."),
        _("Say why in a few words."),
    ),
}
HISTORY = {
    "audit.sync.linked": Entry(
        _("Linked by hand"), _("%(person)s linked %(record)s of %(company)s to %(object)s.")
    ),
    "audit.sync.unlinked": Entry(
        _("Unlinked"), _("%(person)s unlinked %(record)s of %(company)s from HubSpot.")
    ),
    "audit.sync.match_declined": Entry(
        _("Suggestion declined"), _("%(person)s said that %(record)s is not %(object)s.")
    ),
    "audit.sync.match_asked": Entry(
        _("Matches searched"), _("%(person)s asked to look for matches of %(company)s in HubSpot.")
    ),
    "audit.sync.retied": Entry(
        _("Contact moved"),
        _("%(person)s moved the contact of %(record)s to %(object)s in HubSpot."),
    ),
    "audit.sync.merge_settled": Entry(
        _("Merge settled"), _("%(person)s chose what stays linked after a merge.")
    ),
    "audit.sync.coexistence_asked": Entry(
        _("Traces searched"),
        _("%(person)s asked to look for traces of HubSpot's own QuickBooks app."),
    ),
    "audit.sync.coexistence_dismissed": Entry(
        _("Traces dismissed"),
        _("%(person)s said that the traces of HubSpot's own QuickBooks app do not matter."),
    ),
}

messages.add({**REASONS, **DOUBTS, **REFUSED, **HISTORY})
