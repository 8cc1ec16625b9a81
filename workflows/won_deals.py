"""Won deals become tasks and mails for the people they belong to (E-01, E-02)."""

from datetime import datetime
from functools import partial
from typing import Any

import structlog
from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.dispatch import receiver
from django.urls import reverse
from django.utils.translation import override

from integration import messages
from integration.access.rights import Right
from integration.models import Company, Membership, Person
from invoices.models import DealRef, Draft
from invoices.signals import deal_owner_changed, won_again, won_draft_made, won_without_draft
from workflows.models import Task, TaskState

log = structlog.get_logger(__name__)
DRAFT_MADE, AGAIN = "won.draft_made", "won.again"


@receiver(won_draft_made, dispatch_uid="workflows.won_draft_made")
def a_draft_is_a_task_of_its_owner(
    sender: Any, draft: Draft, person: Person, now: datetime, **others: Any
) -> None:
    """Inside the transaction that stores the draft; the mail leaves when it is stored."""
    if draft.company is None:
        return
    _task(DRAFT_MADE, draft.company, draft.deal, Right.DRAFT, now)
    facts = {"deal": draft.deal.name, "company": draft.company.name}
    address = reverse("deal", args=[draft.portal_id, draft.deal.hubspot_id])
    url = f"{settings.DEALBOOKS['PUBLIC_URL']}{address}"
    transaction.on_commit(partial(_mail, person, DRAFT_MADE, facts, url), robust=True)


@receiver(won_again, dispatch_uid="workflows.won_again")
def a_second_win_asks(
    sender: Any, company: Company, deal: DealRef, now: datetime, **others: Any
) -> None:
    _task(AGAIN, company, deal, Right.DRAFT, now)


@receiver(won_without_draft, dispatch_uid="workflows.won_without_draft")
def no_draft_is_told_to_admins(
    sender: Any, company: Company, deal: DealRef, now: datetime, **others: Any
) -> None:
    _task("won.without_draft", company, deal, Right.MAP, now, is_owners=False)


@receiver(deal_owner_changed, dispatch_uid="workflows.deal_owner_changed")
def tasks_follow_the_owner(
    sender: Any, deal: DealRef, before: str, now: datetime, **others: Any
) -> None:
    """E-02: whoever owns the deal now has what is still to do."""
    rows = Task.objects.for_portal(deal.portal_id).filter(
        kind__in=(DRAFT_MADE, AGAIN),
        subject_kind="deal",
        subject_id=deal.hubspot_id,
        state=TaskState.OPEN,
    )
    rows.update(for_owner_id=_owner(deal))


def _task(
    kind: str,
    company: Company,
    deal: DealRef,
    right: Right,
    now: datetime,
    *,
    is_owners: bool = True,
) -> None:
    Task.objects.for_portal(company.portal_id).update_or_create(
        portal_id=company.portal_id,
        kind=kind,
        subject_kind="deal",
        subject_id=deal.hubspot_id,
        state=TaskState.OPEN,
        defaults={"parameters": {"deal": deal.name}},
        create_defaults={
            "company_id": company.pk,
            "for_right": right.value,
            "for_owner_id": _owner(deal) if is_owners else "",
            "parameters": {"deal": deal.name},
            "created_at": now,
        },
    )


def _owner(deal: DealRef) -> str:
    """Empty where the owner is nobody here: then everybody who may draft sees it."""
    members = Membership.objects.for_portal(deal.portal_id)
    is_here = bool(deal.owner_id) and members.filter(hubspot_owner_id=deal.owner_id).exists()
    return deal.owner_id if is_here else ""


def _mail(person: Person, code: str, facts: dict[str, str], url: str) -> None:
    """Best effort: the task says the same."""
    with override(person.language or settings.LANGUAGE_CODE):
        found = messages.message(code, **facts)
        title = f"Dealbooks: {found.title}".replace("\n", " ").replace("\r", " ")
        body = f"{found.sentence}\n\n{url}\n"
    try:
        send_mail(title, body, None, [person.email])
    except OSError as trouble:
        log.warning("mail about a won deal was not sent", trouble=type(trouble).__name__)
