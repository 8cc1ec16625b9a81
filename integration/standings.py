"""How each connection stands, for people: its state in words, days left, last success (B-03)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from integration.access.actors import Actor
from integration.connection_status import ConnectionStatus, status
from integration.messages import Message, message
from integration.models import Company, Job
from integration.models.grants import GrantState, Vendor


@dataclass(frozen=True)
class Standing:
    """One connection. ``company`` is None for HubSpot."""

    status: ConnectionStatus
    name: str
    last_success: datetime | None
    problem: Message | None

    @property
    def company(self) -> Company | None:
        return self.status.company

    @property
    def is_connected(self) -> bool:
        return self.status.state != GrantState.DISCONNECTED

    @property
    def needs_person(self) -> bool:
        return self.status.state in (GrantState.NEEDS_RECONNECT, GrantState.EXPIRING)


@dataclass(frozen=True)
class Standings:
    """``hubspot`` may be disconnected; companies are those the person may see."""

    hubspot: Standing
    companies: list[Standing]

    @property
    def connected(self) -> list[Standing]:
        return [each for each in self.companies if each.is_connected]


def of(actor: Actor, now: datetime) -> Standings:
    """Connected companies first, each list by name."""
    successes = _successes(actor)
    hubspot: Standing | None = None
    companies = []
    for each in status(actor.portal, now):
        if each.vendor == Vendor.HUBSPOT:
            hubspot = _standing(each, actor.portal.domain or each.name, successes)
        elif actor.company_ids is None or _id(each) in actor.company_ids:
            companies.append(_standing(each, each.name, successes))
    if hubspot is None:
        raise LookupError("every portal has a HubSpot status")
    return Standings(hubspot, companies)


def _standing(
    each: ConnectionStatus, name: str, successes: dict[UUID | None, datetime]
) -> Standing:
    return Standing(each, name, successes.get(_id(each)), _problem(each, name))


def _id(each: ConnectionStatus) -> UUID | None:
    return each.company.pk if each.company else None


def _problem(each: ConnectionStatus, name: str) -> Message | None:
    facts: dict[str, Any] = {"vendor": each.vendor, "company": name, "portal": name}
    if each.state == GrantState.NEEDS_RECONNECT:
        return message(each.reason or "connect.needs_reconnect", **facts)
    if each.state == GrantState.EXPIRING:
        return message("connect.expiring", days=each.days_left or 0, **facts)
    return None


def _successes(actor: Actor) -> dict[UUID | None, datetime]:
    """When work for each company, or for the portal (None), last ended well."""
    rows = (
        Job.objects.for_portal(actor.portal)
        .exclude(last_success_at=None)
        .order_by("last_success_at")
        .values_list("company_id", "last_success_at")
    )
    return dict(rows)
