"""A new draft's content from an invoice that exists (D-14): copies and corrections."""

from dataclasses import replace
from datetime import datetime

from integration.models import Company
from integration.reference import Reference
from invoices.calendar import company_day
from invoices.change_content import ReadContent
from invoices.draft import DraftContent
from invoices.due_dates import due_date

LEFT_OUT = "left_out"
"""In a copy's extras: descriptions of the lines that it could not carry."""


def copied(found: ReadContent, company: Company, now: datetime) -> DraftContent:
    """Dated today, due by its terms; lines get keys of their own."""
    today = company_day(company, now)
    terms = Reference.of(company).terms()
    term = next((each for each in terms if each.id == found.content.terms_id), None)
    return replace(
        found.content,
        lines=tuple(
            replace(line, key=f"c{number}") for number, line in enumerate(found.content.lines, 1)
        ),
        txn_date=today.isoformat(),
        due_date=due_date(term, today).isoformat(),
        due_date_typed=False,
        extras={LEFT_OUT: list(found.left_out), "furthest": "review"},
    )
