"""``quickbooks.*``: refused records and values (reference 3.1) as sentences."""

from django.utils.translation import gettext_lazy as _

from integration.messages import Entry, Helper
from integration.texts.quickbooks import BY_ITSELF, REPORT

RECORDS = {
    "quickbooks.610": Entry(
        _("No longer in QuickBooks"),
        _("QuickBooks cannot find %(name)s."),
        _("It was deleted there, or made inactive."),
        _("Make it active again in QuickBooks, or choose another one."),
        Helper.REP,
    ),
    "quickbooks.http_404": Entry(
        _("No longer in QuickBooks"),
        _("QuickBooks cannot find %(name)s."),
        _("It was deleted there, or the company was closed."),
        _("Load the page again, or choose another one."),
        Helper.REP,
    ),
    "quickbooks.http_409": Entry(
        _("Changed meanwhile"),
        _("Somebody changed this in QuickBooks at the same moment."),
        "",
        _("Dealbooks reads it again and repeats the change where it still fits."),
    ),
    "quickbooks.2500": Entry(
        _("Reference not usable"),
        _("QuickBooks does not accept %(name)s."),
        _("It was deleted, merged or made inactive in QuickBooks, or is a category."),
        _("Choose another customer, product, tax code or terms, or make it active again."),
        Helper.REP,
    ),
    "quickbooks.5010": Entry(
        _("Changed meanwhile"),
        _("Somebody changed this in QuickBooks at the same moment."),
        _("Nothing was overwritten."),
        _("Dealbooks reads it again and repeats the change where it still fits."),
    ),
    "quickbooks.6140": Entry(
        _("Number already used"),
        _("QuickBooks refused the invoice number: it is already used."),
        "",
        _("Choose another number, or let an accountant check the number series in Settings."),
        Helper.ACCOUNTANT,
    ),
    "quickbooks.6240": Entry(
        _("Name already used"),
        _("QuickBooks refused the name %(value)s: a customer, vendor or employee has it already."),
        _("Names in QuickBooks are shared by all three."),
        _("Choose the existing customer, or give the new one another name."),
        Helper.REP,
    ),
    "quickbooks.6540": Entry(
        _("Part of a deposit"),
        _("QuickBooks refused: the payment is part of a bank deposit."),
        "",
        _("An accountant removes it from the deposit in QuickBooks first."),
        Helper.ACCOUNTANT,
    ),
    "quickbooks.6430": Entry(
        _("Wrong kind of account"),
        _("QuickBooks refused: an account of the wrong kind is used."),
        "",
        _("An accountant checks the income account of the product in QuickBooks."),
        Helper.ACCOUNTANT,
    ),
}

CONTENT = {
    "quickbooks.2010": Entry(
        _("Unknown field"),
        _("QuickBooks does not know the field %(field)s."),
        "",
        REPORT,
        Helper.OPERATOR,
    ),
    "quickbooks.2020": Entry(
        _("Something is missing"),
        _("QuickBooks refused: %(element)s is missing."),
        "",
        _("Fill it in and try again."),
        Helper.REP,
    ),
    "quickbooks.2030": Entry(
        _("Reference not valid"),
        _("QuickBooks refused the reference in %(element)s."),
        "",
        _("Choose it again. If it stays, show the technical details to whoever runs Dealbooks."),
        Helper.REP,
    ),
    "quickbooks.2040": Entry(
        _("Characters not accepted"),
        _("QuickBooks does not accept a character in %(element)s."),
        "",
        _("Remove colons, tabs, line breaks or unusual signs there and try again."),
        Helper.REP,
    ),
    "quickbooks.2050": Entry(
        _("Too long"),
        _("The text in %(element)s is longer than QuickBooks takes."),
        "",
        _("Shorten it and try again."),
        Helper.REP,
    ),
    "quickbooks.2080": Entry(
        _("Number not accepted"),
        _("QuickBooks does not accept the number in %(element)s."),
        "",
        _("Correct the number and try again."),
        Helper.REP,
    ),
    "quickbooks.2090": Entry(
        _("Number not accepted"),
        _("QuickBooks does not accept the number in %(element)s."),
        "",
        _("Correct the number and try again."),
        Helper.REP,
    ),
    "quickbooks.2170": Entry(
        _("Choice not accepted"),
        _("QuickBooks does not know the choice %(value)s."),
        "",
        REPORT,
        Helper.OPERATOR,
    ),
    "quickbooks.2210": Entry(
        _("Date not accepted"),
        _("QuickBooks does not accept the date in %(element)s."),
        "",
        _("Correct the date and try again."),
        Helper.REP,
    ),
    "quickbooks.6000": Entry(
        _("Refused by QuickBooks"),
        _("QuickBooks refused this: %(detail)s."),
        _("A rule of this QuickBooks company forbids it."),
        _("Change what it names and try again, or ask an accountant."),
        Helper.ACCOUNTANT,
    ),
    "quickbooks.6070": Entry(
        _("Amount does not add up"),
        _("QuickBooks refused a line: quantity times price is not its amount."),
        "",
        _("Enter quantity and price of that line again."),
        Helper.REP,
    ),
    "quickbooks.6100": Entry(
        _("Tax code not accepted"),
        _("QuickBooks does not accept the tax code of a line."),
        _("Lines of a US company are either taxable or not."),
        _("Choose the tax again on that line."),
        Helper.REP,
    ),
    "quickbooks.4000": Entry(
        _("Search not understood"),
        _("QuickBooks did not understand a search of Dealbooks."),
        "",
        REPORT,
        Helper.OPERATOR,
    ),
    "quickbooks.4001": Entry(
        _("Search not possible"),
        _("QuickBooks cannot search by what Dealbooks asked for."),
        "",
        REPORT,
        Helper.OPERATOR,
    ),
    "quickbooks.4002": Entry(
        _("Search failed"),
        _("QuickBooks could not carry out a search."),
        "",
        REPORT,
        Helper.OPERATOR,
    ),
    "quickbooks.500": Entry(
        _("Not possible"),
        _("QuickBooks does not offer this."),
        "",
        REPORT,
        Helper.OPERATOR,
    ),
    "quickbooks.600": Entry(
        _("Request number used twice"),
        _("QuickBooks says another request had the same number."),
        _("Dealbooks looks for what that request made before it does anything else."),
        BY_ITSELF,
    ),
    "quickbooks.415": Entry(
        _("Request not understood"),
        _("QuickBooks did not understand a request of Dealbooks."),
        "",
        _("Show the technical details to whoever runs Dealbooks."),
        Helper.OPERATOR,
    ),
    "quickbooks.http_4*": Entry(
        _("Refused by QuickBooks"),
        _("QuickBooks refused this without a reason (%(code)s)."),
        "",
        REPORT,
        Helper.OPERATOR,
    ),
    "quickbooks.*": Entry(
        _("Refused by QuickBooks"),
        _("QuickBooks refused this (code %(code)s): %(detail)s"),
        "",
        _("Change what it names and try again, or show this to an accountant."),
        Helper.ACCOUNTANT,
    ),
}

ENTRIES = {**RECORDS, **CONTENT}
