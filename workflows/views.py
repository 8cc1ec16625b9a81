"""Home, tasks and help."""

from uuid import UUID

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from integration import listing
from integration.access.actors import Actor
from integration.access.pages import portal_page
from integration.access.rights import Right
from integration.clock import now
from integration.frame import Frame
from integration.listing import Column, Filter
from integration.models import Grant
from integration.models.grants import GrantState
from workflows import home as home_page
from workflows import tasks_list
from workflows.models import TaskState

COLUMNS = [
    Column("task", gettext_lazy("Task")),
    Column("company", gettext_lazy("Company")),
    Column("created", gettext_lazy("Since"), "created_at"),
    Column("actions", ""),
]


@portal_page(Right.VIEW)
@require_GET
def home(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The three questions; until both sides are connected, the first steps."""
    frame = Frame(request, actor, actor.portal)
    if actor.may(Right.CONNECT) and not _is_set_up(actor, frame):
        return redirect("first_steps", portal_id=actor.portal.pk)
    context = {"actor": actor, "home": home_page.of(actor, frame, now())}
    return render(request, "workflows/home.html", context)


@portal_page(Right.VIEW)
@require_GET
def tasks(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Open tasks, the oldest first; done ones behind a filter."""
    frame = Frame(request, actor, actor.portal)
    rows = tasks_list.for_actor(actor, frame.company)
    if "state" not in request.GET:
        rows = rows.filter(state=TaskState.OPEN)
    page = listing.build(
        request.GET,
        rows,
        columns=COLUMNS,
        filters=[Filter("state", _("State"), TaskState.choices)],
        order="created_at",
        caption=_("Tasks"),
    )
    lines = [tasks_list.line(task, actor) for task in page.rows]
    context = {"actor": actor, "listing": page, "lines": lines}
    return render(request, "workflows/tasks.html", context)


@portal_page(Right.VIEW)
@require_POST
def finish_task(request: HttpRequest, actor: Actor, task_id: UUID) -> HttpResponse:
    if tasks_list.finish(actor, task_id, now()):
        notices.success(request, _("The task is done."))
    else:
        notices.info(request, _("This task was done already."))
    return redirect("tasks", portal_id=actor.portal.pk)


@portal_page(Right.VIEW)
@require_GET
def help_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    return render(request, "workflows/help.html", {"actor": actor})


def _is_set_up(actor: Actor, frame: Frame) -> bool:
    """HubSpot is connected, in whatever state, and at least one company is."""
    grants = Grant.objects.for_portal(actor.portal).filter(company=None)
    return bool(frame.companies) and grants.exclude(state=GrantState.DISCONNECTED).exists()
