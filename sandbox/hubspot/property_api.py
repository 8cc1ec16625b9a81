"""Property definitions and groups."""

import re
from typing import Any

from sandbox.core.messages import Response, json_response
from sandbox.hubspot.batch_api import Outcome, read_inputs
from sandbox.hubspot.calls import Call
from sandbox.hubspot.errors import HubSpotError, conflict, invalid, not_found
from sandbox.hubspot.properties import FIELD_TYPES, Property
from sandbox.hubspot.schemas import OBJECT_TYPES, ObjectType
from sandbox.hubspot.store import Portal
from sandbox.hubspot.values import iso

NAME = re.compile(r"[a-z][a-z0-9_]{0,99}")
MAX_UNIQUE = 10
MORE = ("showCurrencySymbol", "currencyPropertyName", "numberDisplayHint", "referencedObjectType")
CHANGEABLE = {
    "label": "label", "description": "description", "fieldType": "field_type", "type": "type",
    "displayOrder": "display_order", "hidden": "hidden", "formField": "form_field",
    "groupName": "group",
}  # fmt: skip


def _writable_schema(call: Call, kind_name: str) -> ObjectType:
    kind = call.kind(kind_name)
    call.need(kind.schema_write)
    return kind


def groups_of(portal: Portal, kind: ObjectType) -> dict[str, dict[str, Any]]:
    """The portal's own groups and the built-in one of the type."""
    label = kind.group.removesuffix("information").replace("_", " ").capitalize() + " information"
    own = portal.groups.setdefault(kind.name, {})
    own.setdefault(
        kind.group, {"name": kind.group, "label": label, "displayOrder": 0, "archived": False}
    )
    return own


def find_property(portal: Portal, kind: ObjectType, name: str) -> Property:
    found = portal.definition(kind, name)
    if found is None:
        raise not_found(f'Property "{name}" does not exist')
    return found


def read_options(given: Any) -> list[dict[str, Any]]:
    if not isinstance(given, list):
        raise invalid("options must be a list")
    options = []
    for place, row in enumerate(given):
        if not isinstance(row, dict) or not row.get("label") or row.get("value") in (None, ""):
            raise invalid("each option needs a label and a value")
        options.append(
            {
                "label": str(row["label"]),
                "value": str(row["value"]),
                "displayOrder": row.get("displayOrder", place),
                "hidden": bool(row.get("hidden", False)),
            }
        )
    values = [row["value"] for row in options]
    if len(set(values)) < len(values):
        raise invalid("Property options must have different values")
    return options


def _check_types(kind_of_value: Any, field_type: Any) -> None:
    if kind_of_value not in FIELD_TYPES:
        raise invalid(f"type {kind_of_value} is not one of {', '.join(FIELD_TYPES)}")
    if field_type not in FIELD_TYPES[kind_of_value]:
        allowed = ", ".join(FIELD_TYPES[kind_of_value])
        raise invalid(f"fieldType {field_type} does not fit {kind_of_value}: use {allowed}")


def _check_limits(portal: Portal, kind: ObjectType, unique: bool) -> None:
    own = [row for row in portal.custom.get(kind.name, {}).values() if not row.archived]
    if unique and sum(row.unique for row in own) >= MAX_UNIQUE:
        raise invalid(f"{kind.name} already has {MAX_UNIQUE} properties with unique values")
    limit = int(portal.switches.get("custom_property_limit", 1000))
    if len(own) >= limit:
        raise invalid(
            f"This account has reached its limit of {limit} custom {kind.name} properties"
        )


def define(portal: Portal, kind: ObjectType, body: dict[str, Any]) -> Property:
    """Add one property; raises 400 or 409. An archived one of the same name comes back to life."""
    missing = [n for n in ("name", "label", "groupName", "type", "fieldType") if not body.get(n)]
    if missing:
        raise invalid(f"Some required fields were not set: [{', '.join(missing)}]")
    name = str(body["name"])
    if not NAME.fullmatch(name):
        raise invalid(
            f"Property name {name} must begin with a letter and hold lower-case letters, "
            "digits and underscores only, at most 100"
        )
    if portal.definition(kind, name) is not None:
        raise conflict(f"A property named '{name}' already exists.")
    if body["groupName"] not in groups_of(portal, kind):
        raise invalid(f"Property group {body['groupName']} does not exist for {kind.name}")
    _check_types(body["type"], body["fieldType"])
    unique = bool(body.get("hasUniqueValue"))
    _check_limits(portal, kind, unique)
    now = iso(portal.stamp())
    made = Property(
        name, str(body["label"]), body["type"], body["fieldType"], body["groupName"],
        read_options(body.get("options") or []), str(body.get("description") or ""),
        unique=unique,
        display_order=body.get("displayOrder", -1),
        hidden=bool(body.get("hidden")),
        form_field=bool(body.get("formField")),
        more={key: body[key] for key in MORE if key in body},
        created_at=now, updated_at=now,
    )  # fmt: skip
    portal.custom.setdefault(kind.name, {})[name] = made
    portal.observe(action="create property", type=kind.name, id=name)
    return made


def list_properties(call: Call, kind_name: str) -> Response:
    kind = call.readable(kind_name)
    archived = call.flag("archived")
    rows = call.portal.definitions(kind)
    return json_response({"results": [row.wire() for row in rows if row.archived == archived]})


def create_property(call: Call, kind_name: str) -> Response:
    kind = _writable_schema(call, kind_name)
    return json_response(define(call.portal, kind, call.json()).wire(), 201)


