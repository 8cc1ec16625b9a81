"""Work that is owed for one row: a dry run, an undo, a backfill, a comparison of both sides.

Each is a row that people watch and a job of one kind that works on it. The row says how far it is,
the job whether anybody is at it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from integration import jobs
from integration.jobs import Queue
from integration.models import Company, Job, Portal


class Watched(Protocol):
    """What a row of a company needs to have."""

    @property
    def pk(self) -> UUID: ...
    @property
    def portal(self) -> Portal: ...
    @property
    def company(self) -> Company: ...


@dataclass(frozen=True, slots=True)
class OwedWork:
    """``by_company``: one job of the company does it for whichever row is open."""

    kind: str
    queue: Queue | None = None
    by_company: bool = False
    parameters: Mapping[str, Any] | None = None

    def job(self, row: Watched) -> Job | None:
        """What works on it or will; None when that was done or taken away."""
        found = jobs.open_jobs(row.portal, row.company)
        return found.filter(kind=self.kind, subject=self._subject(row)).first()  # type: ignore[no-any-return]

    def is_left(self, row: Watched) -> bool:
        """Nobody is at it: its job was set aside, stopped or taken away."""
        found = self.job(row)
        return found is None or bool(found.paused_reason)

    def owe(self, row: Watched, now: datetime) -> None:
        """It goes on at once. What was set aside gets a new chance; what is stopped stays so."""
        jobs.enqueue(
            self.kind,
            portal=row.portal,
            company=row.company,
            subject=self._subject(row),
            parameters=self.parameters,
            at=now,
            queue=self.queue,
        )

    def _subject(self, row: Watched) -> str:
        return "" if self.by_company else str(row.pk)
