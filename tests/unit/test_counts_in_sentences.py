"""Large counts inside sentences are written as the numbers beside them (P-03)."""

from types import SimpleNamespace

import pytest
from django.template.loader import render_to_string
from django.utils import translation

LISTING = SimpleNamespace(total=2612, columns=[], rows=[1], heads=[], chips=[])


@pytest.mark.parametrize(
    ("template", "context", "said"),
    [
        ("components/table.html", {"listing": LISTING}, "2,612 results"),
        (
            "sync/_traces.html",
            {"found": {"findings": {"doubles": 2612}}},
            "2,612 invoices are on both sides",
        ),
        (
            "sync/_traces.html",
            {"found": {"findings": {"doubles": 1}}},
            "1 invoice is on both sides",
        ),
    ],
)
def test_p03_a_count_in_a_sentence_has_its_separators(
    template: str, context: dict[str, object], said: str
) -> None:
    with translation.override("en"):
        assert said in render_to_string(template, context)
