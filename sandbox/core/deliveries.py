"""Outgoing webhooks of both vendors: posts with retries on the sandbox's clock, and ways to go wrong."""

import asyncio
import random
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from sandbox.core.clock import Clock

POLL_SECONDS = 0.05
HOLD_SECONDS = 1.0
Answered = Callable[[int], bool]


@dataclass(slots=True, eq=False)
class Delivery:
    """One post: ``due`` is on the sandbox's clock (epoch seconds). ``statuses``: 0 is no answer.

    ``state``: held, waiting, delivered, given up, dropped or cleared.
    """

    url: str
    headers: dict[str, str]
    body: bytes
    due: float
    tries: int = 0
    state: str = "waiting"
    statuses: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Manner:
    """How deliveries go wrong; seeded, so the same run goes wrong the same way."""

    duplicate: int = 0
    """Extra copies of each delivery."""
    drop: float = 0.0
    """Chance that one never leaves."""
    reorder: bool = False
    """What leaves together leaves in another order; single ones wait a moment for a second one."""
    burst: int = 0
    """Hold deliveries back until so many are there (or a second has passed), then send all at once."""
    delay_seconds: float = 0.0
    seed: int = 0


class Postman:
    """Delivers in the running event loop; ``retry_after`` holds the vendor's schedule in seconds."""

    def __init__(self, clock: Clock, retry_after: tuple[float, ...], timeout: float) -> None:
        self.clock = clock
        self.retry_after = retry_after
        self.timeout = timeout
        self.manner = Manner()
        self.deliveries: list[Delivery] = []
        self._dice = random.Random(0)
        self._task: asyncio.Task[None] | None = None
        self._hold: asyncio.TimerHandle | None = None

    def configure(self, manner: Manner) -> None:
        """Raises ValueError."""
        if manner.duplicate < 0 or manner.burst < 0 or not 0 <= manner.drop <= 1:
            raise ValueError("duplicate and burst must not be negative, drop lies from 0 to 1")
        self.manner = manner
        self._dice = random.Random(manner.seed)

    def post(self, posts: list[tuple[str, dict[str, str], bytes]]) -> None:
        """Queue (url, headers, body) in order, subject to ``manner``."""
        now = self.clock.now().timestamp()
        due = now + self.manner.delay_seconds
        for url, headers, body in posts:
            if self.manner.drop and self._dice.random() < self.manner.drop:
                self.deliveries.append(Delivery(url, headers, body, now, state="dropped"))
                continue
            self.deliveries += [
                Delivery(url, dict(headers), body, due, state="held")
                for _ in range(1 + self.manner.duplicate)
            ]
        together = max(self.manner.burst, 2 if self.manner.reorder else 1)
        if len(self._in("held")) >= together:
            self.release()
        elif self._hold is None:
            self._hold = asyncio.get_running_loop().call_later(HOLD_SECONDS, self.release)

    def release(self) -> None:
        """Let go of what is held back."""
        if self._hold is not None:
            self._hold.cancel()
            self._hold = None
        held = self._in("held")
        if self.manner.reorder:
            self._dice.shuffle(held)
        for delivery in held:
            delivery.state = "waiting"
        gone = set(held)
        self.deliveries = [one for one in self.deliveries if one not in gone] + held
        self.wake()

    def wake(self) -> None:
        """Start delivering, unless no event loop runs (then the next wake does)."""
        if self._task is not None and not self._task.done():
            return
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            return
        run: Coroutine[Any, Any, None] = self._run()
        self._task = loop.create_task(run)

    def clear(self) -> None:
        for delivery in self.deliveries:
            delivery.state = "cleared"
        self.deliveries = []

    def _in(self, state: str) -> list[Delivery]:
        return [delivery for delivery in self.deliveries if delivery.state == state]

    async def _run(self) -> None:
        while waiting := self._in("waiting"):
            now = self.clock.now().timestamp()
            due = [delivery for delivery in waiting if delivery.due <= now]
            if self.manner.burst:
                await asyncio.gather(*(self._deliver(delivery) for delivery in due))
            else:
                for delivery in due:
                    await self._deliver(delivery)
            if not due:
                await asyncio.sleep(POLL_SECONDS)

    async def _deliver(self, delivery: Delivery) -> None:
        delivery.tries += 1
        try:
            status = await asyncio.wait_for(_send(delivery), self.timeout)
        except (OSError, ValueError, TimeoutError, asyncio.IncompleteReadError):
            status = 0
        delivery.statuses.append(status)
        if 200 <= status < 300:
            delivery.state = "delivered"
        elif delivery.tries > len(self.retry_after):
            delivery.state = "given up"
        else:
            wait = self.retry_after[delivery.tries - 1]
            delivery.due = self.clock.now().timestamp() + wait


async def _send(delivery: Delivery) -> int:
    """The status of the answer."""
    parts = urlsplit(delivery.url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port or 80)
    try:
        path = parts.path or "/"
        head = [f"POST {path}{'?' + parts.query if parts.query else ''} HTTP/1.1"]
        head += [f"host: {parts.netloc}", "connection: close"]
        head += [f"{name}: {value}" for name, value in delivery.headers.items()]
        head.append(f"content-length: {len(delivery.body)}")
        writer.write("\r\n".join(head).encode() + b"\r\n\r\n" + delivery.body)
        await writer.drain()
        line = await reader.readuntil(b"\r\n")
        return int(line.split()[1])
    finally:
        writer.close()
