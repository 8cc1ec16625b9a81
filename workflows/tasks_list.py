"""Tasks for people: which of them a person sees, in words, and ending one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import NoReverseMatch, reverse

from integration import audit, messages
from integration.access.actors import Actor
from integration.access.rights import Right
from integration.messages import Message
from integration.models import Company
from workflows.models import Task, TaskState

# Where a task's subject is shown: kind of subject to (route, name of its id in the address).
PLACES = {
    "invoice": ("invoice", "invoice_id"),
    "deal": ("deal", "deal_id"),
    "approval": ("approval", "approval_id"),
    "rules": ("invoicing-rules", "company_id"),
    "numbers": ("number-report", "company_id"),
    "undo": ("sync_undo", "undo_id"),
    "reconciliation": ("sync_reconciliation", "report_id"),
}

NOBODY = Q(pk__in=[])


@dataclass(frozen=True)
class TaskLine:
    """A task in words; ``url`` leads to what it is about, when there is a page for it."""

    task: Task
    message: Message
    url: str


def for_actor(actor: Actor, company: Company | None = None) -> QuerySet[Any]:
    """Tasks of the person's companies that ask for a right they have."""
    rights = [str(right) for right in actor.rights]
    found = Task.objects.for_portal(actor.portal).filter(Q(for_right="") | Q(for_right__in=rights))
    if actor.company_ids is not None:
        found = found.filter(Q(company=None) | Q(company__in=actor.company_ids))
    if company is not None:
        found = found.filter(company=company)
    owner_id = actor.membership.hubspot_owner_id if actor.membership else ""
    found = found.filter(Q(for_owner_id="") | (Q(for_owner_id=owner_id) if owner_id else NOBODY))
    return found.select_related("company", "done_by")


def open_lines(actor: Actor, company: Company | None, limit: int) -> list[TaskLine]:
    """The oldest first: they have waited longest."""
    found = for_actor(actor, company).filter(state=TaskState.OPEN).order_by("created_at")[:limit]
    return [line(task, actor) for task in found]


def line(task: Task, actor: Actor) -> TaskLine:
    facts = {**task.parameters, "company": task.company.name if task.company else ""}
    reason = str(task.parameters.get("reason") or "")
    if reason:
        facts["why"] = messages.message(reason, **facts).what
    return TaskLine(task, messages.message(task.kind, **facts), _url(task, actor))


def finish(actor: Actor, task_id: Any, now: datetime) -> bool:
    """Mark an open task as done; False when it is not theirs or was done already.

    Raises ``Forbidden`` for people who may only look.
    """
    if actor.rights <= {Right.VIEW}:
        actor.require(Right.DRAFT)
    with transaction.atomic():
        task = (
            for_actor(actor)
            .filter(pk=task_id, state=TaskState.OPEN)
            .select_for_update(of=("self",))
            .first()
        )
        if task is None:
            return False
        task.state, task.done_at, task.done_by = TaskState.DONE, now, actor.person
        task.save(update_fields=["state", "done_at", "done_by"])
        audit.record(
            "task.done",
            actor=actor,
            portal=actor.portal,
            company=task.company,
            subject=("task", task.pk),
            before={"state": TaskState.OPEN.value},
            after={"state": TaskState.DONE.value, "name": messages.message(task.kind).title},
            now=now,
        )
    return True


def _url(task: Task, actor: Actor) -> str:
    route, argument = PLACES.get(task.subject_kind, ("", ""))
    if task.subject_kind == "reads":
        return reverse("sync_budget", args=[actor.portal.pk])
    try:
        return reverse(route, kwargs={"portal_id": actor.portal.pk, argument: task.subject_id})
    except NoReverseMatch:
        return ""
