"""Who owns deals and how stages are called in a portal, kept ready for pages (D-05).

Read by the ``portal.directory`` job into the cache; a page that finds nothing there asks for the
job and goes on without names. Members are matched with HubSpot users by the user id they linked,
never by e-mail.
"""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.core.cache import cache
from redis.exceptions import RedisError

from integration.gateways.hubspot import HubSpot
from integration.models import Membership, Portal
from integration.records.hubspot import Owner

DAYS = 7 * 24 * 3600


def refresh(portal: Portal, hubspot: HubSpot, now: datetime) -> None:
    """Read owners and stages, and give members the owner and teams of their HubSpot user."""
    owners = hubspot.owners()
    stages = hubspot.deal_pipelines()
    cache.set(_key(portal), {"owners": [asdict(one) for one in owners], "stages": stages}, DAYS)
    by_user = {one.user_id: one for one in owners if one.user_id}
    for member in Membership.objects.for_portal(portal).exclude(hubspot_user_id=""):
        found = by_user.get(member.hubspot_user_id)
        owner_id, teams = (found.id, list(found.team_ids)) if found else ("", [])
        if (owner_id, teams) != (member.hubspot_owner_id, member.hubspot_team_ids):
            member.hubspot_owner_id, member.hubspot_team_ids = owner_id, teams
            member.save(update_fields=["hubspot_owner_id", "hubspot_team_ids"])


def owners(portal: Portal) -> dict[str, Owner]:
    """By owner id; empty until the job ran."""
    rows = _known(portal).get("owners", [])
    return {row["id"]: Owner(**{**row, "team_ids": tuple(row["team_ids"])}) for row in rows}


def owner(portal: Portal, owner_id: str) -> Owner | None:
    return owners(portal).get(owner_id) if owner_id else None


def owner_name(portal: Portal, owner_id: str) -> str:
    """First and last name, or the e-mail address, or nothing."""
    found = owner(portal, owner_id)
    if found is None:
        return ""
    return f"{found.first_name} {found.last_name}".strip() or found.email


def stage_label(portal: Portal, stage_id: str) -> str:
    """The stage as HubSpot shows it; its id while we do not know."""
    stages: dict[str, str] = _known(portal).get("stages", {})
    return stages.get(stage_id, stage_id)


def is_known(portal: Portal) -> bool:
    """False until the job ran, and after the cache was lost: then it is worth asking for."""
    return bool(_known(portal))


def _known(portal: Portal) -> dict[str, Any]:
    try:
        return cache.get(_key(portal)) or {}
    except RedisError:  # a page without names is better than none
        return {}


def _key(portal: Portal) -> str:
    return f"directory:{portal.pk}"
