"""What the pages of mappings share: tabs, words for problems, the set as the person saw it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.contrib import messages as notices
from django.http import Http404, HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from integration import messages
from integration.access.actors import Actor
from integration.access.rights import Right
from integration.gateways.errors import GatewayError
from integration.messages import Message
from integration.models import Company
from mappings import words
from mappings.models import ObjectKind
from mappings.pairs import FieldPair, MappingSet
from mappings.quickbooks_fields import Kind
from mappings.sides import Sides
from mappings.step_functions import Problem
from mappings.storing import current, plain_problems


@dataclass(frozen=True)
class Tab:
    label: str
    url: str
    is_current: bool
    count: int = 0


@dataclass(frozen=True)
class Place:
    """Where a page stands: whose mappings of which records."""

    actor: Actor
    company: Company
    kind: Kind

    def url(self, name: str, *more: Any) -> str:
        return reverse(name, args=[self.actor.portal.pk, self.company.pk, self.kind.value, *more])

    @property
    def context(self) -> dict[str, Any]:
        return {
            "actor": self.actor,
            "company": self.company,
            "companies": list(self.actor.companies().order_by("name")),
            "kind": self.kind.value,
            "kind_label": ObjectKind(self.kind.value).label,
            "tabs": self._tabs(),
            "place": self,
        }

    def _tabs(self) -> list[Tab]:
        portal, company = self.actor.portal.pk, self.company.pk
        return [
            Tab(str(label), reverse("mapping_list", args=[portal, company, value]),
                value == self.kind.value)
            for value, label in ObjectKind.choices
        ]  # fmt: skip


def place(actor: Actor, company_id: UUID, kind: str) -> Place:
    return Place(actor, actor.company(company_id, Right.MAP), Kind(kind))


def settings_url(actor: Actor) -> str:
    """The sync settings, which belong to an app above this one."""
    try:
        return reverse("sync_settings", args=[actor.portal.pk])
    except NoReverseMatch:
        return ""


def pair_or_404(found: MappingSet, name: str) -> FieldPair:
    pair = found.by_property.get(name)
    if pair is None:
        raise Http404
    return pair


def as_seen(here: Place, version: int) -> MappingSet:
    """The set now, under the version number the person saw: an old one is refused on saving."""
    return replace(current(here.company, here.kind), version=version)


def said(problems: Iterable[Problem], sides: Sides) -> list[Message]:
    return words.messages_of(plain_problems(problems), sides.fields, sides.properties)


def tell_gateway(request: HttpRequest, error: GatewayError, company: Company) -> None:
    """Why a vendor could not answer, on the page that is shown next."""
    found = messages.of_error(error, company=company.name, portal=company.portal.name)
    notices.error(request, found.sentence)


def changed_meanwhile() -> Message:
    return messages.message("mapping.changed_meanwhile")


def saved(request: HttpRequest, text: str) -> None:
    more = _("It holds from each record's next change on.")
    notices.success(request, f"{text} {more}")
