"""To which deals an invoice made in QuickBooks may belong, and whether that is proven (D-32). Pure.

Proof is the deal's own reference in the field that is ours, on an invoice for a customer linked to
the deal's company or contact, with no other deal in question. Everything less is a suggestion with
what is missing; a person decides.
"""

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

REFERENCE, LIKENESS = "reference", "likeness"
NEAR_DAYS = 60
"""How far the invoice's date may be from the deal's close date to count as near."""
Person = tuple[str, str]
"""HubSpot's (kind, id) of a contact or company."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An invoice that hangs on no deal, or only on ``counted_on``.

    ``in_field`` and ``elsewhere`` are ids of deals whose reference stands on it; ``customers``
    the HubSpot objects that its customer is linked to.
    """

    total: Decimal
    net: Decimal
    currency: str
    txn_date: date | None = None
    in_field: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    customers: frozenset[Person] = frozenset()
    counted_on: str = ""


@dataclass(frozen=True, slots=True)
class DealFacts:
    """``people`` are the deal's contacts and companies."""

    id: str
    name: str
    amount: Decimal | None
    currency: str
    close_date: date | None
    people: frozenset[Person] = frozenset()


@dataclass(frozen=True, slots=True)
class Verdict:
    """``obstacles``: message codes of what keeps it from being attached alone."""

    deal_id: str
    reason: str
    obstacles: tuple[str, ...] = ()

    @property
    def is_proven(self) -> bool:
        return not self.obstacles


def verdicts(candidate: Candidate, deals: Mapping[str, DealFacts]) -> list[Verdict]:
    """Deals that the references name; without any, deals that look alike.

    ``deals`` are the living ones by id: a reference to any other names nothing.
    """
    named = [each for each in (*candidate.in_field, *candidate.elsewhere) if each in deals]
    if named:
        return [_by_reference(candidate, deals[each]) for each in dict.fromkeys(named)]
    return list(_alike(candidate, deals))


def _by_reference(candidate: Candidate, deal: DealFacts) -> Verdict:
    named = {*candidate.in_field, *candidate.elsewhere}
    found = (
        (deal.id not in candidate.in_field, "attach.reference_elsewhere"),
        (not _shares(candidate.customers, deal.people), "attach.customer_not_linked"),
        (len(named) > 1 or candidate.counted_on not in ("", deal.id), "attach.another_deal"),
    )
    return Verdict(deal.id, REFERENCE, tuple(code for applies, code in found if applies))


def _alike(candidate: Candidate, deals: Mapping[str, DealFacts]) -> Iterator[Verdict]:
    """Customer, amount (with or without tax) and date: all three."""
    if candidate.total <= 0:
        return
    for deal in deals.values():
        same_amount = deal.amount in (candidate.total, candidate.net)
        same_currency = deal.currency in ("", candidate.currency)
        near = _near(candidate.txn_date, deal.close_date)
        if same_amount and same_currency and near and _shares(candidate.customers, deal.people):
            yield Verdict(deal.id, LIKENESS, ("attach.only_alike",))


def _shares(one: Set[Person], other: Set[Person]) -> bool:
    return not one.isdisjoint(other)


def _near(day: date | None, other: date | None) -> bool:
    return day is not None and other is not None and abs((day - other).days) <= NEAR_DAYS
