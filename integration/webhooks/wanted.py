"""Which of the vendors' events mean something to us. Pure.

``docs/vendor-keys.md`` tells operators to subscribe to these; others cost an answer and no more.
"""

ENTITIES = {
    name.lower(): name
    for name in (
        "Invoice", "Payment", "CreditMemo", "Customer", "Item", "Term", "Account", "PaymentMethod",
        "Class", "Department", "Preferences",
    )
}  # fmt: skip
"""QuickBooks entities that one read of the changes brings; CloudEvents write them in lower case."""
CRM_KINDS = {"deal": "deals", "contact": "contacts", "company": "companies"}
CRM_TYPE_IDS = {"0-3": "deals", "0-1": "contacts", "0-2": "companies"}
"""The same for subscriptions of the generic ``object.*`` sort."""
PROPERTIES_OF_DEALS = frozenset(
    ("dealname", "amount", "deal_currency_code", "dealstage", "pipeline", "hubspot_owner_id")
)
"""What is kept of a deal. Properties that we write ourselves are not among them: no echo."""
SUBSCRIPTIONS = (
    *(("deal.propertyChange", name) for name in sorted(PROPERTIES_OF_DEALS)),
    ("deal.deletion", ""),
    ("deal.restore", ""),
    ("deal.merge", ""),
    ("contact.merge", ""),
    ("contact.privacyDeletion", ""),
    ("company.merge", ""),
)
"""(event type, property) that the app at HubSpot is to send."""
