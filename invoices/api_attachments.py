"""``/api/v1/records/…/attachments`` and ``/api/v1/existing-invoices``: what hangs on a deal, contact
or company, adding and taking off (S-64 to S-71), and the search in QuickBooks before it (S-68)."""

from typing import Any, ClassVar
from uuid import UUID

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from integration.access.rights import Right
from integration.api.base import PortalApiView
from integration.api.errors import ApiProblem
from integration.api.idempotency import KEY, once
from integration.clock import now
from invoices import attaching, crm_records, existing, reach
from invoices.api import InvoicesView
from invoices.attaching import MOST_AT_ONCE, Target
from invoices.crm_records import KINDS, CrmRecord, RecordUnknown
from invoices.existing import STATUSES
from invoices.existing_form import ExistingSearchForm
from invoices.models import Invoice
from invoices.serializers import AmountField, InvoiceFields

TAGS = ["Existing invoices"]
RECORD = [
    OpenApiParameter("object_kind", str, OpenApiParameter.PATH, enum=list(KINDS)),
    OpenApiParameter(
        "record_id", str, OpenApiParameter.PATH, description="HubSpot's id of the record."
    ),
]
SEARCHED = ("number", "customer", "total", "since", "until", "status")
PLACES = ("start", "after")


class AttachFields(serializers.Serializer[Any]):
    """Which invoices of which company, by QuickBooks' own ids."""

    company = serializers.UUIDField(help_text="Our id of the QuickBooks company.")
    quickbooks_ids = serializers.ListField(
        child=serializers.RegexField(r"^[0-9]{1,20}$"), min_length=1, max_length=MOST_AT_ONCE
    )


class AttachedFields(serializers.Serializer[Any]):
    """`already` hung there before; `missing` are ids that QuickBooks does not have."""

    added = InvoiceFields(many=True)
    already = InvoiceFields(many=True)
    missing = serializers.ListField(child=serializers.CharField())


class FoundFields(serializers.Serializer[Any]):
    """An invoice of QuickBooks. `id` is ours, null as long as it is not kept here."""

    id = serializers.UUIDField(source="row.pk", allow_null=True, default=None)
    quickbooks_id = serializers.CharField(source="qbo_id")
    number = serializers.CharField()
    customer = serializers.CharField()
    stage = serializers.CharField()
    invoice_date = serializers.DateField(source="txn_date", allow_null=True)
    due_date = serializers.DateField(allow_null=True)
    currency = serializers.CharField()
    total = AmountField()
    open = AmountField()


class FoundPageFields(serializers.Serializer[Any]):
    """`next` holds the parameters of the page that follows, empty on the last one. `from_copy`:
    QuickBooks was not asked, it may have more."""

    results = FoundFields(many=True)
    next = serializers.DictField(child=serializers.CharField())
    from_copy = serializers.BooleanField(source="is_mirror")
    too_many_customers = serializers.BooleanField(source="too_many")


class Attachments(InvoicesView):
    """The record's invoices, and adding some."""

    rights: ClassVar = {"GET": Right.VIEW, "POST": Right.DRAFT}

    @extend_schema(
        operation_id="attachments", tags=TAGS, parameters=RECORD,
        responses=InvoiceFields(many=True),
    )  # fmt: skip
    def get(self, request: Request, object_kind: str, record_id: str) -> Response:
        record = self._look(object_kind, record_id)
        rows = reach.invoices_of_record(self.actor, record.kind, record.id)
        return Response(self._shown([row.pk for row in rows]))

    @extend_schema(
        operation_id="attach_invoices", tags=TAGS, parameters=[*RECORD, KEY],
        request=AttachFields, responses=AttachedFields,
    )  # fmt: skip
    @once
    def post(self, request: Request, object_kind: str, record_id: str) -> Response:
        given = AttachFields(data=request.data)
        given.is_valid(raise_exception=True)
        company = self.actor.company(given.validated_data["company"], Right.DRAFT)
        try:
            record = crm_records.open_record(self.actor, object_kind, record_id, now())
        except RecordUnknown:
            raise Http404 from None
        if record.is_archived:
            raise ApiProblem("draft.deal_archived", status=409)
        target = Target(record.kind, record.id, record.name)
        wanted = given.validated_data["quickbooks_ids"]
        done = attaching.attach(self.actor, target, company, wanted, now())
        return Response(
            {
                "added": self._shown([row.pk for row in done.added]),
                "already": self._shown([row.pk for row in done.already]),
                "missing": list(done.missing),
            }
        )

    def _look(self, object_kind: str, record_id: str) -> CrmRecord:
        try:
            return crm_records.look(self.actor, object_kind, record_id, now())
        except RecordUnknown:
            raise Http404 from None

    def _shown(self, keys: list[UUID]) -> Any:
        """What hangs on a record in reach is shown there, on whatever else it hangs."""
        rows = reach.with_attachments(
            Invoice.objects.for_portal(self.actor.portal).filter(pk__in=keys)
        )
        found = rows.select_related("company").defer("raw", "written").order_by("-txn_date", "-pk")
        return InvoiceFields(found, many=True, context=self.get_serializer_context()).data


