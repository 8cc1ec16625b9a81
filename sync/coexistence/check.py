"""The job ``sync.coexistence``: looks for traces of HubSpot's own QuickBooks app, and keeps them (D-33).

A handful of calls: the deal properties, the invoices that carry the app's source, and up to five
pages of invoices that are not ours, whose numbers QuickBooks is then asked for.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any, TypeVar

from integration import sessions
from integration.gateways.errors import AccountBlocked, GatewayError, NotFound, Rejected
from integration.gateways.hubspot import HubSpot
from integration.gateways.quickbooks import QuickBooks
from integration.gateways.quickbooks_query import one_of
from integration.gateways.values import optional_amount, text
from integration.jobs import Again, Lease
from integration.models import Company, Job
from integration.records.hubspot import Object
from sync.match_models import Coexistence, CoexistenceState
from sync.traces import MOST_NAMED, SOURCES, Copy, Findings, accounting_properties, doubles

JOB = "sync.coexistence"
NAMES = ("hs_number", "hs_amount_billed", "hs_currency", "hs_title")
KEY = "dealbooks_key"
PAGE, MOST_PAGES, NUMBERS = 200, 5, 100
BLIND = (AccountBlocked, Rejected, NotFound)
"""A portal without invoices, or without the scope to see them: that part stays unseen."""
Found = TypeVar("Found")


def work(job: Job, lease: Lease, now: datetime) -> Again | None:
    company = job.company
    if company is None or not company.is_connected:
        return None
    row = row_of(company)
    try:
        found = look(company)
    except GatewayError as error:
        row.error, row.error_parameters = error.code, {**error.parameters, "vendor": error.vendor}
        row.save(update_fields=["error", "error_parameters"])
        raise
    with lease.fenced():
        keep(row_of(company), found, now)  # somebody may have dismissed them meanwhile
    return None


def row_of(company: Company) -> Coexistence:
    row, _ = Coexistence.objects.for_portal(company.portal_id).get_or_create(
        company=company, defaults={"portal_id": company.portal_id}
    )
    return row  # type: ignore[no-any-return]


def keep(row: Coexistence, found: Findings, now: datetime) -> None:
    """What was dismissed stays so until there is more of it."""
    before = Findings.of(row.findings)
    is_dismissed = row.dismissed_at is not None and not found.is_more_than(before)
    if not found.any:
        row.state = CoexistenceState.CLEAR
    elif is_dismissed:
        row.state = CoexistenceState.DISMISSED
    else:
        row.state, row.dismissed_at, row.dismissed_why = CoexistenceState.TRACES, None, ""
        row.dismissed_by = None
    row.findings = found.stored()
    row.checked_at, row.error, row.error_parameters = now, "", {}
    row.save()


def look(company: Company) -> Findings:
    """Reads both vendors and writes nothing. Raises ``GatewayError``."""
    hubspot = sessions.hubspot(company.portal)
    unseen: list[str] = []
    found = _seen(lambda: hubspot.properties("deals"), (), "properties", unseen)
    marked, total = _seen(lambda: _marked(hubspot), ((), 0), "source", unseen)
    copies, in_hubspot = _seen(lambda: _copies(hubspot), ((), 0), "invoices", unseen)
    alike = doubles(copies, _in_quickbooks(company, copies)) if copies else ()
    return Findings(
        app_invoices=total,
        app_examples=tuple(_called(each) for each in marked),
        properties=accounting_properties(found),
        doubles=len(alike),
        double_examples=alike[:MOST_NAMED],
        looked_at=len(copies),
        in_hubspot=in_hubspot,
        unseen=tuple(unseen),
    )


def _seen(ask: Callable[[], Found], otherwise: Any, name: str, unseen: list[str]) -> Found:
    try:
        return ask()
    except BLIND:
        unseen.append(name)
        return otherwise  # type: ignore[no-any-return]


def _marked(hubspot: HubSpot) -> tuple[Sequence[Object], int]:
    """The first invoices that say the app brought them, and how many there are."""
    filters = [("hs_invoice_source", "IN", list(SOURCES))]
    rows, total, _ = hubspot.search("invoices", filters=filters, properties=NAMES, limit=MOST_NAMED)
    return rows, total


def _copies(hubspot: HubSpot) -> tuple[Sequence[Copy], int]:
    """HubSpot's newest invoices that are not ours; before our key exists none of them is."""
    try:
        return _pages(hubspot, [(KEY, "NOT_HAS_PROPERTY", None)])
    except Rejected:
        return _pages(hubspot, [])


def _pages(hubspot: HubSpot, filters: list[tuple[str, str, Any]]) -> tuple[Sequence[Copy], int]:
    found: list[Copy] = []
    after, total = "", 0
    for _page in range(MOST_PAGES):
        rows, total, after = hubspot.search(
            "invoices",
            filters=filters,
            properties=NAMES,
            sort="-hs_createdate",
            limit=PAGE,
            after=after,
        )
        found += [_copy(each) for each in rows if each.text("hs_number")]
        if not after:
            break
    return found, total


def _copy(object: Object) -> Copy:
    amount = optional_amount(object.text("hs_amount_billed"))
    return Copy(object.text("hs_number"), amount, object.text("hs_currency"))


def _in_quickbooks(company: Company, copies: Sequence[Copy]) -> Iterator[Copy]:
    """Invoices with these numbers; a call for a hundred."""
    qbo: QuickBooks = sessions.quickbooks(company)
    numbers = list(dict.fromkeys(each.number[:21] for each in copies))
    for first in range(0, len(numbers), NUMBERS):
        some = numbers[first : first + NUMBERS]
        for raw in qbo.query("Invoice", one_of("DocNumber", some)):
            yield Copy(text(raw.get("DocNumber")), optional_amount(text(raw.get("TotalAmt"))))


def _called(object: Object) -> str:
    return object.text("hs_number") or object.text("hs_title") or object.id
