"""Any body, path, method or statement gets one of QuickBooks' own answers, and refusals change nothing."""

import json
import re
from typing import Any
from urllib.parse import quote, urlencode

from hypothesis import given
from hypothesis import strategies as st

from sandbox.core.clock import Clock
from sandbox.core.messages import Request, Response
from sandbox.core.world import World
from sandbox.quickbooks.application import SWITCHES, QuickBooks
from sandbox.quickbooks.entities import ROWS
from tests.sandbox.qbo_client import CLIENT, US

BASE = f"/v3/company/{US}"
CODE = re.compile(rb'"code":"\d+"')


def sandbox() -> QuickBooks:
    world = World(Clock(), {"latency_ms": 0, **SWITCHES, "coreplus_cap": 0}, {})
    quickbooks = QuickBooks(world)
    world.register(quickbooks)
    world.reset("demo")
    return quickbooks


BOOKS = sandbox()
TOKEN = BOOKS.authority.grant_directly(CLIENT[0], US)["access_token"]


def call(
    method: str, path: str, body: bytes = b"", query: str = "", kind: str = "application/json"
) -> Response:
    headers = {"authorization": f"Bearer {TOKEN}", "content-type": kind}
    answer = BOOKS.handle(Request("quickbooks", method, path, query, headers, body), None)
    assert isinstance(answer, Response)
    return answer


def is_in_order(answer: Response) -> None:
    """A good answer, or a fault with a code; never a crash."""
    crashes, BOOKS.world.errors = BOOKS.world.errors, []
    assert crashes == []
    assert answer.status < 500
    if answer.status >= 400:
        assert CODE.search(answer.body) or b"<html>" in answer.body, answer.body


KINDS = sorted(ROWS)
NAMES = [*sorted({name for row in ROWS.values() for name in row.properties}), "Nope", "value"]
LEAVES = st.sampled_from(
    [None, True, False, 0, -1, 1, 1.005, 1e15, "", "x", "1", "2", "TAX", "NaN", "2026-13-45",
     "2026-11-23", "x" * 5000, "\x00", "\ud800", "USD", "EUR", "SalesItemLineDetail"]
)  # fmt: skip
PARTS = st.sampled_from(
    [*NAMES, "Line", "Amount", "DetailType", "SalesItemLineDetail", "ItemRef", "Qty", "UnitPrice",
     "LinkedTxn", "TxnId", "TxnType", "TaxCodeRef", "DiscountLineDetail", "PercentBased"]
)  # fmt: skip
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(PARTS, inner, max_size=5),
    max_leaves=12,
)
PATHS = st.one_of(
    st.sampled_from([*(kind.lower() for kind in KINDS), "query", "cdc", "batch", "x", "é"]),
    st.sampled_from(["taxservice/taxcode", "invoice/1", "invoice/x/send", "invoice/1/pdf", "a/b"]),
    st.sampled_from(["invoice/1/send", "customer/1", "companyinfo/1", "exchangerate", "", "//"]),
)
QUERIES = st.dictionaries(
    st.sampled_from(["operation", "include", "requestid", "minorversion", "query", "entities",
                     "changedSince", "sendTo", "sourcecurrencycode", "asofdate"]),
    st.sampled_from(["", "delete", "void", "update", "x", "Invoice", "Invoice,Customer", "2026-11-20",
                     "2026-11-20T10:00:00-08:00", "99999999999999", "USD", "\x00", "select", "%"]),
    max_size=3,
)  # fmt: skip


