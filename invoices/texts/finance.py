"""``finance.*``: rules that finance set for a company; and second looks at what is normal (B-05)."""

from django.utils.translation import gettext_lazy as _

from integration.messages import Entry, Helper

REP = Helper.REP
RULE = _("Finance set this under Invoicing rules.")
ASK = _("Change it, or ask an accountant whether the rule may be changed.")
WANTED = _("Finance wants it on every invoice of %(company)s.")


ENTRIES = {
    "finance.discount_over": Entry(
        _("Discount too high"),
        _(
            "The discounts come to %(percent)s percent of the list prices; at most %(allowed)s "
            "percent may be."
        ),
        RULE,
        ASK,
        REP,
    ),
    "finance.price_under": Entry(
        _("Price too low"),
        _(
            "Line %(number)s is priced at %(typed)s; the lowest price is %(amount)s %(currency)s, "
            "%(percent)s percent of the list price."
        ),
        RULE,
        ASK,
        REP,
    ),
    "finance.product_not_allowed": Entry(
        _("Product not allowed"),
        _("Line %(number)s: %(name)s is not among the products that %(company)s invoices."),
        RULE,
        _("Choose another product, or ask an accountant to allow it."),
        REP,
    ),
    "finance.po_number_required": Entry(
        _("Purchase order number missing"),
        _("The purchase order number is missing."),
        WANTED,
        _("Enter the number that the customer gave."),
        REP,
    ),
    "finance.bill_email_required": Entry(
        _("E-mail address missing"),
        _("The e-mail address is missing."),
        WANTED,
        _("Enter where the invoice goes to."),
        REP,
    ),
    "finance.terms_required": Entry(
        _("Terms missing"),
        _("The payment terms are missing."),
        WANTED,
        _("Choose the terms."),
        REP,
    ),
    "finance.message_required": Entry(
        _("Message missing"),
        _("The message to the customer is missing."),
        WANTED,
        _("Write the message."),
        REP,
    ),
    "finance.class_required": Entry(
        _("Class missing"),
        _("Line %(number)s has no class."),
        WANTED,
        _("Choose a class."),
        REP,
    ),
    "finance.location_required": Entry(
        _("Location missing"),
        _("The location is missing."),
        WANTED,
        _("Choose a location."),
        REP,
    ),
    "finance.too_far_back": Entry(
        _("Dated too far back"),
        _("The invoice date %(date)s is more than %(days)s days back."),
        RULE,
        _("Choose %(earliest)s or later, or ask an accountant."),
        REP,
    ),
    "finance.too_far_ahead": Entry(
        _("Dated too far ahead"),
        _("The invoice date %(date)s is more than %(days)s days ahead."),
        RULE,
        _("Choose %(latest)s or earlier, or ask an accountant."),
        REP,
    ),
    "draft.very_old_date": Entry(
        _("Very old date"),
        _("The invoice date %(date)s is more than a year ago."),
        "",
        _("Check the year."),
        REP,
    ),
    "draft.very_late_date": Entry(
        _("Far in the future"),
        _("The invoice date %(date)s is more than a year ahead."),
        "",
        _("Check the year."),
        REP,
    ),
    "draft.customer_overdue": Entry(
        _("Customer is late"),
        _("%(name)s has not paid %(amount)s %(currency)s that is overdue (invoices: %(count)s)."),
        "",
        _("Ask an accountant if you are not sure that they get another invoice."),
        REP,
    ),
    "draft.over_credit_limit": Entry(
        _("Over the credit limit"),
        _(
            "With this invoice %(name)s owes %(amount)s %(currency)s before tax; the limit is "
            "%(limit)s."
        ),
        "",
        _("Ask an accountant if you are not sure that they get another invoice."),
        REP,
    ),
    "draft.twin": Entry(
        _("Perhaps made twice"),
        _(
            "Invoice %(number)s of %(date)s over %(total)s %(currency)s has the same customer, "
            "products and amounts."
        ),
        "",
        _("Look at it first, so that %(name)s does not get two invoices for one thing."),
        REP,
    ),
    "draft.twin_on_its_way": Entry(
        _("Perhaps made twice"),
        _(
            "An invoice over %(total)s %(currency)s with the same customer, products and amounts "
            "is being created or waits for approval."
        ),
        _("It was sent on %(date)s."),
        _("Look at it first, so that %(name)s does not get two invoices for one thing."),
        REP,
    ),
}
