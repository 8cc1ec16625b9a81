"""The Change section of an invoice's page: every act, with the reason where it is not offered."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from integration import messages
from integration.access.actors import Actor
from integration.access.rights import Right
from integration.clock import now
from invoices import change_facts
from invoices.change_places import change_url, invoice_place
from invoices.change_rules import Act
from invoices.models import Invoice, InvoiceChange
from invoices.models.changes import ChangeKind, ChangePoint

SHOWN: dict[Act, tuple[Promise, str]] = {
    Act.EDIT: (_("Edit"), "edit"),
    Act.COPY: (_("Copy to new draft"), "copy"),
    Act.CORRECT: (_("Correct this invoice"), "undo"),
    Act.VOID: (_("Void"), "stage-voided"),
}
ASKING = (Act.CORRECT, Act.VOID)
NEEDS = {Act.CORRECT: Right.CORRECT, Act.VOID: Right.CORRECT}


@dataclass(frozen=True, slots=True)
class ShownAct:
    """``asks``: its address asks before it does anything."""

    name: str
    label: Promise
    icon: str
    url: str
    asks: bool
    why_not: str


def context(
    request: HttpRequest, actor: Actor, invoice: Invoice, deal_id: str = ""
) -> dict[str, Any]:
    """For the invoice's page, which includes ``_changes.html`` and ``_change_notice.html``."""
    found: dict[str, Any] = {"acts": acts(actor, invoice, deal_id)}
    rows = change_facts.changes_of(invoice)
    under_way = rows.filter(finished_at=None).first()
    if under_way is not None:
        found |= {"under_way": under_way, "under_way_url": _url(actor, under_way, deal_id)}
    done = rows.filter(point=ChangePoint.DONE)
    correction = done.filter(kind=ChangeKind.CORRECT).first()
    if correction is not None:
        found |= {"correction": correction, "correction_url": _url(actor, correction, deal_id)}
    return found | {"changed_now": _just_done(request, done)}


def acts(actor: Actor, invoice: Invoice, deal_id: str = "") -> list[ShownAct]:
    """Empty for people who may only look."""
    if not (actor.may(Right.DRAFT) or actor.may(Right.CORRECT)):
        return []
    permissions = change_facts.allowed(actor, invoice, now(), deal_id)
    return [
        ShownAct(
            name=act.value,
            label=label,
            icon=icon,
            url=invoice_place(actor, f"invoice-{act.value}", invoice, deal_id),
            asks=act in ASKING,
            why_not=_why_not(permissions[act].code, dict(permissions[act].parameters)),
        )
        for act, (label, icon) in SHOWN.items()
    ]


def _why_not(code: str, parameters: dict[str, str]) -> str:
    return messages.sentence(code, **parameters) if code else ""


def _url(actor: Actor, change: InvoiceChange, deal_id: str) -> str:
    return change_url(actor, change, deal_id)


def _just_done(request: HttpRequest, done: Any) -> InvoiceChange | None:
    """The change that the page was reached from."""
    try:
        wanted = UUID(request.GET.get("changed", ""))
    except (ValueError, ValidationError):
        return None
    return done.filter(pk=wanted).first()  # type: ignore[no-any-return]
