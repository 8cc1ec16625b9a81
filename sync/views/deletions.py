"""Sync > Waiting: deletions that more records are about than a person would make (D-28)."""

from uuid import UUID

from django.contrib import messages as notices
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from integration.access.actors import Actor
from integration.access.pages import portal_page
from integration.access.rights import Right
from integration.clock import now
from sync import deletions as held
from sync.models import DeletePolicy, HeldDeletion, SyncObject
from sync.views.common import tabs

MOST_SHOWN = 200


@portal_page(Right.VIEW, all_deals=True)
@require_GET
def deletions(request: HttpRequest, actor: Actor, hold_id: UUID) -> HttpResponse:
    """Which records, and what would become of them."""
    hold = _hold(actor, hold_id)
    names = held.names_of(hold, MOST_SHOWN)
    context = {
        "actor": actor,
        "tabs": tabs(actor, "sync_waiting"),
        "hold": hold,
        "names": names,
        "more": len(hold.record_ids) - len(names),
        "is_archived": hold.policy == DeletePolicy.ARCHIVE,
        "is_invoices": hold.object == SyncObject.INVOICES,
        "is_contacts": hold.object == SyncObject.CONTACTS,
        "may_decide": actor.may(Right.RUN_SYNC, hold.company),
    }
    return render(request, "sync/deletions.html", context)


@portal_page(Right.RUN_SYNC, all_deals=True)
@require_POST
def confirm_deletions(request: HttpRequest, actor: Actor, hold_id: UUID) -> HttpResponse:
    return _decided(request, actor, hold_id, confirm=True)


@portal_page(Right.RUN_SYNC, all_deals=True)
@require_POST
def cancel_deletions(request: HttpRequest, actor: Actor, hold_id: UUID) -> HttpResponse:
    return _decided(request, actor, hold_id, confirm=False)


def _decided(request: HttpRequest, actor: Actor, hold_id: UUID, *, confirm: bool) -> HttpResponse:
    done = held.decide_deletions(actor, _hold(actor, hold_id), confirm=confirm, now=now())
    if not done:
        notices.info(request, _("Somebody else decided about these records already."))
    elif confirm:
        notices.success(request, _("HubSpot is told with the next sync."))
    else:
        notices.success(request, _("The records stay in HubSpot as they are."))
    return redirect("sync_waiting", actor.portal.pk)


def _hold(actor: Actor, hold_id: UUID) -> HeldDeletion:
    rows = HeldDeletion.objects.for_portal(actor.portal).filter(actor.company_condition())
    found: HeldDeletion = get_object_or_404(rows.select_related("company"), pk=hold_id)
    return found
