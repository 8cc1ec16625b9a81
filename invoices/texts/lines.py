"""``draft.*`` of single lines; ``%(number)s`` is the line's position on the page."""

from django.utils.translation import gettext_lazy as _

from integration.messages import Entry, Helper

REP = Helper.REP

ENTRIES = {
    "draft.no_lines": Entry(
        _("No products"),
        _("The invoice has no products yet."),
        "",
        _("Add at least one product from QuickBooks."),
        REP,
    ),
    "draft.too_many_lines": Entry(
        _("Too many lines"),
        _("The invoice has %(count)s lines; QuickBooks takes %(limit)s."),
        "",
        _("Split it into several invoices."),
        REP,
    ),
    "draft.item_missing": Entry(
        _("No product"),
        _("Line %(number)s has no product."),
        "",
        _("Choose a product from QuickBooks or remove the line."),
        REP,
    ),
    "draft.item_unknown": Entry(
        _("Product not found"),
        _("Line %(number)s: %(name)s is no longer in QuickBooks."),
        "",
        _("Choose another product or remove the line."),
        REP,
    ),
    "draft.item_inactive": Entry(
        _("Product inactive"),
        _("Line %(number)s: the product %(name)s is inactive in QuickBooks."),
        "",
        _("Make it active in QuickBooks or choose another product."),
        REP,
    ),
    "draft.item_kind": Entry(
        _("Not a product"),
        _("Line %(number)s: %(name)s is a category or bundle, which an invoice line cannot carry."),
        "",
        _("Choose one of its products."),
        REP,
    ),
    "draft.quantity_missing": Entry(
        _("Quantity missing"),
        _("Line %(number)s has no quantity."),
        "",
        _("Enter how many."),
        REP,
    ),
    "draft.quantity_not_positive": Entry(
        _("Quantity must be above zero"),
        _("Line %(number)s: the quantity is %(typed)s."),
        _("An invoice line needs a quantity above zero."),
        _("Enter a quantity above zero or remove the line. For a refund use a credit memo."),
        REP,
    ),
    "draft.quantity_decimals": Entry(
        _("Too many decimals"),
        _("Line %(number)s: the quantity %(typed)s has more than %(allowed)s decimals."),
        "",
        _("Round it."),
        REP,
    ),
    "draft.not_a_number": Entry(
        _("Not a number"),
        _("Line %(number)s: %(typed)s is not a number."),
        "",
        _("Write it with a point for decimals, for example 1250.50."),
        REP,
    ),
    "draft.price_missing": Entry(
        _("Price missing"),
        _("Line %(number)s has no price."),
        "",
        _("Enter the price of one unit; 0 if it is free."),
        REP,
    ),
    "draft.price_negative": Entry(
        _("Price below zero"),
        _("Line %(number)s: the price %(typed)s is below zero."),
        "",
        _("Enter the lower price itself instead of a deduction."),
        REP,
    ),
    "draft.price_decimals": Entry(
        _("Too many decimals"),
        _("Line %(number)s: the price %(typed)s has too many decimals."),
        _("Prices in %(currency)s have %(allowed)s decimals."),
        _("Round the price, or change quantity and price so that the amount is right."),
        REP,
    ),
    "draft.amount_too_large": Entry(
        _("Amount too large"),
        _("Line %(number)s: the amount is larger than QuickBooks takes."),
        "",
        _("Check quantity and price."),
        REP,
    ),
    "draft.tax_code_missing": Entry(
        _("Tax code missing"),
        _("Line %(number)s has no tax code."),
        _("Outside the US every line needs one."),
        _("Choose it under Tax code."),
        REP,
    ),
    "draft.tax_code_inactive": Entry(
        _("Tax code not available"),
        _("Line %(number)s: the tax code %(name)s cannot be used for sales any more."),
        "",
        _("Choose another tax code."),
        REP,
    ),
    "draft.us_tax_code": Entry(
        _("Taxable or not"),
        _("Line %(number)s has a tax code that US companies do not use."),
        "",
        _("Choose Taxable or Not taxable."),
        REP,
    ),
    "draft.priced_in_other": Entry(
        _("Prices of another currency"),
        _("The prices were entered for %(priced_in)s, the invoice is now in %(currency)s."),
        _("The customer has another currency than before; amounts are not converted."),
        _("Check the prices."),
        REP,
    ),
    "draft.prices_converted": Entry(
        _("Prices were converted"),
        _("List prices in %(home)s were converted: 1 %(currency)s is %(rate)s %(home)s."),
        _("QuickBooks keeps product prices in the company's own currency."),
        _("Check the prices."),
        REP,
    ),
    "draft.total_negative": Entry(
        _("Total below zero"),
        _("The lines come to %(total)s %(currency)s."),
        _("QuickBooks takes no invoice below zero; deductions are larger than what is charged."),
        _("Make the deductions smaller, or have an accountant write a credit memo."),
        REP,
    ),
    "draft.total_zero": Entry(
        _("Total is zero"),
        _("The invoice comes to zero."),
        _("QuickBooks shows a zero invoice as paid."),
        _("Check the prices."),
        REP,
    ),
    "draft.over_deal_amount": Entry(
        _("More than the deal"),
        _(
            "With this invoice more is billed than the deal is worth: %(currency)s %(so_far)s "
            "was invoiced before, the deal is %(currency)s %(deal)s."
        ),
        "",
        _("%(currency)s %(left)s is left to bill. Go on if the difference is intended."),
        REP,
    ),
}
