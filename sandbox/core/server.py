"""A small HTTP/1.1 server on loopback whose sockets can misbehave on purpose.

Parsing is httptools'; requests of one process are carried out one after another, so the
imitated vendors need no locks.
"""

import asyncio
import gzip
import socket
import struct
import weakref
from collections.abc import Awaitable
from http import HTTPStatus
from typing import Any, ClassVar, Protocol

import httptools

from sandbox.core.messages import Request, Response

MAX_BODY = 64 * 1024 * 1024


class Application(Protocol):
    """One imitated vendor: decides on the answer and on the fault for each request."""

    vendor: str

    def choose_fault(self, request: Request) -> dict[str, Any] | None: ...

    def handle(
        self, request: Request, fault: dict[str, Any] | None
    ) -> Response | Awaitable[Response]: ...

    def latency_seconds(self) -> float: ...


SPOILS_REAL_ANSWER = ("delay", "drip", "truncate", "wrong_length", "malformed")
BAD_GATEWAY = (
    b"<html><head><title>502 Bad Gateway</title></head><body><h1>502</h1>nginx</body></html>"
)


def misleading(answer: Response, fault: dict[str, Any]) -> Response:
    """What is written instead of ``answer`` (the real one, where the fault's kind wants it)."""
    kind = fault["kind"]
    if kind == "status":
        body = fault.get("body", "")
        headers = {"content-type": fault.get("content_type", "application/json")}
        raw = body.encode() if isinstance(body, str) else b""
        return Response(int(fault.get("status", 500)), raw, {**headers, **fault.get("headers", {})})
    if kind == "malformed":
        return Response(200, answer.body[: len(answer.body) // 2], answer.headers)
    if kind == "empty":
        return Response(200)
    if kind == "html":
        return Response(int(fault.get("status", 502)), BAD_GATEWAY, {"content-type": "text/html"})
    if kind == "xml":
        page = fault.get("body", "").encode()
        page = page or b'<?xml version="1.0" encoding="UTF-8"?><IntuitResponse/>'
        return Response(int(fault.get("status", 200)), page, {"content-type": "application/xml"})
    if kind == "redirect":
        return Response(302, b"", {"location": str(fault.get("location", "http://127.0.0.1:1/"))})
    if kind == "gzip_bomb":
        bomb = gzip.compress(b" " * (int(fault.get("megabytes", 100)) * 1024 * 1024), 9)
        headers = {"content-type": "application/json", "content-encoding": "gzip"}
        return Response(200, bomb, headers)
    return answer


class Connection(asyncio.Protocol):
    alive: "ClassVar[weakref.WeakSet[Connection]]" = weakref.WeakSet()

    def __init__(self, application: Application, port: int) -> None:
        self.application = application
        self.port = port
        self.transport: asyncio.Transport | None = None
        self.queue: list[Request] = []
        self.busy: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if not isinstance(transport, asyncio.Transport):
            return
        self.transport = transport
        self.alive.add(self)
        raw = transport.get_extra_info("socket")
        if raw is not None:
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.parser = httptools.HttpRequestParser(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self.transport = None
        if self.busy is not None:
            self.busy.cancel()

    def data_received(self, data: bytes) -> None:
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserError:
            if self.transport is not None:
                self.transport.write(
                    b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
                )
                self.transport.close()

    def on_message_begin(self) -> None:
        self.url = b""
        self.headers: dict[str, str] = {}
        self.body: list[bytes] = []
        self.size = 0

    def on_url(self, url: bytes) -> None:
        self.url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        if self.headers.get("expect", "").lower() == "100-continue" and self.transport is not None:
            self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")

    def on_body(self, body: bytes) -> None:
        self.size += len(body)
        if self.size <= MAX_BODY:
            self.body.append(body)

    def on_message_complete(self) -> None:
        path, _, query = self.url.decode("latin-1").partition("?")
        if "://" in path.split("/", 1)[0] + "//"[: 2 * path.startswith("http")]:
            path = "/" + path.split("/", 3)[3] if path.count("/") > 2 else "/"
        body = b"".join(self.body)
        if self.headers.get("content-encoding", "") == "gzip":
            try:
                body = gzip.decompress(body)
            except OSError:
                body = b""
        self.queue.append(
            Request(
                self.application.vendor,
                self.parser.get_method().decode(),
                path,
                query,
                self.headers,
                body,
                self.port,
            )
        )
        self.keep_alive = self.parser.should_keep_alive()
        self._next()

    def _next(self) -> None:
        """Carry out what waits on this connection, in order; only slow answers need a task."""
        while self.queue and self.busy is None and self.transport is not None:
            request = self.queue.pop(0)
            fault = self.application.choose_fault(request)
            latency = self.application.latency_seconds()
            if fault is None and latency <= 0:
                answer = self.application.handle(request, None)
                if isinstance(answer, Response):
                    self._write(answer, request)
                else:
                    self.busy = asyncio.create_task(self._write_later(answer, request))
            else:
                self.busy = asyncio.create_task(self._slowly(request, fault, latency))

    async def _write_later(self, answer: Awaitable[Response], request: Request) -> None:
        try:
            self._write(await answer, request)
        finally:
            self.busy = None
        self._next()

    async def _handle(self, request: Request, fault: dict[str, Any] | None) -> Response:
        answer = self.application.handle(request, fault)
        return answer if isinstance(answer, Response) else await answer

    async def _slowly(self, request: Request, fault: dict[str, Any] | None, latency: float) -> None:
        try:
            if latency > 0:
                await asyncio.sleep(latency)
            if fault is None:
                self._write(await self._handle(request, None), request)
            else:
                await self._misbehave(request, fault)
        finally:
            self.busy = None
        self._next()

    async def _misbehave(self, request: Request, fault: dict[str, Any]) -> None:
        """The fault's own answer; kinds that spoil the real answer carry the request out first."""
        kind = fault["kind"]
        if kind == "delay":
            await asyncio.sleep(float(fault.get("seconds", 1)))
        if fault.get("when") == "after_commit" or kind in SPOILS_REAL_ANSWER:
            answer = await self._handle(request, fault)
        else:
            answer = Response(200)
            await self._handle(request, {**fault, "not_carried_out": True})
        if kind == "hang":
            await asyncio.sleep(float(fault.get("seconds", 30)))
        if self.transport is None:
            return
        if kind == "hang":
            self._close()
        elif kind == "reset":
            self._reset()
        elif kind == "drip":
            await self._drip(self._encode(answer, request), float(fault.get("seconds", 1)))
        elif kind in ("truncate", "wrong_length"):
            self._cut(answer, request, kind)
        else:
            self._write(misleading(answer, fault), request)

    async def _drip(self, raw: bytes, seconds: float) -> None:
        for byte in raw:
            if self.transport is None:
                return
            self.transport.write(bytes([byte]))
            await asyncio.sleep(seconds)

    def _cut(self, answer: Response, request: Request, kind: str) -> None:
        if self.transport is None:
            return
        if kind == "wrong_length":
            self.transport.write(self._encode(answer, request, extra_length=100))
        else:
            raw = self._encode(answer, request)
            self.transport.write(raw[: -max(1, len(answer.body) // 2)])
        self._close()

    def _encode(self, response: Response, request: Request, extra_length: int = 0) -> bytes:
        try:
            phrase = HTTPStatus(response.status).phrase
        except ValueError:
            phrase = "Unknown"
        lines = [f"HTTP/1.1 {response.status} {phrase}"]
        lines += [f"{name}: {value}" for name, value in response.headers.items()]
        lines.append(f"content-length: {len(response.body) + extra_length}")
        if not self.keep_alive:
            lines.append("connection: close")
        head = "\r\n".join(lines).encode("utf-8", "replace") + b"\r\n\r\n"
        return head if request.method == "HEAD" else head + response.body

    def _write(self, response: Response, request: Request) -> None:
        if self.transport is None:
            return
        self.transport.write(self._encode(response, request))
        if not self.keep_alive:
            self.transport.close()

    def _close(self) -> None:
        if self.transport is not None:
            self.transport.close()

    def _reset(self) -> None:
        if self.transport is None:
            return
        raw = self.transport.get_extra_info("socket")
        if raw is not None:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()


def abort_connections(application: Application) -> None:
    """Close what clients have left open, in the loop that serves the application."""
    for connection in list(Connection.alive):
        if connection.application is application and connection.transport is not None:
            connection.transport.abort()


async def listen(application: Application, port: int) -> asyncio.Server:
    """Serve on loopback, both families where the machine has them. Port 0 picks a free one."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(application, port), "127.0.0.1", port)
    chosen = server.sockets[0].getsockname()[1]
    try:
        six = await loop.create_server(lambda: Connection(application, chosen), "::1", chosen)
    except OSError:
        return server
    server.sandbox_other_family = six  # type: ignore[attr-defined]
    return server
