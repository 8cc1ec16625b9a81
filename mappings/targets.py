"""Which property each of our own values goes to, as an admin chose (D-25)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from integration import audit
from integration.access.actors import Actor
from integration.access.rights import Right
from integration.hubspot_properties import PROPERTIES
from integration.models import Portal
from integration.records.hubspot import PropertyDefinition
from mappings.catalog import DEAL_VALUES, DEALS, INVOICES, PREFIX
from mappings.checks import same_type
from mappings.models import PropertyTarget
from mappings.services import targets

INVOICE_VALUES: Mapping[str, str] = {
    "status": "enumeration", "company": "string", "billed": "number", "cash": "number",
    "credited": "number", "open": "number", "deleted_at": "datetime",
    "hs_currency": "enumeration", "hs_invoice_status": "enumeration",
    "hs_amount_billed": "number", "hs_balance_due": "number", "hs_number": "string",
    "hs_title": "string", "hs_invoice_date": "datetime", "hs_due_date": "datetime",
}  # fmt: skip
"""Value to HubSpot's type; ``key`` and ``hs_invoice_billable`` stand fast."""
FIXED = frozenset({"hs_currency", "hs_invoice_status"})
"""HubSpot's invoice is none without these."""


@dataclass(frozen=True, slots=True)
class TargetLine:
    """``property`` is empty when the value is not written; ``status``: ok, off, gone, read_only
    or type."""

    value: str
    label: str
    property: str
    property_label: str
    type: str
    is_own: bool
    is_fixed: bool
    status: str

    @property
    def badge(self) -> tuple[str, str, str]:
        return {
            "ok": (_("Working"), "ok", "done"),
            "off": (_("Not written"), "outlined", "minus"),
            "gone": (_("Property gone"), "danger", "error"),
            "read_only": (_("Read-only in HubSpot"), "danger", "error"),
            "type": (_("Type changed"), "danger", "error"),
        }[self.status]


def values_of(kind: str) -> Mapping[str, str]:
    """Value name to HubSpot type, for ``deals`` and ``invoices``."""
    if kind == INVOICES:
        return INVOICE_VALUES
    types = {each.name: each.type for each in PROPERTIES[DEALS]}
    return {value: types[PREFIX + value] for value in DEAL_VALUES}


def target_lines(
    portal: Portal, kind: str, properties: Mapping[str, PropertyDefinition]
) -> Sequence[TargetLine]:
    """In the order of the catalogue; ``properties`` as HubSpot last listed them."""
    chosen = targets(portal)
    labels = {each.name: each.label for each in PROPERTIES.get(kind, ())}
    lines = []
    for value, type in values_of(kind).items():
        own = value if value.startswith("hs_") else PREFIX + value
        name = chosen.property_of(kind, value)
        found = properties.get(name)
        own_label = labels.get(own) or (properties[own].label if own in properties else own)
        lines.append(
            TargetLine(
                value=value,
                label=own_label,
                property=name,
                property_label=found.label if found else name,
                type=type,
                is_own=name == own,
                is_fixed=value in FIXED,
                status=_status(name, found, type, is_read=bool(properties), is_own=name == own),
            )
        )
    return lines


def _status(
    name: str, found: PropertyDefinition | None, type: str, *, is_read: bool, is_own: bool
) -> str:
    if not name:
        return "off"
    if found is None:
        return "gone" if is_read else "ok"
    if found.read_only and not is_own:
        return "read_only"
    return "ok" if is_own or fits(found, type) else "type"


def fits(property: PropertyDefinition, type: str) -> bool:
    """Any text takes any value; otherwise the same type, and an option of ours must be there."""
    if property.type == "string":
        return True
    return type != "enumeration" and same_type(property.type, type)


def choices(
    kind: str, line: TargetLine, properties: Mapping[str, PropertyDefinition]
) -> list[tuple[str, str]]:
    """(property name, label): existing properties this value may go to instead of its own."""
    offered = [
        (name, f"{found.label or name} ({name})")
        for name, found in properties.items()
        if not found.read_only
        and not name.startswith((PREFIX, "hs_"))
        and fits(found, line.type)
    ]  # fmt: skip
    offered.sort(key=lambda each: each[1].casefold())
    if line.property and not line.is_own and line.property not in dict(offered):
        offered.insert(0, (line.property, line.property_label))
    return offered


def choose(actor: Actor, kind: str, chosen: Mapping[str, str], now: datetime) -> int:
    """``chosen``: value to property; its own name takes the choice back, empty writes it nowhere.

    How many changed. Two values in one property are the caller's to refuse.
    """
    actor.require(Right.MAP)
    portal = actor.portal
    with transaction.atomic():
        Portal.objects.select_for_update().get(pk=portal.pk)
        before = targets(portal)
        changed = {
            value: name
            for value, name in chosen.items()
            if value in values_of(kind) and name != before.property_of(kind, value)
        }
        for value, name in changed.items():
            _set(portal, kind, value, name)
        if changed:
            audit.record(
                "target.changed",
                actor=actor,
                portal=portal,
                subject=("mapping", kind),
                before={value: before.property_of(kind, value) for value in changed},
                after=changed,
                now=now,
            )
    return len(changed)


def _set(portal: Portal, kind: str, value: str, name: str) -> None:
    rows = PropertyTarget.objects.for_portal(portal).filter(object_kind=kind, value=value)
    if name == (value if value.startswith("hs_") else PREFIX + value):
        rows.delete()
        return
    rows.update_or_create(
        portal=portal, object_kind=kind, value=value, defaults={"property_name": name}
    )
