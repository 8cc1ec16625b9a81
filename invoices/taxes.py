"""Tax of an invoice line."""
