"""Sentences of field mappings; loaded by ``autodiscover_modules``."""

from mappings.texts import history, validity, values

__all__ = ["history", "validity", "values"]
