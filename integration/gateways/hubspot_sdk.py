"""HubSpot's own library where it serves: properties, groups, owners and pipelines.

Its requests travel over our transport: the library's network layer is replaced by ``_Wire``, so
deadlines, limits, metering, typed errors and token renewal are the same as everywhere, and it
never opens a connection. It speaks v3 paths, which live until September 2027.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import hubspot
from hubspot.crm.properties import (
    BatchInputPropertyCreate,
    OptionInput,
    PropertyCreate,
    PropertyGroupCreate,
    PropertyUpdate,
)

from integration.gateways.channel import Channel
from integration.gateways.errors import AccountBlocked, Conflict, Rejected
from integration.gateways.fields import as_list, as_text, either
from integration.gateways.transport import Answer
from integration.records.hubspot import DealStage, Owner, PropertyDefinition

OBJECT_TYPES = {
    "contacts": "0-1", "companies": "0-2", "deals": "0-3", "products": "0-7",
    "line_items": "0-8", "quotes": "0-14", "invoices": "0-53",
}  # fmt: skip
OWNERS_PAGE = 100
BATCH = 100


class _Reply:
    """The few members of an answer that the library reads.

    It would take a body that is no JSON for an empty object, so that is found out here.
    """

    reason = ""

    def __init__(self, answer: Answer) -> None:
        answer.object()
        self.status = answer.status
        self.data = answer.body
        self._headers = answer.headers

    def getheader(self, name: str, default: str | None = None) -> str | None:
        return self._headers.get(name, default)

    def getheaders(self) -> Mapping[str, str]:
        return self._headers


class _Wire:
    """Stands where the library's ``RESTClientObject`` would."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    def GET(self, url: str, query_params: Any = None, **options: Any) -> _Reply:  # noqa: N802
        params = {name: str(value).lower() if isinstance(value, bool) else str(value)
                  for name, value in query_params or ()}  # fmt: skip
        return _Reply(self._channel.call("GET", url, kind="read", params=params))

    def POST(self, url: str, body: Any = None, **options: Any) -> _Reply:  # noqa: N802
        return _Reply(self._channel.call("POST", url, kind="write", json=body))

    def PATCH(self, url: str, body: Any = None, **options: Any) -> _Reply:  # noqa: N802
        return _Reply(self._channel.call("PATCH", url, kind="write", json=body))


