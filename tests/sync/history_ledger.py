"""What the people of a history chose and did between two rests.

Tabs only change at a rest, so that each period has one policy.
"""

from dataclasses import dataclass, field

from django.db.models import Count

from integration.models import Portal, RecordLink
from sync.models import SyncObject
from sync.services import Tab

Key = tuple[str, str, str]
"""(realm, entity, QuickBooks id)"""
TABS = {
    "Invoice": SyncObject.INVOICES,
    "Customer": SyncObject.CONTACTS,
    "Item": SyncObject.PRODUCTS,
}
OFF = Tab(False, "create_and_update", "keep")


@dataclass
class Ledger:
    """``made``: records of this history. ``versions``: as of the last rest. ``unsure``: HubSpot may
    rightly show an older state. ``may_exist``, ``may_go``: what a tab allowed at some time."""

    tabs: dict[tuple[str, str], Tab] = field(default_factory=dict)
    made: set[Key] = field(default_factory=set)
    versions: dict[Key, str] = field(default_factory=dict)
    known: set[Key] = field(default_factory=set)
    """Made before the last rest; one that came and went between two of them has no version."""
    unsure: set[Key] = field(default_factory=set)
    may_exist: set[Key] = field(default_factory=set)
    went: set[Key] = field(default_factory=set)
    may_go: set[Key] = field(default_factory=set)
    removed: set[tuple[str, str]] = field(default_factory=set)
    """(HubSpot kind, id) that a person deleted there."""
    dead_deals: set[str] = field(default_factory=set)
    merged: dict[tuple[str, str], str] = field(default_factory=dict)
    """(HubSpot kind, id) of what is part of another object now, and which."""
    entries: int = 0

    def survivor(self, kind: str, hubspot_id: str) -> str:
        """The object it is now."""
        while (kind, hubspot_id) in self.merged:
            hubspot_id = self.merged[kind, hubspot_id]
        return hubspot_id

    def merge(self, kind: str, loser: str, survivor: str) -> None:
        self.merged[kind, loser] = survivor
        self.removed.add((kind, loser))

    def has(self, deal: str) -> bool:
        """Neither deleted nor part of another one."""
        return deal not in self.dead_deals and ("deals", deal) not in self.merged

    def tab(self, realm: str, entity: str) -> Tab:
        return self.tabs.get((realm, entity), OFF)


def shared_objects(portal: Portal) -> set[str]:
    """HubSpot ids that are several customers: whoever changed last is what they say."""
    links = RecordLink.objects.for_portal(portal).values("hubspot_id").order_by("hubspot_id")
    found = links.annotate(count=Count("pk")).filter(count__gt=1)
    return set(found.values_list("hubspot_id", flat=True))
