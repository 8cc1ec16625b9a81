"""``__among`` finds what ``__in`` finds, whatever stands in the values."""

from uuid import uuid4

import pytest

from integration.models import Record
from tests import tenants

pytestmark = pytest.mark.django_db

STRANGE = ('a"b', "a\\b", "a,b", "{a}", "NULL", "", "O'Connell %s", "日本 🎉")


def test_i10_many_values_find_what_a_list_of_them_finds() -> None:
    company, other = (tenants.company(tenants.portal()) for _ in range(2))
    for where in (company, other):
        for text in STRANGE:
            Record.objects.create(
                portal=where.portal,
                company=where,
                kind="Item",
                qbo_id=text,
                seen_at=tenants.NOON,
            )
    rows = Record.objects.for_portal(company.portal)
    keys = set(rows.values_list("pk", flat=True))
    assert set(rows.filter(qbo_id__among=STRANGE).values_list("pk", flat=True)) == keys
    assert rows.get(qbo_id__among={"NULL", "absent"}).qbo_id == "NULL"
    assert rows.filter(pk__among=[*keys, uuid4()]).count() == len(STRANGE)
    assert rows.filter(pk__among=[str(key) for key in keys]).count() == len(STRANGE)
    assert rows.filter(company__among=[company.pk]).count() == len(STRANGE)
    assert rows.filter(company__realm_id__among=[other.realm_id]).count() == 0
    assert rows.exclude(qbo_id__among=STRANGE[:3]).count() == len(STRANGE) - 3
    assert not rows.filter(pk__among=[]).exists()
    with pytest.raises(ValueError, match="badly formed"):
        rows.filter(pk__among=["x,y"]).exists()
