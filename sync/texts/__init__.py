"""``sync.*``: why a record was left alone or failed, and lines of the history of this layer."""

from sync.texts import (
    backfills,
    erasing,
    invoices,
    matching,
    reconciliations,
    records,
    two_way,
    undos,
)

__all__ = [
    "backfills",
    "erasing",
    "invoices",
    "matching",
    "reconciliations",
    "records",
    "two_way",
    "undos",
]
