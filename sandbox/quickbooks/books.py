"""One company's books: records with cached JSON, indexes, change order, running balances."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.quickbooks.entities import ROWS
from sandbox.quickbooks.records import Record, Table

__all__ = ["OWED", "ZERO", "Books", "Record", "Table"]

ZERO = Decimal(0)
OWED: dict[str, tuple[str, str, str, int]] = {
    "Invoice": ("Customer", "CustomerRef", "Balance", 1),
    "CreditMemo": ("Customer", "CustomerRef", "Balance", -1),
    "Payment": ("Customer", "CustomerRef", "UnappliedAmt", -1),
    "Bill": ("Vendor", "VendorRef", "Balance", 1),
    "VendorCredit": ("Vendor", "VendorRef", "Balance", -1),
}
"""What each transaction adds to a name's balance: (kind of name, its ref, the amount, sign)."""


class Books:
    """Everything stored for one realm. ``report`` is told of each change of stored state."""

    def __init__(
        self,
        realm: str,
        zone: str,
        now: Callable[[], datetime],
        switches: Callable[[], dict[str, Any]],
        report: Callable[..., None],
    ) -> None:
        self.realm = realm
        self.zone = ZoneInfo(zone)
        self._now = now
        self._switches = switches
        self._report = report
        self.tables = {name: Table(row) for name, row in ROWS.items()}
        self.counters: dict[str, int] = {}
        self.settlements: dict[tuple[str, str], dict[str, Decimal]] = {}
        """(kind, id) of an invoice, bill or credit -> {payment id: amount settled by it}."""
        self.last_number = "1000"
        self.mails: dict[str, int] = {}
        self.outbox: list[dict[str, str]] = []
        """Every mail that left, in order: ``invoice``, ``to``, ``cc``, ``bcc``, ``at``, ``files``."""
        self.files: dict[str, bytes] = {}
        """What was uploaded, by the Attachable's id."""
        self.status = "open"
        self.regime = "us_manual"
        """How sales tax works here: us_manual, us_ast or vat."""
        self.seeding_at: datetime | None = None
        self.ast_rates: dict[str, str] = {}

    # -- facts

    @property
    def switches(self) -> dict[str, Any]:
        return self._switches()

    @property
    def preferences(self) -> dict[str, Any]:
        return self.tables["Preferences"].by_id["1"].data

    @property
    def company(self) -> dict[str, Any]:
        return self.tables["CompanyInfo"].by_id["1"].data

    @property
    def home_currency(self) -> str:
        return str(self.preferences["CurrencyPrefs"]["HomeCurrency"]["value"])

    @property
    def multicurrency(self) -> bool:
        return bool(self.preferences["CurrencyPrefs"]["MultiCurrencyEnabled"])

    @property
    def sales_prefs(self) -> dict[str, Any]:
        prefs: dict[str, Any] = self.preferences["SalesFormsPrefs"]
        return prefs

    # -- time

    def now(self) -> datetime:
        return (self.seeding_at or self._now()).astimezone(self.zone)

    def today(self) -> str:
        return self.now().date().isoformat()

    def stamp(self, instant: int) -> str:
        """Whole seconds with the company's offset, as in MetaData."""
        return datetime.fromtimestamp(instant, UTC).astimezone(self.zone).isoformat()

    def time(self) -> str:
        """The ``time`` of an answer: milliseconds and the company's offset."""
        return self.now().isoformat(timespec="milliseconds")

    # -- reading

    def get(self, kind: str, identity: str) -> Record | None:
        return self.tables[kind].by_id.get(identity)

    def all(self, kind: str) -> Iterator[Record]:
        yield from self.tables[kind].by_id.values()

    # -- writing

    def next_id(self, kind: str) -> str:
        sequence = ROWS[kind].sequence
        self.counters[sequence] = self.counters.get(sequence, 0) + 1
        return str(self.counters[sequence])

    def insert(self, kind: str, values: dict[str, Any], identity: str = "") -> Record:
        """Store a new entity under ``identity`` or the next id of its sequence."""
        at = int(self.now().timestamp())
        stamp = self.stamp(at)
        data = {name: value for name, value in values.items() if value is not None}
        data.update(
            domain="QBO",
            sparse=False,
            Id=identity or self.next_id(kind),
            SyncToken="0",
            MetaData={"CreateTime": stamp, "LastUpdatedTime": stamp},
        )
        return self._store(None, Record(kind, data, at), "create")

    def replace(self, before: Record, values: dict[str, Any], event: str = "update") -> Record:
        """A new version: SyncToken one higher, LastUpdatedTime now."""
        return self._replace(before, values, event, token_step=1)

    def _replace(
        self, before: Record, values: dict[str, Any], event: str, token_step: int
    ) -> Record:
        at = int(self.now().timestamp())
        data = {name: value for name, value in values.items() if value is not None}
        created = before.data["MetaData"]["CreateTime"]
        data.update(
            domain="QBO",
            sparse=False,
            Id=before.id,
            SyncToken=str(int(before.data["SyncToken"]) + token_step),
            MetaData={"CreateTime": created, "LastUpdatedTime": self.stamp(at)},
        )
        return self._store(before, Record(before.kind, data, at), event)

    def touch(self, record: Record, event: str = "update", /, **changes: Any) -> Record:
        """A new version with some properties changed; None removes one."""
        return self.replace(record, {**record.data, **changes}, event)

    def touch_quietly(
        self, record: Record, token_step: int, event: str = "update", /, **changes: Any
    ) -> Record:
        """As ``touch`` where the reference doubts that SyncToken moves."""
        return self._replace(record, {**record.data, **changes}, event, token_step)

    def relabel(self, record: Record, data: dict[str, Any]) -> None:
        """The same version with other contents, e.g. a renamed customer's name on its invoices."""
        self.tables[record.kind].put(Record(record.kind, data, record.changed), moved=False)

    def remove(self, record: Record) -> None:
        """Delete: gone from reads, a marker stays for CDC."""
        at = int(self.now().timestamp())
        self.tables[record.kind].remove(record.id, at)
        self._move_balance(record, None)
        self._report(self, "delete", record, at)

    def merge(self, loser: Record, survivor: Record) -> None:
        """The loser is gone for reads and leaves a CDC marker; the event names both."""
        at = int(self.now().timestamp())
        self.tables[loser.kind].remove(loser.id, at)
        self._report(self, "merge", survivor, at, merged_id=loser.id)

    def _store(self, before: Record | None, record: Record, event: str) -> Record:
        self.tables[record.kind].put(record)
        self._move_balance(before, record)
        self._report(self, event, record, record.changed, before=before)
        return record

    # -- balances of names

    def _move_balance(self, before: Record | None, after: Record | None) -> None:
        moves: dict[tuple[str, str], Decimal] = {}
        for record, sign in ((before, -1), (after, 1)):
            if record is None or record.kind not in OWED:
                continue
            kind, reference, amount, direction = OWED[record.kind]
            name = (kind, record.data[reference]["value"])
            change = record.data.get(amount, ZERO) * sign * direction
            moves[name] = moves.get(name, ZERO) + change
        for (kind, identity), change in moves.items():
            if change:
                self._add_to_balance(kind, identity, change)

    def _add_to_balance(self, kind: str, identity: str, change: Decimal) -> None:
        record = self.get(kind, identity)
        if record is None:
            return
        self._set_balance(record, "Balance", change, also_jobs=kind == "Customer")
        parent = record.data.get("ParentRef")
        while parent and (above := self.get(kind, parent["value"])):
            self._set_balance(above, "BalanceWithJobs", change, also_jobs=False)
            parent = above.data.get("ParentRef")

    def _set_balance(self, record: Record, name: str, change: Decimal, also_jobs: bool) -> None:
        changes = {name: record.data.get(name, ZERO) + change}
        if also_jobs:
            changes["BalanceWithJobs"] = record.data.get("BalanceWithJobs", ZERO) + change
        how = self.switches["customer_touched_by_balance"]
        if how == "none":
            self.relabel(record, {**record.data, **changes})
        else:
            self.touch_quietly(record, 1 if how == "token" else 0, **changes)
