"""Sync against the running sandbox."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from integration import transports
from integration.doorbell import doorbell
from tests.sandbox_process import SandboxProcess
from tests.sync.books import Books, connect_prepared


@pytest.fixture
def unlimited(settings: Settings) -> Iterator[None]:
    """Only the sandbox's own limits."""
    settings.DEALBOOKS = {**settings.DEALBOOKS, "LIMITER": "none"}
    transports.start_over()
    yield
    transports.start_over()


@pytest.fixture
def books(db: None, sandbox: SandboxProcess, unlimited: None) -> Books:
    """The US company, connected to the demo portal whose properties are set up."""
    return _connected(sandbox)


@pytest.fixture
def committed_books(
    transactional_db: None, sandbox: SandboxProcess, unlimited: None
) -> Iterator[Books]:
    """The same where every transaction commits, as the worker's do."""
    yield _connected(sandbox)
    assert doorbell.wait()


def _connected(sandbox: SandboxProcess) -> Books:
    return connect_prepared(sandbox)
