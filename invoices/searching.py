"""Finding invoices by number and customer, quick among tens of thousands (S-68, S-06)."""

from collections.abc import Sequence

from django.db.models import Q

from integration.models.words import contains


def number_or_customer(words: Sequence[str]) -> Q:
    """Every word stands somewhere in the number or in the customer's name.

    The index on ``words`` finds few rows; the letters as they were typed decide among them.
    """
    found = Q(words__having=contains(" ".join(words))) if contains(" ".join(words)) else Q()
    for word in words:
        found &= Q(doc_number__icontains=word) | Q(customer_name__icontains=word)
    return found


def number(text: str) -> Q:
    """The number has these letters somewhere."""
    found = Q(words__having=contains(text)) if contains(text) else Q()
    return found & Q(doc_number__icontains=text)
