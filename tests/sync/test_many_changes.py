"""More changes than one answer of change data capture holds (fault 39)."""

import json

import pytest

from integration import sessions
from integration.clock import now
from integration.gateways.quickbooks_records import invoice as parse_invoice
from integration.hubspot_setup import ensure_properties
from tests.sandbox_process import ROOT, SandboxProcess
from tests.sync.books import OTHER_DEAL, US, Books, connect

COMPANY = {
    "realm": US,
    "name": "Many Invoices Inc",
    "country": "US",
    "zone": "America/Los_Angeles",
    "currency": "USD",
    "tax": "us_manual",
    "tax_group": "1",
    "sku": "QuickBooks Online Plus",
    "last_number": "100000",
    "items": [["Desk lamp, oak", "LMP-DESK-OAK", "129.00", "NonInventory"]],
    "customers": [],
    "generate": {"customers": 3, "invoices": 1_005},
}


@pytest.fixture
def crowded(db: None, sandbox: SandboxProcess, unlimited: None) -> Books:
    """A company with more than a thousand invoices."""
    hubspot = json.loads((ROOT / "sandbox/scenarios/demo.hubspot.json").read_text())
    sandbox.reset("crowded", {"quickbooks": {"companies": [COMPANY]}, "hubspot": hubspot})
    sandbox.switch(burst_limit=0)
    books = connect(sandbox)
    ensure_properties(books.portal, sessions.hubspot(books.portal), now())
    return books


@pytest.mark.parametrize("cap", ["response", "entity"])
def test_f39_i2_nothing_is_lost_when_the_answer_is_cut(crowded: Books, cap: str) -> None:
    books = crowded
    books.sandbox.switch(cdc_cap_per=cap)
    pages = list(sessions.quickbooks(books.company).query_all("Invoice"))
    everything = [parse_invoice(raw) for page in pages for raw in page]
    first, last, gone = (
        {"Id": each.id, "DocNumber": each.doc_number}
        for each in (everything[0], everything[-1], everything[500])
    )
    books.add(first)
    books.add(gone)
    books.add(last, OTHER_DEAL)
    books.sync()
    for each in everything:
        books.do("edit", invoice_id=each.id, due_date=books.day(45))
    books.do("delete", invoice_id=gone["Id"])
    books.do("pay", invoice_id=last["Id"])
    books.forget()
    run = books.sync()
    assert (run.seen, run.failed) == (3, 0)
    assert books.owed("company.reference")  # customers after the cut were never named
    assert books.deal()["invoice_due_date"] == books.day(45)
    assert books.deal()["invoice_count"] == "1"
    assert books.row(gone).stage == "deleted"
    assert books.deal(OTHER_DEAL)["invoice_status"] == "paid"
    assert len(books.notes(OTHER_DEAL)) == 1
    assert len(books.calls("quickbooks")) <= 6
    books.forget()
    books.sync()
    assert books.calls("hubspot", writes=True) == []
