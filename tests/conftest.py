"""Fixtures of all tests. Servers are started in ``tests.servers``, before the settings load."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from pytest_django import DjangoDbBlocker

from tests import emptying, template_database
from tests.chromium import launch_options
from tests.sandbox_process import SandboxProcess, port_of
from tests.servers import RUN

MOST_WORKERS = 8
SLOW_IS_FINE = [HealthCheck.too_slow, HealthCheck.data_too_large]
hypothesis_settings.register_profile(
    "quick", max_examples=50, deadline=None, suppress_health_check=SLOW_IS_FINE
)
hypothesis_settings.register_profile(
    "long", max_examples=5_000, deadline=None, suppress_health_check=SLOW_IS_FINE
)
emptying.install()
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


PREPARING = frozenset({"books", "committed_books"})
"""Fixtures over ``unlimited`` that go back to a prepared sandbox by themselves."""


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: a test waits for PostgreSQL, the sandbox or Chromium often."""
    return min((os.cpu_count() or 1) + 1, MOST_WORKERS)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of real processes come first: they wait long, and nobody should wait for them at the end."""
    items.sort(key=lambda item: item.get_closest_marker("flow") is None)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None,
    django_test_environment: None,
    django_db_blocker: DjangoDbBlocker,
) -> None:
    """pytest-django asks for this before it makes the database."""
    if template_database.is_shared():
        with django_db_blocker.unblock():
            template_database.use(Path(os.environ[RUN]))


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    """What one test counted (sign-ins by address, requests by token) is nothing to the next."""
    cache.clear()


@pytest.fixture(scope="session")
def sandbox_process() -> Iterator[SandboxProcess]:
    """Both vendors at the addresses that the settings of this worker name."""
    product = settings.DEALBOOKS
    with SandboxProcess(
        product["CLOCK_FILE"],
        quickbooks_port=port_of(product["QUICKBOOKS"]["API_URL"]),
        hubspot_port=port_of(product["HUBSPOT"]["API_URL"]),
        product_url=product["PUBLIC_URL"],
    ) as process:
        yield process


@pytest.fixture
def sandbox(
    request: pytest.FixtureRequest, sandbox_process: SandboxProcess
) -> Iterator[SandboxProcess]:
    """Freshly seeded vendors on today's clock; a request the sandbox choked on fails the test."""
    from integration import transports  # needs the apps, which are loaded after this file

    names = set(request.fixturenames)
    if "unlimited" not in names or not PREPARING & names:
        sandbox_process.reset()
    transports.start_over()
    yield sandbox_process
    errors = sandbox_process.errors()
    sandbox_process.turn_back()
    assert errors == []


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    """pytest-playwright starts the system's Chromium."""
    return launch_options()
