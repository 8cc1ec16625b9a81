"""Is everything running: per company the last success, how old it is, failures, days left."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from integration import messages
from integration.access.actors import Actor
from integration.connection_status import ConnectionStatus, status
from integration.models import Company
from integration.models.grants import GrantState
from sync import services

LATE = timedelta(minutes=30)
"""Without a look into QuickBooks for so long a company is late (polls come every 5 to 15 min)."""
CONNECTED = (GrantState.ACTIVE, GrantState.EXPIRING)


@dataclass(frozen=True)
class CompanyHealth:
    company: Company
    connection: ConnectionStatus
    sync: services.Status
    is_late: bool

    @property
    def parked(self) -> int:
        """Records set aside, tried again or waiting for a person."""
        return self.sync.waiting + self.sync.stuck

    @property
    def is_paused(self) -> bool:
        return self.sync.state == "paused"

    @property
    def is_failing(self) -> bool:
        return self.sync.state == "failing"

    @property
    def saves_reads(self) -> bool:
        """Waits for the new month of metered reads (B-27)."""
        return self.sync.state == "saving"

    @property
    def error(self) -> str:
        """Why it fails or is paused, in a sentence."""
        if not self.sync.error:
            return ""
        facts = {**(self.sync.error_parameters or {}), "company": self.company.name}
        return messages.message(self.sync.error, **{"vendor": "quickbooks", **facts}).what

    @property
    def is_well(self) -> bool:
        is_quiet = not (self.is_late or self.parked or self.is_failing or self.is_paused)
        return is_quiet and self.connection.state in CONNECTED


def of(actor: Actor, companies: Sequence[Company], now: datetime) -> list[CompanyHealth]:
    """In the order of the companies."""
    connections = {each.company.pk: each for each in status(actor.portal, now) if each.company}
    return [_health(company, connections[company.pk], now) for company in companies]


def _health(company: Company, connection: ConnectionStatus, now: datetime) -> CompanyHealth:
    sync = services.status(company, now)
    since = sync.last_success_at or company.connected_at
    return CompanyHealth(company, connection, sync, is_late=now - since > LATE)
