"""What is wrong with a new customer beyond its name: parent, currency, tax, and who may ask for it
(D-06, E-10). Pure."""

from collections.abc import Iterator

from invoices.customer_policy import CustomerPolicy, RequestState
from invoices.draft_content import DraftContent
from invoices.draft_customer import NewCustomer
from invoices.draft_facts import DraftFacts, Problem, blocker

Found = Iterator[Problem]
LIMITED = {
    "parent_id": "new_customer.parent_id",
    "terms_id": "new_customer.terms_id",
    "tax": "new_customer.tax",
}
"""What reps with limited fields leave to an accountant, with the input it is typed in."""


def new_customer(new: NewCustomer, content: DraftContent, facts: DraftFacts) -> Found:
    yield from _parent(new, content, facts)
    yield from _tax(new, facts)
    if new.terms_id and new.terms_id not in facts.terms:
        yield blocker("draft.new_customer_terms", "new_customer.terms_id")
    if facts.customer_policy == CustomerPolicy.LIMITED:
        for name, field in LIMITED.items():
            if getattr(new, name):
                yield blocker("draft.new_customer_limited", field)
    if facts.customer_policy == CustomerPolicy.REQUEST:
        yield from _request(new, facts)


def _parent(new: NewCustomer, content: DraftContent, facts: DraftFacts) -> Found:
    """QuickBooks wants an active parent in the same currency, and no loops: the parent exists."""
    if not new.parent_id:
        return
    field, parent = "new_customer.parent_id", facts.parent_customer
    if parent is None:
        yield blocker("draft.parent_unknown", field, name=new.parent_name)
    elif not parent.active:
        yield blocker("draft.parent_inactive", field, name=parent.display_name)
    elif parent.currency and parent.currency != content.currency:
        yield blocker(
            "draft.parent_currency", field, name=parent.display_name,
            parent_currency=parent.currency, currency=content.currency,
        )  # fmt: skip


def _tax(new: NewCustomer, facts: DraftFacts) -> Found:
    if new.tax_code_id:
        code = facts.tax_codes.get(new.tax_code_id)
        if code is None or not code.usable_for_sales:
            yield blocker("draft.new_customer_tax", "new_customer.tax")


def _request(new: NewCustomer, facts: DraftFacts) -> Found:
    """E-10: an accountant's yes to exactly this customer."""
    if facts.customer_request == RequestState.ACCEPTED:
        return
    if facts.customer_request == RequestState.REJECTED:
        yield blocker(
            "draft.customer_rejected", "customer_request", name=new.display_name,
            comment=facts.customer_request_comment,
        )  # fmt: skip
    elif facts.customer_request == RequestState.WAITING:
        yield blocker("draft.customer_waiting", "customer_request", name=new.display_name)
    else:
        yield blocker("draft.customer_not_requested", "customer_request", name=new.display_name)
