"""Which of a company's custom fields on sales forms is meant for what. Pure.

``custom_fields`` are (DefinitionId, name) as QuickBooks' preferences list them.
"""

import re

PO_FIELD = re.compile(r"\b(p\.?\s?o\.?|purchase order)\b", re.IGNORECASE)
REFERENCE_FIELD = re.compile(r"\b(dealbooks|ref|reference|deal)\b", re.IGNORECASE)


def po_number_field(custom_fields: tuple[tuple[str, str], ...]) -> str:
    """The custom field meant for purchase order numbers, or ""."""
    return next((key for key, name in custom_fields if PO_FIELD.search(name)), "")


def reference_field(custom_fields: tuple[tuple[str, str], ...]) -> str:
    """The custom field whose name speaks of a reference or deal; other fields are the company's."""
    return next((key for key, name in custom_fields if REFERENCE_FIELD.search(name)), "")
