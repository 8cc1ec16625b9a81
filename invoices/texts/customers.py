"""New customers: parents, tax settings, and requests of reps (D-06, E-10)."""

from django.utils.translation import gettext_lazy as _

from integration.messages import Entry, Helper

ENTRIES = {
    "draft.parent_unknown": Entry(
        _("Parent not found"),
        _("The parent customer %(name)s is not known here."),
        "",
        _("Choose another parent customer, or none."),
    ),
    "draft.parent_inactive": Entry(
        _("Parent inactive"),
        _("The parent customer %(name)s is inactive in QuickBooks."),
        "",
        _("Make it active in QuickBooks, or choose another parent."),
    ),
    "draft.parent_currency": Entry(
        _("Parent in another currency"),
        _("%(name)s is billed in %(parent_currency)s, this invoice is in %(currency)s."),
        _("A sub-customer has its parent's currency."),
        _("Choose a parent in %(currency)s, or none."),
    ),
    "draft.new_customer_terms": Entry(
        _("Terms inactive"),
        _("The terms of the new customer are no longer active."),
        "",
        _("Choose other terms."),
    ),
    "draft.new_customer_tax": Entry(
        _("Tax code inactive"),
        _("The tax code of the new customer can no longer be used for sales."),
        "",
        _("Choose another one."),
    ),
    "draft.new_customer_limited": Entry(
        _("Left to an accountant"),
        _("Terms, tax setting and parent of new customers are set by people who may approve."),
        _("The settings of this company say so."),
        _("Leave them empty, or ask an accountant."),
    ),
    "draft.customer_not_requested": Entry(
        _("Not asked for yet"),
        _("Nobody was asked for the new customer %(name)s in this form yet."),
        _("New customers of this company are created by request."),
        _("Open the customer step and press Next: somebody who may approve is asked."),
    ),
    "draft.customer_waiting": Entry(
        _("Waiting for the customer"),
        _("The request for the new customer %(name)s is not decided yet."),
        "",
        _("Wait until somebody who may approve accepts it; everything else here is kept."),
        Helper.ACCOUNTANT,
    ),
    "draft.customer_rejected": Entry(
        _("Customer rejected"),
        _("The request for the new customer %(name)s was rejected: “%(comment)s”."),
        "",
        _("Choose another customer, or change this one and ask again."),
    ),
    "customer_request.decided": Entry(
        _("Decided already"),
        _("The request for %(name)s was decided or taken back meanwhile."),
        _("Each request is decided once."),
        _("See the list for what became of it."),
    ),
    "customer_request.own": Entry(
        _("Your own request"),
        _("You asked for %(name)s yourself."),
        "",
        _("Somebody else who may approve decides on it."),
    ),
    "customer_request.comment_missing": Entry(
        _("Reason missing"),
        _("A rejection needs a reason: the person who asked reads it."),
        "",
        _("Write one and reject again."),
    ),
    "customer_request.unknown_customer": Entry(
        _("Customer not found"),
        _("That customer is not an active customer of the company."),
        "",
        _("Choose another one, or accept the new customer."),
    ),
    "customer_request.other_currency": Entry(
        _("Another currency"),
        _("%(name)s is not billed in %(currency)s, which the invoice is in."),
        _("A customer's currency cannot be changed later."),
        _("Choose a customer in %(currency)s, or accept the new one."),
    ),
    "audit.customer.requested": Entry(
        _("Customer asked for"), _("%(person)s asked for the new customer %(name)s.")
    ),
    "audit.customer.request_withdrawn": Entry(
        _("Request taken back"), _("The new customer %(name)s is no longer needed.")
    ),
    "audit.customer.request_accepted": Entry(
        _("Customer accepted"), _("%(person)s accepted the request for the customer %(name)s.")
    ),
    "audit.customer.request_rejected": Entry(
        _("Customer rejected"),
        _("%(person)s rejected the request for the customer %(name)s: “%(comment)s”."),
    ),
}
