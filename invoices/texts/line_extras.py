"""``draft.*``, ``discount.*`` and ``quote.tax_*`` of what a line has beside product and price."""

from django.utils.translation import gettext_lazy as _

from integration.messages import Entry, Helper

REP = Helper.REP
ACCOUNTANT = Helper.ACCOUNTANT

WORDS = {
    "draft.text_missing": Entry(
        _("Text missing"),
        _("Line %(number)s is a text line without text."),
        "",
        _("Type the text, or remove the line."),
        REP,
    ),
    "draft.free_text_missing": Entry(
        _("Description missing"),
        _("Line %(number)s has no product of its own and no description."),
        _("The customer would not know what it is for."),
        _("Describe what is invoiced, or remove the line."),
        REP,
    ),
    "draft.free_item_missing": Entry(
        _("No product for free lines"),
        _("The line was not added: it needs a product that stands in for it."),
        _("QuickBooks takes priced lines with a product only, and %(company)s has chosen none."),
        _("An accountant chooses “Product for lines without one” under Settings, Companies."),
        ACCOUNTANT,
    ),
    "draft.free_not_allowed": Entry(
        _("Not allowed"),
        _("The line was not added: you may invoice QuickBooks products only."),
        "",
        _("Add a product, or a text line without an amount."),
        REP,
    ),
    "draft.item_gone": Entry(
        _("Product not available"),
        _("%(name)s was not added: it is no longer an active product in QuickBooks."),
        _("It was changed there while you were choosing."),
        _("Choose another product."),
        REP,
    ),
}

PLACES = {
    "draft.service_date": Entry(
        _("Not a date"),
        _("Line %(number)s: %(typed)s is not a service date."),
        "",
        _("Choose the day on which the work was done or the goods were delivered."),
        REP,
    ),
    "draft.class_unknown": Entry(
        _("Class not found"),
        _("Line %(number)s: QuickBooks has no class %(name)s."),
        "",
        _("Choose one of the classes that are offered, or leave it empty."),
        REP,
    ),
    "draft.class_inactive": Entry(
        _("Class inactive"),
        _("Line %(number)s: the class %(name)s is no longer active in QuickBooks."),
        "",
        _("Choose another class, or leave it empty."),
        REP,
    ),
    "draft.invoice_class_inactive": Entry(
        _("Class inactive"),
        _("The chosen class is no longer active in QuickBooks."),
        "",
        _("Choose another class, or none."),
        REP,
    ),
    "draft.location_inactive": Entry(
        _("Location inactive"),
        _("The chosen location is no longer active in QuickBooks."),
        "",
        _("Choose another location, or none."),
        REP,
    ),
    "draft.custom_field_too_long": Entry(
        _("Too long"),
        _("%(name)s has %(length)s characters; QuickBooks keeps %(limit)s."),
        "",
        _("Shorten it."),
        REP,
    ),
}

DISCOUNTS = {
    "discount.line_not_a_number": Entry(
        _("Not a number"),
        _("Line %(number)s: the discount %(typed)s is not a number."),
        "",
        _("Write it with a point for decimals, for example 7.5."),
        REP,
    ),
    "discount.line_out_of_range": Entry(
        _("Discount out of range"),
        _("Line %(number)s: the discount %(typed)s does not fit the line."),
        _("It may be from nothing up to the whole line, which is %(listed)s %(currency)s."),
        _("Change the discount."),
        REP,
    ),
    "discount.no_item": Entry(
        _("No product for discounts"),
        _("Line %(number)s has a discount, which goes on a line of its own."),
        _("%(company)s has not chosen the product of discount lines, or it is inactive."),
        _("An accountant chooses it under Settings, Companies; or enter the lower price itself."),
        ACCOUNTANT,
    ),
}

TAXES = {
    "quote.tax_unmapped": Entry(
        _("Tax code to choose"),
        _("Line %(number)s: HubSpot's tax %(rate)s has no tax code in %(company)s yet."),
        "",
        _("Choose the line's tax code. An admin can settle it for good in the tax map."),
        REP,
    ),
    "quote.tax_stopped": Entry(
        _("Tax rate without a tax code"),
        _("Line %(number)s: HubSpot's tax %(rate)s has no tax code in %(company)s."),
        _("The company's tax map stops such invoices."),
        _("Ask an admin or accountant to add it under Settings, Companies, Tax map."),
        ACCOUNTANT,
    ),
}

PAGES = {
    "tax_map.changed_meanwhile": Entry(
        _("Changed meanwhile"),
        _("Your choices were not stored: somebody saved this company's settings meanwhile."),
        "",
        _("Open the page in another tab, compare, and save once more."),
        ACCOUNTANT,
    ),
}

ENTRIES = {**WORDS, **PLACES, **DISCOUNTS, **TAXES, **PAGES}
