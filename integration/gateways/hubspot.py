"""One HubSpot portal on the wire: records out, writes in hundreds with a result for each.

Properties, groups, owners and pipelines go through HubSpot's library (``hubspot_sdk``); all else
through our transport on the dated version, where JSON stays raw.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import quote

from integration.gateways.channel import Channel
from integration.gateways.errors import Unavailable
from integration.gateways.fields import as_list, as_text, either
from integration.gateways.hubspot_associations import spec
from integration.gateways.hubspot_batches import BatchWriter, Input, Row, in_hundreds, pair_key
from integration.gateways.hubspot_objects import (
    DEAL_ASSOCIATIONS,
    DEAL_PROPERTIES,
    SEARCH_PAGE,
    Search,
    associated,
    create_input,
    crm_object,
    deal,
    exchange_rate,
    past_values,
    portal_facts,
    search_body,
    tax_rate,
    update_input,
    upsert_input,
)
from integration.gateways.hubspot_sdk import Sdk
from integration.gateways.transport import Answer, Kind
from integration.records.hubspot import (
    Deal,
    DealStage,
    ExchangeRate,
    Object,
    Owner,
    PortalFacts,
    PropertyDefinition,
    TaxRate,
    Write,
    WriteResult,
)

VERSION = "2026-03"
WITH_HISTORY = 50
"""As many as a list with histories shows at most; of a batch the pages say nothing."""
NOTE_PROPERTIES = ("hs_timestamp", "hs_note_body", "hubspot_owner_id")
Parsed = TypeVar("Parsed")
Introspect = Callable[[str], dict[str, Any]]


class HubSpot:
    """Cheap: make one for a unit of work. ``introspect`` asks HubSpot about an access token."""

    def __init__(
        self, channel: Channel, api_url: str, introspect: Introspect | None = None
    ) -> None:
        self.channel = channel
        self._url = api_url
        self._introspect = introspect
        self._sdk = Sdk(channel, api_url, VERSION)

    # -- the account

    def token_info(self) -> dict[str, Any]:
        """hub_id, hub_domain, scopes, user …; empty for a service key."""
        return self._introspect(self.channel.tokens.current()) if self._introspect else {}

    def portal_facts(self) -> PortalFacts:
        domain = as_text(self.token_info().get("hub_domain"))
        content = self._get(f"account-info/{VERSION}/details")
        return self._parsed(portal_facts, content, domain)

    def exchange_rates(self) -> tuple[ExchangeRate, ...]:
        """The rates in force now, as the portal's admins set them."""
        content = self._get(f"settings/currencies/{VERSION}/exchange-rates/current")
        return self._parsed(
            lambda: tuple(exchange_rate(row) for row in as_list(content.get("results")))
        )

    def tax_rates(self) -> tuple[TaxRate, ...]:
        """Inactive ones too: lines may still name them. The scope is optional."""
        found: list[TaxRate] = []
        after = ""
        while True:
            params = {"limit": "100", **({"after": after} if after else {})}
            content = self._get(f"tax-rates/{VERSION}/tax-rates", params)
            found += [self._parsed(tax_rate, row) for row in as_list(content.get("results"))]
            after = as_text(either(either(content.get("paging"), "next"), "after"))
            if not after:
                return tuple(found)

    def owners(self) -> list[Owner]:
        return self._sdk.owners()

    def deal_pipelines(self) -> dict[str, str]:
        """Stage id -> "Pipeline: Stage", or the stage alone in a portal with one pipeline."""
        return self._sdk.deal_stages()

    def pipeline_stages(self) -> list[DealStage]:
        """Every stage in the order of its pipeline, with what it means."""
        return self._sdk.pipeline_stages()

    def properties(self, kind: str) -> list[PropertyDefinition]:
        """Every property of the object type, HubSpot's own included."""
        return self._sdk.properties(kind)

    def ensure_properties(
        self, kind: str, group: tuple[str, str], definitions: Sequence[PropertyDefinition]
    ) -> list[str]:
        """Create what is missing, in this order; the names created. Repeating it changes nothing.

        ``group`` is (name, label). Raises ``AccountBlocked`` ``hubspot.property_limit`` after
        creating those that still fit, and ``Rejected`` ``hubspot.property_mismatch`` when a
        property of that name exists with another type.
        """
        return self._sdk.ensure_properties(kind, group, definitions)

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

    # -- associations

    def associations(
        self, from_kind: str, to_kind: str, ids: Sequence[str]
    ) -> dict[str, tuple[str, ...]]:
        """Every id is in the answer, with nothing where nothing is associated."""
        found: dict[str, list[str]] = {one: [] for one in ids if one}
        waiting: list[Input] = [{"id": one} for one in found]
        while waiting:
            chunk, waiting = waiting[:100], waiting[100:]
            path = f"associations/{VERSION}/{from_kind}/{to_kind}/batch/read"
            content = self._post(path, {"inputs": chunk}, "read").object()
            for row in as_list(content.get("results")):
                one = as_text(either(row.get("from"), "id"))
                found.setdefault(one, []).extend(
                    as_text(either(end, "toObjectId", "id")) for end in as_list(row.get("to"))
                )
                after = as_text(either(either(row.get("paging"), "next"), "after"))
                if after:
                    waiting.append({"id": one, "after": after})
        return {one: tuple(dict.fromkeys(ends)) for one, ends in found.items()}

    def association_labels(
        self, from_kind: str, to_kind: str, id: str
    ) -> dict[str, tuple[str, ...]]:
        """Labels by the id of the other end, for the first five hundred; one call."""
        path = f"associations/{VERSION}/{from_kind}/{to_kind}/batch/read"
        content = self._post(path, {"inputs": [{"id": id}]}, "read").object()
        found: dict[str, tuple[str, ...]] = {}
        for row in as_list(content.get("results")):
            for end in as_list(row.get("to")):
                kinds = as_list(either(end, "associationTypes"))
                labels = (as_text(either(kind, "label")) for kind in kinds)
                key = as_text(either(end, "toObjectId", "id"))
                found[key] = (*found.get(key, ()), *(label for label in labels if label))
        return found

    def associate(
        self, from_kind: str, to_kind: str, pairs: Sequence[tuple[str, str]], type_id: int
    ) -> list[WriteResult]:
        """Keys are ``from:to``. Associating twice is no error."""
        path = f"associations/{VERSION}/{from_kind}/{to_kind}/batch/create"
        rows = [
            (
                pair_key(one, other),
                {"from": {"id": one}, "to": {"id": other}, "types": [spec(type_id)]},
            )
            for one, other in pairs
        ]
        return BatchWriter(lambda inputs: self._post(path, {"inputs": inputs}, "write")).write(rows)

    def dissociate(self, from_kind: str, to_kind: str, pairs: Sequence[tuple[str, str]]) -> None:
        """All labels between each pair; what is not associated stays so."""
        path = f"associations/{VERSION}/{from_kind}/{to_kind}/batch/archive"
        for chunk in in_hundreds(pairs):
            inputs = [{"from": {"id": one}, "to": [{"id": other}]} for one, other in chunk]
            self._post(path, {"inputs": inputs}, "write")

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

    def _get(self, path: str, params: Mapping[str, str] | None = None) -> dict[str, Any]:
        return self.channel.call("GET", f"{self._url}/{path}", kind="read", params=params).object()

    def _post(self, path: str, body: Any, kind: Kind) -> Answer:
        return self.channel.call("POST", f"{self._url}/crm/{path}", kind=kind, json=body)

    def _parsed(self, read: Callable[..., Parsed], *given: Any) -> Parsed:
        try:
            return read(*given)
        except (ValueError, KeyError, TypeError, AttributeError):
            raise Unavailable("net.unreadable", vendor="hubspot") from None
