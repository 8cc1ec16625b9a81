"""A quote of many lines asks the database as often as one of few."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.invoices import offers
from tests.invoices.desk import Desk
from tests.invoices.pages import Visitor
from tests.invoices.quote_desk import begin, choose, to_review

PLAIN = "20300100011"
"""A demo deal without a quote of its own."""


def long_quote(desk: Desk, lines: int) -> str:
    items = [
        found
        for found in desk.reference.items()
        if found.kind in ("Service", "NonInventory") and found.sku and found.active
    ]
    rows = [
        offers.line(item.sku, name=item.name, price=f"{10 + place}.00")
        for place, item in enumerate((items * lines)[:lines])
    ]
    return offers.quote(desk, *rows, deal=PLAIN)


def test_m10_pages_of_many_lines_ask_the_database_no_more_than_those_of_few(
    desk: Desk, rep: Visitor
) -> None:
    counts = []
    for lines in (2, 20):
        quote_id = long_quote(desk, lines)
        begin(desk, rep, PLAIN)
        choose(rep, quote_id)
        to_review(desk, rep)
        with CaptureQueriesContext(connection) as caught:
            rep.see(rep.path)
        counts.append(len(caught))
        rep.post(f"{rep.path.rsplit('/', 2)[0]}/discard/")
    assert counts[1] <= counts[0] + 2, counts
