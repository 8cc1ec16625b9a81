"""What the pages of sync share: their tabs, and who may read names of all deals."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from integration.access.actors import Actor
from integration.access.rights import Right
from integration.models import Company
from sync import deletions as held
from sync.coexistence.decisions import must_know
from sync.models import ParkedRecord

TABS: tuple[tuple[str, Promise, Right], ...] = (
    ("sync", _("Overview"), Right.VIEW),
    ("sync_history", _("History"), Right.VIEW),
    ("sync_waiting", _("Waiting"), Right.VIEW),
    ("sync_budget", _("API budget"), Right.VIEW),
    ("sync_matching", _("Matching"), Right.MAP),
    ("sync_reconciliations", _("Reconciliation"), Right.VIEW),
    ("sync_settings", _("Settings"), Right.MAP),
)
OPEN_TO_REPS = ("sync",)


@dataclass(frozen=True)
class Tab:
    label: str
    url: str
    is_current: bool
    count: int = 0


def tabs(actor: Actor, current: str) -> list[Tab]:
    """Those the person may open; ``current`` is the route of the page."""
    waiting = _waiting(actor) if actor.sees_all_deals else 0
    return [
        Tab(
            str(label),
            reverse(route, args=[actor.portal.pk]),
            route == current,
            waiting if route == "sync_waiting" else 0,
        )
        for route, label, right in TABS
        if actor.may(right) and (actor.sees_all_deals or route in OPEN_TO_REPS)
    ]


def _waiting(actor: Actor) -> int:
    rows = ParkedRecord.objects.for_portal(actor.portal)
    count: int = rows.filter(actor.company_condition()).count()
    return count + held.held_deletions(actor).count()


def ignores_traces(request: HttpRequest, company: Company) -> bool:
    """HubSpot's own QuickBooks app was found, and nobody ticked that they know (D-33)."""
    return request.POST.get("knows_traces") != "on" and must_know(company)


OBJECTS: tuple[tuple[str, str, Promise], ...] = (
    ("contacts", "sync_contacts_tab", _("Contacts")),
    ("products", "sync_products_tab", _("Products")),
    ("invoices", "sync_invoices_tab", _("Invoices")),
)


def object_tabs(actor: Actor, company: Company, current: str) -> list[Tab]:
    """A company's tabs, named as in HubSpot (S-78, S-83, S-111)."""
    return [
        Tab(str(label), reverse(route, args=[actor.portal.pk, company.pk]), name == current)
        for name, route, label in OBJECTS
    ]
