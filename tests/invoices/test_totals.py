"""What Review shows is what QuickBooks makes of it, to the cent, over generated invoices (B-25)."""

from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings

from integration import sessions
from integration.clock import now
from integration.hubspot_setup import ensure_properties
from invoices.draft import DraftContent
from tests.invoices import totals
from tests.invoices.desk import Desk
from tests.invoices.totals import Regime
from tests.sandbox_process import SandboxProcess
from tests.sync.books import connect

REGIMES = {
    "us_manual": totals.US_MANUAL,
    "us_automated": totals.US_AUTOMATED,
    "uk_exclusive": totals.UK_EXCLUSIVE,
    "uk_inclusive": totals.UK_INCLUSIVE,
    "canada": totals.CANADA,
    "australia": totals.AUSTRALIA,
}
SAMPLE = 5
MANY = 85
"""Six times over: five hundred and ten invoices."""


@pytest.fixture(params=REGIMES.values(), ids=list(REGIMES))
def regime(request: pytest.FixtureRequest) -> Any:
    return request.param


@pytest.fixture
def at_company(
    transactional_db: None, sandbox: SandboxProcess, unlimited: None, regime: Regime
) -> Desk:
    if regime.scenario != "demo":
        sandbox.reset(regime.scenario)
    sandbox.switch(burst_limit=0)
    books = connect(sandbox, realm=regime.realm)
    ensure_properties(books.portal, sessions.hubspot(books.portal), now())
    return Desk(books)


def check(desk: Desk, regime: Regime, examples: int, style: str) -> None:
    item = desk.item()
    desk.books.configure(discount_style=style, discount_item_id=item.id)
    draft = desk.draft()
    seen: list[bool] = []

    @settings(
        max_examples=examples, deadline=None, derandomize=True, database=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(totals.generated(desk, regime))
    def compared(content: DraftContent) -> None:
        filled, facts, problems, shown = totals.preview(desk, draft, content)
        assume(not [found for found in problems if found.is_blocker])
        totals.compare(totals.created(desk, filled, facts), shown)
        seen.append(bool(shown.tax) or shown.is_estimate)

    compared()
    assert len(seen) >= examples * 0.9
    assert any(seen)


def test_b25_d11_a_few_generated_invoices_equal_their_preview(
    at_company: Desk, regime: Regime
) -> None:
    check(at_company, regime, SAMPLE, "net_price")


@pytest.mark.long
@pytest.mark.parametrize("style", ["net_price", "item_line"])
def test_b25_d11_five_hundred_generated_invoices_equal_their_preview(
    at_company: Desk, regime: Regime, style: str
) -> None:
    check(at_company, regime, MANY // 2 + 1, style)
