"""Controls 14 and 25 in the database: history is only added to, and no row crosses portals."""

import json
import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from integration import audit, sql
from integration.access import actors
from integration.models import AuditEvent, Job, Record
from tests import tenants
from tests.tenants import NOON

pytestmark = pytest.mark.django_db


def constraints(kind: str) -> set[tuple[str, str]]:
    """(table, name) of what the test database really has."""
    with connection.cursor() as cursor:
        if kind == "trigger":
            cursor.execute(
                "SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal"
            )
        else:
            cursor.execute(
                "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype = 'f'"
            )
        return set(cursor.fetchall())


@pytest.fixture
def event() -> AuditEvent:
    portal = tenants.portal()
    actor = actors.of_person(
        tenants.member(portal).person, portal, origin="session", ip="192.0.2.7", request_id="r1"
    )
    return audit.record(
        "settings.changed",
        actor=actor,
        portal=portal,
        company=tenants.company(portal),
        subject=("settings", 7),
        before={"sending_allowed": False},
        after={"sending_allowed": True, "limit": Decimal("10.50"), "filed": date(2026, 1, 31)},
        now=NOON,
    )


def test_c25_the_migrations_made_the_trigger() -> None:
    assert (sql.AUDIT_TABLE, "append_only") in constraints("trigger")


def test_c14_the_migrations_tied_every_table_to_its_companys_portal() -> None:
    wanted = {
        (model._meta.db_table, sql.tie_name(model._meta.db_table)) for model in sql.tied_models()
    }
    assert len(wanted) > 10
    assert sorted(wanted - constraints("foreign key")) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE integration_auditevent SET action = 'nothing.happened'",
        "DELETE FROM integration_auditevent",
    ],
)
def test_c25_history_can_be_neither_changed_nor_deleted(event: AuditEvent, statement: str) -> None:
    with (
        pytest.raises(DatabaseError, match="only ever added"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert AuditEvent.objects.for_portal(event.portal_id).count() == 1


def test_c25_an_event_says_who_what_when_and_from_where(event: AuditEvent) -> None:
    kept = AuditEvent.objects.for_portal(event.portal_id).get()
    assert (kept.origin, kept.ip, kept.request_id, kept.at) == (
        "session", "192.0.2.7", "r1", NOON,
    )  # fmt: skip
    assert (kept.subject_kind, kept.subject_id) == ("settings", "7")
    assert kept.after == {"sending_allowed": True, "limit": "10.50", "filed": "2026-01-31"}


def test_c25_no_secret_enters_the_history() -> None:
    portal = tenants.portal()
    given = {
        "access_token": "canary-1", "secret": "canary-2", "password": "canary-3", "code": "canary-4",
        "nested": {"refresh_token": "canary-5"}, "list": [{"api_key": "canary-6"}],
        "tax_code": "kept", "sync_token": "3",
    }  # fmt: skip
    event = audit.record("settings.changed", portal=portal, after=given, now=NOON)
    assert "canary" not in json.dumps(event.after)
    assert (event.after["tax_code"], event.after["sync_token"]) == ("kept", "3")


def test_c25_the_machine_signs_as_worker() -> None:
    portal = tenants.portal()
    assert audit.record("job.paused", portal=portal, now=NOON).origin == "worker"


@pytest.mark.parametrize("model", list(sql.tied_models()), ids=lambda model: model._meta.db_table)
def test_c14_no_update_moves_a_row_to_another_portals_company(model: Any) -> None:
    """Asked of PostgreSQL itself: the constraint exists, is valid and points the right way."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_constraintdef(oid), convalidated FROM pg_constraint WHERE conname = %s",
            [sql.tie_name(model._meta.db_table)],
        )
        (definition, is_valid) = cursor.fetchone()
    assert is_valid
    assert re.search(
        r"FOREIGN KEY \(company_id, portal_id\) REFERENCES integration_company\(id, portal_id\)",
        definition,
    )


def test_c14_the_database_refuses_a_row_that_crosses_portals() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    ours, theirs = tenants.portal(), tenants.portal()
    foreign = tenants.company(theirs)
    with pytest.raises(IntegrityError), transaction.atomic():
        Record.objects.create(
            portal=ours, company=foreign, kind="Customer", qbo_id="1", seen_at=NOON
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.create(
            portal=ours, company=foreign, kind="x", dedup_key="x", next_at=NOON, created_at=NOON
        )
