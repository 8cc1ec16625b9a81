"""Type-ahead over mirrored records, fast on long lists with PostgreSQL's own indexes (S-33, D-05).

Each rank is one query on an index of its own (``sql.SEARCH_INDEXES``, ``Record.words``), and the next
one is only asked while there is room: the exact SKU, names that begin so, records with words that
begin so, and at last names and SKUs that have the letters somewhere.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import Q, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Lower, Replace

from integration.models import Company, Record
from integration.models.tenancy import PortalQuerySet
from integration.models.words import begins, contains
from integration.records.quickbooks import Raw

LONGEST = 200
NAME: Combinable = Lower("name")
SKU: Combinable = Lower(
    Replace(KeyTextTransform("Sku", "raw"), Value(" "), Value(""), output_field=TextField())
)


def find(
    company: Company, kind: str, text: str, limit: int, *, but: Mapping[str, Any]
) -> list[Raw]:
    """Active raw records of a kind that fit ``text``, best first; ``but``: JSON none of them has."""
    rows = Record.objects.for_portal(company.portal_id).filter(
        company=company, kind=kind, active=True
    )
    rows = rows.exclude(raw__contains=dict(but))
    wanted = " ".join(text[:LONGEST].lower().split())
    if not wanted:
        return list(rows.order_by(NAME, "qbo_id").values_list("raw", flat=True)[:limit])
    found: dict[str, Raw] = {}
    for rank in _ranks(rows, kind, wanted):
        by_name = rank.order_by(NAME, "qbo_id").values_list("qbo_id", "raw")
        for qbo_id, raw in by_name[:limit]:
            found.setdefault(qbo_id, raw)
        if len(found) >= limit:
            break
    return list(found.values())[:limit]


def _ranks(rows: PortalQuerySet, kind: str, wanted: str) -> Iterator[PortalQuerySet]:
    if kind == "Item":
        yield rows.alias(sku_key=SKU).filter(sku_key=wanted.replace(" ", ""))
    yield rows.alias(name_key=NAME).filter(name_key__startswith=wanted)
    letters = Q()
    for word in wanted.split():  # the index knows letters and digits only
        letters &= Q() if word.isalnum() else Q(search_text__contains=word)
    if begins(wanted):
        yield rows.filter(letters, words__having=begins(wanted))
        yield rows.filter(letters, words__having=contains(wanted))
    else:  # signs only
        yield rows.filter(letters)
