"""``sync.*``: why a record was left alone or failed, and lines of the history of this layer."""

from sync.texts import invoices, records

__all__ = ["invoices", "records"]
