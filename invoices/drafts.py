"""Drafts: started from a deal, autosaved with a version, kept until they expire (S-24, S-45)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from integration import audit
from integration.access.actors import Actor
from integration.access.rights import Right
from integration.models import Company
from integration.models.tenancy import PortalQuerySet
from invoices import draft_quotes
from invoices.calendar import company_day
from invoices.creation import DRAFT_LIFE
from invoices.deals import OpenedDeal
from invoices.draft import DraftContent
from invoices.models import Draft
from invoices.models.drafts import DraftState

QUOTE_IDS = "quote_ids"
"""In a draft's extras: the quotes its deal had when it was opened last."""


class DraftUnknown(Exception):
    """No such draft in reach of this person: 404."""


class DraftClosed(Exception):
    """It can no longer be edited. ``state`` says why; ``draft`` is where to go on from."""

    def __init__(self, draft: Draft, state: str) -> None:
        super().__init__(state)
        self.draft = draft
        self.state = state


class DraftChanged(Exception):
    """Saved elsewhere since this page was loaded; ``draft`` is the newer one, nothing was stored."""

    def __init__(self, draft: Draft) -> None:
        super().__init__("draft.changed_elsewhere")
        self.draft = draft


def start(actor: Actor, opened: OpenedDeal, company: Company | None, now: datetime) -> Draft:
    """A new draft for the deal, or the one this person has open for it already."""
    actor.require(Right.DRAFT, company)
    with transaction.atomic():
        held = of_deal(actor, opened.row.hubspot_id).filter(
            created_by=actor.person, state=DraftState.OPEN, expires_at__gt=now, edits=None
        )
        draft = held.select_for_update().order_by("-edited_at").first()
        return _with_quotes(draft, opened) if draft else _new(actor, opened, company, now)


def _with_quotes(draft: Draft, opened: OpenedDeal) -> Draft:
    """A quote made since the draft was begun is offered too; the list is read anew when asked for."""
    content = content_of(draft)
    if tuple(content.extras.get(QUOTE_IDS) or ()) != opened.deal.quote_ids:
        extras = {**content.extras, QUOTE_IDS: list(opened.deal.quote_ids)}
        extras.pop("quotes", None)
        draft.content = replace(content, extras=extras).to_json()
        draft.save(update_fields=["content"])
    return draft


def _new(actor: Actor, opened: OpenedDeal, company: Company | None, now: datetime) -> Draft:
    draft = unsaved(actor, opened, company, now)
    keep_new(actor, draft, now)
    return draft


def unsaved(
    actor: Actor,
    opened: OpenedDeal,
    company: Company | None,
    now: datetime,
    id: UUID | None = None,
) -> Draft:
    """A draft as it would begin, not stored; ``id`` where the caller fixed it beforehand."""
    extras = {"people": opened.people.to_json(), QUOTE_IDS: list(opened.deal.quote_ids)}
    draft = Draft(
        portal=actor.portal,
        deal=opened.row,
        company=company,
        content=DraftContent(extras=extras).to_json(),
        step="company",
        created_by=actor.person,
        edited_by=actor.person,
        created_at=now,
        edited_at=now,
        expires_at=now + DRAFT_LIFE,
    )
    if id is not None:
        draft.pk = id
    return draft


def keep_new(actor: Actor, draft: Draft, now: datetime) -> None:
    """Store it. One that was stored before, by a call that broke off, only takes the content."""
    actor.require(Right.DRAFT, draft.company)
    if not draft._state.adding:
        draft.save(update_fields=["content", "step"])
        return
    with transaction.atomic():
        draft.save(force_insert=True)
        audit.record(
            "draft.started",
            actor=actor,
            portal=actor.portal,
            company=draft.company,
            subject=("draft", str(draft.pk)),
            after={"deal": draft.deal.name},
            now=now,
        )


def of_deal(actor: Actor, deal_id: str) -> PortalQuerySet:
    """Drafts of one deal in companies this person may see."""
    found = Draft.objects.for_portal(actor.portal).filter(deal__hubspot_id=deal_id)
    return found.filter(actor.company_condition() | Q(company=None))


