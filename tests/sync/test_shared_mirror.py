"""Two workers at one invoice, and answers that QuickBooks spoils in part."""

import json
import threading
import time
from datetime import datetime

from django.db import connection, connections, transaction

from integration import sessions
from integration.clock import now
from integration.gateways.quickbooks_records import invoice as parse_invoice
from integration.gateways.quickbooks_transactions import changes
from integration.records.quickbooks import Invoice as Entry
from invoices.mirror import mirror_invoices
from invoices.models import Invoice
from invoices.models.invoices import Origin
from sync.fetch import mirrored
from sync.fetch.mirrored import Checked
from tests.sync.books import Books
from tests.sync.test_faults_in_sync import fault, parked

STAMP = "2026-11-23T09:00:00-08:00"


class Second(threading.Thread):
    """A second worker that stores the same page meanwhile."""

    def __init__(self, books: Books, entry: Entry, instant: datetime) -> None:
        super().__init__()
        self.books, self.entry, self.instant = books, entry, instant
        self.found = mirrored.Mirrored()

    def run(self) -> None:
        try:
            with transaction.atomic():
                page = Checked((self.entry,), ())
                self.found = mirrored.store(self.books.company, page, self.instant)
        finally:
            connections.close_all()


def blocked() -> int:
    """How many others wait for what this transaction wrote."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(DISTINCT waits.pid) FROM pg_locks waits"
            " JOIN pg_locks held ON held.transactionid = waits.transactionid AND held.granted"
            " WHERE NOT waits.granted AND held.pid = pg_backend_pid()"
        )
        return int(cursor.fetchone()[0])


def test_f50_two_workers_that_first_mirror_one_invoice_park_nothing(
    committed_books: Books,
) -> None:
    books = committed_books
    raw, instant = books.make("10.00"), now()
    entry = parse_invoice(sessions.quickbooks(books.company).read("Invoice", raw["Id"]))
    second = Second(books, entry, instant)
    with transaction.atomic():
        mirror_invoices(books.company, [entry], [], instant, origin=Origin.CREATED)
        second.start()
        limit = time.monotonic() + 10
        while blocked() == 0 and time.monotonic() < limit:
            time.sleep(0.02)
        assert blocked() == 1
    second.join(10)
    assert second.found.troubled == []
    [row] = Invoice.objects.for_portal(books.portal).filter(qbo_id=raw["Id"])
    assert row.origin == Origin.CREATED


def test_f27_a_payment_that_nobody_can_read_is_parked_and_the_run_goes_on(books: Books) -> None:
    raw = books.make("100.00")
    books.do("pay", invoice_id=raw["Id"], amount="40")
    state = books.sandbox.state("quickbooks")["quickbooks"]["companies"][books.company.realm_id]
    paid = {**state["Payment"][-1], "TotalAmt": "forty"}
    books.sync()
    books.turn(seconds=900)
    books.sync()
    books.add(raw)
    answer = {"QueryResponse": {"Payment": [paid]}, "time": books.turn().isoformat()}
    books.sandbox.faults(
        {
            "match": {"vendor": "quickbooks", "path": "/query", "body": "FROM Payment "},
            "fault": {"kind": "status", "status": 200, "body": json.dumps(answer)},
            "times": 1,
        }
    )
    books.do("edit", invoice_id=raw["Id"], private_note="Hm")
    books.sync()
    [waiting] = parked(books)
    assert (waiting.subject_kind, waiting.subject_id) == ("QuickBooks Payment", paid["Id"])
    assert books.deal()["invoice_number"] == raw["DocNumber"]


def test_f25_a_fault_in_place_of_one_entity_is_that_entity_failing() -> None:
    fault_of_one = {"Fault": {"Error": [{"code": "5020"}], "type": "SystemFault"}}
    content = {"CDCResponse": [{"QueryResponse": [{}, fault_of_one, {}]}], "time": STAMP}
    assert changes(content, ("Invoice", "Payment", "Item")).failed == ("Payment",)
    shorter = {"CDCResponse": [{"QueryResponse": [fault_of_one]}], "time": STAMP}
    assert changes(shorter, ("Invoice", "Payment")).failed == ("Invoice", "Payment")
    assert (
        changes({"CDCResponse": [{"QueryResponse": [{}]}], "time": STAMP}, ("Item",)).failed == ()
    )


def test_f25_entities_that_failed_are_asked_for_again_in_the_same_run(books: Books) -> None:
    raw = books.make("10.00")
    books.add(raw)
    books.sync()
    books.do("pay", invoice_id=raw["Id"])
    spoilt = {"CDCResponse": [{"QueryResponse": [{"Fault": {"Error": [{"code": "10000"}]}}]}]}
    answer = {**spoilt, "time": books.turn().isoformat()}
    fault(books, "/cdc$", "status", "quickbooks", status=200, body=json.dumps(answer))
    books.sync()
    assert books.deal()["invoice_status"] == "paid"
