"""A tiny HTTP server in the product's place: keeps what it was sent and gives set answers."""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from tests.sandbox.hubspot_client import CLIENT


@dataclass
class Received:
    path: str
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Listener:
    """``answers`` are used up in order, the last one stays: (status, body)."""

    answers: list[tuple[int, bytes]] = field(default_factory=lambda: [(200, b"{}")])
    received: list[Received] = field(default_factory=list)
    during: Callable[[], None] = lambda: None

    def __enter__(self) -> Self:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                outer.during()
                headers = {name.lower(): value for name, value in self.headers.items()}
                outer.received.append(Received(self.path, headers, body))
                status, answer = (
                    outer.answers.pop(0) if len(outer.answers) > 1 else outer.answers[0]
                )
                self.send_response(status)
                self.send_header("content-length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, format: str, *values: Any) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(5)


def expected_v3(sent: Received, uri: str) -> str:
    """Computed here once more, by the words of the reference."""
    for code, plain in (("%40", "@"), ("%3A", ":"), ("%2F", "/")):
        uri = uri.replace(code, plain)
    source = b"POST" + uri.encode() + sent.body
    source += sent.headers["x-hubspot-request-timestamp"].encode()
    digest = hmac.new(CLIENT["client_secret"].encode(), source, hashlib.sha256).digest()
    return base64.b64encode(digest).decode()
