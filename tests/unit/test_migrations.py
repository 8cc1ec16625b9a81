"""Yesterday's code runs on today's schema while a deploy goes on (fault 73): expand first, contract later.

The first migrations make everything. In every later one only what older code neither reads nor
writes may change; ``contract = "why it is safe now"`` on the migration is a person's word that no
running release knows the column any more.
"""

from typing import Any

import pytest
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader

FIRST = ("0001_initial", "0002_integrity")
APPS = ("integration", "mappings", "invoices", "sync", "workflows")
TAKES_AWAY = (
    migrations.RemoveField,
    migrations.RenameField,
    migrations.DeleteModel,
    migrations.RenameModel,
    migrations.AlterModelTable,
    migrations.AlterUniqueTogether,
)


def breaks(operation: Any) -> str:
    """Why code of the release before cannot live with it; empty where it can."""
    if isinstance(operation, TAKES_AWAY):
        return "it reads what is gone"
    if isinstance(operation, migrations.SeparateDatabaseAndState):
        return next(filter(None, map(breaks, operation.database_operations)), "")
    if isinstance(operation, migrations.AddField | migrations.AlterField) and _must_be_given(
        operation.field
    ):
        return "it inserts rows without the column"
    if isinstance(operation, migrations.AddConstraint):
        return "it may write what the constraint refuses"
    return ""


def _must_be_given(field: Any) -> bool:
    """A default of Django's own is known to the new code alone."""
    return not field.null and field.db_default is models.NOT_PROVIDED


def number() -> Any:
    return models.IntegerField(default=0)


SAMPLES = [
    (migrations.AddField("job", "pace", models.IntegerField(null=True)), True),
    (migrations.AddField("job", "pace", models.IntegerField(db_default=0)), True),
    (migrations.AddField("job", "pace", number()), False),
    (migrations.AlterField("job", "pace", number()), False),
    (migrations.RemoveField("job", "pace"), False),
    (migrations.RenameField("job", "pace", "speed"), False),
    (migrations.DeleteModel("Job"), False),
    (migrations.CreateModel("Job", [("id", models.UUIDField(primary_key=True))]), True),
    (migrations.AddIndex("job", models.Index(fields=["pace"], name="by_pace")), True),
    (
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.RemoveField("job", "pace")]
        ),
        True,
    ),
    (migrations.SeparateDatabaseAndState([migrations.RemoveField("job", "pace")]), False),
    (
        migrations.AddConstraint(
            "job", models.CheckConstraint(condition=models.Q(pace__gt=0), name="fast")
        ),
        False,
    ),
]


@pytest.mark.parametrize(("operation", "is_safe"), SAMPLES)
def test_f73_what_older_code_can_live_with(operation: Any, is_safe: bool) -> None:
    assert (breaks(operation) == "") is is_safe


def test_f73_no_later_migration_breaks_the_release_before() -> None:
    found = MigrationLoader(None).disk_migrations
    assert {(app, name) for app in APPS for name in FIRST} <= set(found)
    wrong = [
        f"{app} {name}: {operation.describe()}: older code breaks, {breaks(operation)}"
        for (app, name), migration in found.items()
        if app in APPS and name not in FIRST and not getattr(migration, "contract", "")
        for operation in migration.operations
        if breaks(operation)
    ]
    assert wrong == []
