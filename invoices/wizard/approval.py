"""Approval as a rep meets it: predicted on Review, waited for, taken back (D-15, E-05)."""

from uuid import UUID

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from integration import messages
from integration.access.actors import Actor
from integration.access.pages import record_page, record_url
from integration.access.rights import PRESETS, Right
from integration.clock import now
from integration.models import Company, Membership
from integration.models.people import Role
from invoices import approvals, drafts, editing, posting
from invoices.approval_facts import of_draft, policy_of
from invoices.approvals import DecisionRefused
from invoices.edit_checks import taxed_parts
from invoices.models import ApprovalRequest, Draft, InvoiceOperation
from invoices.models.approvals import ApprovalState
from invoices.posting import Verdict
from invoices.wizard.answers import with_sentences
from invoices.wizard.sitting import Sitting

MOST_NAMED = 5


def predicted(sitting: Sitting) -> Verdict:
    """What ``may_post`` would say now. A change of neither amount nor customer waits for nobody."""
    person = sitting.actor.person
    if person is None or _is_small_change(sitting):
        return posting.ALLOWED
    return posting.judge(
        of_draft(sitting.draft, sitting.filled, sitting.totals.total, person), sitting.now
    )


def _is_small_change(sitting: Sitting) -> bool:
    edited = sitting.draft.edits
    if edited is None:
        return False
    before = edited.total - edited.total_tax if sitting.totals.is_estimate else edited.total
    same_amount = sitting.totals.total == before and not _other_tax(sitting)
    return same_amount and sitting.content.customer_id == edited.customer_id


def _other_tax(sitting: Sitting) -> bool:
    """QuickBooks works out the tax, and other amounts are taxable than before."""
    if not sitting.totals.is_estimate:
        return False
    first = editing.began(sitting.draft.edits, editing.base_of(sitting.content))
    return taxed_parts(sitting.filled) != taxed_parts(first)


def waiting_page(request: HttpRequest, actor: Actor, draft: Draft) -> HttpResponse:
    """Instead of the progress: why it waits, who may decide, and the way back."""
    operation: InvoiceOperation = draft.operation
    rows = ApprovalRequest.objects.for_portal(draft.portal_id).filter(operation=operation)
    asked = rows.filter(state=ApprovalState.WAITING).first()
    deal_id = draft.deal.hubspot_id
    context = {
        "actor": actor,
        "draft": draft,
        "deal": draft.deal,
        "operation": operation,
        "content": drafts.content_of(draft),
        "asked": asked,
        "reason": messages.message(operation.problem, **operation.problem_parameters),
        "approvers": approvers(operation.company, asked),
        "deal_url": record_url(actor, "panel", deal_id),
        "poll_url": f"{request.path}?waiting=1",
        "take_back_url": record_url(actor, "wizard-take-back", deal_id, draft_id=draft.pk),
    }
    return render(request, "invoices/wizard_waiting.html", context)


def approvers(company: Company, asked: ApprovalRequest | None) -> list[str]:
    """Some of the people who may decide on it."""
    roles = [role for role in Role if Right.APPROVE in PRESETS[role]]
    members = Membership.objects.for_portal(company.portal_id).filter(
        role__in=roles, person__is_active=True
    )
    four_eyes = policy_of(company).four_eyes
    found = []
    for member in members.select_related("person").prefetch_related("companies"):
        reached = {each.pk for each in member.companies.all()}
        may_reach = not reached or company.pk in reached
        if may_reach and not (four_eyes and asked is not None and _is_author(asked, member)):
            found.append(str(member.person))
    return sorted(found)[:MOST_NAMED]


def _is_author(asked: ApprovalRequest, member: Membership) -> bool:
    return member.person_id in (asked.drafted_by_id, asked.edited_by_id, asked.asked_by_id)


@record_page(Right.DRAFT)
@require_POST
@with_sentences
def take_back(request: HttpRequest, actor: Actor, deal_id: str, draft_id: UUID) -> HttpResponse:
    """ "Take it back": the draft opens again on Review."""
    draft = drafts.find(actor, deal_id, draft_id)
    try:
        approvals.take_back(actor, draft, now())
    except DecisionRefused as refused:
        notices.error(request, messages.sentence(refused.code, **refused.parameters))
        return redirect(record_url(actor, "wizard-draft", deal_id, draft_id=draft.pk))
    notices.success(request, _("The invoice no longer waits. Change what you like, then send it."))
    return redirect(record_url(actor, "wizard-step", deal_id, draft_id=draft.pk, step="review"))
