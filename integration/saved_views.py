"""Saved views of lists: kept, renamed, shared, deleted by the person who made them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.http import Http404, QueryDict
from django.urls import reverse

from integration import audit
from integration.access.actors import Actor
from integration.listing.keyset import POSITION
from integration.models import SavedView
from integration.models.views import LONGEST_NAME, LONGEST_QUERY

PAGES = ("invoices",)
"""Routes of lists that keep views."""
MOST = 50


class ViewRefused(Exception):
    """Nothing was stored. ``code`` and ``parameters`` are for ``integration.messages``."""

    def __init__(self, code: str, **parameters: str) -> None:
        super().__init__(code)
        self.code = code
        self.parameters = parameters


@dataclass(frozen=True, slots=True)
class ShownView:
    row: SavedView
    url: str
    is_current: bool
    is_own: bool


def plain(query: str) -> str:
    """Without the place in the list and empty values, in one order: equal searches are equal."""
    pairs = parse_qsl(query.removeprefix("?")[: 2 * LONGEST_QUERY])
    return urlencode(sorted(pair for pair in pairs if pair[0] not in POSITION))


def of(actor: Actor, page: str, query: str) -> list[ShownView]:
    """The person's own by name, then those others share; ``query`` is what is shown now."""
    if actor.person is None:
        return []
    rows = SavedView.objects.for_portal(actor.portal).filter(page=page)
    reached = rows.filter(Q(person=actor.person) | Q(is_shared=True)).select_related("person")
    here, url = plain(query), reverse(page, args=[actor.portal.pk])
    found = [
        ShownView(row, f"{url}?{row.query}", row.query == here, row.person_id == actor.person.pk)
        for row in reached.order_by("name")[: 2 * MOST]
    ]
    return sorted(found, key=lambda each: not each.is_own)


def shown(actor: Actor, page: str, query: QueryDict) -> dict[str, Any]:
    """For ``components/saved_views.html``."""
    here = plain(query.urlencode())
    views = of(actor, page, here)
    return {
        "views": views,
        "query": here,
        "can_save": bool(here)
        and actor.person is not None
        and not any(each.is_current for each in views),
        "list_url": f"{reverse(page, args=[actor.portal.pk])}?{here}",
    }


def save(actor: Actor, page: str, name: str, query: str, now: datetime) -> SavedView:
    """A new one, or the person's one of that name with another search. Raises ViewRefused, Http404."""
    if page not in PAGES or actor.person is None:
        raise Http404
    name, query = _name(name), plain(query)
    if not query or len(query) > LONGEST_QUERY:
        raise ViewRefused("view.empty" if not query else "view.too_long")
    own = SavedView.objects.for_portal(actor.portal).filter(person=actor.person, page=page)
    found = own.filter(name__iexact=name).first()
    if found is None and own.count() >= MOST:
        raise ViewRefused("view.too_many", most=str(MOST))
    with transaction.atomic():
        found = found or SavedView(
            portal=actor.portal, person=actor.person, page=page, created_at=now
        )
        found.name, found.query = name, query
        found.save()
        _record(actor, "view.saved", found, now)
    return found  # type: ignore[no-any-return]


def change(
    actor: Actor, view_id: UUID | str, name: str, is_shared: bool, now: datetime
) -> SavedView:
    """Raises ViewRefused or Http404: only one's own can be changed."""
    found = _own(actor, view_id)
    found.name, found.is_shared = _name(name), is_shared
    try:
        with transaction.atomic():
            found.save(update_fields=["name", "is_shared"])
            _record(actor, "view.changed", found, now)
    except IntegrityError:
        raise ViewRefused("view.name_taken", name=found.name) from None
    return found


def delete(actor: Actor, view_id: UUID | str, now: datetime) -> SavedView:
    found = _own(actor, view_id)
    with transaction.atomic():
        _record(actor, "view.deleted", found, now)
        SavedView.objects.for_portal(actor.portal).filter(pk=found.pk).delete()
    return found


def _own(actor: Actor, view_id: UUID | str) -> SavedView:
    rows = SavedView.objects.for_portal(actor.portal).filter(person=actor.person, pk=view_id)
    found = rows.first() if actor.person is not None else None
    if found is None:
        raise Http404
    return found  # type: ignore[no-any-return]


def _name(text: str) -> str:
    name = " ".join(text.split())[:LONGEST_NAME]
    if not name:
        raise ViewRefused("view.name_missing")
    return name


def _record(actor: Actor, action: str, found: SavedView, now: datetime) -> None:
    audit.record(
        action,
        actor=actor,
        portal=actor.portal,
        subject=("view", str(found.pk)),
        after={"name": found.name},
        now=now,
    )
