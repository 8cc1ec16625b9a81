"""QuickBooks' lists as last seen: customers, items, terms, tax codes, preferences (C.5.2).

Written by the daily ``company.reference`` job, by the poll as changes come, and by whoever just
read or wrote one of them (``Reference.of(company).keep("Customer", [raw], now)``). Pages read only
from here, so that opening the wizard costs QuickBooks nothing.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any, TypeVar

from django.db.models import Value
from django.db.models.functions import Lower

from integration import exact_json, record_search
from integration.gateways import quickbooks_records as parse
from integration.gateways.quickbooks import QuickBooks
from integration.gateways.quickbooks_query import one_of
from integration.gateways.values import flag, text
from integration.models import Company, Record
from integration.models.tenancy import PortalQuerySet
from integration.records.quickbooks import (
    CompanyFacts,
    Customer,
    Item,
    ListEntry,
    Preferences,
    Raw,
    TaxCode,
    Term,
)

ACTIVE_OR_NOT = one_of("Active", [True, False])
WITH_INACTIVE = (
    "Customer", "Item", "Term", "TaxCode", "Account", "PaymentMethod", "Class", "Department",
)  # fmt: skip
LISTS = (*WITH_INACTIVE, "TaxRate")
SINGLETONS = ("CompanyInfo", "Preferences")
ONLY = "1"
"""The id under which a company's CompanyInfo and Preferences are kept."""
CHUNK = 500
Parsed = TypeVar("Parsed")


# -- writing


def refresh_reference(company: Company, qbo: QuickBooks, now: datetime) -> int:
    """Read everything anew: two calls and one for each list of up to 1,000; how much had changed.

    What is not in an answer is kept: an absent record proves nothing.
    """
    facts, preferences = qbo.company_info(), qbo.preferences()
    changed = mirror_records(
        company, [("CompanyInfo", facts.raw), ("Preferences", preferences.raw)], now
    )
    _keep_company(company, facts, preferences)
    for entity in _lists(preferences):
        for page in qbo.query_all(entity, ACTIVE_OR_NOT if entity in WITH_INACTIVE else ""):
            changed += mirror_records(company, [(entity, raw) for raw in page], now)
    return changed


def _lists(preferences: Preferences) -> list[str]:
    """Classes and locations only where the company uses them (B-20): no call for the others."""
    uses = {"Class": preferences.class_tracking, "Department": preferences.location_tracking}
    return [entity for entity in LISTS if uses.get(entity, True)]


def mirror_records(company: Company, records: Iterable[tuple[str, Raw]], now: datetime) -> int:
    """Store (entity, raw) pairs; older versions and unchanged ones are left. How many changed."""
    by_kind: dict[str, dict[str, Raw]] = defaultdict(dict)
    for kind, raw in records:
        by_kind[kind][ONLY if kind in SINGLETONS else text(raw.get("Id"))] = raw
    return sum(_mirror(company, kind, rows, now) for kind, rows in by_kind.items())


def _mirror(company: Company, kind: str, raws: Mapping[str, Raw], now: datetime) -> int:
    changed = 0
    ids = list(raws)
    for first in range(0, len(ids), CHUNK):
        chunk = ids[first : first + CHUNK]
        rows = _records(company, kind).filter(qbo_id__in=chunk)
        stored = rows.values_list("qbo_id", "sync_token", "raw_hash")
        known = {qbo_id: (token, raw_hash) for qbo_id, token, raw_hash in stored}
        fresh = [
            record
            for record in (_record(company, kind, qbo_id, raws[qbo_id], now) for qbo_id in chunk)
            if _is_news(record, known.get(record.qbo_id))
        ]
        Record.objects.bulk_create(
            fresh,
            update_conflicts=True,
            unique_fields=["company", "kind", "qbo_id"],
            update_fields=["name", "search_text", "active", "deleted_at", "sync_token",
                           "updated_at", "raw", "raw_hash", "seen_at", "words"],
        )  # fmt: skip
        changed += len(fresh)
    return changed


def _is_news(record: Record, known: tuple[str, str] | None) -> bool:
    if known is None:
        return True
    token, raw_hash = known
    is_older = int(record.sync_token or 0) < int(token or 0)
    return not is_older and record.raw_hash != raw_hash


def _record(company: Company, kind: str, qbo_id: str, raw: Raw, now: datetime) -> Record:
    is_deleted = text(raw.get("status")).lower() == "deleted"
    return Record(
        portal_id=company.portal_id,
        company=company,
        kind=kind,
        qbo_id=qbo_id,
        name=name_of(raw)[:600],
        search_text=search_text_of(kind, raw),
        active=flag(raw.get("Active"), absent=True) and not is_deleted,
        deleted_at=now if is_deleted else None,
        sync_token=text(raw.get("SyncToken")),
        updated_at=parse.entity_time(raw) if raw.get("MetaData") else None,
        raw=raw,
        raw_hash=hash_of(raw),
        seen_at=now,
    )


def name_of(raw: Raw) -> str:
    return text(raw.get("DisplayName")) or text(raw.get("Name")) or text(raw.get("CompanyName"))


def search_text_of(kind: str, raw: Raw) -> str:
    """Lower-case words a person may look for: name, SKU, e-mail, town."""
    words = [name_of(raw), text(raw.get("FullyQualifiedName")), text(raw.get("Sku"))]
    if kind == "Item":
        words.append(text(raw.get("Description")))
    if kind == "Customer":
        person = parse.customer({"Id": "", **raw, "Balance": 0})
        words += [person.company_name, person.given_name, person.family_name, *person.emails]
        words += [person.bill_address.city, person.bill_address.postcode]
    return " ".join(dict.fromkeys(word.lower() for word in words if word))


