"""Home: what needs me, how is the money, is everything running."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from integration import messages
from integration.access.actors import Actor
from integration.access.rights import Right
from integration.display import zone_of
from integration.frame import Frame
from integration.models import Company, Grant
from integration.models.grants import GrantState
from invoices.models import Draft, InvoiceOperation
from invoices.models.drafts import DraftState, RecoveryPoint
from invoices.refusals import NOT_TOLD, REJECTED
from sync.undos import held_records
from workflows import money, running, tasks_list

SHOWN = 5
"""Lines of each kind; the rest stand on a page of their own."""


@dataclass(frozen=True)
class Need:
    """One thing that waits for the person, with its button."""

    title: str
    text: str
    icon: str
    url: str = ""
    button: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class Tile:
    label: str
    amounts: list[money.Amount]
    url: str
    nothing: str
    counted: str
    """Plural kind of what is counted: ``invoice`` or ``payment``."""

    @property
    def count_text(self) -> str:
        count = sum(amount.count for amount in self.amounts)
        if self.counted == "payment":
            return ngettext("%(count)d payment", "%(count)d payments", count) % {"count": count}
        return ngettext("%(count)d invoice", "%(count)d invoices", count) % {"count": count}


@dataclass(frozen=True)
class Home:
    needs: list[Need]
    tiles: list[Tile]
    health: list[running.CompanyHealth]
    hubspot: Grant | None
    has_company: bool


def of(actor: Actor, frame: Frame, now: datetime) -> Home:
    """Everything on the page, for the company it is filtered by or for all."""
    companies = [frame.company] if frame.company else frame.companies
    health = running.of(actor, companies, now)
    hubspot = Grant.objects.for_portal(actor.portal).filter(company=None).first()
    return Home(
        needs=[
            *_first_steps(actor, hubspot, frame),
            *_connections(actor, hubspot, health),
            *_failed(actor, frame.company),
            *_tasks(actor, frame.company),
            *_parked(actor, health),
            *_undone(actor),
            *_drafts(actor, frame.company),
        ],
        tiles=_tiles(actor, frame, now),
        health=health,
        hubspot=hubspot,
        has_company=bool(frame.companies),
    )


def _first_steps(actor: Actor, hubspot: Grant | None, frame: Frame) -> list[Need]:
    """The way to the first invoice, until there is one."""
    if hubspot is None or not frame.companies:
        if not actor.may(Right.CONNECT):
            return []
        text = _("Two connections, then the first invoice. It takes a few minutes.")
        steps = _url(actor, "first_steps")
        return [Need(_("Connect HubSpot and QuickBooks"), text, "plug", steps, _("First steps"))]
    made = InvoiceOperation.objects.for_portal(actor.portal).exists()
    begun = made or Draft.objects.for_portal(actor.portal).filter(state=DraftState.OPEN).exists()
    if begun or not actor.may(Right.DRAFT):
        return []
    text = _("Open a deal and choose Create invoice.")
    title, url = _("Make the first invoice"), _url(actor, "deals")
    return [Need(title, text, "invoice", url, _("Choose a deal"))]


def _connections(
    actor: Actor, hubspot: Grant | None, health: list[running.CompanyHealth]
) -> list[Need]:
    if not actor.may(Right.CONNECT):
        return []
    url, button = _url(actor, "connections"), _("Reconnect")
    found = []
    if hubspot is not None and hubspot.state == GrantState.NEEDS_RECONNECT:
        text = _("Nothing reaches the deals until it is connected again. Work waits meanwhile.")
        found.append(Need(_("HubSpot needs to be reconnected"), text, "plug", url, button))
    urgent_first = sorted(health, key=lambda each: not each.connection.needs_reconnect)
    for each in urgent_first:
        if each.connection.needs_reconnect:
            title = _("%(name)s needs to be reconnected") % {"name": each.company.name}
            text = _("QuickBooks no longer lets Dealbooks in. Its work waits meanwhile.")
            found.append(Need(title, text, "plug", url, button))
        elif each.connection.state == GrantState.EXPIRING:
            title = _("The connection to %(name)s ends soon") % {"name": each.company.name}
            text = ngettext(
                "%(days)d day left.", "%(days)d days left.", each.connection.days_left or 0
            )
            found.append(
                Need(title, text % {"days": each.connection.days_left or 0}, "clock", url, button)
            )
    if actor.portal.properties_problem:
        title = _("HubSpot properties are incomplete")
        why = messages.sentence(actor.portal.properties_problem)
        found.append(Need(title, why, "warning", url, _("Look")))
    return found


def _failed(actor: Actor, company: Company | None) -> list[Need]:
    """The person's own invoices that QuickBooks did not take."""
    found: QuerySet[Any] = (
        InvoiceOperation.objects.for_portal(actor.portal)
        .filter(point=RecoveryPoint.FAILED, created_by=actor.person)
        .exclude(problem__in=NOT_TOLD)
    )
    if company is not None:
        found = found.filter(company=company)
    return [
        Need(
            _("The invoice for %(deal)s was not created") % {"deal": each.draft.deal.name},
            _why(each),
            "error",
            _url(actor, "wizard", deal_id=each.draft.deal.hubspot_id),
            _("Look"),
            each.created_at,
        )
        for each in found.select_related("draft__deal").order_by("-created_at")[:SHOWN]
    ]


