"""Test on a real record: what each mapping would do with it now, with zero writes (B-30, B-22)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from integration import sessions
from integration.gateways.errors import GatewayError
from integration.gateways.quickbooks_query import contains
from integration.gateways.values import text
from integration.models import Company, Record, RecordLink
from integration.records.hubspot import Object
from integration.records.quickbooks import Raw
from integration.reference import Reference, name_of
from mappings.catalog import dealbooks_key
from mappings.fitting import for_hubspot, for_quickbooks
from mappings.mapped import is_known, same, surroundings
from mappings.pairs import TEXT, FieldPair, MappingSet, WhenEmpty
from mappings.quickbooks_fields import COMPUTED, ENTITY, FIELDS, FieldType, Kind, plain, read
from mappings.services import context
from mappings.step_functions import Problem, Unreadable
from mappings.steps import Outcome, Surroundings, run, run_back

MOST_CHOICES = 20
KEY = "dealbooks_key"


@dataclass(frozen=True, slots=True)
class Choice:
    """A record to try; ``id`` is QuickBooks'."""

    id: str
    label: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One pair one way. ``outcome``: write, clear, same, keep, once, later or problem.

    ``trail`` is the value after each step; ``before`` and ``after`` are those of the target, and
    ``before`` is None where it is not known (the object is not in HubSpot yet).
    """

    pair: FieldPair
    to_hubspot: bool
    source: str
    trail: tuple[str, ...]
    before: str | None
    after: str
    outcome: str
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Trial:
    """``hubspot_id`` is empty when HubSpot has no such object; ``problem`` when it could not say."""

    label: str
    rows: tuple[Row, ...]
    hubspot_id: str = ""
    problem: GatewayError | None = None


# -- finding a record


def choices(company: Company, kind: Kind, words: str) -> list[Choice]:
    """Customers and products as last seen; invoices are asked for by number. May raise
    ``GatewayError`` for invoices."""
    if kind is Kind.INVOICES:
        return _invoices(company, words)
    known = Reference.of(company)
    if kind is Kind.PRODUCTS:
        items = known.search_items(words, MOST_CHOICES)
        return [Choice(each.id, each.full_name, each.sku) for each in items]
    people = known.search_customers(words, MOST_CHOICES)
    return [Choice(each.id, each.display_name, ", ".join(each.emails)) for each in people]


def _invoices(company: Company, words: str) -> list[Choice]:
    where = contains("DocNumber", words.strip()) if words.strip() else ""
    rows = sessions.quickbooks(company, urgent=True).query(
        "Invoice", where, order="MetaData.LastUpdatedTime DESC", limit=MOST_CHOICES
    )
    return [
        Choice(text(row.get("Id")), _invoice_label(row), read(row, "CustomerRef.name"))
        for row in rows
    ]


def _invoice_label(row: Raw) -> str:
    return read(row, "DocNumber") or text(row.get("Id"))


def record_of(company: Company, kind: Kind, qbo_id: str) -> Raw | None:
    """As last seen; an invoice as QuickBooks has it now. None for an unknown one."""
    if kind is Kind.INVOICES:
        return sessions.quickbooks(company, urgent=True).read("Invoice", qbo_id)
    rows = Record.objects.for_portal(company.portal_id).filter(company=company)
    found: Raw | None = (
        rows.filter(kind=ENTITY[kind], qbo_id=qbo_id).values_list("raw", flat=True).first()
    )
    return found


# -- trying


def trial(company: Company, found: MappingSet, raw: Raw) -> Trial:
    """Every enabled pair of the set on this record: reads HubSpot once, writes nothing."""
    kind = found.kind
    around = surroundings(kind, raw, context(company))
    label = _invoice_label(raw) if kind is Kind.INVOICES else name_of(raw)
    problem: GatewayError | None = None
    object: Object | None = None
    try:
        object = _in_hubspot(company, found, text(raw.get("Id")))
    except GatewayError as error:
        problem = error
    rows = tuple(row for pair in found.pairs if pair.enabled for row in _rows(pair, around, object))
    return Trial(label, rows, object.id if object else "", problem)


def _in_hubspot(company: Company, found: MappingSet, qbo_id: str) -> Object | None:
    """The linked object, else the one that carries our key."""
    hubspot = sessions.hubspot(company.portal, urgent=True)
    links = RecordLink.objects.for_portal(company.portal_id).filter(company=company)
    entity = ENTITY[found.kind]
    linked = links.filter(kind=entity, qbo_id=qbo_id, hubspot_kind=found.kind.value).first()
    names = found.properties
    if linked is not None:
        return hubspot.read(found.kind.value, [linked.hubspot_id], names).get(linked.hubspot_id)
    key = dealbooks_key(company.realm_id, entity, qbo_id)
    return hubspot.read(found.kind.value, [key], names, id_property=KEY).get(key)


def _rows(pair: FieldPair, around: Surroundings, object: Object | None) -> Iterator[Row]:
    if pair.direction.to_hubspot:
        yield _outward(pair, around, object)
    if pair.direction.to_quickbooks and object is not None:
        yield _inward(pair, around, object.properties)


def _outward(pair: FieldPair, around: Surroundings, object: Object | None) -> Row:
    before = None if object is None else object.text(pair.property.name)
    source = around.other(pair.field)
    if not is_known(pair, around):
        return Row(pair, True, "", (), before, before or "", "later")
    done = run(source, pair.steps, around)
    try:
        after = for_hubspot(pair.property, _value(done))
    except Unreadable as found:
        return Row(pair, True, source, done.trail, before, before or "", "problem", found.problem)
    if pair.once and before is not None:
        return Row(pair, True, source, done.trail, before, before, "once")
    outcome = _outcome(pair, before, after, is_text=pair.property.type == TEXT)
    shown = (before or "") if outcome == "keep" else after
    return Row(pair, True, source, done.trail, before, shown, outcome)


def _inward(pair: FieldPair, around: Surroundings, properties: Mapping[str, Any]) -> Row:
    source = properties.get(pair.property.name) or ""
    before = around.other(pair.field)
    back = run_back if pair.direction.to_hubspot else run
    done = back(source, pair.steps, around)
    try:
        field = _field(pair.field)
        after = plain(for_quickbooks(field, _value(done)))
    except Unreadable as found:
        return Row(pair, False, source, done.trail, before, before, "problem", found.problem)
    is_number = field is not None and field.type in (FieldType.MONEY, FieldType.NUMBER)
    outcome = _outcome(pair, before, after, is_text=not is_number)
    return Row(pair, False, source, done.trail, before, after if outcome != "keep" else before,
               outcome)  # fmt: skip


def _field(path: str) -> Any:
    if path.startswith(COMPUTED):
        return None
    return FIELDS[Kind.CONTACTS].get(path) or FIELDS[Kind.PRODUCTS].get(path)


def _value(done: Outcome) -> str:
    if done.problem is not None:
        raise Unreadable(done.problem.code, done.problem.parameters.get("value", ""))
    return done.value


def _outcome(pair: FieldPair, before: str | None, after: str, *, is_text: bool) -> str:
    if before is not None and same(before, after, is_text=is_text):
        return "same"
    if after:
        return "write"
    if pair.when_empty is WhenEmpty.KEEP or not before:
        return "keep"
    return "clear"
