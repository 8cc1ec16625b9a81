"""What the database itself refuses; see integration/sql.py."""

from django.db import migrations

from integration import sql


class Migration(migrations.Migration):
    dependencies = [("integration", "0001_initial")]
    operations = [
        sql.AUDIT_APPEND_ONLY,
        sql.company_ties("integration"),
        sql.SEARCH_INDEXES,
        sql.MATCHING_INDEXES,
    ]