class Attachment(PortalApiView):
    """One invoice on a record."""

    rights: ClassVar = {"DELETE": Right.DRAFT}

    @extend_schema(
        operation_id="detach_invoice", tags=TAGS, parameters=RECORD,
        responses={204: OpenApiResponse(description="It does not hang there (any more).")},
    )  # fmt: skip
    def delete(
        self, request: Request, object_kind: str, record_id: str, invoice_id: UUID
    ) -> Response:
        """Doing it twice is harmless."""
        try:
            record = crm_records.look(self.actor, object_kind, record_id, now())
        except RecordUnknown:
            raise Http404 from None
        rows = Invoice.objects.for_portal(self.actor.portal).filter(self.actor.company_condition())
        invoice = rows.filter(pk=invoice_id).select_related("company").first()
        if invoice is None:
            raise Http404
        attaching.detach(self.actor, Target(record.kind, record.id, record.name), invoice, now())
        return Response(status=204)


class ExistingInvoices(PortalApiView):
    """Search QuickBooks' invoices of one company: at most one metered call."""

    rights: ClassVar = {"GET": Right.DRAFT}

    @extend_schema(
        operation_id="existing_invoices",
        tags=TAGS,
        parameters=[
            OpenApiParameter("company", str, required=True, description="Our id of the company."),
            OpenApiParameter("number", str, description="Part of the invoice number."),
            OpenApiParameter("customer", str, description="Words of the customer's name."),
            OpenApiParameter("total", str, description="One amount, or a range: 300-400."),
            OpenApiParameter("since", str, description="Dated on this day or later."),
            OpenApiParameter("until", str, description="Dated on this day or earlier."),
            OpenApiParameter("status", str, enum=list(STATUSES)),
            *(OpenApiParameter(name, str, description="From `next`.") for name in PLACES),
        ],
        responses=FoundPageFields,
    )
    def get(self, request: Request) -> Response:
        query = request.query_params
        unknown = sorted(set(query) - {"company", *SEARCHED, *PLACES})
        if unknown:
            errors = [{"field": name, "detail": "There is no such filter."} for name in unknown]
            raise ApiProblem("api.invalid", errors=errors)
        company = self.actor.company(_uuid(query.get("company", "")), Right.DRAFT)
        form = ExistingSearchForm(query)
        if not form.is_valid():
            raise ApiProblem("api.invalid", errors=_errors(form))
        if form.is_empty and self.actor.is_limited_to_own:
            wrong = {"field": "number", "detail": "Say what to look for."}
            raise ApiProblem("api.invalid", errors=[wrong])
        page = existing.search(self.actor, company, form.criteria(), query, now())
        if page.trouble is not None and not page.rows:
            raise page.trouble
        return Response(
            FoundPageFields(
                {
                    "results": page.rows,
                    "next": dict(page.next),
                    "is_mirror": page.is_mirror,
                    "too_many": page.too_many,
                }
            ).data
        )


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        wrong = {"field": "company", "detail": "Our id of a QuickBooks company."}
        raise ApiProblem("api.invalid", errors=[wrong]) from None


def _errors(form: ExistingSearchForm) -> list[dict[str, str]]:
    return [
        {"field": name, "detail": str(sentence)}
        for name, sentences in form.errors.items()
        for sentence in sentences
    ]
