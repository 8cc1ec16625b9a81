"""Gateways against the running sandbox, without Django's part: fixed tokens, short time-outs."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from integration.gateways.channel import Channel, FixedToken
from integration.gateways.hubspot import HubSpot
from integration.gateways.quickbooks import QuickBooks
from integration.gateways.throttle import LocalLimiter, MemoryMeter
from integration.gateways.transport import Timeouts, Transport
from tests.sandbox_process import SandboxProcess

US, AST, UK, ADVANCED = (f"934145000000000{number}" for number in (1, 2, 3, 4))
HUB = "48100001"
STATIC_TOKEN = "pat-na1-sandbox-demo"
SHORT = Timeouts(connect=1, read=0.6, total=1.2, max_bytes=4 * 1024 * 1024)


@pytest.fixture
def meter() -> MemoryMeter:
    return MemoryMeter()


@pytest.fixture
def quickbooks_transport(meter: MemoryMeter) -> Iterator[Transport]:
    transport = Transport("quickbooks", LocalLimiter(0), meter, SHORT)
    yield transport
    transport.close()


@pytest.fixture
def hubspot_transport(meter: MemoryMeter) -> Iterator[Transport]:
    transport = Transport("hubspot", LocalLimiter(0), meter, SHORT)
    yield transport
    transport.close()


def calls(sandbox: SandboxProcess, vendor: str = "") -> list[dict[str, Any]]:
    """The requests the sandbox saw since its history was forgotten."""
    entries = sandbox.history()
    return [one for one in entries if "path" in one and vendor in ("", one["vendor"])]


def repeat(times: int, work: Callable[[], object]) -> None:
    """Do it again and again, for limits."""
    for _ in range(times):
        work()


def company(sandbox: SandboxProcess, transport: Transport, realm: str = US) -> QuickBooks:
    """A gateway with a fresh token for one of the sandbox's companies."""
    tokens = sandbox.admin("POST", "quickbooks/grant", {"realm": realm})
    channel = Channel(transport, realm, FixedToken(tokens["access_token"]))
    return QuickBooks(channel, sandbox.quickbooks)


@pytest.fixture
def books(sandbox: SandboxProcess, quickbooks_transport: Transport) -> QuickBooks:
    """The US company."""
    return company(sandbox, quickbooks_transport)


@pytest.fixture
def hub(sandbox: SandboxProcess, hubspot_transport: Transport) -> HubSpot:
    """The demo portal by its service key."""
    sandbox.switch(search_lag_seconds=0)
    return HubSpot(Channel(hubspot_transport, HUB, FixedToken(STATIC_TOKEN)), sandbox.hubspot)
