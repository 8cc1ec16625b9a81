"""``quote.*``: why a quote cannot be used, and what changed in one."""

from django.utils.translation import gettext_lazy as _

from integration.messages import Entry, Helper

REP = Helper.REP
ACCOUNTANT = Helper.ACCOUNTANT

UNUSABLE = {
    "quote.draft": Entry(
        _("Quote not published"),
        _("The quote is still a draft."),
        _("Invoices are made from published quotes only."),
        _("Publish it in HubSpot, or start from scratch."),
        REP,
    ),
    "quote.pending_approval": Entry(
        _("Quote waits for approval"),
        _("The quote waits for approval in HubSpot."),
        _("Invoices are made from published quotes only."),
        _("Have it approved and published, or start from scratch."),
        REP,
    ),
    "quote.rejected": Entry(
        _("Quote rejected"),
        _("The quote was rejected in HubSpot."),
        _("Invoices are made from published quotes only."),
        _("Change and publish it in HubSpot, or start from scratch."),
        REP,
    ),
    "quote.not_published": Entry(
        _("Quote not published"),
        _("The quote is not published."),
        _("Invoices are made from published quotes only."),
        _("Publish it in HubSpot, or start from scratch."),
        REP,
    ),
    "quote.expired": Entry(
        _("Quote expired"),
        _("The quote was good until %(day)s."),
        _("Invoices are made from quotes that have not expired."),
        _("Give it a later expiration date in HubSpot, or start from scratch."),
        REP,
    ),
    "quote.no_lines": Entry(
        _("Quote without products"),
        _("The quote has no products."),
        "",
        _("Add them to the quote in HubSpot, or start from scratch."),
        REP,
    ),
    "quote.currency": Entry(
        _("Currency not possible"),
        _("The quote is in %(currency)s."),
        _("No connected QuickBooks company bills in this currency."),
        _("Ask an accountant to switch on multicurrency in QuickBooks, or start from scratch."),
        ACCOUNTANT,
    ),
    "quote.currency_company": Entry(
        _("Currency not possible"),
        _("The quote is in %(currency)s, which %(company)s does not bill in."),
        _("Multicurrency is switched off there."),
        _("Choose another company on the first step, or start from scratch."),
        REP,
    ),
    "quote.gone": Entry(
        _("Quote deleted"),
        _("The quote is no longer in HubSpot."),
        _("It was deleted there, or taken off this deal."),
        _("Choose another quote, or keep the lines and go on without it."),
        REP,
    ),
    "quote.not_of_deal": Entry(
        _("Quote of another deal"),
        _("This deal has no such quote."),
        "",
        _("Choose one from the list."),
        REP,
    ),
    "quote.total_differs": Entry(
        _("Totals differ"),
        _(
            "The quote says %(currency)s %(quote)s, its lines, discounts and fees come to "
            "%(currency)s %(lines)s."
        ),
        _("An invoice from a quote has to be the same to the cent."),
        _(
            "Check discounts and fees of the quote in HubSpot and publish it again, or start from scratch."
        ),
        REP,
    ),
    "quote.discount_above_lines": Entry(
        _("Discount larger than the lines"),
        _("The quote's discounts are larger than its lines."),
        _("QuickBooks makes no invoice below zero."),
        _("Correct the discount in HubSpot."),
        REP,
    ),
    "quote.adjustment_unreadable": Entry(
        _("Discount or fee not readable"),
        _("The quote's discount or fee %(name)s has no usable value."),
        "",
        _("Correct it in HubSpot and publish the quote again."),
        REP,
    ),
    "quote.line_unreadable": Entry(
        _("Line not readable"),
        _("%(name)s has no usable quantity or price in the quote."),
        "",
        _("Correct the line in HubSpot and publish the quote again."),
        REP,
    ),
    "quote.line_quantity": Entry(
        _("Quantity must be above zero"),
        _("%(name)s stands in the quote with the quantity %(quantity)s."),
        _("An invoice line needs a quantity above zero."),
        _("Correct the line in HubSpot and publish the quote again."),
        REP,
    ),
    "quote.line_negative": Entry(
        _("Line below zero"),
        _("%(name)s comes to %(currency)s %(amount)s in the quote."),
        _("An invoice line is not below zero."),
        _("Give a discount instead, and publish the quote again."),
        REP,
    ),
    "quote.line_decimals": Entry(
        _("Amount not payable"),
        _("%(name)s comes to %(currency)s %(amount)s in the quote."),
        _(
            "Amounts in %(currency)s have %(allowed)s decimals, so the invoice could not be the same."
        ),
        _("Correct the price in HubSpot and publish the quote again."),
        REP,
    ),
}

CHANGED = {
    "quote.changed": Entry(
        _("Quote changed"),
        _("The quote %(name)s was changed in HubSpot since its lines were taken over."),
        "",
        _("Take over the changes, or keep the invoice as it is."),
        REP,
    ),
    "quote.currency_differs": Entry(
        _("Another currency than the quote"),
        _("The quote is in %(quote_currency)s, but %(name)s is billed in %(currency)s."),
        _("Amounts are not converted."),
        _("Choose a customer in %(quote_currency)s, or start from scratch."),
        REP,
    ),
    "quote.change.currency": Entry(
        _("Currency"), _("The currency was %(before)s and is %(after)s.")
    ),
    "quote.change.line_added": Entry(_("Line added"), _("%(name)s was added.")),
    "quote.change.line_removed": Entry(_("Line removed"), _("%(name)s was removed.")),
    "quote.change.line_amount": Entry(
        _("Amount changed"), _("%(name)s was %(before)s and is %(after)s.")
    ),
    "quote.change.line": Entry(_("Line changed"), _("%(name)s was changed.")),
    "quote.change.discounts": Entry(_("Discount changed"), _("The quote's discount was changed.")),
    "quote.change.fees": Entry(_("Fee changed"), _("The quote's fees were changed.")),
    "quote.change.taxes": Entry(_("Tax changed"), _("The quote's taxes were changed.")),
}

ENTRIES = UNUSABLE | CHANGED
