"""HubSpot's JSON to records and back (hubspot.md 2, 9). Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from integration.gateways.fields import as_list, as_text
from integration.gateways.hubspot_associations import spec
from integration.gateways.values import (
    amount,
    day,
    flag,
    instant,
    needed_instant,
    optional_amount,
    text,
)
from integration.records.hubspot import (
    Deal,
    ExchangeRate,
    Object,
    PortalFacts,
    Properties,
    TaxRate,
    Write,
)

DEAL_PROPERTIES = (
    "dealname", "amount", "deal_currency_code", "dealstage", "pipeline", "closedate",
    "hubspot_owner_id", "hubspot_team_id", "hs_lastmodifieddate",
)  # fmt: skip
DEAL_ASSOCIATIONS = ("contacts", "companies", "line_items", "quotes")
PRIMARY_COMPANY = "deal_to_company"
"""A deal's primary company in a read; its unlabelled twin says ``deal_to_company_unlabeled``."""
Search = tuple[str, str, Any]
"""(property, operator, value); IN takes a list, BETWEEN a pair, HAS_PROPERTY None."""
MOST_FILTERS = 6
MOST_CHARACTERS = 3000
SEARCH_PAGE = 200


def crm_object(kind: str, raw: Mapping[str, Any]) -> Object:
    """Any object of a read, search or write. Property values stay as on the wire."""
    return Object(
        kind=kind,
        id=text(raw["id"]),
        properties=_properties(raw.get("properties")),
        archived=flag(raw.get("archived")),
        created_at=instant(raw.get("createdAt")),
        updated_at=instant(raw.get("updatedAt")),
        associations={name: ids for name, (ids, _) in associated(raw).items()},
    )


def associated(raw: Mapping[str, Any]) -> dict[str, tuple[tuple[str, ...], bool]]:
    """Type name -> (ids without doubles, whether more wait on further pages).

    A read of ``line_items`` answers under ``line items``.
    """
    found: dict[str, tuple[tuple[str, ...], bool]] = {}
    given = raw.get("associations")
    for name, group in given.items() if isinstance(given, Mapping) else ():
        rows = as_list(group.get("results") if isinstance(group, Mapping) else None)
        ids = tuple(dict.fromkeys(text(row.get("id")) for row in rows))
        found[name.replace(" ", "_")] = (ids, bool(group.get("paging")))
    return found


def deal(raw: Mapping[str, Any], whole: Mapping[str, tuple[str, ...]] | None = None) -> Deal:
    """``whole`` holds the complete ids of association lists that came cut off."""
    found = crm_object("deals", raw)
    linked = {**found.associations, **(whole or {})}
    companies = linked.get("companies", ())
    return Deal(
        id=found.id,
        name=found.text("dealname"),
        amount=optional_amount(found.text("amount")),
        currency=found.text("deal_currency_code"),
        stage=found.text("dealstage"),
        pipeline=found.text("pipeline"),
        owner_id=found.text("hubspot_owner_id"),
        close_date=day(found.text("closedate")),
        archived=found.archived,
        company_ids=companies,
        primary_company_id=_primary(raw) or (companies[0] if len(companies) == 1 else ""),
        contact_ids=linked.get("contacts", ()),
        quote_ids=linked.get("quotes", ()),
        line_item_ids=linked.get("line_items", ()),
        properties=found.properties,
    )


def _primary(raw: Mapping[str, Any]) -> str:
    given = raw.get("associations")
    group = given.get("companies") if isinstance(given, Mapping) else None
    for row in as_list(group.get("results") if isinstance(group, Mapping) else None):
        if row.get("type") == PRIMARY_COMPANY:
            return text(row.get("id"))
    return ""


def portal_facts(raw: Mapping[str, Any], domain: str) -> PortalFacts:
    """Account details; the domain comes from the token's introspection."""
    return PortalFacts(
        hub_id=int(raw["portalId"]),
        domain=domain,
        currency=text(raw.get("companyCurrency")),
        additional_currencies=tuple(
            text(code) for code in as_list(raw.get("additionalCurrencies"))
        ),
        time_zone=text(raw.get("timeZone")) or "UTC",
        ui_domain=text(raw.get("uiDomain")),
        account_type=text(raw.get("accountType")),
    )


