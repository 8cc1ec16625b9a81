"""An admin at the pages of field mappings, without JavaScript."""

import json
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from integration.access import actors
from integration.access.actors import Actor
from integration.models import AuditEvent, Membership
from mappings import exchange
from mappings.models import FieldMapping
from mappings.pairs import FieldPair, MappingSet
from mappings.quickbooks_fields import Kind
from mappings.storing import current
from tests.connecting import api_calls
from tests.sync.books import Books


class Desk:
    def __init__(self, books: Books, client: Client, member: Membership) -> None:
        self.books, self.client, self.member = books, client, member
        self.portal, self.company = books.portal, books.company

    @property
    def actor(self) -> Actor:
        found = actors.of_person(self.member.person, self.portal, origin="session")
        assert found is not None
        return found

    def url(self, name: str, kind: str = "contacts", *more: Any) -> str:
        return reverse(name, args=[self.portal.pk, self.company.pk, kind, *more])

    def page(self, name: str, kind: str = "contacts", *more: Any, **query: str) -> str:
        answer = self.client.get(self.url(name, kind, *more), query)
        assert answer.status_code == 200, answer.content.decode()
        return answer.content.decode()

    def post(self, name: str, kind: str, *more: Any, **data: Any) -> Any:
        return self.client.post(self.url(name, kind, *more), data)

    def form(self, kind: str = "contacts", **values: Any) -> dict[str, Any]:
        """What the page posts; the version is the one it would show now."""
        return {
            "direction": "to_hubspot",
            "when_empty": "keep",
            "enabled": "on",
            "version": str(self.set(kind).version),
            "do": "save",
            **values,
        }

    def save(self, kind: str = "contacts", **values: Any) -> HttpResponse:
        """Add a mapping with the form."""
        answer: HttpResponse = self.client.post(
            self.url("mapping_add", kind), self.form(kind, **values)
        )
        return answer

    def set(self, kind: str = "contacts") -> MappingSet:
        return current(self.company, Kind(kind))

    def pair(self, name: str, kind: str = "contacts") -> FieldPair:
        return self.set(kind).by_property[name]

    def row(self, name: str, kind: str = "contacts") -> FieldMapping:
        rows = FieldMapping.objects.for_portal(self.portal)
        found: FieldMapping = rows.get(company=self.company, kind=kind, property_name=name)
        return found

    def export(self, kind: str = "contacts") -> str:
        return self.client.get(self.url("mapping_export", kind)).content.decode()

    def calls(self, vendor: str = "") -> list[tuple[str, str]]:
        """(method, path) of what the vendors were asked since the history was forgotten."""
        found = api_calls(self.books.sandbox, vendor)
        return [(each["method"], each["path"]) for each in found]

    def told(self, action: str) -> AuditEvent | None:
        rows = AuditEvent.objects.for_portal(self.portal).filter(action=action)
        return rows.order_by("-at").first()


def with_pairs(text: str, **changes: Any) -> str:
    """An export with members of its last mapping changed."""
    whole = json.loads(text)
    whole["mappings"][-1] |= changes
    return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"


def as_text(found: MappingSet) -> str:
    return exchange.as_json(found)
