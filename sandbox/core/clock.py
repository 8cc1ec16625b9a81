"""The sandbox's clock: real time plus an offset that tests and people may turn.

The offset is also written to a small file, so that the product (in simulated mode only) lives in
the same day as the vendors. The file holds ``{"offset_seconds": <number>}``.
"""

import json
import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path


class Clock:
    """Aware UTC instants. ``frozen`` stops time for byte-equal runs."""

    def __init__(self, file: Path | None = None, offset_seconds: float = 0.0) -> None:
        self._file = file
        self._offset = offset_seconds
        self._frozen: datetime | None = None
        if file is not None and file.exists():
            self._offset = float(json.loads(file.read_text()).get("offset_seconds", 0.0))
        self._write()

    @property
    def offset_seconds(self) -> float:
        return self._offset

    def now(self) -> datetime:
        if self._frozen is not None:
            return self._frozen
        return datetime.fromtimestamp(time.time() + self._offset, tz=UTC)

    def advance(self, seconds: float) -> datetime:
        if self._frozen is not None:
            self._frozen += timedelta(seconds=seconds)
        self._offset += seconds
        self._write()
        return self.now()

    def set(self, instant: datetime) -> datetime:
        return self.advance((instant - self.now()).total_seconds())

    def freeze(self, frozen: bool) -> None:
        """Stop or release time; released time goes on from where it was stopped."""
        if frozen and self._frozen is None:
            self._frozen = self.now()
        elif not frozen and self._frozen is not None:
            stopped, self._frozen = self._frozen, None
            self.set(stopped)

    def remember(self) -> tuple[float, datetime | None]:
        """(offset in seconds, where time was stopped if it was)."""
        return self._offset, self._frozen

    def recall(self, offset_seconds: float, frozen: datetime | None) -> None:
        self._offset, self._frozen = offset_seconds, frozen
        self._write()

    def reset(self) -> None:
        self._frozen = None
        self._offset = 0.0
        self._write()

    def _write(self) -> None:
        if self._file is None:
            return
        self._file.parent.mkdir(parents=True, exist_ok=True)
        draft = self._file.with_suffix(f".{os.getpid()}.tmp")
        draft.write_text(json.dumps({"offset_seconds": self._offset}))
        draft.replace(self._file)