def find(actor: Actor, deal_id: str, draft_id: UUID | str) -> Draft:
    """The draft with its deal and company. Raises DraftUnknown."""
    found = of_deal(actor, deal_id).filter(pk=draft_id).select_related("deal", "company").first()
    if found is None or not actor.sees_deal(found.deal):
        raise DraftUnknown(str(draft_id))
    return found  # type: ignore[no-any-return]


def editable(draft: Draft, now: datetime) -> Draft:
    """The draft itself; raises DraftClosed when it is submitted, done, discarded or expired."""
    if draft.state != DraftState.OPEN:
        raise DraftClosed(draft, draft.state)
    if draft.expires_at <= now:
        raise DraftClosed(draft, "expired")
    return draft


def content_of(draft: Draft) -> DraftContent:
    return DraftContent.from_json(draft.content)


Change = Callable[[DraftContent], DraftContent]


def save(
    actor: Actor,
    draft: Draft,
    change: Change,
    *,
    version: int,
    step: str,
    now: datetime,
    company: Company | None = None,
) -> Draft:
    """Store what was typed on one step, right or wrong. ``company``: the one chosen with it.

    ``change`` is applied to the stored content, so two windows of one person never undo each
    other's steps. The version grows only when the content does. Raises DraftChanged when somebody else saved since ``version``, DraftClosed
    when it is too late.
    """
    actor.require(Right.DRAFT, company or draft.company)
    with transaction.atomic():
        held = _locked(actor, draft)
        editable(held, now)
        if held.version != version and held.edited_by_id != getattr(actor.person, "pk", None):
            raise DraftChanged(held)
        if company is not None:
            held.company = company
        changed = change(content_of(held))
        content = changed.to_json()
        if held.version == version:  # an autosave that comes late moves nobody back
            held.step = step
        if content == held.content and company is None:
            held.save(update_fields=["step"])
            return held
        held.content = content
        held.quote_id = draft_quotes.quote_id(changed)
        held.version += 1
        held.edited_by = actor.person
        held.edited_at = now
        held.expires_at = now + DRAFT_LIFE
        held.save()
        return held


def discard(actor: Actor, draft: Draft, now: datetime) -> None:
    """The draft disappears from lists; history keeps it. Submitted ones stay as they are."""
    actor.require(Right.DRAFT, draft.company)
    with transaction.atomic():
        held = _locked(actor, draft)
        if held.state != DraftState.OPEN:
            raise DraftClosed(held, held.state)
        held.state = DraftState.DISCARDED
        held.save(update_fields=["state"])
        audit.record(
            "draft.discarded",
            actor=actor,
            portal=actor.portal,
            company=held.company,
            subject=("draft", str(held.pk)),
            now=now,
        )


def revive(actor: Actor, draft: Draft, now: datetime) -> Draft:
    """Go on with an expired draft: all that was typed stays, a past invoice date becomes today."""
    actor.require(Right.DRAFT, draft.company)
    with transaction.atomic():
        held = _locked(actor, draft)
        if held.state != DraftState.OPEN:
            raise DraftClosed(held, held.state)
        content = content_of(held)
        if held.company is not None and content.txn_date and held.edits_id is None:
            today = company_day(held.company, now).isoformat()
            if content.txn_date < today:
                content = replace(content, txn_date=today, due_date="", due_date_typed=False)
        before, held.expires_at = held.expires_at, now + DRAFT_LIFE
        dated = content_of(held).txn_date
        held.content = content.to_json()
        held.version += 1
        held.edited_by = actor.person
        held.edited_at = now
        held.save()
        audit.record(
            "draft.revived",
            actor=actor,
            portal=actor.portal,
            company=held.company,
            subject=("draft", str(held.pk)),
            before={"expired": before.isoformat(), "txn_date": dated},
            after={"deal": held.deal.name, "txn_date": content.txn_date},
            now=now,
        )
        return held


def move_to(draft: Draft, step: str) -> None:
    """The step the rep goes on to, unless somebody saved the draft meanwhile."""
    held = Draft.objects.for_portal(draft.portal_id).filter(pk=draft.pk, version=draft.version)
    held.update(step=step)
    draft.step = step


def _locked(actor: Actor, draft: Draft) -> Draft:
    found = Draft.objects.for_portal(actor.portal).select_for_update(of=("self",))
    return found.select_related("deal", "company").get(pk=draft.pk)  # type: ignore[no-any-return]
