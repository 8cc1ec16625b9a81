"""The customers, items … of a company of the prepared sandbox: read once, then copied.

For fixtures that begin with ``connect_prepared`` and change nothing in QuickBooks before: there the
answers are the same each time. What reading itself does is tested where nothing is kept.
"""

import io
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.db import connection

from integration import sessions
from integration.models import Company, Record
from integration.reference import refresh_reference

TABLE = Record._meta.db_table
COLUMNS = [each.column for each in Record._meta.concrete_fields if not each.generated]
OWN = ("name", "legal_name", "country", "time_zone", "offering_sku", "home_currency")
"""What reading brings up to date of the company itself."""


@dataclass(frozen=True)
class Kept:
    """``rows`` as PostgreSQL's COPY writes them, the id first, of ``company``."""

    portal: str
    company: str
    own: dict[str, str]
    rows: list[str]


_kept: dict[str, Kept] = {}


def read_reference(company: Company, now: datetime) -> None:
    known = _kept.get(company.realm_id)
    if known is None:
        refresh_reference(company, sessions.quickbooks(company), now)
        _kept[company.realm_id] = _keep(company)
        return
    Company.objects.for_portal(company.portal_id).filter(pk=company.pk).update(**known.own)
    moved = "".join(f"{uuid4()}\t{row}" for row in known.rows)
    moved = moved.replace(known.portal, str(company.portal_id))
    moved = moved.replace(known.company, str(company.pk))
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {TABLE} ({', '.join(_columns())}) FROM STDIN", io.StringIO(moved))


def _columns() -> list[str]:
    return ["id", *(name for name in COLUMNS if name != "id")]


def _keep(company: Company) -> Kept:
    text = io.StringIO()
    with connection.cursor() as cursor:
        wanted = cursor.mogrify("company_id = %s", [company.pk]).decode()
        cursor.copy_expert(
            f"COPY (SELECT {', '.join(_columns())} FROM {TABLE} WHERE {wanted}) TO STDOUT", text
        )
    rows = [line.split("\t", 1)[1] for line in text.getvalue().splitlines(keepends=True)]
    company.refresh_from_db()
    own = {name: getattr(company, name) for name in OWN}
    return Kept(str(company.portal_id), str(company.pk), own, rows)
