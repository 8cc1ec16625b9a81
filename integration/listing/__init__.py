"""List pages: filters that live in the address, sorting, keyset paging with a count.

A view describes its columns and filters and gives a portal-scoped queryset; ``{% listing page %}``
of ``dealbooks_forms`` draws the table around its rows.

    page = listing.build(
        request.GET,
        Invoice.objects.for_portal(actor.portal),
        columns=[Column("number", _("Number"), "doc_number"), …],
        filters=[Filter("stage", _("Stage"), Stage.choices), DateFilter("due", _("Due"), "due_date")],
        search=["doc_number", "customer_name"],
        search_label=_("Number or customer"),
        order="-txn_date",
    )
"""

from integration.listing.filters import Chip, ChipOption, DateFilter, Filter, narrow
from integration.listing.page import Column, Head, Listing, build

__all__ = [
    "Chip",
    "ChipOption",
    "Column",
    "DateFilter",
    "Filter",
    "Head",
    "Listing",
    "build",
    "narrow",
]
