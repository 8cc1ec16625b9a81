"""A report with twice the lines costs each of its portions as much as before (B-26)."""

from collections.abc import Callable
from uuid import uuid4

from django.db import connection
from django.test.utils import CaptureQueriesContext

from integration.bulk import insert_rows
from integration.clock import now
from integration.jobs import Lease, enqueue
from integration.models import Company, Record
from sync import reconciliation_behind as behind
from sync.models import SyncObject
from sync.reconcile import What
from sync.reconciliation_engine import Comparison
from sync.reconciliation_fix import Fix
from sync.reconciliation_forget import forget
from sync.reconciliation_models import Drift, DriftState, ReconciledBy, Reconciliation
from sync.reconciliation_work import FIX
from tests.sync.books import DEAL, OTHER_DEAL, Books
from tests.sync.people import customer, turn_on

STAGES = ("hubspot_invoices", "hubspot_deals", "hubspot_customers")


def lines(row: Reconciliation, count: int, **facts: str) -> list[Drift]:
    values = {"what": What.BEHIND.value, "record_kind": "Invoice", **facts}
    found = [
        Drift(portal_id=row.portal_id, company=row.company, reconciliation=row, label=str(number),
              record_id=str(uuid4()), qbo_id=str(number), found_at=now(), **values)
        for number in range(count)
    ]  # fmt: skip
    insert_rows(row.portal, found)
    return found


def report(company: Company, count: int, **facts: str) -> Reconciliation:
    Reconciliation.objects.for_portal(company.portal_id).filter(company=company).delete()
    row = Reconciliation.objects.create(
        portal=company.portal, company=company, trigger=ReconciledBy.NIGHT, started_at=now()
    )
    lines(row, count, **facts)
    return row


def cost(work: Callable[[], object]) -> tuple[int, int]:
    """(statements, lines of reports read by them)"""
    with CaptureQueriesContext(
        connection,
    ) as captured:
        work()
    read = 0
    table = f'FROM "{Drift._meta.db_table}"'
    with connection.cursor() as cursor:
        for each in captured.captured_queries:
            if each["sql"].startswith("SELECT") and table in each["sql"]:
                cursor.execute(each["sql"])
                read += len(cursor.fetchall())
    return len(captured), read


def test_b26_a_portion_costs_the_same_however_long_the_report_is(books: Books) -> None:
    turn_on(books, SyncObject.CONTACTS)
    eva = customer(books, "Eva Ways", "eva@ways.example")
    books.sync()
    invoice = books.add(books.make("10.00", eva["Id"]))
    job = enqueue("sync.reconcile", portal=books.portal, company=books.company, at=now())
    lease = Lease(job.pk, job.epoch)
    costs: dict[str, list[tuple[int, int]]] = {stage: [] for stage in STAGES}
    for count in (200, 400):
        row = report(books.company, count)
        for stage in costs:
            row.stage, row.cursor = stage, {}
            costs[stage].append(cost(lambda row=row: Comparison(row, lease, now()).step()))
    for stage, (few, many) in costs.items():
        assert few == many, stage
        assert many[1] == 0, "no line is about the portion's records"
    Drift.objects.for_portal(books.portal).filter(label="7").update(record_id=str(invoice.pk))
    mine, customers = {str(invoice.pk)}, Record.objects.for_portal(books.portal)
    payer = customers.get(kind="Customer", qbo_id=invoice.customer_id)
    assert behind.among(row, [invoice.pk, uuid4()]) == mine
    assert behind.of_deals(row, [DEAL, OTHER_DEAL]) == mine
    assert behind.of_records(row, [payer.pk]) == mine
    assert behind.of_deals(row, [OTHER_DEAL]) == set()


def test_b26_lines_are_settled_and_forgotten_with_a_few_statements(books: Books) -> None:
    job = enqueue(FIX, portal=books.portal, company=books.company, at=now())
    costs = []
    for count in (40, 80):
        row = report(
            books.company, count, what="differs", record_kind="Deal", state=DriftState.FIXING.value
        )
        chosen = Drift.objects.for_portal(books.portal).filter(
            reconciliation=row, state=DriftState.FIXING
        )
        some = list(chosen)
        costs.append(
            (
                cost(lambda some=some: forget(books.company, some))[0],
                cost(
                    lambda row=row, chosen=chosen: Fix(row, Lease(job.pk, job.epoch), now()).some(
                        chosen
                    )
                )[0],
            )
        )
        states = Drift.objects.for_portal(books.portal).values_list("state", flat=True)
        assert set(states) == {"gone"}
    assert costs[0] == costs[1]
