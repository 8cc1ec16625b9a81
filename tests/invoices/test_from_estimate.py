"""An invoice from a QuickBooks estimate, only when asked, without JavaScript (B-29, D-35, P-27)."""

from decimal import Decimal
from typing import Any

import pytest

from tests.invoices import offers
from tests.invoices.desk import DEAL, Desk
from tests.invoices.pages import Visitor
from tests.invoices.quote_desk import (
    begin,
    choose,
    create,
    draft_of,
    go,
    net,
    nothing_created,
    only_quote,
    to_review,
)

PLAIN = "20300100011"
"""A demo deal without a quote."""


def line(desk: Desk, quantity: int, price: str, **more: Any) -> dict[str, Any]:
    return {
        "DetailType": "SalesItemLineDetail",
        "Amount": str(quantity * Decimal(price)),
        "Description": "As agreed",
        "SalesItemLineDetail": {
            "ItemRef": {"value": desk.item().id}, "Qty": quantity, "UnitPrice": price, **more,
        },
    }  # fmt: skip


def estimate(desk: Desk, *lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Accepted, of the desk's customer, good for a month."""
    body = {
        "CustomerRef": {"value": desk.customer().id},
        "TxnStatus": "Accepted",
        "TxnDate": desk.books.day(),
        "ExpirationDate": desk.books.day(30),
        "Line": list(lines) or [line(desk, 2, "75.00"), line(desk, 1, "50.00")],
        **more,
    }
    return dict(desk.books.do("save", kind="Estimate", body=body)["Estimate"])


def change(desk: Desk, made: dict[str, Any], **more: Any) -> None:
    version = {"Id": made["Id"], "SyncToken": made["SyncToken"], "sparse": True}
    desk.books.do("save", kind="Estimate", body={**version, **more})


def linked(desk: Desk, deal: str = PLAIN) -> None:
    """The deal's company is the desk's customer."""
    company = desk.books.hubspot().deal(deal).company_ids[0]
    desk.books.link_customer(desk.customer().id, "companies", company)


def at_source(desk: Desk, rep: Visitor) -> None:
    """Of a deal without quotes, with the customer's estimates listed."""
    linked(desk)
    rep.post(f"/p/{desk.books.portal.pk}/deals/{PLAIN}/invoice/")
    assert rep.path.endswith("/customer/"), rep.text
    rep.press("estimates")
    assert rep.path.endswith("/source/"), rep.text


def value(made: dict[str, Any]) -> str:
    return f"estimate:{made['Id']}"


def at_review(desk: Desk, rep: Visitor, *lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    made = estimate(desk, *lines, **more)
    at_source(desk, rep)
    choose(rep, value(made))
    to_review(desk, rep)
    return made


def in_quickbooks(desk: Desk, made: dict[str, Any]) -> dict[str, Any]:
    state = desk.sandbox.state("quickbooks")["quickbooks"]["companies"][desk.company.realm_id]
    return next(row for row in state["Estimate"] if row["Id"] == made["Id"])  # type: ignore[no-any-return]


# ------------------------------------------------------------------------------------- the way
def test_b29_an_accepted_estimate_becomes_a_linked_invoice(desk: Desk, rep: Visitor) -> None:
    discount = {
        "DetailType": "DiscountLineDetail",
        "DiscountLineDetail": {"PercentBased": True, "DiscountPercent": 10},
    }
    taxed = line(desk, 2, "75.00", TaxCodeRef={"value": "TAX"})
    made = at_review(
        desk, rep, taxed, line(desk, 1, "50.00"), discount,
        ApplyTaxAfterDiscount=True,
        CustomerMemo={"value": "Thank you for accepting."},
        SalesTermRef={"value": desk.reference.terms()[0].id},
    )  # fmt: skip
    assert f"Estimate {made['DocNumber']} in QuickBooks" in rep.text
    assert "Thank you for accepting." in rep.text
    content = draft_of(desk).content
    assert content["terms_id"] == desk.reference.terms()[0].id
    assert content["lines"][0]["tax_code_id"] == "TAX"
    invoice = create(desk, rep)
    assert net(invoice) == Decimal("180.00")
    [row] = desk.in_quickbooks(Id=invoice.qbo_id)
    assert row["LinkedTxn"] == [{"TxnId": made["Id"], "TxnType": "Estimate"}]
    assert row["CustomerRef"]["value"] == desk.customer().id
    after = in_quickbooks(desk, made)
    assert after["TxnStatus"] == "Closed"
    assert after["LinkedTxn"] == [{"TxnId": invoice.qbo_id, "TxnType": "Invoice"}]


def test_p27_nothing_is_asked_or_made_before_somebody_wants_it(desk: Desk, rep: Visitor) -> None:
    made = estimate(desk)
    linked(desk)
    desk.books.forget()
    rep.post(f"/p/{desk.books.portal.pk}/deals/{PLAIN}/invoice/")
    assert desk.books.calls("quickbooks") == []
    assert len(desk.books.calls()) <= 3
    assert "Show the estimates of the chosen customer" in rep.text
    desk.books.forget()
    rep.press("estimates")
    assert len(desk.books.calls()) == 1
    assert "Choose an estimate, or start from scratch." not in rep.text
    rep.press(source="")
    assert "Choose an estimate, or start from scratch." in rep.text
    choose(rep, value(made))
    assert len(desk.books.calls()) == 1, "choosing from a fresh list asks nobody"
    assert in_quickbooks(desk, made)["TxnStatus"] == "Accepted"
    assert nothing_created(desk)


def test_b29_estimates_stand_beside_the_quotes(desk: Desk, rep: Visitor) -> None:
    made = estimate(desk)
    linked(desk, DEAL)
    begin(desk, rep)
    quote_id = only_quote(rep)
    desk.books.forget()
    rep.press("estimates")
    assert len(desk.books.calls()) == 1
    assert f"From estimate {made['DocNumber']} in QuickBooks" in rep.text
    assert "From the quote “Visitor centre fit-out”" in rep.text
    assert only_quote(rep) == quote_id, "the choice that was on stays"
    choose(rep, value(made))
    content = draft_of(desk).content
    assert (content["source"], len(content["lines"])) == ("estimate", 2)
    go(rep, "source")
    choose(rep, quote_id)
    content = draft_of(desk).content
    assert content["source"] == "quote"
    assert all(line["quote_line_id"] for line in content["lines"])
    go(rep, "source")
    choose(rep, value(made))
    go(rep, "source")
    choose(rep, "scratch")
    assert draft_of(desk).content["lines"] == []


# ------------------------------------------------------------------------------------- why not
@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"TxnStatus": "Closed"}, "The estimate is closed in QuickBooks."),
        ({"TxnStatus": "Rejected"}, "The customer rejected the estimate."),
        ({"TxnStatus": "Pending", "ExpirationDate": "2020-01-31"}, "The estimate was good until"),
    ],
)
def test_d35_an_estimate_that_cannot_be_used_says_why(
    desk: Desk, rep: Visitor, facts: dict[str, str], sentence: str
) -> None:
    made = estimate(desk, **facts)
    at_source(desk, rep)
    assert sentence in rep.text
    choose(rep, value(made))
    assert rep.page.status_code == 422
    assert draft_of(desk).content["lines"] == []


