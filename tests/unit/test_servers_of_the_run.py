"""Every test run has servers of its own, and every worker its own part of them."""

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection


@pytest.mark.django_db
def test_database_is_postgresql_on_a_private_socket() -> None:
    assert connection.vendor == "postgresql"
    assert "dealbooks-" in connection.settings_dict["HOST"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT lower('ÉÑ')")
        assert cursor.fetchone() == ("éñ",)


def test_cache_and_broker_use_different_redis_databases() -> None:
    cache.set("greeting", "hello")
    assert cache.get("greeting") == "hello"
    broker_database = settings.CELERY_BROKER_URL.rsplit("=", 1)[1]
    cache_database = settings.CACHES["default"]["LOCATION"].rsplit("=", 1)[1]
    assert broker_database != cache_database
