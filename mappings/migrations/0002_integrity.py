"""What the database itself refuses; see integration/sql.py."""

from django.db import migrations

from integration import sql


class Migration(migrations.Migration):
    dependencies = [("mappings", "0001_initial"), ("integration", "0002_integrity")]
    operations = [sql.company_ties("mappings")]
