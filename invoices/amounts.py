"""The four amounts of an invoice."""