def test_d35_an_invoiced_estimate_is_not_offered_again(desk: Desk, rep: Visitor) -> None:
    made = estimate(desk)
    desk.books.make(
        customer=desk.customer().id, LinkedTxn=[{"TxnId": made["Id"], "TxnType": "Estimate"}]
    )
    at_source(desk, rep)
    assert "The estimate is already linked to an invoice." in rep.text


def test_d35_an_estimate_of_another_customer_is_not_taken(desk: Desk, rep: Visitor) -> None:
    other = next(one for one in desk.reference.customers() if one.id != desk.customer().id)
    made = estimate(desk, CustomerRef={"value": other.id})
    at_source(desk, rep)
    assert "has no estimates in QuickBooks." in rep.text
    choose(rep, value(made))
    assert rep.page.status_code == 422
    assert "The estimate is not one of this customer's." in rep.text


# ----------------------------------------------------------------------------------- meanwhile
def test_d35_an_estimate_changed_meanwhile_comes_back_with_what_changed(
    desk: Desk, rep: Visitor
) -> None:
    made = at_review(desk, rep)
    change(desk, made, Line=[line(desk, 3, "75.00")])
    rep.press("create")
    assert rep.path.endswith("/review/")
    assert "was changed in QuickBooks since its lines were taken over" in rep.text
    assert nothing_created(desk)
    go(rep, "source")
    assert "Amount before tax: 200.00, now 225.00 USD." in rep.text
    rep.press("take_over")
    to_review(desk, rep)
    assert net(create(desk, rep)) == 225


def test_d35_an_estimate_closed_meanwhile_stops_the_invoice(desk: Desk, rep: Visitor) -> None:
    made = at_review(desk, rep)
    change(desk, made, TxnStatus="Closed")
    rep.press("create")
    assert "The estimate is closed in QuickBooks." in rep.text
    assert nothing_created(desk)
    go(rep, "source")
    rep.press("keep_lines")
    assert len(draft_of(desk).content["lines"]) == 2
    to_review(desk, rep)
    invoice = create(desk, rep)
    [row] = desk.in_quickbooks(Id=invoice.qbo_id)
    assert not row.get("LinkedTxn")


def test_d35_two_drafts_of_one_estimate_make_one_invoice(desk: Desk, rep: Visitor) -> None:
    made = at_review(desk, rep)
    desk.books.make(
        customer=desk.customer().id, LinkedTxn=[{"TxnId": made["Id"], "TxnType": "Estimate"}]
    )
    rep.press("create")
    assert "The estimate is already linked to an invoice." in rep.text
    assert nothing_created(desk)


def test_d35_the_estimates_customer_and_amount_are_watched(desk: Desk, rep: Visitor) -> None:
    at_review(desk, rep)
    go(rep, "customer")
    other = next(
        one
        for one in desk.reference.customers()
        if one.id != desk.customer().id and one.active and one.currency in ("", "USD")
    )
    rep.press(choice="search", customer_id=other.id)
    assert f"belongs to {desk.customer().display_name}" in rep.text
    rep.press(choice="search", customer_id=desk.customer().id)
    go(rep, "lines")
    rep.press("keep", **{"line-e1-quantity": "3"})
    go(rep, "review")
    assert "The products come to 275.00 USD" in rep.text


def test_b29_a_quote_deal_offers_no_estimates_without_a_linked_customer(
    desk: Desk, rep: Visitor
) -> None:
    offers.quote(desk, offers.line("CHR-TASK"), deal=PLAIN)
    begin(desk, rep, PLAIN)
    assert "Show the estimates of" not in rep.text
