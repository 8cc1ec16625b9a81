"""The checks behind finance's own rules and the second looks at a customer (B-05, E-06 to E-11).

Part of ``invoices.draft.problems``. Pure.
"""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from integration.records.quickbooks import Item
from invoices.currencies import exponent, round_money
from invoices.custom_fields import po_number_field
from invoices.draft_content import DraftContent
from invoices.draft_facts import DraftFacts, Problem, blocker, warning
from invoices.draft_lines import DraftLine
from invoices.finance_rules import Required

Found = Iterator[Problem]
OLD_DAYS = 365
"""An invoice dated more than a year away is a slip of the pen more often than not."""
HUNDRED = Decimal(100)


# ------------------------------------------------------------------------------ prices and products
def discounts(content: DraftContent, facts: DraftFacts) -> Found:
    """E-06: everything taken off the lines' list, in percent of it."""
    limit = facts.rules.max_discount_percent
    if limit is None:
        return
    listed, off = _listed_and_off(content)
    if listed <= 0 or off <= 0 or off * HUNDRED <= limit * listed:
        return
    field = "discount" if content.discount is not None else "lines"
    percent = (off * HUNDRED / listed).quantize(Decimal("0.01"))
    yield blocker("finance.discount_over", field, percent=_plain(percent), allowed=_plain(limit))


def _listed_and_off(content: DraftContent) -> tuple[Decimal, Decimal]:
    """The lines before any discount, and all that is taken off: on lines, as lines, on the sum."""
    listed = off = Decimal(0)
    for line in content.lines:
        whole, amount = line.listed(content.currency), line.amount(content.currency)
        if whole is None or amount is None:
            continue
        if line.is_deduction or whole < 0:
            off -= amount
        else:
            listed += whole
            off += whole - amount
    return listed, off + content.discount_amount


def prices(content: DraftContent, facts: DraftFacts) -> Found:
    """E-06: the lowest price of each product, in percent of QuickBooks' own; a line's discount
    lowers the price as much as typing a lower one."""
    percent = facts.rules.min_price_percent
    if percent is None:
        return
    for number, line in enumerate(content.lines, start=1):
        lowest = lowest_price(line, facts.items.get(line.item_id), content.currency, facts, percent)
        price, grace = _asked_price(line, content.currency)
        if lowest is not None and price is not None and price + grace < lowest:
            yield blocker(
                "finance.price_under", f"lines.{line.key}.unit_price",
                number=number, typed=_plain(price), amount=lowest, currency=content.currency,
                percent=_plain(percent),
            )  # fmt: skip


def _asked_price(line: DraftLine, currency: str) -> tuple[Decimal | None, Decimal]:
    """Of one piece after the line's own discount, and the smallest unit that rounding it may have
    cost: a discount of exactly what is allowed passes whatever the cents."""
    price, quantity = line.price_value, line.quantity_value
    off = line.taken_off(currency)
    if price is None or not quantity or not off:
        return price, Decimal(0)
    return round_money(price - off / quantity, currency), Decimal(1).scaleb(-exponent(currency))


def lowest_price(
    line: DraftLine, item: Item | None, currency: str, facts: DraftFacts, percent: Decimal
) -> Decimal | None:
    """None where QuickBooks has no price, the rate is unknown, or the line takes something off."""
    if item is None or item.unit_price is None or line.is_deduction:
        return None
    listed = item.unit_price
    if currency != facts.preferences.home_currency:
        if not facts.home_rate:
            return None
        listed = listed / facts.home_rate
    return round_money(listed * percent / HUNDRED, currency)


def products(content: DraftContent, facts: DraftFacts) -> Found:
    """E-08. A product that would only be made with the invoice is none of those allowed."""
    allowed = facts.rules.allowed_items
    if not allowed:
        return
    for number, line in enumerate(content.lines, start=1):
        is_product = bool(line.item_id) or line.creates
        if is_product and line.item_id not in allowed and not line.is_deduction:
            yield blocker(
                "finance.product_not_allowed", f"lines.{line.key}.item",
                number=number, name=line.name, company=facts.company_name,
            )  # fmt: skip


# ---------------------------------------------------------------------------------- fields and dates
def required(content: DraftContent, facts: DraftFacts) -> Found:
    """E-08: what finance wants on every invoice, where the company has the field at all."""
    wanted, company = facts.rules.required, facts.company_name
    preferences = facts.preferences
    has_po = bool(po_number_field(preferences.custom_fields))
    simple = (
        (Required.PO_NUMBER, "po_number", content.po_number, has_po),
        (Required.EMAIL, "bill_email", content.bill_email, True),
        (Required.TERMS, "terms", content.terms_id, True),
        (Required.MESSAGE, "message", content.message, True),
        (Required.LOCATION, "location", content.location_id, preferences.location_tracking),
    )
    for name, field, given, is_there in simple:
        if name in wanted and is_there and not given.strip():
            yield blocker(f"finance.{name.value}_required", field, company=company)
    if Required.CLASS in wanted and preferences.class_tracking and not content.class_id:
        yield from _classes(content, company)


def _classes(content: DraftContent, company: str) -> Found:
    """One class for the invoice or one on each line, whichever the company has."""
    for number, line in enumerate(content.lines, start=1):
        if not line.class_id and not line.is_text:
            yield blocker(
                "finance.class_required", f"lines.{line.key}.class_name",
                number=number, company=company,
            )  # fmt: skip


def dates(content: DraftContent, facts: DraftFacts) -> Found:
    """E-08: how far back and ahead; without limits an odd year is only pointed out."""
    day, today, rules = content.txn_date_value, facts.today, facts.rules
    if day is None:
        return
    back, ahead = rules.backdating_days, rules.future_days
    if back is not None and day < today - timedelta(days=back):
        yield blocker(
            "finance.too_far_back", "txn_date",
            date=day, days=back, earliest=today - timedelta(days=back),
        )  # fmt: skip
    elif ahead is not None and day > today + timedelta(days=ahead):
        yield blocker(
            "finance.too_far_ahead", "txn_date",
            date=day, days=ahead, latest=today + timedelta(days=ahead),
        )  # fmt: skip
    elif abs((day - today).days) > OLD_DAYS:
        code = "draft.very_old_date" if day < today else "draft.very_late_date"
        yield warning(code, "txn_date", date=day)


# -------------------------------------------------------------------------------- second thoughts
def standing(content: DraftContent, facts: DraftFacts) -> Found:
    """E-11: a customer who is late, or beyond the limit with this invoice; only warnings."""
    customer, rules = facts.customer, facts.rules
    if customer is None:
        return
    name = customer.display_name
    if rules.warn_overdue and facts.overdue is not None:
        yield warning(
            "draft.customer_overdue", "customer", name=name, count=facts.overdue.count,
            amount=facts.overdue.amount, currency=content.currency,
        )  # fmt: skip
    limit, rate = rules.credit_limit, facts.home_rate
    if limit is None or rate is None:
        return
    home = facts.preferences.home_currency
    net = content.subtotal - content.discount_amount
    total = round_money((customer.balance + net) * rate, home)
    if total > limit:
        yield warning(
            "draft.over_credit_limit", "customer",
            name=name, amount=total, limit=limit, currency=home,
        )  # fmt: skip


def twins(content: DraftContent, facts: DraftFacts) -> Found:
    """B-05: the same customer, products and amount within a week."""
    for twin in facts.twins:
        code = "draft.twin" if twin.number else "draft.twin_on_its_way"
        yield warning(
            code, "lines", number=twin.number, date=twin.day, total=twin.total,
            currency=content.currency, name=content.recipient,
        )  # fmt: skip


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
