"""Random customers and items for the laws of the plan, and what applying a plan would leave."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from integration.records.hubspot import Properties
from sync.operations import (
    ArchiveRecord,
    AssociateContact,
    LinkRecord,
    Operation,
    WriteRecord,
)
from sync.policies import Delete, ObjectPolicy, Save
from sync.record_rules import kinds_of
from sync.records import (
    COMPANIES,
    CONTACTS,
    PRODUCTS,
    Against,
    CustomerModel,
    Deletion,
    LinkState,
    Match,
    RecordState,
    Source,
)
from sync.snapshot import CompanyView, Snapshot
from tests.unit.sync_worlds import COMPANY, PORTAL, START

KEYS = {CONTACTS: "key-c", COMPANIES: "key-o", PRODUCTS: "key-p"}


def customer(number: int = 1, **values: Any) -> RecordState:
    told: dict[str, Properties] = {
        CONTACTS: {"email": f"{number}@a.example", "lastname": "Byron"},
        COMPANIES: {"name": f"Looms {number}"},
    }
    return record("Customer", number, values=told, **values)


def item(number: int = 1, **values: Any) -> RecordState:
    return record("Item", number, values={PRODUCTS: {"name": f"Lamp {number}"}}, **values)


def record(kind: str, number: int, **values: Any) -> RecordState:
    facts: dict[str, Any] = {
        "id": f"{kind}-{number}",
        "company_id": "company",
        "kind": kind,
        "qbo_id": str(number),
        "label": f"{kind} {number}",
        "updated_at": START,
        "changed": True,
        "emails": (f"{number}@a.example",),
        "company_name": f"Looms {number}",
        "on_create": {name: {"dealbooks_key": f"{key}{number}"} for name, key in KEYS.items()},
    }
    return RecordState(**{**facts, **values})


def linked(kind: str, number: int = 1, **values: Any) -> LinkState:
    facts: dict[str, Any] = {
        "id": f"link-{kind}-{number}",
        "kind": kind,
        "hubspot_id": f"h-{kind}-{number}",
        "source": Source.CREATED,
        "made_by_us": True,
    }
    return LinkState(**{**facts, **values})


def world(*records: RecordState, company: CompanyView | None = None, **values: Any) -> Snapshot:
    on = ObjectPolicy(enabled=True, enabled_at=START)
    facts: dict[str, Any] = {
        "portal": PORTAL,
        "companies": {"company": company or replace(COMPANY, contacts=on, products=on)},
        "invoices": {},
        "records": {each.id: each for each in records},
        "records_in_run": tuple(each.id for each in records),
    }
    return Snapshot(**{**facts, **values})


# ------------------------------------------------------------------------------ what applying leaves


def after(snapshot: Snapshot, operations: list[Operation]) -> Snapshot:
    """HubSpot was told everything: what the next run would see."""
    records = dict(snapshot.records)
    for operation in operations:
        if isinstance(operation, WriteRecord | LinkRecord):
            found = records[operation.subject.id]
            records[found.id] = _told(found, operation)
        elif isinstance(operation, ArchiveRecord):
            found = records[operation.subject.id]
            kept = tuple(each for each in found.links if each.kind != operation.object_kind)
            records[found.id] = replace(found, links=kept)
    for operation in operations:
        if isinstance(operation, AssociateContact):
            found = records[operation.subject.id]
            records[found.id] = _tied(found, operation)
    return replace(
        snapshot, records={key: replace(each, changed=False) for key, each in records.items()}
    )


def _told(found: RecordState, operation: WriteRecord | LinkRecord) -> RecordState:
    kind = operation.object_kind
    before = found.link(kind)
    hubspot_id = operation.hubspot_id or f"new-{kind}-{found.id}"
    source = Source(operation.source)
    link = before or LinkState(f"link-{kind}-{found.id}", kind, hubspot_id, source)
    link = replace(
        link,
        hubspot_id=hubspot_id,
        told=operation.written,
        mapped_hash=operation.content_hash,
    )
    others = tuple(each for each in found.links if each.kind != kind)
    return replace(found, links=(*others, link))


def _tied(found: RecordState, operation: AssociateContact) -> RecordState:
    company = found.link(COMPANIES)
    to = operation.company_id or (company.hubspot_id if company else "")
    return replace(
        found,
        links=tuple(
            replace(each, tied_to=to) if each.kind == CONTACTS else each for each in found.links
        ),
    )


# -------------------------------------------------------------------------------------- strategies

POLICIES = st.builds(
    ObjectPolicy,
    enabled=st.booleans(),
    enabled_at=st.just(START),
    save=st.sampled_from(Save),
    delete=st.sampled_from(Delete),
    without_email=st.booleans(),
)
TEXTS = st.sampled_from(["", "a", "b"])


@st.composite
def properties(draw: st.DrawFn) -> Properties:
    names = draw(st.lists(st.sampled_from(["one", "two", "three"]), unique=True))
    return {name: draw(TEXTS) for name in names}


@st.composite
def links(draw: st.DrawFn, kind: str, number: int) -> LinkState:
    return linked(
        kind,
        number,
        source=draw(st.sampled_from(Source)),
        made_by_us=draw(st.booleans()),
        told=draw(properties()),
        is_lost=draw(st.booleans()),
        tied_to=draw(st.sampled_from(["", f"h-companies-{number}"])),
        against=frozenset(draw(st.sets(st.sampled_from(Against), max_size=2))),
    )


@st.composite
def matches(draw: st.DrawFn, kind: str, number: int) -> Match:
    hit = draw(st.booleans())
    return Match(
        hubspot_id=f"m-{kind}-{number}" if hit else "",
        told=draw(properties()) if hit else {},
        is_ambiguous=not hit and draw(st.booleans()),
        shared_by=("Another",) if not hit and draw(st.booleans()) else (),
    )


@st.composite
def records(draw: st.DrawFn, number: int) -> RecordState:
    is_item = draw(st.booleans())
    kinds = (PRODUCTS,) if is_item else (CONTACTS, COMPANIES)
    has = draw(st.sets(st.sampled_from(kinds)))
    owed: dict[str, Properties] = (
        {} if is_item else {kind: {"dealbooks_open_balance": draw(TEXTS)} for kind in kinds}
    )
    values: Mapping[str, Properties] = {
        kind: {**draw(properties()), **owed.get(kind, {})} for kind in kinds
    }
    return record(
        "Item" if is_item else "Customer",
        number,
        updated_at=START + timedelta(seconds=draw(st.integers(-2, 2))),
        gone_at=START if draw(st.booleans()) else None,
        is_merged=draw(st.booleans()) and draw(st.booleans()),
        changed=draw(st.booleans()),
        values=values,
        owed=owed,
        emails=("a@b.example",) if draw(st.booleans()) else (),
        company_name=draw(TEXTS),
        is_person=draw(st.booleans()),
        is_project=draw(st.booleans()),
        is_sub=draw(st.booleans()),
        parent_company=draw(st.sampled_from(["", "parent"])),
        item_kind=draw(st.sampled_from(["Service", "Category"])) if is_item else "",
        links=tuple(draw(links(kind, number)) for kind in sorted(has)),
        matches={kind: draw(matches(kind, number)) for kind in kinds},
        deletion=draw(st.sampled_from(Deletion)),
    )


@st.composite
def record_worlds(draw: st.DrawFn) -> Snapshot:
    found = [draw(records(number)) for number in range(1, draw(st.integers(1, 4)) + 1)]
    company = replace(
        COMPANY,
        contacts=draw(POLICIES),
        products=draw(POLICIES),
        customer_model=draw(st.sampled_from(CustomerModel)),
    )
    return world(*found, company=company, in_bulk=draw(st.booleans()))


def policy(snapshot: Snapshot, record: RecordState) -> ObjectPolicy:
    company = snapshot.companies["company"]
    return company.contacts if record.kind == "Customer" else company.products


__all__ = ["after", "customer", "item", "kinds_of", "linked", "policy", "record_worlds", "world"]