@given(st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"]), PATHS, QUERIES, VALUES)
def test_qbo_no_request_leads_to_a_crash(
    method: str, path: str, query: dict[str, str], body: Any
) -> None:
    is_in_order(call(method, f"{BASE}/{path}", json.dumps(body).encode(), urlencode(query)))


def fields_of(kind: str) -> Any:
    """Bodies that name real properties of the entity, some with values of the right sort."""
    names = st.sampled_from(sorted(ROWS[kind].properties))
    reference = st.fixed_dictionaries({"value": st.sampled_from(["1", "2", "9", "999", "TAX"])})
    line = st.fixed_dictionaries(
        {
            "Amount": st.sampled_from([0, 10, -5, "7.5", None]),
            "DetailType": st.sampled_from(["SalesItemLineDetail", "SubTotalLineDetail", "Odd"]),
        },
        optional={
            "SalesItemLineDetail": st.fixed_dictionaries({"ItemRef": reference}) | VALUES,
            "LinkedTxn": st.just([{"TxnId": "1", "TxnType": "Invoice"}]) | VALUES,
        },
    )
    values = VALUES | reference | st.lists(line, max_size=3)
    version = st.fixed_dictionaries(
        {"Id": st.sampled_from(["1", "3", "x"]), "SyncToken": st.just("0")}
    )
    return st.builds(
        lambda body, more: {**body, **more},
        st.dictionaries(names, values, max_size=6),
        st.just({}) | version,
    )


BODIES = st.sampled_from(KINDS).flatmap(lambda kind: st.tuples(st.just(kind), fields_of(kind)))


def test_qbo_half_a_character_is_echoed_as_an_escape() -> None:
    body = b'{"BatchItemRequest":[{"bId":"\\ud800","operation":"\\ud800","Invoice":{}}]}'
    answer = call("POST", f"{BASE}/batch", body)
    is_in_order(answer)
    assert json.loads(answer.body)["BatchItemResponse"][0]["bId"] == "\ud800"


@given(BODIES, st.sampled_from(["", "operation=delete", "operation=void", "include=void"]))
def test_qbo_a_refused_write_changes_nothing(given_body: tuple[str, Any], query: str) -> None:
    kind, body = given_body
    books = BOOKS.companies[US]
    before = {name: dict(table.by_id) for name, table in books.tables.items()}
    counters, settlements = dict(books.counters), {k: dict(v) for k, v in books.settlements.items()}
    answer = call("POST", f"{BASE}/{kind.lower()}", json.dumps(body).encode(), query)
    is_in_order(answer)
    if answer.status >= 400:
        assert {name: dict(table.by_id) for name, table in books.tables.items()} == before
        assert {k: dict(v) for k, v in books.settlements.items()} == settlements
        assert books.counters == counters


WORDS = st.sampled_from(
    ["select", "*", "count(*)", "count", "(", ")", "from", "Invoice", "Customer", "Item", "Nope",
     "where", "and", "or", "Id", "DocNumber", "Balance", "Active", "MetaData.LastUpdatedTime",
     "CustomerRef", "=", "!=", "<", ">=", "like", "in", "'1'", "'%'", "'2026-11-01'", "'", "\\", "1",
     "-1", "1.5", "true", "orderby", "order", "by", "desc", ",", "startposition", "maxresults", "0",
     "1000", "1001", ";", "é", "CURRENT_DATE", "99999999999999999999"]
)  # fmt: skip


@given(st.lists(WORDS, max_size=16))
def test_qbo_rule_27_no_statement_leads_to_a_crash(words: list[str]) -> None:
    statement = " ".join(words)
    is_in_order(call("GET", f"{BASE}/query", query=f"query={quote(statement)}"))
    whole = "select * from " + statement
    is_in_order(call("POST", f"{BASE}/query", whole.encode(), kind="application/text"))


@given(st.binary(max_size=200) | st.sampled_from([b"[" * 5000, b'{"a":' * 2000, b"{}" * 3]))
def test_qbo_no_bytes_lead_to_a_crash(body: bytes) -> None:
    for path in ("invoice", "batch", "taxservice/taxcode", "query"):
        is_in_order(call("POST", f"{BASE}/{path}", body))
    for path in ("/oauth2/v1/tokens/bearer", "/v2/oauth2/tokens/revoke", "/connect/oauth2"):
        answer = call("POST", path, body)
        assert BOOKS.world.errors == []
        assert answer.status < 500


@given(st.lists(VALUES | st.dictionaries(
    st.sampled_from(["bId", "operation", "optionsData", "Query", "Invoice", "Customer", "CDCQuery"]),
    VALUES, max_size=4), max_size=4))  # fmt: skip
def test_qbo_rule_30_no_batch_leads_to_a_crash(items: list[Any]) -> None:
    body = json.dumps({"BatchItemRequest": items}).encode()
    is_in_order(call("POST", f"{BASE}/batch", body))
