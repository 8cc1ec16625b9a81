"""Keys are read from PostgreSQL as ``uuid.UUID`` would read them."""

import copy
from uuid import UUID

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from integration.uuids import read


@given(st.uuids())
def test_a_key_is_the_same_value_in_every_respect(key: UUID) -> None:
    found = read(str(key))
    assert found is not None
    assert (found, hash(found), str(found), found.is_safe) == (
        key,
        hash(key),
        str(key),
        key.is_safe,
    )
    assert copy.copy(found) == copy.deepcopy(found) == key
    assert found < UUID(int=2**128 - 1) or key.int == 2**128 - 1


@pytest.mark.django_db
def test_the_database_uses_it() -> None:
    key = UUID(int=7)
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::uuid, NULL::uuid, ARRAY[%s]::uuid[]", [key, key])
        assert cursor.fetchone() == (key, None, [key])
