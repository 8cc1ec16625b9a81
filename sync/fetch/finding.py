"""Asking HubSpot which of its objects an unlinked record is: by key, e-mail address, name or SKU.

Keys and addresses are read a hundred a call; only names of companies and SKUs need a search, whose
body may hold 3,000 characters.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from integration.gateways.errors import Rejected
from integration.gateways.hubspot import HubSpot
from integration.gateways.values import text
from integration.link_history import refusals
from integration.models import Company
from integration.records.hubspot import Object
from mappings.catalog import dealbooks_key
from sync.fetch.twins import twins
from sync.matching import Sought, by_email, by_key, by_name, by_sku, domain_of
from sync.records import COMPANIES, CONTACTS, PRODUCTS, Match, RecordState

KEY = "dealbooks_key"
MOST_CHARACTERS = 1_500
MOST_VALUES = 90


class Finder:
    """For one run of one company."""

    def __init__(self, company: Company, hubspot: Callable[[], HubSpot]) -> None:
        self.company = company
        self._hubspot = hubspot

    def find(
        self,
        kind: str,
        states: Sequence[RecordState],
        raws: Mapping[str, dict[str, Any]],
        names: Sequence[str],
    ) -> dict[str, Match]:
        """By our own id; a record of which nothing was found has an empty match."""
        refused = self._refused(kind, states)
        sought = [
            replace(
                self._sought(kind, state, raws[state.id]),
                refused=refused.get(state.qbo_id, frozenset()),
            )
            for state in states
        ]
        keyed = self._read(kind, [each.key for each in sought], names, KEY)
        found = {each.id: match for each in sought if (match := by_key(each, keyed))}
        open_ones = [each for each in sought if each.id not in found]
        shared = twins(self.company, kind, ((each.id, each.values) for each in open_ones))
        open_ones = [replace(each, shared_by=shared.get(each.id, ())) for each in open_ones]
        if open_ones:
            found |= self._by_value(kind, open_ones, names)
        return found

    def _by_value(
        self, kind: str, sought: Sequence[Sought], names: Sequence[str]
    ) -> dict[str, Match]:
        asked = [value for each in sought if not each.shared_by for value in each.values]
        if kind == CONTACTS:
            read = self._read(
                kind, [value.lower() for value in asked], (*names, "company"), "email"
            )
            return {each.id: by_email(each, read) for each in sought}
        if kind == COMPANIES:
            companies = list(self._search(kind, "name", asked, (*names, "domain", "zip")))
            return {each.id: by_name(each, companies) for each in sought}
        products = list(self._search(kind, "hs_sku", asked, names))
        return {each.id: by_sku(each, products) for each in sought}

    def _sought(self, kind: str, state: RecordState, raw: dict[str, Any]) -> Sought:
        key = dealbooks_key(self.company.realm_id, state.kind, state.qbo_id)
        if kind == PRODUCTS:
            return Sought(state.id, key, (state.sku,) if state.sku else ())
        if kind == CONTACTS:
            return Sought(state.id, key, state.emails, company=state.company_name)
        return Sought(
            state.id,
            key,
            ((state.company_name or state.label).casefold(),),
            domain_of(next(iter(state.emails), ""), text((raw.get("WebAddr") or {}).get("URI"))),
            text((raw.get("BillAddr") or {}).get("PostalCode")),
        )

    def _refused(self, kind: str, states: Sequence[RecordState]) -> dict[str, frozenset[str]]:
        if not states:
            return {}
        ids = [state.qbo_id for state in states]
        return refusals(self.company, states[0].kind, ids, kind)

    # ------------------------------------------------------------------------------ the exchange

    def _read(
        self, kind: str, values: Sequence[str], names: Sequence[str], by: str
    ) -> dict[str, Object]:
        """A portal without our key property (products need a scope of their own) has none."""
        if not values:
            return {}
        try:
            return self._hubspot().read(kind, list(dict.fromkeys(values)), names, by)
        except Rejected:
            if by != KEY:
                raise
            return {}

    def _search(
        self, kind: str, by: str, values: Iterable[str], names: Sequence[str]
    ) -> Iterator[Object]:
        for some in portions(dict.fromkeys(value.casefold() for value in values if value)):
            after = ""
            while True:
                page, _, after = self._hubspot().search(
                    kind,
                    filters=[(by, "IN", some)],
                    properties=list(dict.fromkeys((*names, by))),
                    limit=200,
                    after=after,
                )
                yield from page
                if not after:
                    break


def portions(values: Iterable[str]) -> Iterator[list[str]]:
    """As many as fit into one search."""
    some: list[str] = []
    size = 0
    for value in values:
        if some and (size + len(value) > MOST_CHARACTERS or len(some) >= MOST_VALUES):
            yield some
            some, size = [], 0
        some.append(value)
        size += len(value) + 3
    if some:
        yield some
