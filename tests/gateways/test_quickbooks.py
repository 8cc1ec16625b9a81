"""Every method of the QuickBooks gateway against the sandbox."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from integration.gateways import quickbooks_query as query
from integration.gateways import quickbooks_records as records
from integration.gateways.errors import (
    AccountBlocked,
    Conflict,
    GatewayError,
    NeedsReconnect,
    NotFound,
    RateLimited,
    Rejected,
    Unavailable,
)
from integration.gateways.quickbooks import BatchItem, QuickBooks
from integration.gateways.transport import Transport
from tests.gateways.conftest import ADVANCED, UK, US, calls, company, repeat
from tests.sandbox_process import SandboxProcess


def an_invoice(
    books: QuickBooks, request_id: str, price: str = "19.99", **more: Any
) -> dict[str, Any]:
    customer = books.query("Customer", limit=1)[0]
    item = books.query("Item", "Type = 'Service'", limit=1)[0]
    line = {
        "Amount": Decimal(price) * 3,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {
            "ItemRef": {"value": item["Id"]}, "Qty": 3, "UnitPrice": Decimal(price),
            "TaxCodeRef": {"value": "NON"},
        },
    }  # fmt: skip
    body = {"CustomerRef": {"value": customer["Id"]}, "Line": [line], **more}
    return books.create("Invoice", body, request_id)


def test_qbo_rule_28_company_and_preferences(
    sandbox: SandboxProcess, quickbooks_transport: Transport, books: QuickBooks
) -> None:
    facts = books.company_info()
    assert (facts.name, facts.country, facts.time_zone) == (
        "Dealbooks Demo Co (US)", "US", "America/Los_Angeles",
    )  # fmt: skip
    assert books.preferences().custom_numbers is False
    uk = company(sandbox, quickbooks_transport, UK)
    assert uk.company_info().country == "GB"
    assert (uk.preferences().home_currency, uk.preferences().multicurrency) == ("GBP", True)
    advanced = company(sandbox, quickbooks_transport, ADVANCED)
    assert advanced.company_info().is_advanced
    assert advanced.preferences().custom_numbers is True


def test_qbo_rule_27_query_count_and_lists(books: QuickBooks) -> None:
    assert books.count("Customer") == len(books.query("Customer"))
    assert books.query("Customer", query.where("DisplayName", "=", "nobody at all")) == []
    first, second = books.query("Invoice", order="TxnDate DESC", limit=2)
    assert first["TxnDate"] >= second["TxnDate"]
    assert books.query("Invoice", order="TxnDate DESC", start=2, limit=1) == [second]
    rates = dict(records.tax_rate(raw) for raw in books.query("TaxRate"))
    codes = [records.tax_code(raw, rates) for raw in books.query("TaxCode")]
    assert {"TAX", "NON"} <= {code.id for code in codes}
    assert all(records.term(raw).name for raw in books.query("Term"))
    assert all(records.item(raw).kind for raw in books.query("Item"))


def test_qbo_rule_11_a_write_is_replayed_by_its_request_id(books: QuickBooks) -> None:
    before = books.count("Invoice")
    made = an_invoice(books, "request-11")
    again = an_invoice(books, "request-11")
    assert (again["Id"], books.count("Invoice")) == (made["Id"], before + 1)
    assert records.invoice(made).total == Decimal("59.97")


def test_f85_amounts_are_exact_on_both_ways(books: QuickBooks) -> None:
    made = an_invoice(books, "request-85", price="0.1")
    assert made["TotalAmt"] == Decimal("0.3")
    read = books.read("Invoice", made["Id"])
    found = records.invoice(read)
    assert (found.total, found.lines[0].unit_price) == (Decimal("0.3"), Decimal("0.1"))
    assert not any(isinstance(value, float) for value in read.values())


def test_qbo_rule_10_update_needs_the_current_token(books: QuickBooks) -> None:
    made = an_invoice(books, "request-20")
    change = {
        "Id": made["Id"],
        "SyncToken": made["SyncToken"],
        "sparse": True,
        "PrivateNote": "one",
    }
    changed = books.update("Invoice", change, "request-21")
    assert (changed["PrivateNote"], changed["TotalAmt"]) == ("one", made["TotalAmt"])
    with pytest.raises(Conflict) as caught:
        books.update("Invoice", {**change, "PrivateNote": "two"}, "request-22")
    assert caught.value.code == "quickbooks.5010"
    assert caught.value.trace_id


def test_qbo_rule_13_a_deleted_invoice_is_gone(books: QuickBooks) -> None:
    made = an_invoice(books, "request-30")
    marker = books.delete("Invoice", made["Id"], made["SyncToken"], "request-31")
    assert marker["status"] == "Deleted"
    with pytest.raises(NotFound) as caught:
        books.read("Invoice", made["Id"])
    assert caught.value.code == "quickbooks.610"


def test_qbo_rule_24_void_invoice_and_payment(sandbox: SandboxProcess, books: QuickBooks) -> None:
    made = an_invoice(books, "request-40")
    voided = records.invoice(books.void("Invoice", made["Id"], made["SyncToken"], "request-41"))
    assert (voided.total, voided.balance) == (Decimal(0), Decimal(0))
    assert voided.private_note.startswith("Voided")
    other = an_invoice(books, "request-42")
    paid = sandbox.admin("POST", "quickbooks/pay", {"realm": US, "invoice_id": other["Id"]})[
        "Payment"
    ]
    assert records.invoice(books.read("Invoice", other["Id"])).balance == 0
    gone = books.void("Payment", paid["Id"], paid["SyncToken"], "request-43")
    assert records.payment(gone).total == 0
    assert records.invoice(books.read("Invoice", other["Id"])).balance == Decimal("59.97")


def test_qbo_rule_26_send_pdf_and_link(books: QuickBooks) -> None:
    made = an_invoice(books, "request-50")
    assert books.invoice_pdf(made["Id"]).startswith(b"%PDF")
    assert books.invoice_link(made["Id"]) == ""
    sent = books.send_invoice(made["Id"], "amy+books@example.com", "request-51")
    found = records.invoice(sent)
    assert (found.email_status, found.bill_email) == ("EmailSent", "amy+books@example.com")
    assert found.delivered_at is not None
    with pytest.raises(NotFound):
        books.invoice_pdf("999999")


def test_qbo_rule_29_changes_since(books: QuickBooks) -> None:
    since = books.changes_since(["Invoice"], datetime.now(tz=UTC) - timedelta(days=1)).as_of
    made = an_invoice(books, "request-60")
    doomed = an_invoice(books, "request-61")
    books.delete("Invoice", doomed["Id"], doomed["SyncToken"], "request-62")
    books.create("Customer", {"DisplayName": "Changed Today"}, "request-63")
    changes = books.changes_since(["Invoice", "Customer", "Payment"], since - timedelta(minutes=5))
    by_id = {one.id: one for one in changes.invoices}
    assert by_id[made["Id"]].total == Decimal("59.97")
    assert by_id[doomed["Id"]].deleted
    assert "Changed Today" in {
        raw["DisplayName"] for name, raw in changes.others if name == "Customer"
    }
    assert changes.as_of >= since


def test_f48_cdc_refuses_what_it_cannot_answer(books: QuickBooks) -> None:
    for entities, since in (
        (["TaxCode"], datetime.now(tz=UTC)),
        (["Invoice"], datetime.now(tz=UTC).replace(tzinfo=None)),
    ):
        with pytest.raises(ValueError):
            books.changes_since(entities, since)
    with pytest.raises(Rejected):
        books.changes_since(["Invoice"], datetime.now(tz=UTC) - timedelta(days=45))


def test_f44_paging_walks_ties_without_loss(books: QuickBooks) -> None:
    made = {}
    for first in range(0, 1200, 30):
        items = [
            BatchItem(str(number), "create", "Customer", {"DisplayName": f"Tie {number}"})
            for number in range(first, first + 30)
        ]
        made |= books.batch(items, f"ties-{first}")
    assert not [one for one in made.values() if isinstance(one, GatewayError)]
    pages = list(books.query_all("Customer", query.where("DisplayName", "LIKE", "Tie %")))
    ids = [raw["Id"] for page in pages for raw in page]
    assert sorted(ids) == sorted(raw["Id"] for raw in made.values())
    assert len(pages) == 2


def test_qbo_rule_30_batch_items_succeed_and_fail_alone(books: QuickBooks) -> None:
    answers = books.batch(
        [
            BatchItem("good", "create", "Customer", {"DisplayName": "In a batch"}),
            BatchItem("bad", "create", "Customer", {"DisplayName": "colon: refused"}),
            BatchItem("asked", query="SELECT * FROM Term"),
        ],
        "batch-1",
    )
    good, bad, asked = answers["good"], answers["bad"], answers["asked"]
    assert not isinstance(good, GatewayError)
    assert good["DisplayName"] == "In a batch"
    assert isinstance(bad, GatewayError)
    assert not isinstance(asked, GatewayError)
    assert asked["Term"]
    again = books.batch([BatchItem("good", "create", "Customer", {"DisplayName": "In a batch"}),
                         BatchItem("bad", "create", "Customer", {"DisplayName": "colon: refused"}),
                         BatchItem("asked", query="SELECT * FROM Term")], "batch-1")  # fmt: skip
    assert not isinstance(again["good"], GatewayError)
    assert again["good"]["Id"] == good["Id"]


def test_f37_answers_of_a_batch_in_another_order_stay_with_their_items(
    sandbox: SandboxProcess, books: QuickBooks
) -> None:
    sandbox.switch(batch_answer="reversed")
    made = books.batch(
        [
            BatchItem("first", "create", "Customer", {"DisplayName": "First in line"}),
            BatchItem("bad", "create", "Customer", {"DisplayName": "colon: refused"}),
            BatchItem("asked", query="SELECT * FROM Term"),
            BatchItem("last", "create", "Customer", {"DisplayName": "Last in line"}),
        ],
        "batch-37",
    )
    first, bad, asked, last = (made[key] for key in ("first", "bad", "asked", "last"))
    assert isinstance(bad, Rejected)
    assert not isinstance(first, GatewayError)
    assert not isinstance(last, GatewayError)
    assert not isinstance(asked, GatewayError)
    assert (first["DisplayName"], last["DisplayName"]) == ("First in line", "Last in line")
    assert asked["Term"]


def test_f38_an_item_without_an_answer_is_asked_again_alone(
    sandbox: SandboxProcess, books: QuickBooks
) -> None:
    """A query is repeated at once; a write only by its caller, under the same request id."""
    sandbox.switch(batch_answer="short")
    queries = [BatchItem(name, query=f"SELECT * FROM {name}") for name in ("Term", "Item")]
    found = books.batch(queries)
    for kind in ("Term", "Item"):
        answer = found[kind]
        assert not isinstance(answer, GatewayError)
        assert answer[kind]
    names = ("One of two", "Two of two")
    writes = [BatchItem(name, "create", "Customer", {"DisplayName": name}) for name in names]
    first = books.batch(writes, "batch-38")
    assert not isinstance(first["One of two"], GatewayError)
    assert isinstance(first["Two of two"], Unavailable)
    again = books.batch(writes, "batch-38")
    assert again["One of two"] == first["One of two"]
    for name in names:
        assert books.count("Customer", f"DisplayName = '{name}'") == 1


def test_f24_a_batch_that_writes_needs_a_request_id(books: QuickBooks) -> None:
    with pytest.raises(ValueError):
        books.batch([BatchItem("a", "create", "Customer", {"DisplayName": "A"})])
    with pytest.raises(ValueError):
        books.create("Customer", {"DisplayName": "A"}, "")


def test_qbo_rule_16_a_taken_name_names_its_owner(books: QuickBooks) -> None:
    made = books.create("Customer", {"DisplayName": "Twice Ltd"}, "request-70")
    with pytest.raises(Conflict) as caught:
        books.create("Customer", {"DisplayName": "twice ltd"}, "request-71")
    assert caught.value.parameters["existing_id"] == made["Id"]


def test_qbo_rule_15_a_taken_number_names_its_invoice(books: QuickBooks) -> None:
    made = an_invoice(books, "request-72", DocNumber="DB-1")
    with pytest.raises(Conflict) as caught:
        an_invoice(books, "request-73", DocNumber="DB-1")
    assert (caught.value.code, caught.value.parameters["existing_id"]) == (
        "quickbooks.6140",
        made["Id"],
    )


def test_qbo_rule_41_a_wrong_member_is_named(books: QuickBooks) -> None:
    with pytest.raises(Rejected) as caught:
        books.create("Customer", {"DisplayName": "A", "Nickname": "B"}, "request-74")
    assert caught.value.parameters["field"] == "Nickname"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_qbo_rule_38_codes_decide_in_any_language(
    sandbox: SandboxProcess, books: QuickBooks, language: str
) -> None:
    made = an_invoice(books, f"request-80-{language}")
    sandbox.switch(fault_language=language)
    stale = {"Id": made["Id"], "SyncToken": "99", "sparse": True}
    with pytest.raises(Conflict):
        books.update("Invoice", stale, f"request-81-{language}")


def test_qbo_rule_07_a_token_of_another_company(
    sandbox: SandboxProcess, quickbooks_transport: Transport, books: QuickBooks
) -> None:
    books.realm_id = UK
    other = company(sandbox, quickbooks_transport, US)
    other._base = other._base.replace(US, UK)
    with pytest.raises(AccountBlocked) as caught:
        other.preferences()
    assert caught.value.code == "quickbooks.3100"
    sandbox.switch(wrong_realm_answer="401")
    with pytest.raises(NeedsReconnect):
        other.preferences()


@pytest.mark.parametrize("body", ["json", "xml"])
def test_qbo_rule_31_throttled_in_json_and_xml(
    sandbox: SandboxProcess, books: QuickBooks, body: str
) -> None:
    sandbox.switch(throttle=True, throttle_body=body)
    with pytest.raises(RateLimited) as caught:
        repeat(20, lambda: books.count("Term"))
    assert caught.value.code == "quickbooks.3001"


NASTY = st.text(
    alphabet=st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters=":"), min_size=1, max_size=60
).map(str.strip).filter(bool)  # fmt: skip


@hypothesis_settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=NASTY
    | st.sampled_from(["O'Brien", "back\\slash\\", "“quoted” ’n’ 'so'", "100% \\' --", "🐦 عربي"])
)
def test_b14_nasty_names_are_found_again(books: QuickBooks, name: str) -> None:
    found = books.query("Customer", query.where("DisplayName", "=", name))
    if not found:
        books.create("Customer", {"DisplayName": name}, f"name-{abs(hash(name))}")
        found = books.query("Customer", query.where("DisplayName", "=", name))
    assert len(found) == 1


def test_perf_one_call_each(sandbox: SandboxProcess, books: QuickBooks) -> None:
    sandbox.forget_history()
    books.company_info()
    books.changes_since(
        ["Invoice", "Payment", "Customer"], datetime.now(tz=UTC) - timedelta(hours=1)
    )
    books.query("Item")
    seen = calls(sandbox)
    assert len(seen) == 3
    assert all("minorversion=75" in one["query"] for one in seen)


def test_qbo_rule_19_a_date_stays_a_date(books: QuickBooks) -> None:
    made = an_invoice(books, "request-90", TxnDate="2026-03-01", DueDate="2026-03-31")
    found = records.invoice(made)
    assert (found.txn_date, found.due_date) == (date(2026, 3, 1), date(2026, 3, 31))
