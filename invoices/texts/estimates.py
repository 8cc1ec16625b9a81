"""``estimate.*``: why an estimate cannot be used, and what changed in one (D-35)."""

from django.utils.translation import gettext_lazy as _

from integration.messages import Entry, Helper

REP, ACCOUNTANT = Helper.REP, Helper.ACCOUNTANT
ONE_LINK = _("QuickBooks links an estimate to one invoice only.")
SAME_AMOUNT = _("The invoice would not say the same as the estimate.")
IN_QUICKBOOKS = _("Turn the estimate into an invoice in QuickBooks, or start from scratch.")

UNUSABLE = {
    "estimate.linked": Entry(
        _("Estimate already invoiced"),
        _("The estimate is already linked to an invoice."),
        ONE_LINK,
        _("Add that invoice to the deal, or start from scratch."),
        REP,
    ),
    "estimate.closed": Entry(
        _("Estimate closed"),
        _("The estimate is closed in QuickBooks."),
        _("Invoices are made from open estimates only."),
        _("Open it again in QuickBooks, or start from scratch."),
        ACCOUNTANT,
    ),
    "estimate.rejected": Entry(
        _("Estimate rejected"),
        _("The customer rejected the estimate."),
        _("Invoices are made from open estimates only."),
        _("Make a new estimate in QuickBooks, or start from scratch."),
        REP,
    ),
    "estimate.expired": Entry(
        _("Estimate expired"),
        _("The estimate was good until %(day)s and was not accepted."),
        _("Only an accepted estimate is good after its expiration date."),
        _("Mark it accepted or give it a later date in QuickBooks, or start from scratch."),
        REP,
    ),
    "estimate.currency": Entry(
        _("Currency not possible"),
        _("The estimate is in %(currency)s."),
        _("The customer is not billed in this currency."),
        _("Make the estimate in the customer's currency, or start from scratch."),
        ACCOUNTANT,
    ),
    "estimate.no_lines": Entry(
        _("Estimate without products"),
        _("The estimate has no products."),
        "",
        _("Add them to the estimate in QuickBooks, or start from scratch."),
        REP,
    ),
    "estimate.bundle": Entry(
        _("Estimate with a bundle"),
        _("The estimate has a bundle or a subtotal inside."),
        _("Such lines cannot be taken over unchanged."),
        IN_QUICKBOOKS,
        ACCOUNTANT,
    ),
    "estimate.discounts": Entry(
        _("Estimate with other discounts"),
        _("The estimate has discounts that an invoice made here cannot carry."),
        SAME_AMOUNT,
        IN_QUICKBOOKS,
        ACCOUNTANT,
    ),
    "estimate.discount_after_tax": Entry(
        _("Discount after tax"),
        _("The estimate takes its discount off after tax."),
        _("Invoices made here tax what is left after the discount."),
        IN_QUICKBOOKS,
        ACCOUNTANT,
    ),
    "estimate.line_unlike": Entry(
        _("Line that cannot be kept"),
        _("The estimate has a line without a product, a quantity or an exact price."),
        SAME_AMOUNT,
        IN_QUICKBOOKS,
        ACCOUNTANT,
    ),
    "estimate.gone": Entry(
        _("Estimate deleted"),
        _("The estimate is no longer in QuickBooks."),
        "",
        _("Choose another one, or start from scratch."),
        REP,
    ),
    "estimate.not_offered": Entry(
        _("Estimate not on the list"),
        _("The estimate is not one of this customer's."),
        "",
        _("Read the estimates again and choose one of them."),
        REP,
    ),
}

JUDGED = {
    "estimate.changed": Entry(
        _("Estimate changed"),
        _("Estimate %(number)s was changed in QuickBooks since its lines were taken over."),
        _("The invoice is linked to it and has to say the same."),
        _("Take over the changes, or go on without the estimate."),
        REP,
    ),
    "estimate.pending": Entry(
        _("Estimate not accepted"),
        _("Estimate %(number)s waits for the customer's answer."),
        _("QuickBooks closes it once the invoice is created."),
        _("Ask the customer first if you are not sure."),
        REP,
    ),
    "estimate.customer_differs": Entry(
        _("Another customer than the estimate"),
        _("Estimate %(number)s belongs to %(customer)s."),
        _("QuickBooks links an estimate only to an invoice of the same customer."),
        _("Choose that customer, or go on without the estimate."),
        REP,
    ),
    "estimate.amount_differs": Entry(
        _("Another amount than the estimate"),
        _("The products come to %(now)s %(currency)s; estimate %(number)s says %(quoted)s."),
        _("The customer was promised the estimate's amount."),
        _("Check the lines that were changed."),
        REP,
    ),
}

CHANGES = {
    "estimate.change.customer": Entry(_("Customer"), _("Customer: %(before)s, now %(after)s.")),
    "estimate.change.currency": Entry(_("Currency"), _("Currency: %(before)s, now %(after)s.")),
    "estimate.change.amount": Entry(
        _("Amount"),
        _("Amount before tax: %(before)s, now %(after)s %(currency)s."),
    ),
    "estimate.change.lines": Entry(
        _("Lines"), _("The lines are different; the amount is the same.")
    ),
}

ENTRIES = UNUSABLE | JUDGED | CHANGES
