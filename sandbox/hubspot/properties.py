"""Property definitions: the built-in ones, and what a portal adds."""

from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sandbox.hubspot.builtins import TABLES
from sandbox.hubspot.schemas import BY_NAME, ObjectType

FIELD_TYPES = {
    "string": ("text", "textarea", "html", "file", "phonenumber", "calculation_equation"),
    "number": ("number", "calculation_equation"),
    "bool": ("booleancheckbox", "calculation_equation"),
    "enumeration": ("select", "radio", "checkbox", "booleancheckbox", "calculation_equation"),
    "date": ("date",),
    "datetime": ("date",),
    "phone_number": ("phonenumber",),
}
EPOCH = "1970-01-01T00:00:00.000Z"


@dataclass(slots=True)
class Property:
    name: str
    label: str
    type: str
    field_type: str
    group: str
    options: list[dict[str, Any]] = field(default_factory=list)
    description: str = ""
    read_only: bool = False
    computed: bool = False
    external_options: bool = False
    unique: bool = False
    builtin: bool = False
    display_order: int = -1
    hidden: bool = False
    form_field: bool = False
    more: dict[str, Any] = field(default_factory=dict)
    created_at: str = EPOCH
    updated_at: str = EPOCH
    archived: bool = False

    @property
    def choices(self) -> list[str]:
        return [str(option["value"]) for option in self.options]

    def wire(self) -> dict[str, Any]:
        """As the properties API answers it."""
        answer = {
            "updatedAt": self.updated_at,
            "createdAt": self.created_at,
            "name": self.name,
            "label": self.label,
            "type": self.type,
            "fieldType": self.field_type,
            "description": self.description,
            "groupName": self.group,
            "options": self.options,
            "displayOrder": self.display_order,
            "calculated": self.computed,
            "externalOptions": self.external_options,
            "archived": self.archived,
            "hasUniqueValue": self.unique,
            "hidden": self.hidden,
            "hubspotDefined": self.builtin,
            "modificationMetadata": {
                "archivable": not self.builtin,
                "readOnlyDefinition": self.builtin,
                "readOnlyOptions": self.builtin,
                "readOnlyValue": self.read_only,
            },
            "formField": self.form_field,
            "dataSensitivity": "non_sensitive",
            **self.more,
        }
        if not self.builtin:
            answer.pop("hubspotDefined")
        return answer


def _field_type(kind: str, flags: list[str]) -> str:
    if "long" in flags:
        return "textarea"
    if "multi" in flags:
        return "checkbox" if kind == "enumeration" else "text"
    return FIELD_TYPES[kind][0]


def _options(text: str) -> list[dict[str, Any]]:
    pairs = [part.strip().split(":") for part in text.split(",") if part.strip()]
    return [
        {"label": label, "value": value, "displayOrder": place, "hidden": False}
        for place, (value, label) in enumerate(pairs)
    ]


def _parse(line: str, group: str) -> Property:
    name, kinds, label, *options = [part.strip() for part in line.split("|")]
    kind, *flags = kinds.split()
    return Property(
        name,
        label,
        kind,
        _field_type(kind, flags),
        group,
        _options(options[0]) if options else [],
        read_only="ro" in flags,
        computed="computed" in flags,
        external_options="ext" in flags,
        unique="unique" in flags,
        builtin=True,
    )


@cache
def builtin_properties(type_name: str) -> dict[str, Property]:
    """Shared by all portals: never changed in place."""
    row: ObjectType = BY_NAME[type_name]
    parsed = [_parse(line, row.group) for line in TABLES[row.name].splitlines() if line.strip()]
    stamps = [
        Property(row.created, "Create date", "datetime", "date", row.group, read_only=True),
        Property(row.modified, "Last modified date", "datetime", "date", row.group, read_only=True),
    ]
    for stamp in stamps:
        stamp.builtin = True
    return {definition.name: definition for definition in [*parsed, *stamps]}
