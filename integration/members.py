"""Members of a portal: their roles, companies and HubSpot users (D-04)."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from integration import audit
from integration.access.actors import Actor
from integration.access.rights import Right
from integration.models import Company, Membership
from integration.models.people import Role


class MemberRefused(Exception):
    """A rule between members forbids it; ``code`` and ``parameters`` make the sentence."""

    def __init__(self, code: str, **parameters: Any) -> None:
        super().__init__(code)
        self.code = code
        self.parameters = parameters


def change(
    actor: Actor,
    membership: Membership,
    *,
    role: Role,
    companies: Collection[Company],
    hubspot_user_id: str,
    now: datetime,
) -> None:
    """Give a member a role, companies (none chosen means all) and the HubSpot user they are.

    Raises ``MemberRefused`` or ``Forbidden``; nothing is changed then.
    """
    actor.require(Right.PEOPLE)
    with transaction.atomic():
        members = _locked(actor)
        before = _facts(membership)
        if role != membership.role:
            _check_role(actor, membership, members, role)
        _check_companies(actor, membership, companies)
        _check_hubspot_user(membership, members, hubspot_user_id)
        membership.role = role
        membership.hubspot_user_id = hubspot_user_id
        membership.save(update_fields=["role", "hubspot_user_id"])
        membership.companies.set(companies)
        _record("membership.changed", actor, membership, before, _facts(membership), now)


def remove(actor: Actor, membership: Membership, now: datetime) -> None:
    """End a membership; the person and their history stay. Raises ``MemberRefused``."""
    actor.require(Right.PEOPLE)
    with transaction.atomic():
        members = _locked(actor)
        _check_role(actor, membership, members, None)
        _record("membership.removed", actor, membership, _facts(membership), {}, now)
        Membership.objects.for_portal(actor.portal).filter(pk=membership.pk).delete()


def _locked(actor: Actor) -> list[Membership]:
    """All members, so that two owners cannot demote each other at once."""
    found = Membership.objects.for_portal(actor.portal).select_related("person")
    return list(found.select_for_update(of=("self",)).order_by("pk"))


def _check_role(
    actor: Actor, membership: Membership, members: Iterable[Membership], role: Role | None
) -> None:
    """``role`` is the new one, None for leaving."""
    if actor.person is not None and membership.person_id == actor.person.pk:
        raise MemberRefused("people.own_role")
    touches_owner = Role.OWNER in (membership.role, role)
    acts_as_owner = actor.membership is None or actor.membership.role == Role.OWNER
    if touches_owner and not acts_as_owner:
        raise MemberRefused("people.owner_only")
    owners = [each for each in members if each.role == Role.OWNER]
    if membership.role == Role.OWNER and role != Role.OWNER and len(owners) == 1:
        raise MemberRefused("people.last_owner", name=str(membership.person))


def _check_companies(actor: Actor, membership: Membership, companies: Iterable[Company]) -> None:
    """Who is limited to some companies gives no others, least of all to themselves."""
    if actor.company_ids is None:
        return
    before = {each.pk for each in membership.companies.all()}
    after = {each.pk for each in companies}
    becomes_all = bool(before) and not after
    gained = after - before if before else set()
    if becomes_all or not gained <= actor.company_ids:
        raise MemberRefused("people.not_your_companies")


def _check_hubspot_user(
    membership: Membership, members: Iterable[Membership], hubspot_user_id: str
) -> None:
    for each in members if hubspot_user_id else ():
        if each.hubspot_user_id == hubspot_user_id and each.pk != membership.pk:
            raise MemberRefused("people.hubspot_user_taken", name=str(each.person))


def _facts(membership: Membership) -> dict[str, Any]:
    return {
        "role": membership.role,
        "companies": sorted(membership.companies.values_list("name", flat=True)),
        "hubspot_user_id": membership.hubspot_user_id,
    }


def _record(
    action: str,
    actor: Actor,
    membership: Membership,
    before: dict[str, Any],
    after: dict[str, Any],
    now: datetime,
) -> None:
    audit.record(
        action,
        actor=actor,
        portal=actor.portal,
        subject=("person", membership.person_id),
        before={**before, "name": str(membership.person)},
        after={**after, "name": str(membership.person)},
        now=now,
    )
