"""Which estimates an invoice can be made from and why not, and what reaches the invoice (D-35)."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integration.messages import is_known
from invoices import draft_estimates, estimates
from invoices.draft import DraftContent, problems
from invoices.draft_estimates import DraftEstimate
from invoices.estimates import Estimate, changes, obstacle, read
from invoices.payload import PayloadFacts, invoice_body
from invoices.quotes import Obstacle
from invoices.taxes import TaxMode
from tests.unit.invoice_builders import CONTENT, FACTS, TODAY

MADE = "2026-11-20T10:00:00-08:00"
YESTERDAY = (TODAY - timedelta(days=1)).isoformat()
SUBTOTAL = {"DetailType": "SubTotalLineDetail", "Amount": 1, "SubTotalLineDetail": {}}
BUNDLE = {"Id": "9", "DetailType": "GroupLineDetail", "GroupLineDetail": {"Line": []}}


def line(amount: str = "150.00", item: str = "4", **detail: Any) -> dict[str, Any]:
    return {
        "Id": "1",
        "DetailType": "SalesItemLineDetail",
        "Amount": Decimal(amount),
        "SalesItemLineDetail": {"ItemRef": {"value": item}, **detail},
    }


def discount(amount: str) -> dict[str, Any]:
    return {
        "Id": "2", "DetailType": "DiscountLineDetail", "Amount": Decimal(amount),
        "DiscountLineDetail": {"PercentBased": False},
    }  # fmt: skip


def estimate(
    *lines: dict[str, Any], total: str = "150.00", tax: str = "0", **more: Any
) -> Estimate:
    raw = {
        "Id": "77",
        "SyncToken": "0",
        "MetaData": {"CreateTime": MADE, "LastUpdatedTime": MADE},
        "DocNumber": "E-12",
        "TxnDate": "2026-11-20",
        "TxnStatus": "Accepted",
        "CustomerRef": {"value": CONTENT.customer_id, "name": CONTENT.customer_name},
        "Line": [*(lines or (line(),)), SUBTOTAL],
        "TotalAmt": Decimal(total),
        "TxnTaxDetail": {"TotalTax": Decimal(tax)},
        **more,
    }
    return read(raw, "USD")


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (estimate(), None),
        (estimate(TxnStatus="Pending"), None),
        (estimate(TxnStatus=""), None),
        (estimate(TxnStatus="Closed"), "estimate.closed"),
        (estimate(TxnStatus="Converted"), "estimate.closed"),
        (estimate(TxnStatus="Rejected"), "estimate.rejected"),
        (
            estimate(TxnStatus="Closed", LinkedTxn=[{"TxnId": "5", "TxnType": "Invoice"}]),
            "estimate.linked",
        ),
        (estimate(LinkedTxn=[{"TxnId": "5", "TxnType": "TimeActivity"}]), None),
        (estimate(TxnStatus="Pending", ExpirationDate=TODAY.isoformat()), None),
        (estimate(TxnStatus="Pending", ExpirationDate=YESTERDAY), "estimate.expired"),
        (estimate(ExpirationDate=YESTERDAY), None),
        (estimate(CurrencyRef={"value": "EUR"}), "estimate.currency"),
        (estimate(line(), BUNDLE), "estimate.bundle"),
        (estimate(line(item="SHIPPING_ITEM_ID")), "estimate.line_unlike"),
        (estimate(line(), total="151.00"), "estimate.line_unlike"),
        (estimate(line(), total="162.00", tax="12.00"), None),
        (estimate(line(), discount("10"), total="140.00"), None),
        (estimate(line(), discount("10"), discount("5"), total="135.00"), "estimate.discounts"),
        (
            estimate(
                line(), discount("10"), total="152.00", tax="12.00", ApplyTaxAfterDiscount=False
            ),
            "estimate.discount_after_tax",
        ),
        (estimate(SUBTOTAL, total="0"), "estimate.no_lines"),
    ],
)
def test_d35_usable_or_why_not(found: Estimate, expected: str | None) -> None:
    reason = obstacle(found, TODAY, {"USD"})
    assert (reason.code if reason else None) == expected
    assert reason is None or is_known(reason.code)


@given(
    quantity=st.integers(1, 500),
    price=st.decimals("0.01", "9999.99", places=2),
    tax=st.decimals("0", "999.99", places=2),
)
def test_d35_what_is_taken_over_comes_to_the_estimates_net(
    quantity: int, price: Decimal, tax: Decimal
) -> None:
    net = quantity * price
    priced = line(str(net), Qty=quantity, UnitPrice=price)
    found = estimate(priced, total=str(net + tax), tax=str(tax))
    assert obstacle(found, TODAY) is None
    assert estimates.worth(found.content()) == found.net == net


@pytest.mark.parametrize(
    ("newer", "expected"),
    [
        (estimate(), []),
        (estimate(DocNumber="E-13", PrivateNote="call first", TxnStatus="Pending"), []),
        (estimate(line("160.00"), total="160.00"), ["estimate.change.amount"]),
        (estimate(line(item="5")), ["estimate.change.lines"]),
        (estimate(CustomerRef={"value": "999", "name": "Another"}), ["estimate.change.customer"]),
        (estimate(CurrencyRef={"value": "EUR"}), ["estimate.change.currency"]),
    ],
)
def test_d35_what_changed_in_a_way_that_reaches_the_invoice(
    newer: Estimate, expected: list[str]
) -> None:
    found = changes(estimate(), newer)
    assert [one.code for one in found] == expected
    assert all(is_known(one.code) for one in found)


# ------------------------------------------------------------------------------------- the draft
HELD = DraftEstimate(estimate(line("150.00", CONTENT.lines[0].item_id)), ("k1",))


def drafted(**more: Any) -> DraftContent:
    found = replace(HELD, **more)
    lines = tuple(replace(one, key="k1") for one in HELD.estimate.content().lines)
    mine = replace(CONTENT, lines=lines, currency="USD")
    return draft_estimates.kept(mine, found)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (drafted(), []),
        (drafted(obstacle=Obstacle("estimate.gone")), ["estimate.gone"]),
        (drafted(changes=(Obstacle("estimate.change.lines"),)), ["estimate.changed"]),
        (drafted(estimate=estimate(TxnStatus="Pending")), ["estimate.pending"]),
        (
            drafted(estimate=estimate(TxnStatus="Pending", ExpirationDate=YESTERDAY)),
            ["estimate.expired"],
        ),
        (
            drafted(estimate=estimate(CustomerRef={"value": "999", "name": "Another"})),
            ["estimate.customer_differs"],
        ),
        (
            drafted(estimate=estimate(line("160.00"), total="160.00")),
            ["estimate.amount_differs"],
        ),
    ],
)
def test_d35_what_stands_between_the_draft_and_its_invoice(
    content: DraftContent, expected: list[str]
) -> None:
    found = [one.code for one in problems(content, FACTS) if one.code.startswith("estimate.")]
    assert found == expected
    assert all(is_known(code) for code in found)


def test_d35_the_invoice_links_the_estimate_and_a_draft_let_go_does_not() -> None:
    facts = PayloadFacts(mode=TaxMode.US_MANUAL, customer_id="1")
    content = drafted()
    assert DraftContent.from_json(content.to_json()) == content
    assert invoice_body(content, facts)["LinkedTxn"] == [{"TxnId": "77", "TxnType": "Estimate"}]
    loose = draft_estimates.let_go(content, with_lines=False)
    assert "LinkedTxn" not in invoice_body(loose, facts)
    assert loose.lines == content.lines
    assert draft_estimates.let_go(content, with_lines=True).lines == ()