class Sdk:
    """One portal's use of the library; each of its parts is made when first needed."""

    def __init__(self, channel: Channel, api_url: str, version: str) -> None:
        self._channel = channel
        self._url = api_url
        self._version = version

    @cached_property
    def _client(self) -> Any:
        return hubspot.Client.create(access_token="replaced-by-the-channel", host=self._url)  # noqa: S106

    def _over_our_wire(self, api: Any) -> Any:
        api.api_client.rest_client = _Wire(self._channel)
        return api

    @cached_property
    def _properties(self) -> Any:
        return self._over_our_wire(self._client.crm.properties.core_api)

    @cached_property
    def _batches(self) -> Any:
        return self._over_our_wire(self._client.crm.properties.batch_api)

    @cached_property
    def _groups(self) -> Any:
        return self._over_our_wire(self._client.crm.properties.groups_api)

    # -- people and stages

    def owners(self) -> list[Owner]:
        api = self._over_our_wire(self._client.crm.owners.owners_api)
        found: list[Owner] = []
        after: str | None = None
        while True:
            page = api.get_page(limit=OWNERS_PAGE, **({"after": after} if after else {}))
            found += [_owner(one) for one in page.results or ()]
            after = page.paging.next.after if page.paging and page.paging.next else None
            if not after:
                return found

    def deal_stages(self) -> dict[str, str]:
        api = self._over_our_wire(self._client.crm.pipelines.pipelines_api)
        pipelines = [one for one in api.get_all("deals").results or () if not one.archived]
        return {
            stage.id: f"{one.label}: {stage.label}" if len(pipelines) > 1 else stage.label
            for one in sorted(pipelines, key=lambda one: one.display_order)
            for stage in sorted(one.stages, key=lambda stage: stage.display_order)
        }

    def pipeline_stages(self) -> list[DealStage]:
        api = self._over_our_wire(self._client.crm.pipelines.pipelines_api)
        pipelines = [one for one in api.get_all("deals").results or () if not one.archived]
        return [
            DealStage(stage.id, stage.label, one.id, one.label, _is_won(stage.metadata or {}))
            for one in sorted(pipelines, key=lambda one: one.display_order)
            for stage in sorted(one.stages, key=lambda stage: stage.display_order)
        ]

    # -- properties

    def properties(self, kind: str) -> list[PropertyDefinition]:
        return [_definition(one) for one in self._properties.get_all(kind).results or ()]

    def ensure_properties(
        self, kind: str, group: tuple[str, str], definitions: Sequence[PropertyDefinition]
    ) -> list[str]:
        existing = {one.name: one for one in self.properties(kind)}
        for definition in definitions:
            if definition.name in existing:
                self._keep(kind, definition, existing[definition.name])
        missing = [one for one in definitions if one.name not in existing]
        if not missing:
            return []
        room = self._room(kind)
        self._ensure_group(kind, group)
        created = self._create(kind, missing[:room])
        if len(missing) > room:
            names = " ".join(one.name for one in missing[room:])
            raise AccountBlocked(
                "hubspot.property_limit",
                vendor="hubspot",
                parameters={"kind": kind, "missing": str(len(missing) - room), "detail": names},
            )
        return created

    def _keep(self, kind: str, wanted: PropertyDefinition, found: PropertyDefinition) -> None:
        """Add options that are new to us; a property of another type is a person's to solve."""
        if (found.type, found.unique) != (wanted.type, wanted.unique):
            raise Rejected(
                "hubspot.property_mismatch",
                vendor="hubspot",
                parameters={"field": wanted.name, "kind": kind, "value": found.type},
            )
        known = {value for value, _ in found.options}
        added = [option for option in wanted.options if option[0] not in known]
        if added:
            options = _options((*found.options, *added))
            self._properties.update(kind, wanted.name, PropertyUpdate(options=options))

    def _ensure_group(self, kind: str, group: tuple[str, str]) -> None:
        name, label = group
        if name in {one.name for one in self._groups.get_all(kind).results or ()}:
            return
        try:
            self._groups.create(kind, PropertyGroupCreate(name=name, label=label, display_order=-1))
        except Conflict:
            return  # a sibling made it a moment ago

    def _room(self, kind: str) -> int:
        """How many custom properties still fit, by the object's limit and the portal's."""
        content = self._channel.call(
            "GET", f"{self._url}/crm/limits/{self._version}/custom-properties", kind="read"
        ).object()
        rooms = [_left(content, "overallLimit", "overallUsage")]
        rooms += [
            _left(row, "limit", "usage")
            for row in as_list(content.get("byObjectType"))
            if either(row, "objectTypeId") == OBJECT_TYPES.get(kind)
        ]
        return max(0, min(rooms))

    def _create(self, kind: str, definitions: Sequence[PropertyDefinition]) -> list[str]:
        created: list[str] = []
        for first in range(0, len(definitions), BATCH):
            inputs = [_input(one) for one in definitions[first : first + BATCH]]
            answer = self._batches.create(kind, BatchInputPropertyCreate(inputs=inputs))
            created += [one.name for one in answer.results or ()]
            for error in getattr(answer, "errors", None) or ():
                if error.category != "CONFLICT":  # a sibling made it a moment ago
                    raise Rejected(
                        f"hubspot.{error.category}",
                        vendor="hubspot",
                        parameters={"detail": as_text(error.message), "kind": kind},
                    )
        return created


def _left(row: Any, limit: str, usage: str) -> int:
    most = either(row, limit)
    return 10_000 if most is None else int(most) - int(either(row, usage) or 0)


def _owner(one: Any) -> Owner:
    return Owner(
        id=as_text(one.id),
        user_id=as_text(one.user_id),
        email=as_text(one.email),
        first_name=as_text(one.first_name),
        last_name=as_text(one.last_name),
        team_ids=tuple(as_text(team.id) for team in one.teams or ()),
        archived=bool(one.archived),
    )


def _definition(one: Any) -> PropertyDefinition:
    changes = one.modification_metadata
    return PropertyDefinition(
        name=one.name,
        label=as_text(one.label),
        group=as_text(one.group_name),
        type=as_text(one.type),
        field_type=as_text(one.field_type),
        description=as_text(one.description),
        options=tuple(
            (as_text(option.value), as_text(option.label)) for option in one.options or ()
        ),
        unique=bool(one.has_unique_value),
        read_only=bool(one.calculated or (changes is not None and changes.read_only_value)),
    )


def _options(options: Sequence[tuple[str, str]]) -> list[Any]:
    return [
        OptionInput(value=value, label=label, display_order=place, hidden=False)
        for place, (value, label) in enumerate(options)
    ]


def _input(one: PropertyDefinition) -> Any:
    return PropertyCreate(
        name=one.name,
        label=one.label,
        group_name=one.group,
        type=one.type,
        field_type=one.field_type,
        description=one.description,
        options=_options(one.options),
        has_unique_value=one.unique,
        form_field=False,
        display_order=-1,
        hidden=False,
    )


def _is_won(metadata: Mapping[str, Any]) -> bool:
    """A closed stage of full probability (hubspot.md): the text is "1.0"."""
    try:
        return float(metadata.get("probability") or 0) == 1
    except ValueError:
        return False
