"""A total time limit for one HTTP exchange (reliability.md fault 29).

requests' time-outs start anew with every byte, so a server that drips lives for ever. Here each
read of the socket, headers included, gets the shorter of the read time-out and what is left of
the total, so no watchdog thread is needed.
"""

import http.client
import io
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection

_thread = threading.local()


@contextmanager
def total_deadline(seconds: float) -> Iterator[None]:
    """Exchanges of this thread inside the block end within ``seconds`` or raise TimeoutError."""
    _thread.ends_at = time.monotonic() + seconds
    try:
        yield
    finally:
        _thread.ends_at = None


class _DeadlineReader(io.RawIOBase):
    """The raw stream of a socket whose every read looks at the clock first."""

    def __init__(self, socket: Any, ends_at: float) -> None:
        super().__init__()
        self._socket = socket
        self._stream = socket.makefile("rb", buffering=0)
        self._ends_at = ends_at
        self._read_seconds = socket.gettimeout()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._ends_at - time.monotonic()
        if left <= 0:
            raise TimeoutError("the answer took longer than the total deadline")
        self._socket.settimeout(
            left if self._read_seconds is None else min(left, self._read_seconds)
        )
        count: int | None = self._stream.readinto(buffer)
        return count

    def close(self) -> None:
        self._stream.close()
        super().close()


class _Response(http.client.HTTPResponse):
    def __init__(self, sock: Any, *args: Any, **options: Any) -> None:
        super().__init__(sock, *args, **options)
        ends_at = getattr(_thread, "ends_at", None)
        if ends_at is not None:
            reader = _DeadlineReader(sock, ends_at)
            self.fp.close()
            self.fp = io.BufferedReader(reader)


class _Connection(HTTPConnection):
    response_class = _Response


class _SecureConnection(HTTPSConnection):
    response_class = _Response


class _Pool(urllib3.HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


POOLS = {"http": _Pool, "https": _SecurePool}


class DeadlineAdapter(HTTPAdapter):
    """Mount on a session whose calls are made inside ``total_deadline``."""

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = POOLS

    def proxy_manager_for(self, *args: Any, **options: Any) -> Any:
        manager = super().proxy_manager_for(*args, **options)
        manager.pool_classes_by_scheme = POOLS
        return manager


def new_session(pool_size: int, proxy: str = "") -> requests.Session:
    """Keep-alive, no retries of its own, nothing taken from the environment (proxies, .netrc).

    ``proxy`` carries https calls through a tunnel: it sees the vendor's name, never a token, and
    the vendor's certificate is checked as without it.
    """
    session = requests.Session()
    session.trust_env = False
    if proxy:
        session.proxies = {"https": proxy}
    adapter = DeadlineAdapter(pool_connections=4, pool_maxsize=pool_size, max_retries=0)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session
