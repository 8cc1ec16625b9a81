"""``draft.*``: what stands between a draft and an invoice (B-05), all but its lines."""

from django.utils.translation import gettext_lazy as _

from integration.messages import Entry, Helper

REP = Helper.REP
ACCOUNTANT = Helper.ACCOUNTANT

ENTRIES = {
    "draft.company_missing": Entry(
        _("No company chosen"),
        _("No QuickBooks company is chosen."),
        "",
        _("Choose the company that sends this invoice."),
        REP,
    ),
    "draft.company_disconnected": Entry(
        _("Company not connected"),
        _("%(company)s is not connected to QuickBooks."),
        "",
        _("An admin connects it again under Settings, Connected apps. The draft stays as it is."),
        Helper.ADMIN,
    ),
    "draft.reference_missing": Entry(
        _("Still reading QuickBooks"),
        _("Dealbooks has not yet read customers and products of %(company)s."),
        _("It was connected a moment ago."),
        _("Wait a minute and load the page again."),
    ),
    "draft.custom_numbers": Entry(
        _("Numbers need an accountant"),
        _("Invoices cannot be created in %(company)s yet."),
        _(
            "QuickBooks has custom transaction numbers switched on and leaves numbering to "
            "whoever creates an invoice."
        ),
        _(
            "An accountant confirms the number series once under Number series, or switches off "
            "custom transaction numbers in QuickBooks."
        ),
        ACCOUNTANT,
    ),
    "draft.deal_archived": Entry(
        _("Deal deleted"),
        _("The deal was deleted in HubSpot."),
        "",
        _("Restore it in HubSpot, or discard this draft."),
        REP,
    ),
    "draft.multicurrency_off": Entry(
        _("Currency not possible"),
        _("This company cannot invoice in %(currency)s."),
        _("QuickBooks has multicurrency switched off there; its currency is %(home)s."),
        _("Choose %(home)s, or ask an accountant to switch on multicurrency in QuickBooks."),
        REP,
    ),
    "draft.deal_currency_differs": Entry(
        _("Another currency than the deal"),
        _("The deal is in %(deal_currency)s, the invoice will be in %(currency)s."),
        _("Amounts are not converted."),
        _("Check the prices."),
        REP,
    ),
    "draft.customer_missing": Entry(
        _("No customer"),
        _("No customer is chosen."),
        "",
        _("Choose a QuickBooks customer or create a new one."),
        REP,
    ),
    "draft.customer_unknown": Entry(
        _("Customer not found"),
        _("The customer %(name)s is no longer in QuickBooks."),
        _("It was deleted or merged there."),
        _("Choose another customer."),
        REP,
    ),
    "draft.customer_inactive": Entry(
        _("Customer inactive"),
        _("The customer %(name)s is inactive in QuickBooks."),
        _("QuickBooks refuses invoices for inactive customers."),
        _("Make it active in QuickBooks or choose another customer."),
        REP,
    ),
    "draft.currency_mismatch": Entry(
        _("Currency of the customer"),
        _("%(name)s is billed in %(customer_currency)s, the invoice is in %(currency)s."),
        _("A QuickBooks customer has one currency, which cannot be changed later."),
        _("Choose a customer in %(currency)s, or make the invoice in %(customer_currency)s."),
        REP,
    ),
    "draft.new_customer_name_missing": Entry(
        _("Name missing"),
        _("The new customer has no display name."),
        "",
        _("Enter the name that QuickBooks shall show."),
        REP,
    ),
    "draft.new_customer_name_characters": Entry(
        _("Character not allowed"),
        _("QuickBooks does not allow a colon, tab or line break in a customer's name."),
        "",
        _("Write the name without it."),
        REP,
    ),
    "draft.name_taken": Entry(
        _("Name already used"),
        _("%(name)s already exists in QuickBooks."),
        _("Names of customers, vendors and employees are unique there."),
        _("Use the existing customer, or give the new one another name."),
        REP,
    ),
    "draft.name_taken_by_other": Entry(
        _("Name already used"),
        _("The name %(name)s already belongs to a vendor, an employee or an inactive record."),
        _("Names of customers, vendors and employees are unique in QuickBooks."),
        _("Give the new customer another name, for example with its town."),
        REP,
    ),
    "draft.too_long": Entry(
        _("Too long"),
        _("This text has %(length)s characters; QuickBooks takes %(limit)s."),
        "",
        _("Shorten it."),
        REP,
    ),
    "draft.email_invalid": Entry(
        _("E-mail address"),
        _("%(email)s is not an e-mail address."),
        "",
        _("Correct it; separate several addresses with commas."),
        REP,
    ),
    "draft.email_missing": Entry(
        _("No e-mail address"),
        _("The invoice has no e-mail address."),
        _("Without it QuickBooks cannot e-mail the invoice."),
        _("Enter one, or leave it empty if the invoice is delivered another way."),
        REP,
    ),
    "draft.us_address_missing": Entry(
        _("State or ZIP code missing"),
        _("The address of %(name)s has no state or ZIP code."),
        _("QuickBooks works out sales tax from them."),
        _("Add them to the customer, or check the sales tax after creating the invoice."),
        REP,
    ),
    "draft.date_missing": Entry(
        _("Date missing"), _("A date is missing."), "", _("Enter the date."), REP
    ),
    "draft.date_unreadable": Entry(
        _("Not a date"),
        _("%(typed)s is not a date."),
        "",
        _("Write it as year-month-day, for example 2026-11-23."),
        REP,
    ),
    "draft.due_before_date": Entry(
        _("Due before it is made"),
        _("The due date %(due)s is before the invoice date %(date)s."),
        "",
        _("Choose a later due date or an earlier invoice date."),
        REP,
    ),
    "draft.books_closed": Entry(
        _("Period closed"),
        _("The invoice date %(date)s is in a closed period."),
        _("The books are closed up to %(closed)s."),
        _("Choose a later date, or ask an accountant to open the period in QuickBooks."),
        REP,
    ),
    "draft.tax_filed": Entry(
        _("Tax already filed"),
        _("The invoice date %(date)s is in a period whose tax was filed."),
        _("Tax is filed up to %(filed)s."),
        _("Choose a later date."),
        REP,
    ),
    "draft.terms_inactive": Entry(
        _("Terms not available"),
        _("The payment terms %(name)s are no longer active in QuickBooks."),
        "",
        _("Choose other terms."),
        REP,
    ),
    "draft.changed_elsewhere": Entry(
        _("Changed in another window"),
        _("This draft was changed in another window or by somebody else."),
        _("What you typed here is kept on this page, but not saved yet."),
        _("Check the page, which shows the newer version elsewhere, and go on to save it."),
        REP,
    ),
    "draft.expired": Entry(
        _("Draft expired"),
        _("This draft was not touched for %(days)s days and has expired."),
        _("Prices and customers may have changed since."),
        _("Start again from it: what you typed is kept and checked anew."),
        REP,
    ),
    "draft.discarded": Entry(
        _("Draft discarded"),
        _("This draft was discarded."),
        "",
        _("Start a new invoice from the deal."),
        REP,
    ),
}