def read_property(call: Call, kind_name: str, name: str) -> Response:
    return json_response(find_property(call.portal, call.readable(kind_name), name).wire())


def _own_property(call: Call, kind: ObjectType, name: str) -> Property:
    found = find_property(call.portal, kind, name)
    if found.builtin:
        raise invalid(f"Property {name} is defined by HubSpot and cannot be changed")
    return found


def update_property(call: Call, kind_name: str, name: str) -> Response:
    kind = _writable_schema(call, kind_name)
    found, body = _own_property(call, kind, name), call.json()
    if "hasUniqueValue" in body and bool(body["hasUniqueValue"]) != found.unique:
        raise invalid("hasUniqueValue cannot be changed after a property is created")
    if "groupName" in body and body["groupName"] not in groups_of(call.portal, kind):
        raise invalid(f"Property group {body['groupName']} does not exist for {kind.name}")
    _check_types(body.get("type", found.type), body.get("fieldType", found.field_type))
    options = read_options(body["options"]) if "options" in body else found.options
    for key, attribute in CHANGEABLE.items():
        if key in body:
            setattr(found, attribute, body[key])
    found.options = options
    found.more.update({key: body[key] for key in MORE if key in body})
    found.updated_at = iso(call.portal.stamp())
    call.portal.observe(action="update property", type=kind.name, id=name)
    return json_response(found.wire())


def archive_property(call: Call, kind_name: str, name: str) -> Response:
    kind = _writable_schema(call, kind_name)
    if call.portal.definition(kind, name) is not None:
        _own_property(call, kind, name).archived = True
        call.portal.observe(action="archive property", type=kind.name, id=name)
    return Response(204)


def batch_create(call: Call, kind_name: str) -> Response:
    kind = _writable_schema(call, kind_name)
    outcome = Outcome(call, "property")
    for row in read_inputs(call, call.json()):
        try:
            outcome.results.append(define(call.portal, kind, row).wire())
        except HubSpotError as error:
            outcome.fail(error, name=[str(row.get("name"))])
    return outcome.response(201)


def batch_read(call: Call, kind_name: str) -> Response:
    kind = call.readable(kind_name)
    outcome = Outcome(call, "property")
    for row in read_inputs(call, call.json()):
        found = call.portal.definition(kind, str(row.get("name")))
        if found is None:
            error = not_found(f'Property "{row.get("name")}" does not exist')
            outcome.fail(error, name=[str(row.get("name"))])
        else:
            outcome.results.append(found.wire())
    return outcome.response()


def batch_archive(call: Call, kind_name: str) -> Response:
    for row in read_inputs(call, call.json()):
        archive_property(call, kind_name, str(row.get("name")))
    return Response(204)


# -- groups


def list_groups(call: Call, kind_name: str) -> Response:
    kind = call.readable(kind_name)
    return json_response({"results": list(groups_of(call.portal, kind).values())})


def create_group(call: Call, kind_name: str) -> Response:
    kind = _writable_schema(call, kind_name)
    body, groups = call.json(), groups_of(call.portal, kind)
    name, label = str(body.get("name") or ""), str(body.get("label") or "")
    if not name or not label:
        raise invalid("Some required fields were not set: [name, label]")
    if name in groups:
        raise conflict(f"A property group named '{name}' already exists.")
    groups[name] = {
        "name": name,
        "label": label,
        "displayOrder": body.get("displayOrder", -1),
        "archived": False,
    }
    call.portal.observe(action="create property group", type=kind.name, id=name)
    return json_response(groups[name], 201)


def _group(call: Call, kind: ObjectType, name: str) -> dict[str, Any]:
    found = groups_of(call.portal, kind).get(name)
    if found is None:
        raise not_found(f"Property group {name} does not exist")
    return found


def read_group(call: Call, kind_name: str, name: str) -> Response:
    return json_response(_group(call, call.readable(kind_name), name))


def update_group(call: Call, kind_name: str, name: str) -> Response:
    found, body = _group(call, _writable_schema(call, kind_name), name), call.json()
    found.update({key: body[key] for key in ("label", "displayOrder") if key in body})
    return json_response(found)


def archive_group(call: Call, kind_name: str, name: str) -> Response:
    kind = _writable_schema(call, kind_name)
    own = call.portal.custom.get(kind.name, {}).values()
    if name == kind.group or any(row.group == name and not row.archived for row in own):
        raise invalid(f"Property group {name} still has properties")
    groups_of(call.portal, kind).pop(name, None)
    return Response(204)


# -- limits


def custom_property_limits(call: Call) -> Response:
    limit = int(call.portal.switches.get("custom_property_limit", 1000))
    rows: list[dict[str, Any]] = []
    for kind in OBJECT_TYPES:
        own = call.portal.custom.get(kind.name, {}).values()
        usage = sum(not row.archived for row in own)
        rows.append(
            {
                "objectTypeId": kind.type_id,
                "singularLabel": kind.label,
                "pluralLabel": kind.name.replace("_", " ").capitalize(),
                "limit": limit,
                "usage": usage,
                "percentage": round(usage * 100 / limit, 2) if limit else 100,
            }
        )
    used, most = sum(row["usage"] for row in rows), limit * len(rows)
    return json_response(
        {
            "byObjectType": rows,
            "overallLimit": most,
            "overallUsage": used,
            "overallPercentage": round(used * 100 / most, 2) if most else 100,
        }
    )
