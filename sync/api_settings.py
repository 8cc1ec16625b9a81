"""What is synced of a company, for programs (S-111, S-112, D-26, P-47).

PATCH may be repeated: the same choices change nothing and are recorded once.
"""

from dataclasses import asdict, replace
from typing import Any, ClassVar
from uuid import UUID

from django.http import Http404
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from integration.access.rights import Right
from integration.api.base import PortalApiView
from integration.api.errors import ApiProblem
from integration.api.problems import MEDIA_TYPE
from integration.api.waiting import given
from integration.clock import now
from integration.models import Company
from sync import services
from sync.models import (
    ConflictRule,
    DeletePolicy,
    SavePolicy,
    SyncDirection,
    SyncObject,
)
from sync.services import Tab
from sync.tabs import TabRefused, refuse_changed, refuse_two_makers

TAGS = ["Sync"]
ASKS = "sync.tab_asks"
ONLY_CONTACTS = ("without_email",)


class TabFields(serializers.Serializer[Any]):
    """One tab of a company. Its choices are about records that nobody made or added here."""

    object = serializers.ChoiceField(choices=SyncObject.choices, read_only=True)
    enabled = serializers.BooleanField(required=False)
    save_policy = serializers.ChoiceField(choices=SavePolicy.choices, required=False)
    delete_policy = serializers.ChoiceField(choices=DeletePolicy.choices, required=False)
    without_email = serializers.BooleanField(
        required=False, help_text="Contacts only: also customers without an e-mail address."
    )
    direction = serializers.ChoiceField(
        choices=SyncDirection.choices,
        required=False,
        help_text="Contacts and products. Only `to_hubspot` leaves QuickBooks unchanged.",
    )
    conflict_rule = serializers.ChoiceField(
        choices=ConflictRule.choices,
        required=False,
        help_text="With `both`: who is right where both sides changed the same field.",
    )
    creates_in_quickbooks = serializers.BooleanField(
        required=False,
        help_text="Where HubSpot may change QuickBooks: its new records enter the books too.",
    )
    version = serializers.CharField(
        required=False,
        max_length=12,
        help_text="Of the choices as they are. Say the one you read, and a tab that somebody "
        "changed since is left alone (409 `sync.tab_changed`).",
    )
    knows_traces = serializers.BooleanField(
        required=False,
        default=False,
        write_only=True,
        help_text="Needed to turn the tab on where traces of HubSpot's own QuickBooks app were "
        "found (409 `sync.traces_found`).",
    )
    confirm = serializers.BooleanField(
        required=False,
        default=False,
        write_only=True,
        help_text="Needed to turn the tab on or off, and to let HubSpot change QuickBooks: say it "
        "after looking at the counts.",
    )


class CountFields(serializers.Serializer[Any]):
    """In records; nothing was written. `create`, `update` and `skip` are null for invoices: those
    enter one by one as they change."""

    create = serializers.IntegerField(allow_null=True)
    update = serializers.IntegerField(allow_null=True)
    skip = serializers.IntegerField(allow_null=True)
    is_exact = serializers.BooleanField(help_text="HubSpot was asked which of them it has.")
    followed = serializers.IntegerField(
        help_text="Linked records; of invoices those made or added here, followed in any case."
    )
    synced = serializers.IntegerField(
        allow_null=True, help_text="Invoices only: those that came by themselves."
    )
    differing = serializers.IntegerField(
        allow_null=True,
        help_text="Where HubSpot may change QuickBooks: linked records, of the first 500, that say "
        "something else on both sides now. They stay so until somebody changes them.",
    )


CHANGE = OpenApiExample(
    "Turn on after looking at the counts",
    {"enabled": True, "save_policy": "create_and_update", "confirm": True},
    request_only=True,
)


class AskedFields(serializers.Serializer[Any]):
    """A problem document with the counts beside."""

    code = serializers.CharField()
    detail = serializers.CharField()
    counts = CountFields()


ASKED = OpenApiResponse(
    AskedFields,
    description="Not confirmed: the counts tell what would happen.",
    examples=[
        OpenApiExample(
            "Products of a company",
            {
                "code": ASKS,
                "detail": "Nothing was changed. …",
                "counts": {
                    "create": 40,
                    "update": 3,
                    "skip": 2,
                    "is_exact": True,
                    "followed": 3,
                    "synced": None,
                    "differing": None,
                },
            },
            response_only=True,
            status_codes=["409"],
        )
    ],
)


