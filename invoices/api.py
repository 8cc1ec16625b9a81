"""``/api/v1/invoices``: list and detail (B-30), of what the token's person may see (D-05)."""

import hashlib
import json
from typing import Any, ClassVar

import django_filters
from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.http import Http404
from django.utils.cache import get_conditional_response
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from integration.access.actors import Actor
from integration.access.rights import Right
from integration.api.base import PortalApiView
from integration.api.errors import ApiProblem
from integration.api.paging import CURSOR, LIMIT, pages
from integration.gateways.quickbooks_transactions import invoice as parse_invoice
from invoices import reach
from invoices.models import Invoice, InvoiceAttachment, PaymentApplication
from invoices.models.invoices import Stage
from invoices.serializers import InvoiceDetailFields, InvoiceFields

TAGS = ["Invoices"]


class InvoiceFilters(django_filters.FilterSet):
    """Filters of the list; several of them must all hold."""

    stage = django_filters.MultipleChoiceFilter(
        choices=Stage.choices, help_text="May be given several times: any of them."
    )
    company = django_filters.UUIDFilter(
        field_name="company_id", help_text="Our id of a QuickBooks company."
    )
    customer_id = django_filters.CharFilter(help_text="QuickBooks' customer id.")
    customer = django_filters.CharFilter(
        field_name="customer_name", lookup_expr="icontains", help_text="Part of the name."
    )
    number = django_filters.CharFilter(field_name="doc_number", help_text="The whole number.")
    deal = django_filters.CharFilter(method="on_deal", help_text="HubSpot's deal id.")
    invoice_date_from = django_filters.DateFilter(field_name="txn_date", lookup_expr="gte")
    invoice_date_to = django_filters.DateFilter(field_name="txn_date", lookup_expr="lte")
    due_date_from = django_filters.DateFilter(field_name="due_date", lookup_expr="gte")
    due_date_to = django_filters.DateFilter(field_name="due_date", lookup_expr="lte")
    updated_since = django_filters.IsoDateTimeFilter(
        field_name="seen_at",
        lookup_expr="gte",
        help_text="`updated_at` at or after this instant: what changed since the last look.",
    )

    class Meta:
        model = Invoice
        fields: ClassVar[list[str]] = []

    def on_deal(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """A deal out of reach is no filter to find out with (D-05)."""
        actor: Actor = self.request.auth
        attached = InvoiceAttachment.objects.for_portal(actor.portal).filter(
            invoice=OuterRef("pk"), object_kind="deals", hubspot_id=value, detached_at=None
        )
        if not actor.sees_all_deals:
            in_reach = reach.visible_deals(actor)
            attached = attached.filter(hubspot_id__in=in_reach.values("hubspot_id"))
        return rows.filter(Exists(attached))


class InvoicesView(PortalApiView):
    """What list and detail share."""

    rights: ClassVar = {"GET": Right.VIEW}

    def rows(self) -> QuerySet[Any]:
        """In reach, with companies and attachments: two queries for any number of rows."""
        attached = InvoiceAttachment.objects.for_portal(self.actor.portal).filter(detached_at=None)
        found = reach.visible_invoices(self.actor).select_related("company")
        return found.prefetch_related(
            Prefetch(
                "attachments",
                queryset=attached.order_by("-counts", "attached_at", "pk"),
                to_attr="attached",
            )
        )

    def get_serializer_context(self) -> dict[str, Any]:
        """``deals_in_reach``: HubSpot ids that a limited person may be told; None means all."""
        reached = None
        if not self.actor.sees_all_deals:
            deals = reach.visible_deals(self.actor)
            reached = frozenset(deals.values_list("hubspot_id", flat=True))
        return {"request": self.request, "view": self, "deals_in_reach": reached}


class Invoices(InvoicesView, ListAPIView[Invoice]):
    """Invoices known here, those that changed last first.

    A page follows a row, so nothing is left out or doubled while invoices change. An unknown filter is refused: otherwise a misspelt one would return everything.
    """

    serializer_class = InvoiceFields
    pagination_class = pages("-seen_at")
    filterset_class = InvoiceFilters
    queryset = Invoice.objects.none()

    @extend_schema(operation_id="invoices", tags=TAGS)
    def get(self, request: Request) -> Response:
        return super().get(request)

    def get_queryset(self) -> QuerySet[Any]:
        return self.rows().defer("raw", "written")

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        known = {*InvoiceFilters.base_filters, CURSOR, LIMIT}
        unknown = sorted(set(self.request.query_params) - known)
        if unknown:
            errors = [{"field": name, "detail": "There is no such filter."} for name in unknown]
            raise ApiProblem("api.invalid", errors=errors)
        found: QuerySet[Any] = super().filter_queryset(queryset)
        return found


class InvoiceDetail(InvoicesView):
    """One invoice with its lines, payments and HubSpot records."""

    @extend_schema(
        operation_id="invoice",
        tags=TAGS,
        parameters=[
            OpenApiParameter(
                "If-None-Match",
                str,
                OpenApiParameter.HEADER,
                description="The `ETag` of an earlier answer: 304 when nothing changed since.",
            )
        ],
        responses={
            200: InvoiceDetailFields,
            304: OpenApiResponse(description="Nothing changed; no body."),
        },
    )
    def get(self, request: Request, invoice_id: Any) -> Any:
        ledger = PaymentApplication.objects.for_portal(self.actor.portal)
        rows = self.rows().prefetch_related(
            Prefetch(
                "payments", queryset=ledger.order_by("paid_on", "seen_at", "pk"), to_attr="ledger"
            )
        )
        invoice = rows.filter(pk=invoice_id).first()
        if invoice is None:
            raise Http404
        context = {**self.get_serializer_context(), "record": _record(invoice)}
        response = Response(InvoiceDetailFields(invoice, context=context).data)
        return _conditional(request, response)


def _record(invoice: Invoice) -> Any:
    """QuickBooks' record of our copy; None where it cannot be read."""
    try:
        return parse_invoice(invoice.raw)
    except (ValueError, KeyError, TypeError):
        return None


def _conditional(request: Request, response: Response) -> Any:
    """The answer with its ``ETag``, or 304 when the caller has it already."""
    text = json.dumps(response.data, default=str, sort_keys=True)
    etag = f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
    response["ETag"] = etag
    kept = get_conditional_response(request._request, etag=etag, response=response)
    if kept is response:
        return response
    return Response(status=304, headers={"ETag": etag})
