"""A draft and everything that stands between it and an invoice (B-05). Pure.

``problems(content, facts)`` gives every blocker and warning at once, in the order of the steps.
"""

from invoices import draft_checks, estimate_checks, finance_checks, line_checks, quote_checks
from invoices.draft_content import DraftContent
from invoices.draft_customer import NewCustomer
from invoices.draft_facts import DraftFacts, Problem, Severity
from invoices.draft_lines import DraftDiscount, DraftLine
from invoices.typed_values import read_date, read_number

__all__ = [
    "DraftContent",
    "DraftDiscount",
    "DraftFacts",
    "DraftLine",
    "NewCustomer",
    "Problem",
    "Severity",
    "blockers",
    "problems",
    "read_date",
    "read_number",
]

CHECKS = (
    draft_checks.company,
    draft_checks.currency,
    quote_checks.quote,
    estimate_checks.estimate,
    draft_checks.customer,
    draft_checks.lines,
    line_checks.lines,
    quote_checks.discount,
    quote_checks.billed,
    estimate_checks.amount,
    draft_checks.prices,
    draft_checks.amounts,
    draft_checks.us_address,
    draft_checks.dates,
    draft_checks.details,
    line_checks.invoice,
    finance_checks.dates,
    finance_checks.products,
    finance_checks.prices,
    finance_checks.discounts,
    finance_checks.required,
    finance_checks.standing,
    finance_checks.twins,
)


def problems(content: DraftContent, facts: DraftFacts) -> list[Problem]:
    """Empty: the draft can be created as it is."""
    return [found for check in CHECKS for found in check(content, facts)]


def blockers(content: DraftContent, facts: DraftFacts) -> list[Problem]:
    return [found for found in problems(content, facts) if found.is_blocker]
