"""Customers that reps ask for (E-10): asked, decided on, and what a draft's judgement needs of it.

Accepting creates nothing yet: it lets exactly this customer pass, and the invoice's own creation
makes it in QuickBooks, exactly once.
"""

import hashlib
import json
from dataclasses import asdict, replace
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.http import Http404

from integration import audit, company_settings
from integration.access import actors
from integration.access.actors import Actor
from integration.access.rights import Right
from integration.models import Company
from integration.models.tenancy import PortalQuerySet
from integration.reference import Reference
from invoices.calendar import company_day
from invoices.customer_policy import CustomerPolicy, RequestState
from invoices.draft import DraftContent, DraftFacts, NewCustomer
from invoices.drafts import content_of
from invoices.models import CustomerRequest, Draft
from invoices.models.drafts import DraftState
from invoices.wizard import defaults

LONGEST_COMMENT = 1000


class DecisionRefused(Exception):
    """Nothing was decided. ``code`` and ``parameters`` are for ``integration.messages``."""

    def __init__(self, code: str, **parameters: str) -> None:
        super().__init__(code)
        self.code = code
        self.parameters = parameters


# ------------------------------------------------------------------------------------- the policy
def policy_for(actor: Actor | None, company: Company) -> str:
    """What this person may do with new customers; whoever may approve is not held back."""
    if actor is not None and actor.may(Right.APPROVE, company):
        return CustomerPolicy.FREELY
    return str(company_settings.of_company(company).rep_customers)


def with_request(facts: DraftFacts, draft: Draft, content: DraftContent) -> DraftFacts:
    """The facts with what E-10 says of the draft's new customer."""
    if content.new_customer is None or draft.company is None:
        return facts
    policy = str(company_settings.of_company(draft.company).rep_customers)
    if policy != CustomerPolicy.FREELY:
        editor = actors.of_person(draft.edited_by, draft.portal, origin="worker")
        policy = policy_for(editor, draft.company)
    if policy != CustomerPolicy.REQUEST:
        return replace(facts, customer_policy=policy)
    held = _of_content(draft, content)
    return replace(
        facts,
        customer_policy=policy,
        customer_request=held.state if held else "",
        customer_request_comment=held.comment if held else "",
    )


def latest(draft: Draft) -> CustomerRequest | None:
    """The draft's last request, whatever became of it."""
    rows = CustomerRequest.objects.for_portal(draft.portal_id).filter(draft=draft)
    return rows.order_by("-asked_at", "-pk").select_related("decided_by").first()  # type: ignore[no-any-return]


def _of_content(draft: Draft, content: DraftContent) -> CustomerRequest | None:
    rows = CustomerRequest.objects.for_portal(draft.portal_id).filter(
        draft=draft, content_hash=_hash(_asked_for(content))
    )
    found = rows.exclude(state=RequestState.WITHDRAWN).order_by("-asked_at", "-pk")
    return found.first()  # type: ignore[no-any-return]


def _asked_for(content: DraftContent) -> dict[str, object]:
    assert content.new_customer is not None  # noqa: S101 callers look
    return {**asdict(content.new_customer), "currency": content.currency}


def _hash(asked: dict[str, object]) -> str:
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


# ----------------------------------------------------------------------------------------- asking
def settle(actor: Actor, draft: Draft, now: datetime) -> CustomerRequest | None:
    """After the customer step: ask for the new customer, or take a request back that is no longer
    needed. Asking twice for the same is one request."""
    if draft.company is None:
        return None
    content = content_of(draft)
    wanted = content.new_customer is not None
    if not wanted or policy_for(actor, draft.company) != CustomerPolicy.REQUEST:
        _withdraw(actor, draft, now)
        return None
    with transaction.atomic():
        Draft.objects.for_portal(draft.portal_id).select_for_update(of=("self",)).get(pk=draft.pk)
        held = _of_content(draft, content)
        if held is not None and held.state != RequestState.REJECTED:
            return held
        _withdraw(actor, draft, now)
        return _ask(actor, draft, content, now)


def _ask(actor: Actor, draft: Draft, content: DraftContent, now: datetime) -> CustomerRequest:
    asked = _asked_for(content)
    found = CustomerRequest(
        portal=draft.portal, company=draft.company, draft=draft, content=asked,
        content_hash=_hash(asked), name=str(asked["display_name"]), asked_by=actor.person,
        asked_at=now,
    )  # fmt: skip
    found.save(force_insert=True)
    _record(actor, "customer.requested", found, now)
    return found


def _withdraw(actor: Actor, draft: Draft, now: datetime) -> None:
    rows = CustomerRequest.objects.for_portal(draft.portal_id).filter(
        draft=draft, state=RequestState.WAITING
    )
    for row in rows:
        if rows.filter(pk=row.pk).update(state=RequestState.WITHDRAWN, decided_at=now):
            _record(actor, "customer.request_withdrawn", row, now)


