"""Vendors for a rehearsal (B-22): reads are true and asked once, writes only look as if they were made.

A rehearsal runs inside a transaction that is undone, and no vendor is called inside one (decision 6).
So an answer that is missing ends the attempt with ``NotAsked``; it is fetched after the roll-back
and written into the ``Notebook``, and the next attempt reads it there.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from integration.gateways.channel import Channel
from integration.gateways.errors import Conflict, GatewayError, NotFound, Rejected
from integration.gateways.hubspot import HubSpot
from integration.gateways.hubspot_batches import pair_key
from integration.gateways.quickbooks import QuickBooks
from integration.gateways.quickbooks_batch import BatchItem
from integration.gateways.transport import Answer, Kind
from integration.records.hubspot import PropertyDefinition, Write, WriteResult
from integration.records.quickbooks import Raw

MADE_UP = "new-"
"""Ids of objects that a rehearsal would have made begin so."""
READS = ("read", "search", "batch")
LASTING = (NotFound, Rejected, Conflict)
"""Answers, although they are errors: asking again would give the same."""


class NotAsked(Exception):
    """The rehearsal needs an answer that nobody fetched yet; ``key`` and ``ask`` say which."""

    def __init__(self, key: str, ask: Callable[[], Answer]) -> None:
        super().__init__(key)
        self.key = key
        self.ask = ask


class WriteInRehearsal(RuntimeError):
    """A write that nobody pretended was about to leave; it did not."""


@dataclass(slots=True)
class Notebook:
    """What the vendors answered, by call."""

    answers: dict[str, Answer | GatewayError] = field(default_factory=dict)

    def look(self, key: str, ask: Callable[[], Answer]) -> Answer:
        if key not in self.answers:
            raise NotAsked(key, ask)
        found = self.answers[key]
        if isinstance(found, GatewayError):
            raise found
        return found

    def fetch(self, open_one: NotAsked) -> None:
        """Outside any transaction. Raises the errors that may pass."""
        try:
            self.answers[open_one.key] = open_one.ask()
        except LASTING as error:
            self.answers[open_one.key] = error


@dataclass(frozen=True, slots=True)
class RehearsalChannel(Channel):
    notebook: Notebook = field(default_factory=Notebook)

    def call(self, method: str, url: str, *, kind: Kind, **options: Any) -> Answer:
        if kind not in READS:
            raise WriteInRehearsal(f"{method} {url}")
        key = f"{self.vendor} {self.account} {method} {url} {options!r}"
        return self.notebook.look(
            key, lambda: Channel.call(self, method, url, kind=kind, **options)
        )


def made_up(*parts: str) -> str:
    """The same in every attempt."""
    digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()
    return MADE_UP + digest[:12]


class RehearsedHubSpot(HubSpot):
    """Takes every write for done."""

    def create(self, kind: str, writes: Sequence[Write]) -> list[WriteResult]:
        return [WriteResult(each.key, made_up(kind, each.key), created=True) for each in writes]

    def update(self, kind: str, writes: Sequence[Write]) -> list[WriteResult]:
        return [WriteResult(each.key, each.id) for each in writes]

    def upsert(self, kind: str, writes: Sequence[Write], id_property: str) -> list[WriteResult]:
        return [WriteResult(each.key, made_up(kind, each.id), created=True) for each in writes]

    def archive(self, kind: str, ids: Sequence[str]) -> None:
        """Nothing is sent."""

    def associate(
        self, from_kind: str, to_kind: str, pairs: Sequence[tuple[str, str]], type_id: int
    ) -> list[WriteResult]:
        return [WriteResult(pair_key(one, other), one) for one, other in pairs]

    def dissociate(self, from_kind: str, to_kind: str, pairs: Sequence[tuple[str, str]]) -> None:
        """Nothing is sent."""

    def ensure_properties(
        self, kind: str, group: tuple[str, str], definitions: Sequence[PropertyDefinition]
    ) -> list[str]:
        return []


class RehearsedQuickBooks(QuickBooks):
    """The same for the books: what would be saved comes back as if it had been."""

    def _write(self, entity: str, body: Raw, request_id: str, params: dict[str, str]) -> Raw:
        return self._saved(entity, body, request_id)

    def batch(
        self, items: Sequence[BatchItem], request_id: str = ""
    ) -> dict[str, Raw | GatewayError]:
        found = super().batch([each for each in items if each.query])
        for each in items:
            if each.operation:
                found[each.key] = self._saved(each.entity, each.body, f"{request_id}:{each.key}")
        return found

    def _saved(self, entity: str, body: Raw, request_id: str) -> Raw:
        """A sparse update keeps what it does not name."""
        known = str(body.get("Id") or "")
        if not known:
            return {**body, "Id": made_up(entity, request_id), "SyncToken": "0"}
        current = self.read(entity, known) if body.get("sparse") else {}
        return {**current, **body}
