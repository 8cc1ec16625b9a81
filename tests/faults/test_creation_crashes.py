"""A worker killed at any step of a creation (fault 59): one customer, one invoice, one object."""

import pytest
from django.db import connection

from integration.clock import now
from integration.models import Job
from invoices import services
from invoices.draft import NewCustomer
from invoices.models.drafts import RecoveryPoint
from tests.faults.test_sync_crashes import in_a_process
from tests.invoices.conftest import books, desk, unlimited  # noqa: F401
from tests.invoices.desk import DEAL, Desk

pytestmark = pytest.mark.faults
NAME = "Crash Test Ltd"
STEPS = [
    f"{step}.{when}"
    for step, whens in {
        "customer": ("before_create", "after_create"),
        "invoice": ("before_post", "after_post"),
        "hubspot_invoice": ("before_create", "after_create"),
    }.items()
    for when in whens
]


@pytest.mark.parametrize("step", STEPS)
def test_f59_b04_a_killed_creation_is_finished_by_the_next(desk: Desk, step: str) -> None:  # noqa: F811
    draft = desk.draft(
        customer_id="", customer_name="", new_customer=NewCustomer(NAME, email="a@crash.example")
    )
    operation, job = services.owe(desk.actor, draft, draft.version, now())
    assert job is not None
    assert in_a_process(job, CRASH_AT=f"{step}:1") == -9, f"{step} was not passed"
    connection.cursor().execute(
        f"UPDATE {Job._meta.db_table} SET lease_until = clock_timestamp() - interval '1 second'"
    )
    assert in_a_process(job) == 0
    operation.refresh_from_db()
    assert operation.point == RecoveryPoint.DONE
    assert len(desk.customers_named(NAME)) == 1
    assert len(desk.ours(operation)) == 1
    (shown,) = desk.books.hubspot_invoices()
    assert DEAL in shown["associations"]["deals"]
