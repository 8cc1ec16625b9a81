"""The one stage of an invoice."""
