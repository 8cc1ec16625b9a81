"""Generated invoices in four tax regimes, created in the sandbox and compared with the preview."""

import uuid
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from integration import sessions
from integration.clock import now
from integration.gateways.quickbooks_transactions import invoice as parse_invoice
from integration.records.quickbooks import Invoice
from invoices.draft import DraftContent, DraftDiscount, DraftFacts, DraftLine, Problem
from invoices.draft_lines import TEXT
from invoices.drafts import content_of
from invoices.models import Draft
from invoices.payload import facts_for, invoice_body
from invoices.services import judged
from invoices.taxes import Totals
from tests.invoices.desk import Desk

QUANTITIES = st.decimals("0.01", 400, places=2) | st.decimals(1, 40, places=0)
PRICES = st.decimals("0.01", 5000, places=2)
PERCENTS = st.sampled_from(["5", "7.5", "10", "12.25", "33.33", "100"])


@dataclass(frozen=True)
class Regime:
    """One way of being taxed: the realm, how amounts are meant, and which codes lines carry."""

    realm: str
    mode: str = ""
    scenario: str = "demo"
    us: bool = False


US_MANUAL = Regime("9341450000000001", us=True)
US_AUTOMATED = Regime("9341450000000002", us=True)
UK_EXCLUSIVE = Regime("9341450000000003", "excluded")
UK_INCLUSIVE = Regime("9341450000000003", "inclusive")
CANADA = Regime("9341450000000005", "excluded", "canada")
AUSTRALIA = Regime("9341450000000006", "inclusive", "australia")


def line_discounts() -> SearchStrategy[dict[str, Any]]:
    return st.one_of(
        st.just({}),
        st.builds(lambda value: {"discount": value}, PERCENTS),
        st.builds(
            lambda value: {"discount": str(value), "discount_is_percent": False},
            st.decimals("0.01", 3, places=2),
        ),
    )


def lines(codes: list[str]) -> SearchStrategy[tuple[DraftLine, ...]]:
    """Priced lines with any code of the company, some off their price, words between them."""
    priced = st.builds(
        lambda quantity, price, code, off: DraftLine(
            quantity=str(quantity), unit_price=str(price), tax_code_id=code, **off
        ),
        QUANTITIES, PRICES, st.sampled_from(codes), line_discounts(),
    )  # fmt: skip
    words = st.just(DraftLine(kind=TEXT, description="Delivered to the second floor"))
    return st.tuples(priced, st.lists(priced | words, max_size=6)).map(
        lambda found: (found[0], *found[1])
    )


def discounts(regime: Regime) -> SearchStrategy[DraftDiscount | None]:
    """No rule of QuickBooks is known for a discount on all lines of prices that include tax."""
    if regime.mode == "inclusive":
        return st.none()
    by_amount = st.builds(
        lambda value: DraftDiscount(str(value), is_percent=False), st.decimals("0.01", 1, places=2)
    )
    return st.one_of(st.none(), st.builds(DraftDiscount, PERCENTS), by_amount)


def codes_of(desk: Desk, regime: Regime) -> list[str]:
    if regime.us:
        return ["TAX", "NON"]
    return [code.id for code in desk.reference.tax_codes() if code.usable_for_sales]


def generated(desk: Desk, regime: Regime) -> SearchStrategy[DraftContent]:
    """Complete drafts of the desk's company."""
    template = content_of(desk.draft())
    first = template.lines[0]

    def made(found: tuple[DraftLine, ...], discount: DraftDiscount | None) -> DraftContent:
        keyed = tuple(
            replace(line, key=f"k{place}")
            if line.is_text
            else replace(line, key=f"k{place}", item_id=first.item_id, item_name=first.item_name)
            for place, line in enumerate(found)
        )
        return replace(template, lines=keyed, discount=discount, tax_mode=regime.mode)

    return st.builds(made, lines(codes_of(desk, regime)), discounts(regime))


def preview(
    desk: Desk, draft: Draft, content: DraftContent
) -> tuple[DraftContent, DraftFacts, list[Problem], Totals]:
    """What Review would show."""
    return judged(draft, content, now())


def created(desk: Desk, content: DraftContent, facts: DraftFacts) -> Invoice:
    """QuickBooks' answer to the very body that creation sends."""
    sent = facts_for(facts, content, reference="", reference_place="none")
    raw = sessions.quickbooks(desk.company).create(
        "Invoice", invoice_body(content, sent), str(uuid.uuid4())
    )
    return parse_invoice(raw)


def compare(found: Invoice, totals: Totals) -> None:
    """D-11: the total; with automated sales tax the net."""
    if totals.is_estimate:
        assert found.total - found.total_tax == totals.total
        return
    assert (found.total, found.total_tax) == (totals.total, totals.tax)
    assert sum(line.net for line in found.lines) == totals.net
