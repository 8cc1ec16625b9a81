"""Which payment terms a quote's text means (S-40)."""

import pytest

from integration.records.quickbooks import Term
from invoices.quote_terms import terms_meant

TERMS = (
    Term("1", "Due on receipt", True, 0, None, None),
    Term("2", "Net 15", True, 15, None, None),
    Term("3", "Net 30", True, 30, None, None),
    Term("4", "Net 30 EOM", True, None, 1, 30),
    Term("5", "Net 60", False, 60, None, None),
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Payment within 30 days.", "Net 30"),
        ("Payment within 30-day terms", "Net 30"),
        ("NET 15", "Net 15"),
        ("Terms:  net   30", "Net 30"),
        ("Net 30 EOM applies.", "Net 30 EOM"),
        ("net30", "Net 30"),
        ("Due on receipt, please.", "Due on receipt"),
        ("Pay in 60 days", None),
        ("Pay in 30 days; cancel within 15 days.", None),
        ("Guarantee of 300 days", None),
        ("As agreed.", None),
        ("", None),
    ],
)
def test_s40_terms_in_a_quotes_text(text: str, expected: str | None) -> None:
    found = terms_meant(text, TERMS)
    assert (found.name if found else None) == expected
