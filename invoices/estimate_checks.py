"""The checks of a draft made from an estimate. Part of ``invoices.draft.problems`` (D-35). Pure."""

from collections.abc import Iterator

from invoices import draft_estimates, estimates
from invoices.draft_content import DraftContent
from invoices.draft_facts import DraftFacts, Problem, blocker, warning


def estimate(content: DraftContent, facts: DraftFacts) -> Iterator[Problem]:
    """What QuickBooks said last, what the calendar says now, and whose invoice it becomes."""
    held = draft_estimates.of(content)
    if held is None:
        return
    found = held.estimate
    if held.obstacle is not None:
        yield blocker(held.obstacle.code, "source", **held.obstacle.parameters)
    elif estimates.expired(found, facts.today) and found.expires_on is not None:
        yield blocker("estimate.expired", "source", day=found.expires_on)
    elif held.changes:
        yield blocker("estimate.changed", "source", number=found.name)
    elif not found.is_accepted:
        yield warning("estimate.pending", "source", number=found.name)
    if content.new_customer is not None or content.customer_id != found.sale.customer_id:
        yield blocker(
            "estimate.customer_differs", "customer",
            number=found.name, customer=found.sale.customer_name,
        )  # fmt: skip


def amount(content: DraftContent, facts: DraftFacts) -> Iterator[Problem]:
    """Somebody changed the lines: the customer agreed to another amount."""
    held = draft_estimates.of(content)
    if held is None:
        return
    quoted, now = estimates.worth(held.estimate.content()), estimates.worth(content)
    if quoted != now:
        yield warning(
            "estimate.amount_differs", "lines", number=held.estimate.name,
            quoted=quoted, now=now, currency=content.currency,
        )  # fmt: skip