# --------------------------------------------------------------------------------------- deciding
def visible(actor: Actor) -> PortalQuerySet:
    """Requests of any state in companies and of deals within the person's reach."""
    rows = CustomerRequest.objects.for_portal(actor.portal).filter(actor.company_condition())
    in_reach = rows.filter(actor.deal_condition("draft__deal__"))
    return in_reach.select_related("company", "draft__deal", "asked_by", "decided_by")


def waiting(actor: Actor) -> PortalQuerySet:
    return visible(actor).filter(state=RequestState.WAITING)


def find(actor: Actor, request_id: UUID | str) -> CustomerRequest:
    """Raises Http404."""
    found = visible(actor).filter(pk=request_id).first()
    if found is None:
        raise Http404
    return found  # type: ignore[no-any-return]


def asked(request: CustomerRequest) -> tuple[NewCustomer, str]:
    """The customer that is asked for, and its currency."""
    stored = dict(request.content)
    currency = str(stored.pop("currency", ""))
    found = DraftContent.from_json({"new_customer": stored}).new_customer
    assert found is not None  # noqa: S101 a request has one
    return found, currency


def why_not(actor: Actor, request: CustomerRequest) -> str:
    """Why this person may not decide on it, as a message code; empty when they may."""
    if actor.person is None or not actor.may(Right.APPROVE, request.company):
        return "approval.right_missing"
    return "customer_request.own" if request.asked_by_id == actor.person.pk else ""


def accept(actor: Actor, request_id: UUID | str, now: datetime, comment: str = "") -> None:
    """The rep's draft may go on with this new customer. Raises DecisionRefused or Http404."""
    _decide(actor, request_id, RequestState.ACCEPTED, now, comment=comment)


def use_existing(actor: Actor, request_id: UUID | str, customer_id: str, now: datetime) -> None:
    """The answer is a customer that QuickBooks has already: the draft takes it."""
    request = find(actor, request_id)
    customer = Reference.of(request.company).customer(customer_id)
    _new, currency = asked(request)
    if customer is None or not customer.active:
        raise DecisionRefused("customer_request.unknown_customer")
    if customer.currency not in ("", currency):
        raise DecisionRefused(
            "customer_request.other_currency", name=customer.display_name, currency=currency
        )
    _decide(actor, request_id, RequestState.ACCEPTED, now, customer_id=customer_id)


def reject(actor: Actor, request_id: UUID | str, comment: str, now: datetime) -> None:
    """With a reason, which the rep reads. Raises DecisionRefused or Http404."""
    if not comment.strip():
        raise DecisionRefused("customer_request.comment_missing")
    _decide(actor, request_id, RequestState.REJECTED, now, comment=comment)


def _decide(
    actor: Actor, request_id: UUID | str, state: RequestState, now: datetime,
    *, comment: str = "", customer_id: str = "",
) -> None:  # fmt: skip
    """One decision, however often the button is pressed."""
    with transaction.atomic():
        seen = find(actor, request_id)
        reason = why_not(actor, seen)
        if reason:
            raise DecisionRefused(reason, name=seen.name)
        rows = CustomerRequest.objects.for_portal(actor.portal).select_for_update(of=("self",))
        held = rows.select_related("company", "draft").get(pk=seen.pk)
        if held.state != RequestState.WAITING:
            raise DecisionRefused("customer_request.decided", name=held.name)
        held.state, held.comment, held.customer_id = state, comment.strip(), customer_id
        held.decided_by, held.decided_at = actor.person, now
        held.save()
        if customer_id:
            _take(held, customer_id, now)
        _record(actor, f"customer.request_{state.value}", held, now)


def _take(request: CustomerRequest, customer_id: str, now: datetime) -> None:
    """The existing customer stands in the draft, as if the rep had chosen it."""
    rows = Draft.objects.for_portal(request.portal_id).select_for_update(of=("self",))
    draft = rows.select_related("company").get(pk=request.draft_id)
    content = content_of(draft)
    if draft.state != DraftState.OPEN or content.new_customer is None:
        return
    reference = Reference.of(request.company)
    customer = reference.customer(customer_id)
    assert customer is not None  # noqa: S101 looked at before
    today = company_day(request.company, now)
    draft.content = defaults.with_customer(content, customer, reference, today).to_json()
    draft.version += 1
    draft.save(update_fields=["content", "version"])


def _record(actor: Actor, action: str, request: CustomerRequest, now: datetime) -> None:
    audit.record(
        action,
        actor=actor,
        portal=actor.portal,
        company=request.company,
        subject=("draft", str(request.draft_id)),
        after={"name": request.name, "comment": request.comment},
        now=now,
    )