class OfTab(PortalApiView):
    """What the endpoints of a tab share."""

    def place(self, company_id: UUID, tab: str) -> tuple[Company, SyncObject]:
        if tab not in SyncObject.values:
            raise Http404
        return self.actor.company(company_id, Right.MAP), SyncObject(tab)

    def counts(self, company: Company, object: SyncObject, chosen: Tab) -> dict[str, Any]:
        if object is SyncObject.INVOICES:
            known = services.counts(company)
            nothing = dict.fromkeys(("create", "update", "skip"))
            told = {"followed": known.linked, "synced": known.synced, "differing": None}
            return {**nothing, "is_exact": True, **told}
        found = services.forecast(self.actor, company, object, chosen)
        linked = services.linked_records(company, object)
        back = None
        if chosen.tells_quickbooks:
            back = services.forecast_back(self.actor, company, object, now()).differing
        return {**asdict(found), "followed": linked, "synced": None, "differing": back}


class SyncTab(OfTab):
    """What is synced of contacts, products or invoices."""

    rights: ClassVar = {"GET": Right.MAP, "PATCH": Right.MAP}

    @extend_schema(operation_id="sync_tab", tags=TAGS, responses=TabFields)
    def get(self, request: Request, company_id: UUID, tab: str) -> Response:
        return Response(_told(*self.place(company_id, tab)))

    @extend_schema(
        operation_id="change_sync_tab",
        tags=TAGS,
        request=TabFields,
        examples=[CHANGE],
        responses={200: TabFields, (409, MEDIA_TYPE): ASKED},
    )
    def patch(self, request: Request, company_id: UUID, tab: str) -> Response:
        """What is left out stays. Turning on or off without `confirm` is a 409 with the counts."""
        company, object = self.place(company_id, tab)
        stored = services.tab(company, object)
        said = given(TabFields, request)
        version = said.pop("version", stored.version)
        confirmed, knows_traces = said.pop("confirm"), said.pop("knows_traces")
        _check_fields(object, said)
        chosen = replace(stored, **said)
        try:
            refuse_changed(company, stored, chosen, version)
            refuse_two_makers(company, object, chosen)
        except TabRefused as error:
            raise ApiProblem(error.code, status=409, **error.parameters) from None
        if chosen.asks_after(stored) and not confirmed:
            counts = self.counts(company, object, chosen)
            raise ApiProblem(ASKS, status=409, facts={"counts": counts}, name=company.name)
        try:
            services.save_tab(
                self.actor, company, object, chosen, now(),
                knows_traces=knows_traces, built_from=stored,
            )  # fmt: skip
        except TabRefused as error:
            raise ApiProblem(error.code, status=409, **error.parameters) from None
        return Response(_told(company, object))


class SyncTabCounts(OfTab):
    """What turning a tab on would be about."""

    rights: ClassVar = {"GET": Right.MAP}

    @extend_schema(operation_id="sync_tab_counts", tags=TAGS, responses=CountFields)
    def get(self, request: Request, company_id: UUID, tab: str) -> Response:
        """By the choices as they are saved, as if every record had just changed."""
        company, object = self.place(company_id, tab)
        chosen = replace(services.tab(company, object), enabled=True)
        return Response(CountFields(self.counts(company, object, chosen)).data)


def _check_fields(object: SyncObject, said: dict[str, Any]) -> None:
    """Choices of other tabs are refused unless they say what holds anyway."""
    wrong = []
    if object is not SyncObject.CONTACTS and any(said.get(name) for name in ONLY_CONTACTS):
        wrong.append({"field": "without_email", "detail": str(SyncObject.CONTACTS.label)})
    if object is SyncObject.INVOICES:
        goes_back = said.get("direction", SyncDirection.TO_HUBSPOT) != SyncDirection.TO_HUBSPOT
        fields = (
            ("direction", goes_back),
            ("creates_in_quickbooks", said.get("creates_in_quickbooks")),
        )
        label = f"{SyncObject.CONTACTS.label}, {SyncObject.PRODUCTS.label}"
        wrong += [{"field": name, "detail": label} for name, is_wrong in fields if is_wrong]
    if wrong:
        raise ApiProblem("api.invalid", errors=wrong)


def _told(company: Company, object: SyncObject) -> dict[str, Any]:
    now_so = services.tab(company, object)
    stored = {"object": object.value, **asdict(now_so), "version": now_so.version}
    if object is not SyncObject.CONTACTS:
        stored |= dict.fromkeys(ONLY_CONTACTS, False)
    return dict(TabFields(stored).data)
