"""What the products step's form says about a quote's lines (B-12, D-08)."""

from dataclasses import replace
from typing import TYPE_CHECKING

from invoices.draft import DraftContent, DraftLine
from invoices.wizard import quote_filling

if TYPE_CHECKING:
    from invoices.wizard.reading import Typed


def picked(line: DraftLine, typed: "Typed") -> DraftLine:
    """A product chosen for a line that had none; the quote's texts and prices stay."""
    wanted = typed.line(f"line-{line.key}-item_id")
    item = typed.reference.item(wanted) if wanted and not line.item_id else None
    if item is None:
        return line
    return replace(
        line, item_id=item.id, item_name=item.name, creates=False, why_not="", wanted="",
        tax_code_id=line.tax_code_id or item.sales_tax_code_id,
    )  # fmt: skip


def removed(content: DraftContent, key: str) -> DraftContent:
    """Without the line of this key, and without the discount that stands below it."""
    gone = next((line for line in content.lines if line.key == key), None)
    content = content.without_line(key)
    if gone is None or not gone.quote_line_id or gone.is_deduction:
        return content
    below = [
        line for line in content.lines
        if line.is_deduction and line.quote_line_id == gone.quote_line_id
    ]  # fmt: skip
    for line in below:
        content = content.without_line(line.key)
    return content


def discounted(content: DraftContent, typed: "Typed") -> DraftContent:
    """The discount on the whole invoice, as typed; ``remove_discount`` takes it away."""
    if content.discount is None:
        return content
    if "remove_discount" in typed.post:
        return replace(content, discount=None)
    if "discount_value" not in typed.post:
        return content
    changed = replace(
        content.discount,
        value=typed.line("discount_value"),
        is_percent=typed.post.get("discount_kind", "percent") == "percent",
    )
    return replace(content, discount=changed)


def settled(before: DraftContent, after: DraftContent, typed: "Typed") -> DraftContent:
    """A left-out line comes on; the quote's discount follows the lines that are there."""
    company = typed.draft.company
    if company is None:
        return after
    after = quote_filling.refreshed(before, after, company, typed.today)
    wanted = typed.line("add_quote_line")
    if not wanted:
        return after
    return quote_filling.with_quote_line(after, wanted, company, typed.today)
