"""List pages: every row once whichever way one turns the pages; filters live in the address."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.http import QueryDict

from integration import listing
from integration.listing import Column, DateFilter, Filter, Listing
from integration.models import Portal
from invoices.models import Invoice
from invoices.models.invoices import Origin, Stage
from tests import tenants
from tests.tenants import NOON

pytestmark = pytest.mark.django_db

COLUMNS = [
    Column("number", "Number", "doc_number"),
    Column("due", "Due date", "due_date"),
    Column("total", "Total", "total", "number"),
    Column("stage", "Stage"),
]
FILTERS: list[Filter | DateFilter] = [
    Filter("stage", "Stage", Stage.choices),
    DateFilter("due", "Due date", "due_date"),
]
COUNT = 23


@pytest.fixture
def portal() -> Portal:
    """Invoices with equal totals and missing due dates among them."""
    found = tenants.portal()
    company = tenants.company(found)
    for number in range(COUNT):
        total = Decimal(number % 4)
        Invoice.objects.create(
            portal=found, company=company, qbo_id=str(number), sync_token="0",
            doc_number=f"{number:04}", customer_id="1", customer_name=f"Customer {number % 3}",
            due_date=None if number % 5 == 0 else date(2026, 11, 1) + timedelta(days=number % 6),
            currency="USD", total=total, balance=total, billed=total, open=total,
            stage=list(Stage)[number % 3], origin=Origin.CREATED, updated_at=NOON, seen_at=NOON,
            raw_hash="x",
        )  # fmt: skip
    return found


def page_of(portal: Portal, query: str) -> Listing:
    return listing.build(
        QueryDict(query.removeprefix("?")),
        Invoice.objects.for_portal(portal),
        columns=COLUMNS,
        filters=FILTERS,
        search=["doc_number", "customer_name"],
        order="-total",
        size=4,
    )


def pages(portal: Portal, query: str, direction: str) -> Iterator[Listing]:
    for _number in range(COUNT):
        page = page_of(portal, query)
        yield page
        query = getattr(page, direction)
        if not query:
            return
    pytest.fail("the pages never end")


@pytest.mark.parametrize(
    "query", ["", "sort=due", "sort=-due", "sort=total", "sort=-number", "sort=due&stage=sent"]
)
def test_every_row_comes_once_forwards_and_backwards(portal: Portal, query: str) -> None:
    forward = list(pages(portal, query, "next_url"))
    seen = [row.pk for page in forward for row in page.rows]
    assert len(seen) == len(set(seen)) == forward[0].total
    assert forward[0].previous_url == ""
    end = forward[-2].next_url
    backward = list(pages(portal, end, "previous_url"))
    again = [row.pk for page in reversed(backward) for row in page.rows]
    assert again == seen


@pytest.mark.parametrize("query", ["after=rubbish", "before=e30", "after=W251bGwsICJ4Il0"])
def test_a_spoilt_mark_is_the_first_page(portal: Portal, query: str) -> None:
    first = page_of(portal, "")
    assert [row.pk for row in page_of(portal, query).rows] == [row.pk for row in first.rows]


def test_rows_without_a_due_date_stand_last_both_ways(portal: Portal) -> None:
    for query in ("sort=due", "sort=-due"):
        rows = [row for page in pages(portal, query, "next_url") for row in page.rows]
        known = [row.due_date is not None for row in rows]
        assert known == sorted(known, reverse=True)


def test_filters_search_and_unknown_values(portal: Portal) -> None:
    sent = page_of(portal, "stage=sent&stage=nonsense")
    assert {row.stage for row in sent.rows} == {"sent"}
    assert sent.chips[0].chosen == "Sent to customer"
    everything = page_of(portal, "stage=nonsense&sort=password&due_from=2026-99-99")
    assert everything.total == COUNT
    assert not everything.is_filtered
    assert page_of(portal, "q=customer+0002").total == 1


def test_a_range_of_days_includes_both_ends(portal: Portal) -> None:
    page = page_of(portal, "due_from=2026-11-02&due_to=2026-11-03")
    expected = [
        row
        for row in Invoice.objects.for_portal(portal)
        if row.due_date and date(2026, 11, 2) <= row.due_date <= date(2026, 11, 3)
    ]
    assert page.total == len(expected) > 0


def test_turning_a_page_keeps_the_filters_and_a_filter_starts_over(portal: Portal) -> None:
    page = page_of(portal, "stage=sent&sort=-number&q=customer")
    turned = QueryDict(page.next_url.removeprefix("?"))
    assert turned["stage"] == "sent"
    assert turned["sort"] == "-number"
    assert turned["q"] == "customer"
    second = page_of(portal, page.next_url)
    assert "after" not in QueryDict(second.chips[0].remove_url.removeprefix("?"))
    assert "stage" not in QueryDict(second.chips[0].remove_url.removeprefix("?"))
    assert dict(second.hidden).keys() == {"stage", "sort"}


def test_sorting_names_its_direction(portal: Portal) -> None:
    heads: dict[Any, Any] = {head.label: head for head in page_of(portal, "sort=due").heads}
    assert heads["Due date"].direction == "ascending"
    assert "sort=-due" in heads["Due date"].url
    assert heads["Total"].direction == ""
    assert "sort=-total" in heads["Total"].url
    assert heads["Stage"].url == ""