def _why(operation: InvoiceOperation) -> str:
    """E-05: an approver's comment stands here too."""
    if operation.problem == REJECTED:
        return messages.message(operation.problem, **operation.problem_parameters).what
    return _("QuickBooks refused it. What you entered is kept.")


def _tasks(actor: Actor, company: Company | None) -> list[Need]:
    return [
        Need(
            line.message.title,
            line.message.what,
            "task",
            line.url or _url(actor, "tasks"),
            _("Look"),
            line.task.created_at,
        )
        for line in tasks_list.open_lines(actor, company, SHOWN)
    ]


def _parked(actor: Actor, health: list[running.CompanyHealth]) -> list[Need]:
    if not actor.may(Right.RUN_SYNC):
        return []
    found = []
    for each in health:
        if each.parked:
            title = ngettext(
                "%(count)d record of %(name)s could not be synced",
                "%(count)d records of %(name)s could not be synced",
                each.parked,
            ) % {"count": each.parked, "name": each.company.name}
            text = _("They are set aside and tried again; the rest goes on.")
            found.append(Need(title, text, "warning", _url(actor, "sync"), _("Look")))
    return found


def _undone(actor: Actor) -> list[Need]:
    """D-31: HubSpot says of them what it said before a run, until somebody releases them."""
    if not (actor.may(Right.RUN_SYNC) and actor.sees_all_deals):
        return []
    count = held_records(actor).count()
    if not count:
        return []
    title = ngettext(
        "%(count)d record is held after an undo", "%(count)d records are held after an undo", count
    )
    text = _("The sync leaves them alone until somebody releases them.")
    return [Need(title % {"count": count}, text, "pause", _url(actor, "sync_held"), _("Look"))]


def _drafts(actor: Actor, company: Company | None) -> list[Need]:
    found = Draft.objects.for_portal(actor.portal).filter(
        state=DraftState.OPEN, created_by=actor.person
    )
    if company is not None:
        found = found.filter(company=company)
    return [
        Need(
            _("Draft for %(deal)s") % {"deal": draft.deal.name},
            _("Not created in QuickBooks yet."),
            "edit",
            _url(actor, "wizard", deal_id=draft.deal.hubspot_id),
            _("Continue"),
            draft.edited_at,
        )
        for draft in found.select_related("deal").order_by("-edited_at")[:SHOWN]
    ]


def _tiles(actor: Actor, frame: Frame, now: datetime) -> list[Tile]:
    today = now.astimezone(zone_of(actor.portal.time_zone)).date()
    found = money.of(actor, frame.company, today)
    last = today + timedelta(days=money.DAYS_AHEAD - 1)
    week = {"due_from": today.isoformat(), "due_to": last.isoformat()}
    paid = _invoices(frame, stage="paid")
    return [
        _tile(_("Overdue"), found.overdue, _invoices(frame, stage="overdue"), _("Nothing")),
        _tile(_("Due this week"), found.due_soon, _invoices(frame, **week), _("Nothing")),
        Tile(_("Paid this month"), found.paid, paid, _("Nothing yet"), "payment"),
        _tile(
            _("Not sent"), found.not_sent, _invoices(frame, stage="awaiting_sending"), _("All sent")
        ),
    ]


def _tile(label: str, amounts: list[money.Amount], url: str, nothing: str) -> Tile:
    return Tile(label, amounts, url, nothing, "invoice")


def _invoices(frame: Frame, **filters: str) -> str:
    url = frame.section_url("invoices")
    if not url or not filters:
        return url
    return f"{url}{'&' if '?' in url else '?'}{urlencode(filters)}"


def _url(actor: Actor, route: str, **named: Any) -> str:
    try:
        return reverse(route, kwargs={"portal_id": actor.portal.pk, **named})
    except NoReverseMatch:
        return ""
