"""I2 and I3 across the vendors: what HubSpot was told of an invoice, and in which order."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from sandbox.check.events import Change, Event, Finding, Key

KEY = "dealbooks_key"
DELETED = "dealbooks_deleted_at"
NUMBER_OF_DEAL = "dealbooks_invoice_number"
NUMBER_OF_HUBSPOT = "INV-"
Identity = tuple[str, str]
"""(realm, invoice id)"""
Values = Mapping[str, str]
INVOICE_FIELDS = {
    "hs_amount_billed": "TotalAmt",
    "dealbooks_billed": "TotalAmt",
    "dealbooks_open": "Balance",
    "hs_number": "DocNumber",
    "hs_due_date": "DueDate",
}
"""Property of HubSpot's invoice -> field of QuickBooks' invoice, where both hold the same."""
DEAL_FIELDS = {"dealbooks_amount_invoiced": "TotalAmt", "dealbooks_invoice_due_date": "DueDate"}
GONE: Values = {"deleted": "yes"}


@dataclass
class Invoice:
    """One QuickBooks invoice with what was known of its versions, oldest first."""

    last: Change
    versions: list[Values]

    @property
    def number(self) -> str:
        return self.last.values.get("DocNumber", "")

    @property
    def name(self) -> str:
        return f"invoice {self.number or '(no number)'}, id {self.last.id},"

    @property
    def is_gone(self) -> bool:
        return self.versions[-1] is GONE


@dataclass
class View:
    """How far one HubSpot record has got in the versions of the one invoice it shows."""

    identity: Identity
    fields: Mapping[str, str]
    at: int = 0
    has_matched: bool = False
    last: int = 0
    """Number of the last change."""


@dataclass
class Story:
    """Both vendors as a history tells them, up to one entry."""

    invoices: dict[Identity, Invoice] = field(default_factory=dict)
    by_number: dict[str, set[Identity]] = field(default_factory=dict)
    records: dict[Key, dict[str, str]] = field(default_factory=dict)
    views: dict[Key, dict[Identity, View]] = field(default_factory=dict)
    current: dict[Key, View] = field(default_factory=dict)
    """The view of the invoice that a record shows now."""
    told: set[str] = field(default_factory=set)
    """Every value HubSpot was ever told, to find what it never was."""


def differences(events: list[Event], at_rest: bool) -> Iterator[Finding]:
    """I3 while it happens; at rest I2: the last version is shown, and our invoices are known.

    Only properties that were written are compared, and a deal only once it has shown a version
    (its amount may be in another currency).
    """
    story = Story()
    for event in events:
        for change in event.changes:
            if change.vendor == "quickbooks" and change.entity == "Invoice":
                _happened(story, change)
            elif change.vendor == "hubspot" and change.action in ("create", "update"):
                yield from _told(story, change)
            elif change.vendor == "hubspot" and change.action == "archive":
                story.current.pop(change.key, None)
    if at_rest:
        yield from _behind(story)
        yield from _never_told(story)


def _happened(story: Story, change: Change) -> None:
    identity = (change.account, change.id)
    invoice = story.invoices.get(identity)
    if invoice is None:
        invoice = Invoice(change, [change.was] if change.was else [])
        story.invoices[identity] = invoice
    values = GONE if change.action == "delete" else change.values
    if not invoice.versions or invoice.versions[-1] != values:
        invoice.versions.append(values)
    invoice.last = change
    if invoice.number:
        story.by_number.setdefault(invoice.number, set()).add(identity)


def _told(story: Story, change: Change) -> Iterator[Finding]:
    record = story.records.setdefault(change.key, {})
    for name, value in change.properties.items():
        record[name] = value or ""
        story.told.add(value or "")
    identity, fields = _subject(story, change.entity, record)
    if identity is None or identity not in story.invoices:
        story.current.pop(change.key, None)
        return
    views = story.views.setdefault(change.key, {})
    view = story.current[change.key] = views.setdefault(identity, View(identity, fields))
    view.last = change.number
    yield from _moved_on(story.invoices[identity], view, change, record)


def _subject(
    story: Story, entity: str, record: Values
) -> tuple[Identity | None, Mapping[str, str]]:
    """The invoice a record shows, and the properties that show it."""
    if entity == "invoices":
        realm, _, rest = record.get(KEY, "").partition(":")
        kind, _, identity = rest.partition(":")
        return ((realm, identity) if kind == "Invoice" else None), INVOICE_FIELDS
    named = story.by_number.get(record.get(NUMBER_OF_DEAL, ""), set()) if entity == "deals" else ()
    return (next(iter(named)) if len(named) == 1 else None), DEAL_FIELDS


def _moved_on(invoice: Invoice, view: View, change: Change, record: Values) -> Iterator[Finding]:
    found = [
        place
        for place, version in enumerate(invoice.versions)
        if _shows(record, view.fields, version)
    ]
    view.has_matched = view.has_matched or bool(found)
    later = [place for place in found if place >= view.at]
    if later:
        view.at = later[0]
    elif found:
        what = (
            f"{change.entity} {change.id} shows version {found[-1] + 1} of {invoice.name} again "
            f"after version {view.at + 1}"
        )
        yield Finding("I3", what, *change.key, entries=(invoice.last.number, change.number))


def _shows(record: Values, fields: Mapping[str, str], version: Values) -> bool:
    if version is GONE:
        return bool(record.get(DELETED))
    shown = [name for name in fields if name in record]
    return bool(shown) and all(
        record[name].startswith(NUMBER_OF_HUBSPOT)
        or _equal(record[name], version.get(fields[name], ""))
        for name in shown
    )


def _equal(ours: str, theirs: str) -> bool:
    """Amounts as numbers, instants by their day, else as text."""
    if ours == theirs or (len(theirs) == 10 and ours[:10] == theirs and "T" in ours):
        return True
    try:
        return Decimal(ours) == Decimal(theirs)
    except InvalidOperation:
        return False


def _behind(story: Story) -> Iterator[Finding]:
    for key, view in story.current.items():
        invoice, record = story.invoices[view.identity], story.records[key]
        if _shows(record, view.fields, invoice.versions[-1]):
            continue
        if view.fields is DEAL_FIELDS and (invoice.is_gone or not view.has_matched):
            continue
        shown = ", ".join(
            f"{name} {record[name] or 'empty'}" for name in view.fields if name in record
        )
        what = f"{key[2]} {key[3]} does not show the last version of {invoice.name} but {shown}"
        yield Finding("I2", what, *key, entries=(view.last, invoice.last.number))


def _never_told(story: Story) -> Iterator[Finding]:
    for (realm, identity), invoice in story.invoices.items():
        if not invoice.last.marker or invoice.is_gone:
            continue
        if {f"{realm}:Invoice:{identity}", invoice.number or "?"} & story.told:
            continue
        what = f"HubSpot was never told of {invoice.name} which carries {invoice.last.marker}"
        yield Finding("I2", what, *invoice.last.key, entries=(invoice.last.number,))
