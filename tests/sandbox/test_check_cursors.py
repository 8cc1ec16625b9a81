"""``sandbox.check``: a cursor beyond a change is found (I4), and only that."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

import pytest
import requests

from sandbox.check import check
from tests.sandbox.checked_product import Product, only
from tests.sandbox.qbo_client import US


def later(instant: str, seconds: int) -> str:
    moment = datetime.fromisoformat(instant).timestamp() + seconds
    return datetime.fromtimestamp(moment, datetime.fromisoformat(instant).tzinfo).isoformat()


def test_i4_a_cursor_beyond_a_change(product: Product) -> None:
    start = product.time()
    product.look(start)
    product.wait()
    product.books.control("pay", invoice_id=product.seeded, amount=1)
    product.wait()
    product.look(later(start, 15))
    found = [one for one in product.findings() if one.entity == "Invoice"]
    assert only(found, "I4").id == product.seeded
    assert len(found[0].entries) == 2


@pytest.mark.parametrize("kind", ["truncate", "status", "reset"])
def test_i4_a_spoilt_answer_is_no_read(product: Product, kind: str) -> None:
    start = product.time()
    product.look(start)
    product.wait()
    product.books.control("pay", invoice_id=product.seeded, amount=1)
    fault = {"kind": kind, "status": 503, "when": "after_commit"}
    product.sandbox.faults({"match": {"path": "/cdc"}, "fault": fault})
    with suppress(requests.ConnectionError, requests.exceptions.ChunkedEncodingError):
        product.books.get("cdc", entities="Invoice,Customer", changedSince=start)
    product.wait()
    product.look(later(start, 15))
    assert {one.invariant for one in product.findings()} == {"I4"}


READS: dict[str, Callable[[Product, str], object]] = {
    "the feed": lambda product, start: product.look(start),
    "a query": lambda product, start: product.books.query("select * from Invoice"),
    "a query by id": lambda product, start: product.books.query(
        f"select * from Invoice where Id in ('1', '{product.seeded}')"
    ),
    "the record": lambda product, start: product.books.read("Invoice", product.seeded),
    "a write": lambda product, start: product.books.update(
        "Invoice", product.books.read("Invoice", product.seeded), PrivateNote="seen"
    ),
}


@pytest.mark.parametrize("how", READS)
def test_i4_is_kept_by(product: Product, how: str) -> None:
    start = product.time()
    product.look(start)
    product.wait()
    product.books.control("pay", invoice_id=product.seeded, amount=1)
    READS[how](product, start)
    product.wait()
    product.look(later(start, 15))
    assert [one for one in product.findings() if one.entity == "Invoice"] == []


def test_i4_a_query_by_another_id_or_a_count_is_no_read(product: Product) -> None:
    start = product.time()
    product.look(start)
    product.wait()
    product.books.control("pay", invoice_id=product.seeded, amount=1)
    product.books.query("select * from Invoice where Id = '1'")
    product.books.query("select count(*) from Invoice")
    product.wait()
    product.look(later(start, 15))
    assert "I4" in {one.invariant for one in product.findings() if one.entity == "Invoice"}


def test_i4_what_a_feed_cut_short_left_out_must_be_read_otherwise(product: Product) -> None:
    start = product.time()
    product.look(start)
    product.wait()
    product.books.control("pay", invoice_id=product.seeded, amount=1)
    product.look(start)
    product.wait()
    product.look(later(start, 15))
    entries = product.sandbox.history()
    assert check(entries) == []
    cut = next(one for one in entries if one["reads"] and one["number"] > entries[0]["number"])
    cut["reads"] = [{**read, "through": read["since"]} for read in cut["reads"]]
    assert {one.invariant for one in check(entries)} == {"I4"}
    otherwise = {**cut, "reads": [], "path": f"/v3/company/{US}/query"}
    for name in ("Invoice", "Customer"):
        statement = {"number": cut["number"] + 0.1, "query": f"query=select+*+from+{name}"}
        entries.append({**otherwise, **statement})
    assert check(entries) == []


def test_i4_a_change_that_lagged_behind_the_feed(product: Product) -> None:
    product.sandbox.switch(cdc_lag_seconds=60)
    start = product.time()
    product.look(start)
    product.wait()
    product.books.control("pay", invoice_id=product.seeded, amount=1)
    product.wait()
    product.look(start)
    product.wait(120)
    product.look(later(start, 15))
    assert {one.invariant for one in product.findings()} == {"I4"}
