"""When an invoice needs approval, what an approval is worth, and who may give it (D-15). Pure.

Amounts are Decimals in the company's home currency. Nothing here knows rows: callers hand in what
they read, and get codes for ``integration.messages`` back.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from invoices.currencies import round_money

PERIOD_DAYS = 30
"""A deal's invoices of so many days count together, so that splitting one changes nothing."""


class Rule(StrEnum):
    """Values of ``CompanySettings.approval_rule``."""

    NEVER = "never"
    OVER = "over"
    ALWAYS = "always"


STRICTNESS = (Rule.NEVER, Rule.OVER, Rule.ALWAYS)


@dataclass(frozen=True, slots=True)
class Policy:
    """``limit`` in home currency, only with ``Rule.OVER``; ``version`` grows with every change."""

    rule: Rule
    limit: Decimal | None = None
    four_eyes: bool = True
    version: int = 1
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Need:
    """Why somebody has to approve: a message code with its parameters."""

    code: str
    parameters: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Given:
    """An approval that was given."""

    content_hash: str
    policy_version: int


def at_home(
    amount: Decimal | None, currency: str, home: str, rate: Decimal | None
) -> Decimal | None:
    """``rate``: home units for one unit of ``currency``. None where it cannot be worked out."""
    if amount is None or currency == home:
        return amount
    return round_money(amount * rate, home) if rate is not None and rate > 0 else None


def need(policy: Policy, earlier: Iterable[Decimal | None], amount: Decimal | None) -> Need | None:
    """Whether this invoice waits. ``earlier``: the deal's other invoices of the period.

    An amount nobody could work out in home currency counts as over the limit: a policy that can be
    passed by an unknown rate would be none.
    """
    if policy.rule is Rule.NEVER:
        return None
    if policy.rule is Rule.ALWAYS:
        return Need("approval.every_invoice")
    before = list(earlier)
    shared = {"limit": str(policy.limit or 0), "currency": policy.currency}
    if policy.limit is None or amount is None or any(each is None for each in before):
        return Need("approval.amount_unknown", shared)
    so_far = sum((each for each in before if each is not None), Decimal(0))
    if so_far + amount <= policy.limit:
        return None
    return Need("approval.over_limit", {**shared, "so_far": str(so_far), "now": str(amount)})


def holds(given: Iterable[Given], content_hash: str, policy_version: int) -> bool:
    """Whether one of the approvals is for exactly this content under exactly this policy."""
    return any(
        each.content_hash == content_hash and each.policy_version == policy_version
        for each in given
    )


def refusal(policy: Policy, approver: object, authors: Collection[object]) -> str:
    """Why this person may not decide, as a message code; empty when they may.

    ``authors``: whoever drafted it, edited it last, and sent it. Four eyes are better than two.
    """
    return "approval.own_invoice" if policy.four_eyes and approver in authors else ""


def is_looser(before: Policy, after: Policy) -> bool:
    """Whether an invoice that waited before could pass without approval now, or one pair of eyes
    is enough now."""
    if before.four_eyes and not after.four_eyes and after.rule is not Rule.NEVER:
        return True
    if STRICTNESS.index(after.rule) != STRICTNESS.index(before.rule):
        return STRICTNESS.index(after.rule) < STRICTNESS.index(before.rule)
    if after.rule is not Rule.OVER:
        return False
    return (after.limit or Decimal(0)) > (before.limit or Decimal(0))
