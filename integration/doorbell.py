"""Tells Celery that work is due. Losing a ring costs seconds: the tick rings again."""

import atexit
import os
import threading

import structlog
from django.conf import settings

log = structlog.stdlib.get_logger(__name__)

EXPIRES_SECONDS = 15
"""A ring nobody took by then is worth nothing: the next tick rings anew."""
LAST_WORDS_SECONDS = 1.0


class Doorbell:
    """A thread publishes, so that a web request never waits for a broker that is down (fault 64)."""

    def __init__(self) -> None:
        self._queues: set[str] = set()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._process = 0
        self._busy = False

    def ring(self, queue: str) -> None:
        """Say that the queue has work; returns at once and never raises."""
        with self._changed:
            self._queues.add(queue)
            # A forked process has the object but not the thread.
            if self._thread is None or self._process != os.getpid():
                self._process = os.getpid()
                self._thread = threading.Thread(target=self._publish, name="doorbell", daemon=True)
                self._thread.start()
                atexit.register(self.wait)
            self._changed.notify_all()

    def wait(self, seconds: float = LAST_WORDS_SECONDS) -> bool:
        """Wait until everything was published, or the seconds are over; a command's last act."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._queues and not self._busy, seconds)

    def _publish(self) -> None:
        while True:
            with self._changed:
                self._busy = False
                self._changed.notify_all()
                self._changed.wait_for(lambda: bool(self._queues))
                queue = self._queues.pop()
                self._busy = True
            send(queue)


def send(queue: str) -> bool:
    """Publish one ring now; False when the broker could not be reached."""
    from integration.tasks import work

    try:
        work.apply_async(
            kwargs={"queue": queue},
            queue=queue,
            expires=max(EXPIRES_SECONDS, 3 * settings.DEALBOOKS["TICK_SECONDS"]),
            retry=False,
            ignore_result=True,
        )
    except Exception as trouble:
        log.warning("doorbell not heard", queue=queue, trouble=type(trouble).__name__)
        return False
    return True


doorbell = Doorbell()
