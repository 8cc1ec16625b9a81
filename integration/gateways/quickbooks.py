"""One QuickBooks company on the wire: records out, raw dictionaries in for writes.

python-quickbooks builds the addresses and tells the faults; it does so over our session, so that no
connection is its own, and its object classes (whose defaults would be written) are never used.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

import simplejson
from quickbooks.exceptions import QuickbooksException

from integration.gateways import quickbooks_batch as batches
from integration.gateways import quickbooks_files as files
from integration.gateways import quickbooks_paging as paging
from integration.gateways.channel import Channel
from integration.gateways.errors import GatewayError, Unavailable
from integration.gateways.quickbooks_batch import BatchItem
from integration.gateways.quickbooks_faults import from_fault
from integration.gateways.quickbooks_query import PAGE, all_of, select, select_count
from integration.gateways.quickbooks_records import company_facts, preferences
from integration.gateways.quickbooks_session import Client, Session
from integration.gateways.quickbooks_transactions import changes
from integration.gateways.values import text
from integration.records.quickbooks import Changes, CompanyFacts, Preferences, Raw

MINOR_VERSION = 75
NOT_IN_CDC = frozenset({"TaxCode", "TaxRate", "TaxAgency", "JournalCode"})
Parsed = TypeVar("Parsed")
__all__ = ["BatchItem", "QuickBooks"]


class QuickBooks:
    """Cheap: make one for a unit of work. Not shared between threads."""

    def __init__(self, channel: Channel, api_url: str) -> None:
        self.realm_id = channel.account
        self._session = Session(channel)
        self._library = Client(company_id=channel.account, minorversion=MINOR_VERSION)
        self._library.api_url_v3 = f"{api_url}/v3"
        self._library.session = self._session
        self._base = f"{api_url}/v3/company/{channel.account}"

    # -- reading

    def company_info(self) -> CompanyFacts:
        raw = self._get(f"companyinfo/{self.realm_id}", "CompanyInfo")
        return self._parsed(company_facts, raw)

    def preferences(self) -> Preferences:
        return self._parsed(preferences, self._get("preferences", "Preferences"))

    def read(self, entity: str, id: str, include: str = "") -> Raw:
        """One object; raises ``NotFound`` for a deleted or unknown one."""
        params = {"include": include} if include else {}
        content = self._ask(lambda: self._library.get_single_object(entity, id, params=params))
        return self._member(content, entity)

    def query(
        self, entity: str, where: str = "", order: str = "", start: int = 1, limit: int = PAGE
    ) -> list[Raw]:
        """One page of at most 1,000; build ``where`` with ``quickbooks_query``."""
        answer = self._query(select(entity, where, order, start, limit))
        rows = answer.get(entity, [])
        return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else [rows]

    def count(self, entity: str, where: str = "") -> int:
        return int(self._query(select_count(entity, where)).get("totalCount", 0))

    def query_all(
        self, entity: str, where: str = "", first: list[Raw] | None = None
    ) -> Iterator[list[Raw]]:
        """Pages in the order of change, without loss when rows change meanwhile (faults 44, 45).

        ``first``: the first page, when ``first_pages`` brought it already.
        """

        def ask(condition: str, start: int) -> list[Raw]:
            return self.query(entity, all_of(where, condition), paging.ORDER, start)

        return paging.pages(ask, first)

    def first_pages(self, wanted: Mapping[str, str]) -> dict[str, list[Raw]]:
        """Of several entities in one call: entity to condition, entity to rows in order of change.

        Raises the error of the first entity that could not be read.
        """
        items = [
            BatchItem(entity, query=select(entity, where, paging.ORDER))
            for entity, where in wanted.items()
        ]
        found: dict[str, list[Raw]] = {}
        for entity, answer in self.batch(items).items():
            if isinstance(answer, GatewayError):
                raise answer
            rows = answer.get(entity, [])
            found[entity] = [row for row in rows if isinstance(row, dict)]
        return found

    def changes_since(self, entities: Sequence[str], since: datetime) -> Changes:
        """One metered call for all entities; look back at most 30 days."""
        unfit = NOT_IN_CDC & set(entities)
        if unfit or since.tzinfo is None:
            raise ValueError(f"change data capture cannot answer: {', '.join(unfit) or since}")
        content = self._ask(
            lambda: self._library.change_data_capture(
                ",".join(entities), since.isoformat(timespec="seconds")
            )
        )
        return self._parsed(lambda found: changes(found, entities), content)

    def invoice_pdf(self, id: str) -> bytes:
        body: bytes = self._ask(lambda: self._library.download_pdf("Invoice", id))
        if not body.startswith(b"%PDF"):
            raise self._unreadable()
        return body

    def invoice_link(self, id: str) -> str:
        """The customer's pay page; empty unless online payments are on and it has an e-mail."""
        return text(self.read("Invoice", id, include="invoiceLink").get("InvoiceLink"))

    def exchange_rate(self, currency: str, day: date) -> Decimal:
        """Units of the home currency for one of ``currency``, as the company's books have it."""
        asked = {"sourcecurrencycode": currency, "asofdate": day.isoformat()}
        content = self._ask(lambda: self._library.get(f"{self._base}/exchangerate", params=asked))
        raw = self._member(content, "ExchangeRate")
        return self._parsed(lambda found: Decimal(str(found["Rate"])), raw)

    # -- writing: always with a stored request id, so that a repeat replays instead of doubling

    def create(self, entity: str, body: Raw, request_id: str, include: str = "") -> Raw:
        return self._write(entity, body, request_id, {"include": include} if include else {})

    def update(self, entity: str, body: Raw, request_id: str, include: str = "") -> Raw:
        """``body`` needs Id and SyncToken; with ``"sparse": True`` only its members change."""
        return self._write(entity, body, request_id, {"include": include} if include else {})

    def delete(self, entity: str, id: str, sync_token: str, request_id: str) -> Raw:
        body = {"Id": id, "SyncToken": sync_token}
        return self._write(entity, body, request_id, {"operation": "delete"})

    def void(self, entity: str, id: str, sync_token: str, request_id: str) -> Raw:
        """An Invoice has an operation of its own; other sales are voided by a sparse update."""
        if entity == "Invoice":
            body: Raw = {"Id": id, "SyncToken": sync_token}
            return self._write(entity, body, request_id, {"operation": "void"})
        body = {"Id": id, "SyncToken": sync_token, "sparse": True}
        return self._write(entity, body, request_id, {"operation": "update", "include": "void"})

    def send_invoice(self, id: str, to: str, request_id: str) -> Raw:
        """QuickBooks mails the invoice; ``to`` empty means its own BillEmail."""
        content = self._ask(
            lambda: self._library.post(
                f"{self._base}/invoice/{id}/send",
                content_type="application/octet-stream",
                params={"sendTo": to} if to else {},
                request_id=request_id,
            )
        )
        return self._member(content, "Invoice")

    def upload(self, file: files.File, request_id: str) -> Raw:
        """The Attachable it became. Look for it (``files.of_record``) before repeating a call
        whose outcome is open: whether QuickBooks heeds the request id here is not documented."""
        kind, body = files.form(file)
        answer = self._session.request(
            "POST",
            f"{self._base}/upload",
            {"Content-Type": kind},
            {"minorversion": MINOR_VERSION, "requestid": request_id},
            body,
        )
        return self._parsed(files.stored, answer.text)

    def batch(
        self, items: Sequence[BatchItem], request_id: str = ""
    ) -> dict[str, Raw | GatewayError]:
        """By item key: the object, the QueryResponse, or the error of that item alone.

        A query without an answer is asked once more alone. A write without one ends as
        ``Unavailable``: only the caller's repeat with the same request id is safe. ``request_id``
        is needed as soon as one item writes.
        """
        if not request_id and any(item.operation for item in items):
            raise ValueError("a batch that writes needs a request id")
        found: dict[str, Raw | GatewayError] = {}
        for number, first in enumerate(range(0, len(items), batches.LARGEST)):
            chunk = items[first : first + batches.LARGEST]
            found |= self._batch(chunk, f"{request_id}-{number}" if request_id else "")
        for item in items:
            if item.key not in found and item.query:
                found |= self._batch([item], "")
            found.setdefault(item.key, self._unreadable())
        return found

    # -- below: one exchange each

    def _batch(self, items: Sequence[BatchItem], request_id: str) -> dict[str, Raw | GatewayError]:
        body = simplejson.dumps(batches.request(items), use_decimal=True, ensure_ascii=False)
        content = self._ask(
            lambda: self._library.post(
                f"{self._base}/batch", body, params={}, request_id=request_id or None
            )
        )
        trace_id = self._session.last.trace_id if self._session.last else ""
        return batches.answers(items, content, trace_id)

    def _write(self, entity: str, body: Raw, request_id: str, params: dict[str, str]) -> Raw:
        if not request_id:
            raise ValueError("a write needs a request id")
        written = simplejson.dumps(body, use_decimal=True, ensure_ascii=False)
        content = self._ask(
            lambda: self._library.create_object(
                entity, written, request_id=request_id, params=params
            )
        )
        return self._member(content, entity)

    def _get(self, path: str, member: str) -> Raw:
        return self._member(self._ask(lambda: self._library.get(f"{self._base}/{path}")), member)

    def _query(self, statement: str) -> Raw:
        return self._member(self._ask(lambda: self._library.query(statement)), "QueryResponse")

    def _ask(self, call: Callable[[], Any]) -> Any:
        """Run a library call. Its own exceptions carry bodies, so none of them travels on."""
        try:
            return call()
        except QuickbooksException as error:
            fault = {"Error": [{"Message": "", "Detail": error.detail, "code": error.error_code}]}
        if fault["Error"][0]["code"] in (0, 10000):
            raise self._unreadable()
        raise from_fault(fault, 400)

    def _parsed(self, read: Callable[[Any], Parsed], content: Any) -> Parsed:
        try:
            return read(content)
        except (ValueError, KeyError, TypeError):
            raise self._unreadable() from None

    def _member(self, content: Any, name: str) -> Raw:
        value = content.get(name) if isinstance(content, dict) else None
        if not isinstance(value, dict):
            raise self._unreadable()
        return value

    def _unreadable(self) -> Unavailable:
        last = self._session.last
        if last is not None:
            return last.unreadable()
        return Unavailable("net.unreadable", vendor="quickbooks")
