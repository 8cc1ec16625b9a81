"""A worker killed at any step of a sync (fault 59): nothing twice, nothing lost, nothing wasted."""

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection

from integration import jobs
from integration.clock import now
from integration.models import Job
from tests.sync.books import DEAL, OTHER_DEAL, Books
from tests.sync.conftest import committed_books, unlimited  # noqa: F401
from tests.sync.people import (
    change,
    customer,
    in_hubspot,
    latest,
    links,
    make_in_hubspot,
    turn_on,
)
from tests.sync.test_two_way import ada, assert_no_echo, both_ways, everyone, in_hubspot_change

pytestmark = pytest.mark.faults
ROOT = Path(__file__).resolve().parents[2]
STEPS = [
    "sync.mirrored",
    *(
        f"sync.{when}_{kind}"
        for kind in (
            "upsert_hubspot_invoice",
            "associate_invoice",
            "dissociate_invoice",
            "write_deal_properties",
            "write_payment_note",
            "update_payment_note",
            "write_reversal_note",
        )
        for when in ("before", "after")
    ),
]


def in_a_process(job: Job, **environment: str) -> int:
    """Do the job in a process of its own; how it ended."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    database = urlunsplit(parts._replace(path=f"/{connection.settings_dict['NAME']}"))
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.job_runner", str(job.pk)],
        cwd=ROOT,
        text=True,
        capture_output=True,
        timeout=90,
        env={**os.environ, "DATABASE_URL": database, **environment},
    )
    assert done.returncode in (0, -9), done.stderr[-2000:]
    return done.returncode


def run_until_killed(books: Books, step: str) -> None:
    """One poll that dies at the step, and the ones that follow until the books are told."""
    job = jobs.enqueue("sync.poll", portal=books.portal, company=books.company, at=now())
    assert in_a_process(job, CRASH_AT=f"{step}:1") == -9, f"{step} was not passed"
    connection.cursor().execute(
        f"UPDATE {Job._meta.db_table} SET lease_until = clock_timestamp() - interval '1 second'"
    )
    assert in_a_process(job) == 0


@pytest.mark.parametrize("step", STEPS)
def test_f59_i1_i2_a_killed_run_is_finished_by_the_next(
    committed_books: Books,  # noqa: F811
    step: str,
) -> None:
    books = committed_books
    raw = books.make("100.00")
    row = books.add(raw)
    paid = books.do("pay", invoice_id=raw["Id"], amount="40")["Payment"]
    notes = 1
    if "upsert" in step or "associate" in step:
        books.forget_hubspot(row)
    if "dissociate" in step:
        books.attach(row, OTHER_DEAL, counts=False)
        books.refresh(OTHER_DEAL)
        books.detach(row, OTHER_DEAL)
    if "update_payment" in step or "reversal" in step:
        books.sync()
        token = {"Id": paid["Id"], "SyncToken": paid["SyncToken"]}
        if "reversal" in step:
            books.do("void_payment", payment_id=paid["Id"])
            notes = 2
        else:
            link = [{"TxnId": raw["Id"], "TxnType": "Invoice"}]
            line = {"Amount": "55.00", "LinkedTxn": link}
            facts = {"CustomerRef": {"value": "1"}, "TotalAmt": "55.00", "Line": [line]}
            books.do("save", kind="Payment", body={**token, **facts})
    run_until_killed(books, step)
    assert len(books.notes()) == notes
    [invoice] = books.hubspot_invoices()
    assert DEAL in invoice["associations"]["deals"]
    assert OTHER_DEAL not in invoice["associations"]["deals"]
    row.refresh_from_db()
    assert books.deal()["total_paid"] == f"{row.cash:.2f}"
    assert invoice["properties"]["dealbooks_cash"] == f"{row.cash:.2f}"
    assert books.cursor().unfinished is False
    books.forget()
    books.sync()
    assert books.calls("hubspot", writes=True) == []


RECORD_STEPS = [
    f"sync.{when}_{kind}"
    for kind in ("write_company", "write_contact", "associate_contact", "archive_record")
    for when in ("before", "after")
]


@pytest.mark.parametrize("step", RECORD_STEPS)
def test_f59_f23_a_killed_run_makes_no_contact_twice(
    committed_books: Books,  # noqa: F811
    step: str,
) -> None:
    books = committed_books
    turn_on(books, delete_policy="archive")
    name = {"GivenName": "Ada", "FamilyName": "Byron", "CompanyName": "Lovelace Looms"}
    raw = customer(books, "Ada Byron", "ada@looms.example", **name)
    left = 1
    if "archive" in step:
        books.sync()
        change(books, raw, Active=False)
        left = 0
    run_until_killed(books, step)
    contacts = in_hubspot(books, "contacts", email="ada@looms.example")
    companies = in_hubspot(books, "companies", name="Lovelace Looms")
    assert (len(contacts), len(companies)) == (left, left)
    assert links(books, raw) == ({"contacts", "companies"} if left else set())
    for contact in contacts:
        assert companies[0]["id"] in contact["associations"]["companies"]
    books.forget()
    books.sync()
    assert books.calls("hubspot", writes=True) == []


BACK_STEPS = [
    f"sync.{when}_{kind}"
    for kind in ("update_quickbooks", "create_in_quickbooks")
    for when in ("before", "after")
]


@pytest.mark.parametrize("step", BACK_STEPS)
def test_f59_f22_a_killed_run_leaves_one_record_in_quickbooks(
    committed_books: Books,  # noqa: F811
    step: str,
) -> None:
    books = committed_books
    both_ways(books, creates_in_quickbooks=True)
    raw, contact = ada(books)
    make_in_hubspot(books, "contacts", email="grace@a.example", firstname="Grace", lastname="Hop")
    in_hubspot_change(books, "contacts", contact, phone="2")
    run_until_killed(books, step)
    here = latest(books, "Customer", raw["Id"])
    assert (here["PrimaryPhone"]["FreeFormNumber"], here["SyncToken"]) == ("2", "1")
    [grace] = [each for each in everyone(books, "Customer") if each["DisplayName"] == "Grace Hop"]
    assert links(books, grace) == {"contacts"}
    assert_no_echo(books)
