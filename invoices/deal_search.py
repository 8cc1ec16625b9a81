"""Searching HubSpot for deals we have not met yet, within the person's reach (D-05)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar

from integration import directory, sessions
from integration.access.actors import Actor
from integration.gateways.values import day, optional_amount
from integration.records.hubspot import Object, Owner

Value = TypeVar("Value")
LETTERS = 2
LONGEST = 100
SHOWN = 25
MOST_OWNERS = 100
"""HubSpot takes so many values in one filter."""
PROPERTIES = ("dealname", "amount", "deal_currency_code", "dealstage", "closedate",
              "hubspot_owner_id")  # fmt: skip


@dataclass(frozen=True, slots=True)
class FoundDeal:
    """One line of the answer; ``currency`` is empty where HubSpot names none."""

    id: str
    name: str
    amount: Decimal | None
    currency: str
    stage_label: str
    owner_name: str
    close_date: date | None


@dataclass(frozen=True, slots=True)
class Found:
    """``total`` counts what HubSpot found, also beyond the ``deals`` that are shown."""

    deals: list[FoundDeal]
    total: int

    @property
    def has_more(self) -> bool:
        return self.total > len(self.deals)


def search(actor: Actor, text: str) -> Found:
    """One call. Raises GatewayError. The caller checks for ``LETTERS`` letters."""
    owners = directory.owners(actor.portal)
    filters = []
    if not actor.sees_all_deals:
        mine = [each for each in _owner_ids(actor, owners.values()) if each][:MOST_OWNERS]
        if not mine:
            return Found([], 0)
        filters = [("hubspot_owner_id", "IN", mine)]
    rows, total, _after = sessions.hubspot(actor.portal, urgent=True).search(
        "deals", query=text[:LONGEST], filters=filters, properties=PROPERTIES, limit=SHOWN
    )
    reached = [row for row in rows if _is_reached(actor, row, owners)]
    return Found([_found(actor, row) for row in reached], total - len(rows) + len(reached))


def _owner_ids(actor: Actor, owners: Iterable[Owner]) -> list[str]:
    """The person's own and, where the portal says so, the team's: HubSpot then pages only those."""
    own = actor.membership.hubspot_owner_id if actor.membership else ""
    team = [each.id for each in owners if actor.sees_deal_of("", each.id, each.team_ids)]
    return list(dict.fromkeys([own, *team]))


def _is_reached(actor: Actor, row: Object, owners: dict[str, Owner]) -> bool:
    owner = owners.get(row.text("hubspot_owner_id"))
    teams = owner.team_ids if owner else ()
    return actor.sees_deal_of(row.id, row.text("hubspot_owner_id"), teams)


def _found(actor: Actor, row: Object) -> FoundDeal:
    return FoundDeal(
        id=row.id,
        name=row.text("dealname"),
        amount=_read(optional_amount, row.text("amount")),
        currency=row.text("deal_currency_code") or actor.portal.currency,
        stage_label=directory.stage_label(actor.portal, row.text("dealstage")),
        owner_name=directory.owner_name(actor.portal, row.text("hubspot_owner_id")),
        close_date=_read(day, row.text("closedate")),
    )


def _read(parse: Callable[[str], Value | None], text: str) -> Value | None:
    """A value nobody can read is no reason to hide the deal."""
    try:
        return parse(text)
    except ValueError:
        return None
