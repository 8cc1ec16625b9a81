"""``/api/v1/invoices/<id>/send``, ``/schedule`` and ``/pay-link`` (B-16, B-30, D-17)."""

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from integration import messages
from integration.access.rights import Right
from integration.api.base import PortalApiView
from integration.api.errors import ApiProblem
from integration.api.idempotency import KEY, once
from integration.clock import now
from invoices import pay_link, reach, sending
from invoices.mail_status import MailStatus
from invoices.models import Invoice, InvoiceSending
from invoices.models.sending import SendState
from invoices.send_times import TimeRefused
from invoices.sending import Wish
from invoices.sending_serializers import (
    MailFields,
    PayLinkFields,
    RecipientFields,
    ScheduleFields,
    SendingFields,
)

TAGS = ["Invoices"]


class OfInvoice(PortalApiView):
    """Endpoints of one invoice within the caller's reach (D-05)."""

    def check_reach(self, invoice_id: UUID) -> None:
        """Before the work and before an answer is given again (control 37)."""
        self.invoice(invoice_id)

    def invoice(self, invoice_id: UUID) -> Invoice:
        """Raises Http404."""
        return reach.invoice_of(self.actor, invoice_id)

    def ask(self, invoice: Invoice, found: dict[str, Any]) -> Response:
        """Store, and for "now" send as far as it goes: the operation's id is the key's."""
        wish = Wish(found["recipients"], found.get("at"))
        try:
            row = sending.ask(self.actor, invoice, wish, now(), id=self.operation_id)
        except sending.NotSendable as refused:
            raise _problem(refused) from None
        except TimeRefused as refused:
            raise ApiProblem(refused.code, status=422, **refused.parameters) from None
        return Response(SendingFields(row).data, status=202)

    operation_id: UUID
    """Set by ``once``."""


class InvoiceSend(OfInvoice):
    """Mailing it through QuickBooks."""

    rights: ClassVar = {"GET": Right.VIEW, "POST": Right.SEND}

    @extend_schema(operation_id="invoice_mail", tags=TAGS, responses=MailFields)
    def get(self, request: Request, invoice_id: UUID) -> Response:
        """What became of its mail, what is scheduled, and whether it could be sent now."""
        return Response(MailFields(_mail(self, self.invoice(invoice_id))).data)

    @extend_schema(
        operation_id="invoice_send",
        tags=TAGS,
        parameters=[KEY],
        request=RecipientFields,
        responses={202: SendingFields},
    )
    @once
    def post(self, request: Request, invoice_id: UUID) -> Response:
        """Have QuickBooks mail it now; a schedule that waits is replaced.

        Sending must be allowed for the company. `state` says how far it came: while it is `sending` QuickBooks' answer is being looked up, so nothing is mailed twice.
        """
        return self.ask(self.invoice(invoice_id), _read(self, RecipientFields, request, invoice_id))


class InvoiceSchedule(OfInvoice):
    """Mailing it at a time."""

    rights: ClassVar = {"POST": Right.SEND, "DELETE": Right.SEND}

    @extend_schema(
        operation_id="invoice_schedule",
        tags=TAGS,
        parameters=[KEY],
        request=ScheduleFields,
        responses={202: SendingFields},
    )
    @once
    def post(self, request: Request, invoice_id: UUID) -> Response:
        """Have QuickBooks mail it at a minute.

        Just before, it is looked at again: an invoice that was paid, voided or changed since is not mailed, and the people who may send are told.
        """
        return self.ask(self.invoice(invoice_id), _read(self, ScheduleFields, request, invoice_id))

    @extend_schema(
        operation_id="invoice_schedule_cancel",
        tags=TAGS,
        responses={204: OpenApiResponse(description="Nothing waits any more.")},
    )
    def delete(self, request: Request, invoice_id: UUID) -> Response:
        """Call the schedule off; harmless when nothing waits. 409 while it is being sent."""
        invoice = self.invoice(invoice_id)
        if not sending.cancel(self.actor, invoice, now()) and sending.current(invoice):
            raise ApiProblem("sending.in_progress", status=409, **sending.words(invoice))
        return Response(status=204)


class InvoicePayLink(OfInvoice):
    """The page where the customer pays."""

    rights: ClassVar = {"GET": Right.VIEW}

    @extend_schema(operation_id="invoice_pay_link", tags=TAGS, responses=PayLinkFields)
    def get(self, request: Request, invoice_id: UUID) -> Response:
        """The link, or why there is none. One call to QuickBooks each time."""
        link = pay_link.look(self.invoice(invoice_id))
        parameters = link.parameters or {}
        found = {
            "url": link.url,
            "code": link.code,
            "detail": messages.sentence(link.code, **parameters) if link.code else "",
        }
        return Response(PayLinkFields(found).data, headers={"Cache-Control": "no-store"})


def _read(
    view: OfInvoice, fields: type[RecipientFields], request: Request, invoice_id: UUID
) -> dict[str, Any]:
    """The checked body. Raises ValidationError."""
    default = sending.default_recipients(view.invoice(invoice_id))
    given = fields(data=request.data, context={"default": default})
    given.is_valid(raise_exception=True)
    return dict(given.validated_data)


def _problem(refused: sending.NotSendable) -> ApiProblem:
    """The first reason as the problem's code, all of them as its errors."""
    errors = [
        {"field": "", "code": str(each), "detail": messages.sentence(each, **refused.parameters)}
        for each in refused.reasons
    ]
    return ApiProblem(refused.reasons[0], status=409, errors=errors, **refused.parameters)


def _mail(view: OfInvoice, invoice: Invoice) -> dict[str, Any]:
    reasons = sending.why_not(view.actor, invoice)
    words = sending.words(invoice)
    newest: InvoiceSending | None = sending.of_invoice(invoice).first()
    held = sending.current(invoice)
    waits = held is not None and held.is_scheduled and held.state == SendState.WAITING
    return {
        "mail_status": invoice.mail_status or MailStatus.NOT_SENT.value,
        "may_send": not reasons,
        "why_not": [{"code": str(r), "detail": messages.sentence(r, **words)} for r in reasons],
        "scheduled": held if waits else None,
        "last": newest,
    }
