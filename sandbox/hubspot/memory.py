"""What a restart must find again of HubSpot, and how it is put back."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from sandbox.core.keeping import kept, put_back
from sandbox.hubspot.properties import Property
from sandbox.hubspot.schemas import BY_NAME as TYPES
from sandbox.hubspot.schemas import ObjectType
from sandbox.hubspot.store import Portal, Record
from sandbox.hubspot.tokens import Code, Grant

if TYPE_CHECKING:
    from sandbox.hubspot.application import HubSpot


def object_type(name: str) -> ObjectType:
    return TYPES[name]


CLASSES: tuple[type, ...] = (Record, Property, Code, Grant)
BY_NAME: dict[type, tuple[Callable[[str], Any], str]] = {ObjectType: (object_type, "name")}
OF_THE_PROCESS = ("clock", "switches", "observe")


def remember(hubspot: "HubSpot") -> dict[str, Any]:
    return {
        "portals": {
            number: kept(portal, *OF_THE_PROCESS) for number, portal in hubspot.portals.items()
        },
        "vault": kept(hubspot.vault, "clock"),
        "meter": kept(hubspot.meter, "switches"),
        "dice": hubspot.dice,
        "webhooks": kept(hubspot.webhooks, "hubspot", "postman"),
        "postman": kept(hubspot.webhooks.postman, "clock", "_task", "_hold"),
    }


def recall(hubspot: "HubSpot", memory: dict[str, Any]) -> None:
    """``hubspot`` has just been started over."""
    for number, facts in memory["portals"].items():
        hubspot.portals[number] = _portal(hubspot, facts)
    put_back(hubspot.vault, memory["vault"])
    put_back(hubspot.meter, memory["meter"])
    hubspot.dice = memory["dice"]
    put_back(hubspot.webhooks, memory["webhooks"])
    put_back(hubspot.webhooks.postman, memory["postman"])
    hubspot.webhooks.postman.release()


def _portal(hubspot: "HubSpot", facts: dict[str, Any]) -> Portal:
    world = hubspot.world
    portal = Portal(facts["id"], world.clock, facts["name"], facts["timezone"], [])
    put_back(portal, facts)
    portal.switches = world.switches
    portal.settings["base_url"] = hubspot.base_url
    portal.observe = partial(hubspot.observe, portal)
    return portal
