"""Waiting for approval: the list, and one invoice to approve or reject (D-15, S-102)."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from integration import listing, messages
from integration.access.actors import Actor
from integration.access.pages import portal_page, record_url
from integration.access.rights import Right
from integration.clock import now
from integration.listing import Column, Filter
from invoices import approvals
from invoices.approval_facts import policy_of
from invoices.approval_policy import Policy
from invoices.approval_sheet import sheet_of
from invoices.approvals import DecisionRefused
from invoices.draft import DraftContent
from invoices.models import ApprovalRequest
from invoices.models.approvals import ApprovalState
from invoices.views.invoices import tabs

COLUMNS = [
    Column("customer", _("Customer")),
    Column("deal", _("Deal"), "deal__name"),
    Column("company", _("Company"), "company__name"),
    Column("why", _("Why")),
    Column("who", _("Sent by")),
    Column("since", _("Sent"), "asked_at"),
    Column("amount", _("Total"), "amount", "number"),
]


@portal_page(Right.APPROVE)
@require_GET
def approval_list(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What waits, the longest first; decided ones by filter."""
    asked_for = request.GET.get("state")
    page = listing.build(
        request.GET,
        approvals.visible(actor) if asked_for else approvals.waiting(actor),
        columns=COLUMNS,
        filters=_filters(actor),
        search=["deal__name", "asked_by__name"],
        search_label=_("Deal or person"),
        order="asked_at",
        caption=_("Waiting for approval"),
    )
    context = {
        "actor": actor,
        "tabs": tabs(actor, "approvals"),
        "listing": page,
        "lines": lines_of(actor, page.rows),
    }
    return render(request, "invoices/approvals.html", context)


def lines_of(actor: Actor, rows: Sequence[ApprovalRequest]) -> list[dict[str, Any]]:
    """The policy is read once for each company."""
    companies = {each.company_id: each.company for each in rows}
    policies = {key: policy_of(company) for key, company in companies.items()}
    return [_line(actor, each, policies[each.company_id]) for each in rows]


def _line(actor: Actor, request: ApprovalRequest, policy: Policy) -> dict[str, Any]:
    content = DraftContent.from_json(request.content)
    return {
        "row": request,
        "customer": content.recipient,
        "why": _reason(request).what,
        "is_own": bool(approvals.why_not(actor, request, policy)) and _is_waiting(request),
    }


def _reason(request: ApprovalRequest) -> messages.Message:
    return messages.message(request.reason, **request.reason_parameters)


def _is_waiting(request: ApprovalRequest) -> bool:
    return bool(request.state == ApprovalState.WAITING)


def _filters(actor: Actor) -> list[Filter]:
    found = [Filter("state", _("Decision"), ApprovalState.choices)]
    companies = [(str(each.pk), each.name) for each in actor.companies().order_by("name")]
    if len(companies) > 1:
        found.append(Filter("company", _("Company"), companies))
    return found


@portal_page(Right.APPROVE)
@require_http_methods(["GET", "POST"])
def approval(request: HttpRequest, actor: Actor, approval_id: UUID) -> HttpResponse:
    found = approvals.find(actor, approval_id)
    actor.require(Right.APPROVE, found.company)
    if request.method == "GET":
        return _show(request, actor, found)
    try:
        return _decide(request, actor, found)
    except DecisionRefused as refused:
        fresh = approvals.find(actor, approval_id)
        said = messages.message(refused.code, **refused.parameters)
        status = 422 if refused.code.startswith("approval.comment") else 409
        return _show(request, actor, fresh, said, status)


def _decide(request: HttpRequest, actor: Actor, found: ApprovalRequest) -> HttpResponse:
    """``content_hash`` is of what the page showed: another content is refused."""
    shown, instant = request.POST.get("content_hash", ""), now()
    if request.POST.get("go") == "reject":
        approvals.reject(actor, found.pk, shown, request.POST.get("comment", ""), instant)
        said = gettext("Rejected. The draft is back with %(person)s, with your comment.")
    else:
        approvals.approve(actor, found.pk, shown, instant)
        said = gettext("Approved. The invoice that %(person)s sent goes on to QuickBooks now.")
    notices.success(request, said % {"person": found.asked_by})
    return redirect("approvals", actor.portal.pk)


def _show(
    request: HttpRequest,
    actor: Actor,
    found: ApprovalRequest,
    refused: messages.Message | None = None,
    status: int = 200,
) -> HttpResponse:
    why_not = approvals.why_not(actor, found) if _is_waiting(found) else ""
    context = {
        "actor": actor,
        "found": found,
        "sheet": sheet_of(found, now()),
        "reason": _reason(found),
        "refused": refused,
        "comment": request.POST.get("comment", ""),
        "comment_error": refused.sentence if refused and status == 422 else "",
        "is_waiting": _is_waiting(found),
        "why_not": messages.message(why_not) if why_not else None,
        "deal_url": record_url(actor, "deal", found.deal.hubspot_id) if found.deal else "",
        "invoice": _invoice_of(found),
        "most": approvals.LONGEST_COMMENT,
    }
    return render(request, "invoices/approval.html", context, status=status)


def _invoice_of(found: ApprovalRequest) -> Any:
    """What became of it, or what shall be changed."""
    if found.operation is not None:
        return found.operation.invoice
    return found.change.invoice if found.change is not None else None
