"""All entities, by name and by path."""

from sandbox.quickbooks import lists, transactions
from sandbox.quickbooks.rows import ROWS

__all__ = ["BY_PATH", "ROWS", "lists", "transactions"]

BY_PATH = {name.lower(): found for name, found in ROWS.items()}
"""Entities by the last part of their path."""
