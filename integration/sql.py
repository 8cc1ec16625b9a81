"""What Django's models cannot say to PostgreSQL, as operations for migrations (controls 14 and 25).

    operations = [sql.AUDIT_APPEND_ONLY, sql.company_ties("integration")]

Each app's migration calls ``company_ties`` with its own label after the tables exist; a test finds
a table without its tie.
"""

from collections.abc import Iterator
from typing import Any

from django.apps import apps as live_apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Model

COMPANY_TABLE = "integration_company"
AUDIT_TABLE = "integration_auditevent"
# History outlives what it speaks of, so it names portal and company without a constraint.
UNTIED = (AUDIT_TABLE, COMPANY_TABLE)


def _index(name: str, table: str, of: str, only: str = "") -> tuple[str, str]:
    where = f" WHERE {only}" if only else ""
    return (
        f"CREATE INDEX IF NOT EXISTS {name} ON {table} {of}{where}",
        f"DROP INDEX IF EXISTS {name}",
    )


def _indexes(*found: tuple[str, str]) -> migrations.RunSQL:
    return migrations.RunSQL(
        sql=[make for make, _drop in found], reverse_sql=[drop for _make, drop in found]
    )


SEARCH_INDEXES = _indexes(
    _index(
        "record_name_begins",
        "integration_record",
        "(company_id, kind, lower(name) text_pattern_ops)",
    ),
    _index(
        "record_sku",
        "integration_record",
        "(company_id, lower(replace((raw ->> 'Sku'), ' ', '')))",
        only="kind = 'Item'",
    ),
)

MATCHING_INDEXES = _indexes(
    _index(
        "record_address",
        "integration_record",
        "(company_id, kind, lower((raw #>> '{PrimaryEmailAddr,Address}')))",
    ),
    _index(
        "record_several_addresses",
        "integration_record",
        "(company_id, kind, strpos((raw #>> '{PrimaryEmailAddr,Address}'), ','))",
    ),
    _index(
        "record_company_name",
        "integration_record",
        "(company_id, kind, lower(coalesce(nullif((raw ->> 'CompanyName'), ''), name::text)))",
    ),
    _index(
        "record_sku_as_is",
        "integration_record",
        "(company_id, kind, lower((raw ->> 'Sku')))",
    ),
)
"""What asks whether another record has the same address, name or SKU (B-24); see
``sync.fetch.twins``. Not partial: PostgreSQL keeps no statistics of partial indexes' expressions,
and without them it reads all records when a hundred values are asked for."""

AUDIT_APPEND_ONLY = migrations.RunSQL(
    sql=[
        """
CREATE OR REPLACE FUNCTION refuse_to_rewrite_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'Rows of % are only ever added.', TG_TABLE_NAME
    USING ERRCODE = 'insufficient_privilege';
END $$
""",
        f"DROP TRIGGER IF EXISTS append_only ON {AUDIT_TABLE}",
        f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {AUDIT_TABLE} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_to_rewrite_history()",
    ],
    reverse_sql=[
        f"DROP TRIGGER IF EXISTS append_only ON {AUDIT_TABLE}",
        "DROP FUNCTION IF EXISTS refuse_to_rewrite_history()",
    ],
)


def company_ties(app_label: str) -> migrations.RunPython:
    """Ties (company, portal) of every table of an app to the company's own portal.

    A row can then never name a company of another portal, whatever the code does. Rows without a
    company are not concerned.
    """

    def tie(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
        for model in tied_models(apps, app_label):
            editor.execute(add_tie(model._meta.db_table))

    def untie(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
        for model in tied_models(apps, app_label):
            table = model._meta.db_table
            editor.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {tie_name(table)}")

    return migrations.RunPython(tie, untie, elidable=False)


def tied_models(apps: Any = live_apps, app_label: str = "") -> Iterator[type[Model]]:
    """Models with a portal and a company, of one app or of all, in the order of their tables."""
    found = [
        model
        for model in apps.get_models(include_auto_created=True)
        if (not app_label or model._meta.app_label == app_label)
        and {"portal", "company"} <= {field.name for field in model._meta.local_fields}
        and model._meta.db_table not in UNTIED
    ]
    yield from sorted(found, key=lambda model: model._meta.db_table)


def tie_name(table: str) -> str:
    """At most 63 letters, as PostgreSQL wants."""
    return f"{table[:45]}_company_tie"


def add_tie(table: str) -> str:
    """The statement, deferred like Django's own foreign keys."""
    return (
        f"ALTER TABLE {table} ADD CONSTRAINT {tie_name(table)} "
        f"FOREIGN KEY (company_id, portal_id) REFERENCES {COMPANY_TABLE} (id, portal_id) "
        "DEFERRABLE INITIALLY DEFERRED"
    )
