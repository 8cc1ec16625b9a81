"""``quote.*`` of single lines and ``discount.*``: products, what is left to bill, discounts."""

from django.utils.translation import gettext_lazy as _

from integration.messages import Entry, Helper

REP = Helper.REP
ACCOUNTANT = Helper.ACCOUNTANT

PRODUCTS = {
    "quote.product_missing": Entry(
        _("Product not in QuickBooks"),
        _("Line %(number)s: QuickBooks has no product %(name)s (SKU %(sku)s)."),
        _("Neither its SKU nor its name is found there."),
        _("Choose the QuickBooks product for it, or remove the line."),
        REP,
    ),
    "quote.product_several": Entry(
        _("Several products match"),
        _("Line %(number)s: several QuickBooks products could be %(name)s (SKU %(sku)s)."),
        "",
        _("Choose the right one."),
        REP,
    ),
    "quote.product_inactive": Entry(
        _("Product inactive"),
        _("Line %(number)s: %(name)s (SKU %(sku)s) is inactive in QuickBooks."),
        _("QuickBooks refuses lines with inactive products."),
        _("Make it active in QuickBooks, or choose another product."),
        REP,
    ),
    "quote.product_unsellable": Entry(
        _("Not a product"),
        _(
            "Line %(number)s: %(name)s (SKU %(sku)s) is a category or bundle in QuickBooks, which "
            "an invoice line cannot carry."
        ),
        "",
        _("Choose one of its products."),
        REP,
    ),
    "quote.product_blocked": Entry(
        _("Product not in QuickBooks"),
        _("Line %(number)s: QuickBooks has no product %(name)s (SKU %(sku)s)."),
        _("%(company)s takes only products that QuickBooks has."),
        _("An accountant adds it in QuickBooks with this SKU; or remove the line."),
        ACCOUNTANT,
    ),
    "quote.no_account": Entry(
        _("No account for new products"),
        _("Line %(number)s: %(name)s cannot be created in QuickBooks."),
        _("No income account for new products is chosen for %(company)s."),
        _("Choose it under Settings, Companies; or choose an existing product."),
        ACCOUNTANT,
    ),
    "quote.new_item_name_taken": Entry(
        _("Name already used"),
        _("QuickBooks did not create the product %(name)s: the name is already used there."),
        _("An inactive product or a category has it."),
        _("Choose another product for the line, or make the existing one active in QuickBooks."),
        REP,
    ),
    "quote.fee_item_missing": Entry(
        _("No product for fees"),
        _("Line %(number)s: the quote's fee %(name)s has no QuickBooks product."),
        _("No product for fees is chosen for %(company)s."),
        _("Choose it under Settings, Companies; or remove the line."),
        ACCOUNTANT,
    ),
    "quote.discount_item_missing": Entry(
        _("No product for discounts"),
        _("Line %(number)s: the discount on %(name)s has no QuickBooks product."),
        _("No product for discount lines is chosen for %(company)s."),
        _("Choose it under Settings, Companies; or remove the line."),
        ACCOUNTANT,
    ),
}

LEFT = {
    "quote.line_billed": Entry(
        _("Already invoiced"),
        _("Line %(number)s: of %(name)s, %(currency)s %(billed)s was already invoiced."),
        "",
        _("%(currency)s %(left)s is left to bill. Check the line."),
        REP,
    ),
    "quote.period_billed": Entry(
        _("Already invoiced"),
        _("Line %(number)s: %(name)s was invoiced %(times)s times before."),
        _("It is billed again and again."),
        _("Check that this is the next period."),
        REP,
    ),
    "quote.line_differs": Entry(
        _("Not as quoted"),
        _(
            "Line %(number)s: %(name)s is %(currency)s %(now)s, the quote says %(currency)s %(quoted)s."
        ),
        "",
        _("Go on if the difference is intended."),
        REP,
    ),
}

DISCOUNTS = {
    "discount.not_a_number": Entry(
        _("Not a number"),
        _("The discount %(typed)s is not a number."),
        "",
        _("Write it with a point for decimals, for example 12.5."),
        REP,
    ),
    "discount.out_of_range": Entry(
        _("Discount not possible"),
        _("The discount %(typed)s is below zero or above the whole."),
        "",
        _("Correct it."),
        REP,
    ),
    "discount.above_lines": Entry(
        _("Discount larger than the lines"),
        _(
            "The discount %(currency)s %(discount)s is larger than the lines, %(currency)s %(lines)s."
        ),
        _("QuickBooks makes no invoice below zero."),
        _("Make the discount smaller."),
        REP,
    ),
    "discount.switched_off": Entry(
        _("Discounts are switched off"),
        _("%(company)s does not take a discount on the whole invoice."),
        _("Discounts are switched off in QuickBooks, under sales form content."),
        _("An accountant switches them on there; or remove the discount and lower the prices."),
        ACCOUNTANT,
    ),
    "discount.inclusive": Entry(
        _("Discount with tax in the prices"),
        _("A discount on the whole invoice is not possible while amounts are inclusive of tax."),
        _("QuickBooks does not say how it shares such a discount between prices and tax."),
        _("Choose amounts exclusive of tax, or take the discount off the lines."),
        REP,
    ),
}

ENTRIES = PRODUCTS | LEFT | DISCOUNTS