def exchange_rate(raw: Mapping[str, Any]) -> ExchangeRate:
    return ExchangeRate(
        from_currency=text(raw["fromCurrencyCode"]),
        to_currency=text(raw["toCurrencyCode"]),
        rate=amount(raw["conversionRate"]),
        effective_at=needed_instant(raw["effectiveAt"]),
    )


def tax_rate(raw: Mapping[str, Any]) -> TaxRate:
    return TaxRate(
        id=text(raw["id"]),
        name=text(raw.get("label")) or text(raw.get("name")),
        percent=amount(raw.get("percentageRate")),
        active=raw.get("active") is not False,
    )


def create_input(write: Write) -> dict[str, Any]:
    """``objectWriteTraceId`` labels the result; it does not make a create safe to repeat."""
    return {
        "properties": _sent(write.properties),
        "objectWriteTraceId": write.key,
        "associations": [
            {"to": {"id": target}, "types": [spec(type_id)]}
            for target, type_id in write.associations
        ],
    }


def update_input(write: Write) -> dict[str, Any]:
    return {
        "id": write.id,
        "properties": _sent(write.properties),
        "objectWriteTraceId": write.key,
    }


def upsert_input(write: Write, id_property: str) -> dict[str, Any]:
    """The id is the unique property's value; ``write.id`` may stand in for it."""
    return {
        **update_input(write),
        "id": write.properties.get(id_property) or write.id,
        "idProperty": id_property,
    }


def past_values(rows: Iterable[Any]) -> list[tuple[datetime, str]]:
    """Of one property's history, the newest first; an entry without a time says nothing."""
    found = [
        (needed_instant(row["timestamp"]), as_text(row.get("value")))
        for row in rows
        if isinstance(row, Mapping) and row.get("timestamp")
    ]
    return sorted(found, key=lambda one: one[0], reverse=True)


def modified_property(kind: str) -> str:
    """The stamp of a record's last change: an instant as text, a filter takes milliseconds."""
    return "lastmodifieddate" if kind == "contacts" else "hs_lastmodifieddate"


def search_body(
    query: str,
    filters: Sequence[Search],
    properties: Iterable[str],
    sort: str,
    limit: int,
    after: str,
) -> dict[str, Any]:
    """All filters must hold; raises ValueError where HubSpot would refuse. ``-name`` sorts down."""
    if len(filters) > MOST_FILTERS:
        raise ValueError(f"a search takes {MOST_FILTERS} filters")
    body: dict[str, Any] = {"properties": list(properties), "limit": min(limit, SEARCH_PAGE)}
    if query:
        body["query"] = query[:MOST_CHARACTERS]
    if filters:
        body["filterGroups"] = [{"filters": [_filter(*one) for one in filters]}]
    if sort:
        direction = "DESCENDING" if sort.startswith("-") else "ASCENDING"
        body["sorts"] = [{"propertyName": sort.removeprefix("-"), "direction": direction}]
    if after:
        body["after"] = after
    return body


def _filter(name: str, operator: str, value: Any) -> dict[str, Any]:
    made: dict[str, Any] = {"propertyName": name, "operator": operator}
    if operator in ("IN", "NOT_IN"):
        made["values"] = [str(one) for one in value]
    elif operator == "BETWEEN":
        made["value"], made["highValue"] = (str(one) for one in value)
    elif value is not None:
        made["value"] = str(value)
    return made


def _properties(raw: Any) -> Properties:
    if not isinstance(raw, Mapping):
        return {}
    return {name: None if value is None else text(value) for name, value in raw.items()}


def _sent(properties: Properties) -> dict[str, str]:
    """An empty text clears a property; null would be left to chance."""
    return {name: "" if value is None else value for name, value in properties.items()}