def hash_of(raw: Raw) -> str:
    """The same for the same content, whatever the order of its members."""
    return hashlib.sha256(exact_json.canonical(raw)).hexdigest()


def _keep_company(company: Company, facts: CompanyFacts, preferences: Preferences) -> None:
    """A company that was renamed or upgraded in QuickBooks is so here too."""
    company.name, company.legal_name = facts.name[:255], facts.legal_name[:255]
    company.country, company.time_zone = facts.country, facts.time_zone
    company.offering_sku = facts.offering_sku[:100]
    company.home_currency = preferences.home_currency
    company.save(
        update_fields=[
            "name",
            "legal_name",
            "country",
            "time_zone",
            "offering_sku",
            "home_currency",
        ]
    )


def _records(company: Company, kind: str) -> PortalQuerySet:
    return Record.objects.for_portal(company.portal_id).filter(company=company, kind=kind)


# -- reading


class Reference:
    """One company's mirrored lists as parsed records; each list is read once."""

    def __init__(self, company: Company) -> None:
        self.company = company

    @classmethod
    def of(cls, company: Company) -> "Reference":
        return cls(company)

    @property
    def is_ready(self) -> bool:
        """Whether the company was read at all since it was connected."""
        return self.preferences() is not None

    def facts(self) -> CompanyFacts | None:
        return self._one("CompanyInfo", ONLY, parse.company_facts)

    @cached_property
    def _preferences(self) -> Preferences | None:
        return self._one("Preferences", ONLY, parse.preferences)

    def preferences(self) -> Preferences | None:
        return self._preferences

    def customers(self) -> tuple[Customer, ...]:
        """The active ones, by name. Thousands may come: search instead where a person chooses."""
        return self._all("Customer", parse.customer)

    def items(self) -> tuple[Item, ...]:
        return self._all("Item", parse.item)

    @cached_property
    def _terms(self) -> tuple[Term, ...]:
        return self._all("Term", parse.term)

    def terms(self) -> tuple[Term, ...]:
        """The active ones, by name."""
        return self._terms

    @cached_property
    def _classes(self) -> tuple[ListEntry, ...]:
        return self._all("Class", parse.list_entry)

    def classes(self) -> tuple[ListEntry, ...]:
        """The active ones, by name; none where the company does not use them (B-20)."""
        found = self.preferences()
        return self._classes if found is not None and found.class_tracking else ()

    @cached_property
    def _locations(self) -> tuple[ListEntry, ...]:
        return self._all("Department", parse.list_entry)

    def locations(self) -> tuple[ListEntry, ...]:
        """QuickBooks' Departments: the active ones, by name; none where they are switched off."""
        found = self.preferences()
        return self._locations if found is not None and found.location_tracking else ()

    @cached_property
    def _tax_codes(self) -> tuple[TaxCode, ...]:
        rates = self.tax_rates()
        return self._all("TaxCode", lambda raw: parse.tax_code(raw, rates))

    def tax_codes(self) -> tuple[TaxCode, ...]:
        """The active ones with their percents, by name."""
        return self._tax_codes

    def tax_rates(self) -> dict[str, Decimal]:
        """Percents by TaxRate id, inactive ones too: old codes may still use them."""
        rows = _records(self.company, "TaxRate").values_list("raw", flat=True)
        return dict(parse.tax_rate(raw) for raw in rows)

    def customer(self, qbo_id: str) -> Customer | None:
        """Active or not; None when we never saw it."""
        return self._one("Customer", qbo_id, parse.customer)

    def item(self, qbo_id: str) -> Item | None:
        return self._one("Item", qbo_id, parse.item)

    def items_by_id(self, ids: Collection[str]) -> dict[str, Item]:
        """Active or not; unknown ids are absent."""
        rows = _records(self.company, "Item").filter(qbo_id__in=ids).values_list("raw", flat=True)
        return {found.id: found for found in map(parse.item, rows)}

    def customer_named(self, display_name: str) -> Customer | None:
        """Who has this name already, in any letter case and also when inactive."""
        rows = _records(self.company, "Customer").alias(name_key=Lower("name"))
        same = rows.filter(name_key=Lower(Value(display_name.strip())))
        raw = same.order_by("-active").values_list("raw", flat=True).first()
        return parse.customer(raw) if raw else None

    def search_customers(self, words: str, limit: int = 20) -> list[Customer]:
        """Active customers, no projects, that have every word; beginnings of names first."""
        no_project = {"IsProject": True}
        found = record_search.find(self.company, "Customer", words, limit, but=no_project)
        return [parse.customer(raw) for raw in found]

    def search_items(self, words: str, limit: int = 20) -> list[Item]:
        """Active items that may stand on an invoice line: categories may not. An exact SKU first."""
        no_category = {"Type": "Category"}
        found = record_search.find(self.company, "Item", words, limit, but=no_category)
        return [parse.item(raw) for raw in found]

    def keep(self, entity: str, rows: Sequence[Raw], now: datetime) -> None:
        """Take over what was just read from or written to QuickBooks."""
        mirror_records(self.company, [(entity, raw) for raw in rows], now)
        for cached in ("_preferences", "_terms", "_tax_codes", "_classes", "_locations"):
            self.__dict__.pop(cached, None)

    def _all(self, kind: str, read: Callable[[Any], Parsed]) -> tuple[Parsed, ...]:
        rows = _records(self.company, kind).filter(active=True).order_by("name", "qbo_id")
        return tuple(read(raw) for raw in rows.values_list("raw", flat=True))

    def _one(self, kind: str, qbo_id: str, read: Callable[[Any], Parsed]) -> Parsed | None:
        raw = (
            _records(self.company, kind).filter(qbo_id=qbo_id).values_list("raw", flat=True).first()
        )
        return read(raw) if raw else None
