"""One HubSpot portal on the wire: records out, writes in hundreds with a result for each.

Everything goes through our transport on the dated version, where JSON stays raw; what HubSpot's
library serves is in ``hubspot_account``, associations are in ``hubspot_pairs``.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote

from integration.gateways.fields import as_list, as_text, either
from integration.gateways.hubspot_account import HubSpotAccount
from integration.gateways.hubspot_batches import BatchWriter, Row, in_hundreds
from integration.gateways.hubspot_objects import (
    DEAL_ASSOCIATIONS,
    DEAL_PROPERTIES,
    SEARCH_PAGE,
    Search,
    associated,
    create_input,
    crm_object,
    deal,
    past_values,
    search_body,
    update_input,
    upsert_input,
)
from integration.gateways.hubspot_pairs import HubSpotPairs
from integration.gateways.hubspot_wire import VERSION
from integration.records.hubspot import Deal, Object, Write, WriteResult

WITH_HISTORY = 50
"""As many as a list with histories shows at most; of a batch the pages say nothing."""
NOTE_PROPERTIES = ("hs_timestamp", "hs_note_body", "hubspot_owner_id")


class HubSpot(HubSpotAccount, HubSpotPairs):
    """Cheap: make one for a unit of work. ``introspect`` asks HubSpot about an access token."""

    # -- reading

    def deal(self, id: str, properties: Sequence[str] = ()) -> Deal:
        """One call, unless an association list is longer than HubSpot's first page."""
        raw = self._read("deals", id, [*DEAL_PROPERTIES, *properties], DEAL_ASSOCIATIONS)
        cut = [name for name, (_, has_more) in associated(raw).items() if has_more]
        whole = {name: self.associations("deals", name, [id])[id] for name in cut}
        return self._parsed(deal, raw, whole)

    def get(
        self, kind: str, id: str, properties: Sequence[str] = (), associations: Sequence[str] = ()
    ) -> Object:
        raw = self._read(kind, id, properties, associations)
        return self._parsed(crm_object, kind, raw)

    def histories(
        self, kind: str, ids: Sequence[str], name: str
    ) -> dict[str, list[tuple[datetime, str]]]:
        """By id: when the property took which value, the newest first. Fifty a call."""
        found: dict[str, list[tuple[datetime, str]]] = {}
        path = f"objects/{VERSION}/{kind}/batch/read"
        for first in range(0, len(ids), WITH_HISTORY):
            inputs = [{"id": one} for one in ids[first : first + WITH_HISTORY]]
            body = {"inputs": inputs, "properties": [], "propertiesWithHistory": [name]}
            for row in as_list(self._post(path, body, "read").object().get("results")):
                past = as_list(either(either(row, "propertiesWithHistory"), name))
                found[as_text(either(row, "id"))] = self._parsed(past_values, past)
        return found

    def read(
        self, kind: str, ids: Sequence[str], properties: Sequence[str], id_property: str = ""
    ) -> dict[str, Object]:
        """By the id as given; what does not exist is absent. A hundred a call."""
        given = {one.lower(): one for one in ids if one}
        wanted = [*properties, id_property] if id_property else list(properties)
        found: dict[str, Object] = {}
        for chunk in in_hundreds(list(given.values())):
            body: dict[str, Any] = {"inputs": [{"id": one} for one in chunk], "properties": wanted}
            if id_property:
                body["idProperty"] = id_property
            content = self._post(f"objects/{VERSION}/{kind}/batch/read", body, "read").object()
            for row in as_list(content.get("results")):
                one = self._parsed(crm_object, kind, row)
                key = one.text(id_property) if id_property else one.id
                found[given.get(key.lower(), key)] = one
        return found

    def search(
        self,
        kind: str,
        *,
        query: str = "",
        filters: Sequence[Search] = (),
        properties: Sequence[str] = (),
        sort: str = "",
        limit: int = 100,
        after: str = "",
    ) -> tuple[list[Object], int, str]:
        """(objects, total, where to go on). The index lags writes by moments."""
        body = search_body(query, filters, properties, sort, limit, after)
        content = self._post(f"objects/{VERSION}/{kind}/search", body, "search").object()
        rows = [self._parsed(crm_object, kind, row) for row in as_list(content.get("results"))]
        following = as_text(either(either(content.get("paging"), "next"), "after"))
        return rows, int(content.get("total") or len(rows)), following

    def search_all(
        self, kind: str, filters: Sequence[Search] = (), properties: Sequence[str] = ()
    ) -> Iterator[list[Object]]:
        """Every match, page by page: past the 10,000 that one search can page (B-27).

        In the order of ids, which never change: a record that is written meanwhile moves no other
        one. At most five filters. "Changed since" is a filter on ``modified_property(kind)``.
        """
        last, following = "0", "more"
        while following:
            rows, _, following = self.search(
                kind,
                filters=[*filters, ("hs_object_id", "GT", last)],
                properties=properties,
                sort="hs_object_id",
                limit=SEARCH_PAGE,
            )
            if rows:
                yield rows
                last = rows[-1].id

    def notes_of(self, deal_id: str) -> list[Object]:
        ids = self.associations("deals", "notes", [deal_id]).get(deal_id, ())
        return list(self.read("notes", ids, NOTE_PROPERTIES).values())

    # -- writing

    def create(self, kind: str, writes: Sequence[Write]) -> list[WriteResult]:
        """Not safe to repeat after a lost answer: upsert where a unique property exists."""
        rows = [(write.key, create_input(write)) for write in writes]
        return self._write(kind, "create", rows, created=True)

    def update(self, kind: str, writes: Sequence[Write]) -> list[WriteResult]:
        return self._write(kind, "update", [(write.key, update_input(write)) for write in writes])

    def upsert(self, kind: str, writes: Sequence[Write], id_property: str) -> list[WriteResult]:
        """By a unique property, e.g. ``dealbooks_key``; ``WriteResult.created`` tells which."""
        rows = [(write.key, upsert_input(write, id_property)) for write in writes]
        return self._write(kind, "upsert", rows)

    def archive(self, kind: str, ids: Sequence[str]) -> None:
        """What is gone already counts as archived."""
        for chunk in in_hundreds(list(dict.fromkeys(ids))):
            body = {"inputs": [{"id": one} for one in chunk]}
            self._post(f"objects/{VERSION}/{kind}/batch/archive", body, "write")

    # -- below: one exchange each

    def _write(
        self, kind: str, verb: str, rows: list[Row], created: bool = False
    ) -> list[WriteResult]:
        path = f"objects/{VERSION}/{kind}/batch/{verb}"
        return BatchWriter(
            lambda inputs: self._post(path, {"inputs": inputs}, "write"), created
        ).write(rows)

    def _read(
        self, kind: str, id: str, properties: Sequence[str], associations: Sequence[str]
    ) -> dict[str, Any]:
        params = {"properties": ",".join(properties), "associations": ",".join(associations)}
        path = f"crm/objects/{VERSION}/{kind}/{quote(id, safe='')}"
        return self._get(path, {name: value for name, value in params.items() if value})
