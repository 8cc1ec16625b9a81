"""The catalogue's entries of this layer, a module for each family of codes."""

from integration import messages
from invoices.texts import (
    approvals,
    draft,
    existing,
    history,
    lines,
    matching,
    operations,
    quote_lines,
    quotes,
)

FAMILIES = (draft, lines, matching, operations, history, existing, quotes, quote_lines, approvals)

for family in FAMILIES:
    messages.add(family.ENTRIES)
