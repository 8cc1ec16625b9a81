"""Calls through a proxy of the operator's: a tunnel that sees names and never a token (C.4, C.35)."""

import socket
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.core.exceptions import ImproperlyConfigured

from integration.environment import Environment
from integration.gateways.channel import Channel, FixedToken
from integration.gateways.errors import AccountBlocked, Unavailable
from integration.gateways.quickbooks import QuickBooks
from integration.gateways.throttle import LocalLimiter, MemoryMeter
from integration.gateways.transport import Transport
from tests.gateways.conftest import SHORT, US
from tests.sandbox_process import SandboxProcess

TOKEN = "canary-of-an-access-token"
VENDOR = "https://quickbooks.vendor.example"


class Proxy:
    """Answers each CONNECT alike, then repeats back what it is told; keeps what it heard."""

    def __init__(self, answer: bytes) -> None:
        self.heard = b""
        self._answer = answer
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://someone:secret@127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._socket.close()

    def _serve(self) -> None:
        while True:
            try:
                caller, _ = self._socket.accept()
            except OSError:
                return
            with caller:
                self.heard += caller.recv(65_536)
                caller.sendall(self._answer)
                if b" 200 " in self._answer:
                    self.heard += caller.recv(65_536)
                    caller.sendall(b"HTTP/1.1 200 OK\r\n\r\n")


@pytest.fixture(
    params=[b"403 Forbidden", b"200 Connection established"], ids=["refuses", "tunnels"]
)
def proxy(request: pytest.FixtureRequest) -> Iterator[Proxy]:
    found = Proxy(b"HTTP/1.1 " + request.param + b"\r\n\r\n")
    yield found
    found.close()


def books(address: str, proxy: str, token: str = TOKEN) -> QuickBooks:
    transport = Transport(
        "quickbooks",
        LocalLimiter(0),
        MemoryMeter(),
        replace(SHORT, proxy=proxy, connect=5, total=5),
    )
    return QuickBooks(Channel(transport, US, FixedToken(token)), address)


def test_c04_a_proxy_hears_the_name_and_never_the_token(proxy: Proxy) -> None:
    with pytest.raises((Unavailable, AccountBlocked)) as caught:
        books(VENDOR, proxy.address).company_info()
    assert not caught.value.sent, "nothing of ours left without the vendor's certificate"
    assert proxy.heard.startswith(b"CONNECT quickbooks.vendor.example:443 ")
    assert TOKEN.encode() not in proxy.heard
    assert "secret" not in repr(caught.value) + repr(replace(SHORT, proxy=proxy.address))


def test_c04_simulated_vendors_are_reached_directly(sandbox: SandboxProcess) -> None:
    tokens = sandbox.admin("POST", "quickbooks/grant", {"realm": US})
    direct = books(sandbox.quickbooks, "http://127.0.0.1:9", tokens["access_token"])
    assert direct.count("Invoice") > 0


@pytest.mark.parametrize("given", ["proxy.example:3128", "socks5://proxy.example", "http://"])
def test_c32_a_proxy_that_is_no_address_stops_the_start(given: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="DEALBOOKS_HTTPS_PROXY"):
        Environment({"DEALBOOKS_HTTPS_PROXY": given}).proxy("DEALBOOKS_HTTPS_PROXY")
    assert Environment({}).proxy("DEALBOOKS_HTTPS_PROXY") == ""
