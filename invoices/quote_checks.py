"""The checks of a draft made from a quote: the quote itself, products, discounts, what is left.

Part of ``invoices.draft.problems`` (B-05, B-12, B-13, S-28). Pure.
"""

from collections.abc import Iterator
from decimal import Decimal

from invoices import draft_quotes
from invoices.draft_content import DraftContent
from invoices.draft_facts import DraftFacts, Problem, blocker, warning
from invoices.draft_lines import DEDUCTION, FEE, DraftLine
from invoices.product_matching import ProductPolicy, WhyNot
from invoices.quote_amounts import net
from invoices.quote_lines import Billed
from invoices.quotes import QuoteLine
from invoices.taxes import TaxMode

Found = Iterator[Problem]
NO_PRODUCT = {
    WhyNot.NONE: "quote.product_missing",
    WhyNot.SEVERAL: "quote.product_several",
    WhyNot.INACTIVE: "quote.product_inactive",
    WhyNot.UNSELLABLE: "quote.product_unsellable",
}


def quote(content: DraftContent, facts: DraftFacts) -> Found:
    """S-28: what HubSpot said last, and what the calendar says now."""
    found = draft_quotes.of(content)
    if found is None:
        return
    last_day = found.quote.expires_on
    if found.obstacle is not None:
        yield blocker(found.obstacle.code, "quote", **found.obstacle.parameters)
    elif last_day is not None and facts.portal_today is not None and last_day < facts.portal_today:
        yield blocker("quote.expired", "quote", day=last_day)
    elif found.changes:
        yield blocker("quote.changed", "quote", name=found.quote.name)
    if found.quote.currency and found.quote.currency != content.currency:
        yield blocker(
            "quote.currency_differs", "quote", quote_currency=found.quote.currency,
            currency=content.currency, name=content.recipient,
        )  # fmt: skip


def discount(content: DraftContent, facts: DraftFacts) -> Found:
    """The one DiscountLineDetail, which a company may have switched off."""
    given = content.discount
    if given is None:
        return
    amount = given.amount(content.subtotal, content.currency)
    if amount is None:
        yield blocker("discount.not_a_number", "discount", typed=given.value)
    elif amount < 0 or (given.is_percent and amount > content.subtotal):
        yield blocker("discount.out_of_range", "discount", typed=given.value)
    elif amount > content.subtotal:
        yield blocker(
            "discount.above_lines", "discount", discount=amount, lines=content.subtotal,
            currency=content.currency,
        )  # fmt: skip
    if not facts.preferences.allow_discount:
        yield blocker("discount.switched_off", "discount", company=facts.company_name)
    if facts.tax_mode(content.tax_mode) is TaxMode.INCLUSIVE:
        yield blocker("discount.inclusive", "discount")


def missing_product(line: DraftLine, facts: DraftFacts, at: str, number: int) -> Found:
    """B-12: a line of a quote whose product QuickBooks does not have, by the company's policy."""
    named = {"number": number, "name": line.wanted, "sku": line.wanted_sku or "–"}
    company = facts.company_name
    if line.kind == FEE:
        yield blocker("quote.fee_item_missing", at, company=company, **named)
    elif line.kind == DEDUCTION:
        yield blocker("quote.discount_item_missing", at, company=company, **named)
    elif line.creates and facts.can_create_products:
        return
    elif line.creates:
        yield blocker("quote.no_account", at, company=company, **named)
    elif facts.product_policy == ProductPolicy.BLOCK:
        yield blocker("quote.product_blocked", at, company=company, **named)
    else:
        why = WhyNot(line.why_not) if line.why_not in set(WhyNot) else WhyNot.NONE
        yield blocker(NO_PRODUCT[why], at, **named)


def billed(content: DraftContent, facts: DraftFacts) -> Found:
    """D-08: already invoiced is a warning with the amount left; another amount than the quote's too."""
    found = draft_quotes.of(content)
    if found is None:
        return
    seen: set[str] = set()
    for number, line in enumerate(content.lines, start=1):
        if not line.quote_line_id or line.quote_line_id in seen:
            continue
        seen.add(line.quote_line_id)
        before = facts.quote_billed.get(line.quote_line_id)
        quoted = found.quote.line(line.quote_line_id)
        if quoted is None:
            continue
        if before is not None:
            yield _already(line, quoted, before, content, number)
        else:
            yield from _as_quoted(quoted, content, number)


def _already(
    line: DraftLine, quoted: QuoteLine, before: Billed, content: DraftContent, number: int
) -> Problem:
    named = {"number": number, "name": quoted.name, "currency": content.currency}
    at = f"lines.{line.key}"
    if quoted.is_recurring:
        return warning("quote.period_billed", at, times=before.times, **named)
    whole = net(quoted, content.currency) or Decimal(0)
    left = max(whole - before.amount, Decimal(0))
    return warning("quote.line_billed", at, billed=before.amount, left=left, **named)


def _as_quoted(quoted: QuoteLine, content: DraftContent, number: int) -> Found:
    """Line and deduction together come to the quote's net price unless somebody changed them."""
    parts = [line for line in content.lines if line.quote_line_id == quoted.id]
    amounts = [line.amount(content.currency) for line in parts]
    wanted = net(quoted, content.currency)
    if wanted is None or any(amount is None for amount in amounts):
        return
    now = sum((amount for amount in amounts if amount is not None), Decimal(0))
    if now != wanted:
        yield warning(
            "quote.line_differs", f"lines.{parts[0].key}", number=number, name=quoted.name,
            quoted=wanted, now=now, currency=content.currency,
        )  # fmt: skip
