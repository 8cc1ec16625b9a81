"""The catalogue's entries of this layer, a module for each family of codes."""

from integration import messages
from integration.texts import (
    access,
    budget,
    connect,
    files,
    general,
    history,
    hubspot,
    hubspot_records,
    net,
    people,
    quickbooks,
    quickbooks_records,
    views,
)

FAMILIES = (
    general, access, budget, people, connect, net, files, quickbooks, quickbooks_records, hubspot, hubspot_records,
    history, views,
)  # fmt: skip

for family in FAMILIES:
    messages.add(family.ENTRIES)
