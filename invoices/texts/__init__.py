"""The catalogue's entries of this layer, a module for each family of codes."""

from integration import messages
from invoices.texts import (
    approvals,
    automation,
    changes,
    customers,
    draft,
    estimates,
    existing,
    finance,
    history,
    line_extras,
    lines,
    matching,
    month_end,
    operations,
    quote_lines,
    quote_pdf,
    quotes,
    sending,
)

FAMILIES = (
    changes,
    draft,
    lines,
    matching,
    operations,
    history,
    existing,
    quotes,
    quote_lines,
    quote_pdf,
    estimates,
    line_extras,
    approvals,
    finance,
    sending,
    customers,
    month_end,
    automation,
)

for family in FAMILIES:
    messages.add(family.ENTRIES)
