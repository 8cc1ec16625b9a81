"""Which problems of a draft are problems of an edit: those about what was changed (D-14). Pure."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from invoices.draft_content import DraftContent
from invoices.draft_facts import Problem
from invoices.draft_lines import DraftLine

OF_THE_INVOICE = frozenset(
    {"customer", "new_customer", "contact", "currency", "numbering", "deal", "source", "quote"}
)
"""Fields that an edit does not touch: QuickBooks has accepted them before."""
ALWAYS = frozenset({"company", "txn_date"})
"""Connection and periods (D-13) count whatever was changed."""
ZERO = Decimal(0)
ATTRIBUTES = {"terms": "terms_id"}


def about_the_change(
    found: Iterable[Problem], before: DraftContent, after: DraftContent
) -> list[Problem]:
    """``before``: as QuickBooks has it, ``after``: as the person wants it."""
    return [problem for problem in found if _matters(problem, before, after)]


def _matters(problem: Problem, before: DraftContent, after: DraftContent) -> bool:
    first, _dot, rest = problem.field.partition(".")
    if first in ALWAYS:
        return True
    if first in OF_THE_INVOICE:
        return False
    if first == "lines" and rest:
        key = rest.partition(".")[0]
        return _line(before, key) != _line(after, key)
    if first in ("lines", "discount", "tax_mode"):
        return _amounts(before) != _amounts(after)
    name = ATTRIBUTES.get(first, first)
    known = hasattr(before, name)
    return not known or getattr(before, name) != getattr(after, name)


def _line(content: DraftContent, key: str) -> DraftLine | None:
    found = next((line for line in content.lines if line.key == key), None)
    return replace(found, kind="", quoted_price="") if found else None


def _amounts(content: DraftContent) -> tuple[object, ...]:
    keys = [_line(content, line.key) for line in content.lines]
    return (keys, content.discount, content.tax_mode)


def taxed_parts(content: DraftContent) -> dict[str, Decimal | None]:
    """What is charged under each tax code; None where an amount cannot be read.

    The same net under other codes is another tax, which QuickBooks may work out by itself.
    """
    parts: dict[str, Decimal | None] = {}
    for line in content.lines:
        if line.is_text:
            continue
        amount, before = line.amount(content.currency), parts.get(line.tax_code_id, ZERO)
        parts[line.tax_code_id] = None if amount is None or before is None else before + amount
    return {code: amount for code, amount in parts.items() if amount != 0}
