"""The targets an admin chose for a portal's values."""

from integration.models import Portal
from mappings.catalog import Targets
from mappings.models import PropertyTarget


def targets(portal: Portal) -> Targets:
    """One query; values without a row go to the property of their own name."""
    chosen: dict[str, dict[str, str]] = {}
    for row in PropertyTarget.objects.for_portal(portal):
        chosen.setdefault(row.object_kind, {})[row.value] = row.property_name
    return Targets(chosen)


def switch_off(portal: Portal, object_kind: str, value: str) -> None:
    """The portal refuses this value (a read-only or missing property): write the others."""
    PropertyTarget.objects.for_portal(portal).update_or_create(
        portal=portal, object_kind=object_kind, value=value, defaults={"property_name": ""}
    )
