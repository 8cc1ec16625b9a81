"""Which path leads to which handler, in the undated and the dated spelling."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from sandbox.core.messages import Request, Response
from sandbox.hubspot import (
    account_api,
    association_api,
    batch_api,
    label_api,
    object_api,
    property_api,
)
from sandbox.hubspot.calls import DATED, Call

if TYPE_CHECKING:
    from sandbox.hubspot.application import HubSpot

Handler = Callable[..., Response]


class Routes:
    def __init__(self, hubspot: "HubSpot") -> None:
        self.hubspot = hubspot

    def add(
        self, methods: str, old: str, dated: str, handler: Handler, is_search: bool = False
    ) -> None:
        """``old`` begins with ``/…/v3/…`` or v4, v1; ``@`` in ``dated`` is the version."""
        add, api = self.hubspot.router.add, self.hubspot.api
        for template in old.split():
            version = next(part for part in template.split("/") if part in ("v1", "v3", "v4"))
            add(methods, template, api(handler, version, is_search))
        if dated:
            for version in DATED:
                add(methods, dated.replace("@", version), api(handler, version, is_search))


def _objects(routes: Routes) -> None:
    old, dated = "/crm/v3/objects", "/crm/objects/@"
    k = "/{kind_name}"
    for methods, tail, handler in (
        ("POST", "/batch/read", batch_api.batch_read),
        ("POST", "/batch/create", batch_api.batch_create),
        ("POST", "/batch/update", batch_api.batch_update),
        ("POST", "/batch/upsert", batch_api.batch_upsert),
        ("POST", "/batch/archive", batch_api.batch_archive),
        ("POST", "/merge", object_api.merge_objects),
        ("POST", "/gdpr-delete", object_api.gdpr_delete),
    ):
        routes.add(methods, old + k + tail, dated + k + tail, handler)
    routes.add("POST", f"{old}{k}/search", f"{dated}{k}/search", object_api.search_objects, True)
    routes.add("GET", old + k, dated + k, object_api.list_objects)
    routes.add("POST", old + k, dated + k, object_api.create_object)
    one = k + "/{record_id}"
    routes.add("GET", old + one, dated + one, object_api.read_object)
    routes.add("PATCH", old + one, dated + one, object_api.update_object)
    routes.add("DELETE", old + one, dated + one, object_api.archive_object)


def _associations(routes: Routes) -> None:
    record = "/{source}/{source_id}/associations"
    pair, one = "/{source}/{target}", "/{target}/{target_id}"
    singles: tuple[tuple[str, str, Handler], ...] = (
        ("PUT", "/default" + one, association_api.put_default),
        ("PUT", one, association_api.put_labelled),
        ("DELETE", one, association_api.delete_pair),
        ("GET", "/{target}", association_api.list_associations),
    )
    for methods, tail, handler in singles:
        routes.add(
            methods, f"/crm/v4/objects{record}{tail}", f"/crm/objects/@{record}{tail}", handler
        )
    base = f"/crm/v3/objects{record}"
    routes.add("PUT", f"{base}{one}/{{type_name}}", "", association_api.put_v3)
    routes.add("DELETE", f"{base}{one}/{{type_name}}", "", association_api.delete_pair)
    routes.add("GET", f"{base}/{{target}}", "", association_api.list_associations)
    for tail, handler, versions in (
        ("/batch/create", association_api.batch_create, "v3 v4"),
        ("/batch/read", association_api.batch_read, "v3 v4"),
        ("/batch/archive", association_api.batch_archive, "v3 v4"),
        ("/batch/associate/default", association_api.batch_default, "v4"),
        ("/batch/labels/archive", association_api.batch_labels_archive, "v4"),
    ):
        old = " ".join(f"/crm/{name}/associations{pair}{tail}" for name in versions.split())
        routes.add("POST", old, f"/crm/associations/@{pair}{tail}", handler)
    labels = f"{pair}/labels"
    old, dated = f"/crm/v4/associations{labels}", f"/crm/associations/@{labels}"
    routes.add("GET", old, dated, label_api.list_labels)
    routes.add("POST", old, dated, label_api.create_label)


def _properties(routes: Routes) -> None:
    k = "/{kind_name}"
    for methods, tail, handler in (
        ("GET", "/groups", property_api.list_groups),
        ("POST", "/groups", property_api.create_group),
        ("GET", "/groups/{name}", property_api.read_group),
        ("PATCH", "/groups/{name}", property_api.update_group),
        ("DELETE", "/groups/{name}", property_api.archive_group),
        ("POST", "/batch/create", property_api.batch_create),
        ("POST", "/batch/read", property_api.batch_read),
        ("POST", "/batch/archive", property_api.batch_archive),
        ("GET", "", property_api.list_properties),
        ("POST", "", property_api.create_property),
        ("GET", "/{name}", property_api.read_property),
        ("PATCH", "/{name}", property_api.update_property),
        ("DELETE", "/{name}", property_api.archive_property),
    ):
        routes.add(methods, f"/crm/v3/properties{k}{tail}", f"/crm/properties/@{k}{tail}", handler)
    routes.add(
        "GET", "/crm/v3/limits/custom-properties", "/crm/limits/@/custom-properties",
        property_api.custom_property_limits,
    )  # fmt: skip


def _account(routes: Routes) -> None:
    hubspot = routes.hubspot

    def usage(call: Call) -> Response:
        meter = hubspot.meter
        limit = int(meter.switches["daily_limit"])
        used = meter.used_today(call.portal)
        return account_api.daily_usage(call, used, limit, meter.resets(call.portal))

    money, dated = "/settings/v3/currencies", "/settings/currencies/@"
    rates = "/exchange-rates"
    for methods, old, new, handler in (
        ("GET", "/account-info/v3/details", "/account-info/@/details", account_api.details),
        ("GET", "/account-info/v3/api-usage/daily/private-apps",
         "/account-info/@/api-usage/daily/private-apps", usage),
        ("GET PUT", f"{money}/company-currency", f"{dated}/company-currency",
         account_api.company_currency),
        ("GET", f"{money}{rates}/current", f"{dated}{rates}/current", account_api.exchange_rates),
        ("GET POST", money + rates, dated + rates, account_api.exchange_rates),
        ("GET", f"{money}/codes", f"{dated}/codes", account_api.currency_codes),
        ("GET", f"{money}/central-fx-rates/information", f"{dated}/central-fx-rates/information",
         account_api.central_rates),
        ("GET", "/tax-rates/v1/tax-rates", "/tax-rates/@/tax-rates", account_api.tax_rates),
        ("GET", "/crm/v3/owners", "/crm/owners/@", account_api.owners),
        ("GET", "/crm/v3/owners/{owner_id}", "/crm/owners/@/{owner_id}", account_api.owner),
        ("GET POST", "/crm/v3/pipelines/{kind_name}", "/crm/pipelines/@/{kind_name}",
         account_api.pipelines),
        ("GET", "/crm/v3/pipelines/{kind_name}/{pipeline_id}",
         "/crm/pipelines/@/{kind_name}/{pipeline_id}", account_api.pipeline),
        ("GET", "/crm/v3/pipelines/{kind_name}/{pipeline_id}/stages",
         "/crm/pipelines/@/{kind_name}/{pipeline_id}/stages", account_api.stages),
        ("GET", "/crm/v3/pipelines/{kind_name}/{pipeline_id}/stages/{stage_id}",
         "/crm/pipelines/@/{kind_name}/{pipeline_id}/stages/{stage_id}", account_api.stages),
        ("POST", "/integrators/timeline/v3/events", "/integrators/timeline/@/events",
         account_api.refused_timeline),
        ("POST", "/events/v3/send", "/events/@/send", account_api.refused_custom_event),
        ("DELETE", "/appinstalls/v3/external-install", "/appinstalls/@/external-install",
         hubspot.oauth.uninstall),
    ):  # fmt: skip
        routes.add(methods, old, new, handler)
    validations = "/crm/property-validations/2026-09/{type_id}"
    hubspot.router.add("GET", validations, hubspot.api(account_api.validation_rules, "2026-09"))


def _tokens(hubspot: "HubSpot") -> None:
    """Token calls carry their own credentials and need no bearer token."""
    oauth = hubspot.oauth

    def fixed(handler: Handler, version: str) -> Handler:
        return lambda request: handler(request, version)

    for version in ("v1", "v3", *DATED):
        add = hubspot.router.add
        add("POST", f"/oauth/{version}/token", fixed(oauth.token, version))
        add("POST", f"/oauth/{version}/token/introspect", fixed(oauth.introspect, version))
        add("POST", f"/oauth/{version}/token/revoke", fixed(oauth.revoke, version))

    def look_up(kind: str) -> Handler:
        def answer(request: Request, token: str) -> Response:
            return oauth.look_up(request, kind, token)

        return answer

    hubspot.router.add("GET", "/oauth/v1/access-tokens/{token}", look_up("access-tokens"))
    hubspot.router.add("GET DELETE", "/oauth/v1/refresh-tokens/{token}", look_up("refresh-tokens"))


def add_api_routes(hubspot: "HubSpot") -> None:
    routes = Routes(hubspot)
    _objects(routes)
    _associations(routes)
    _properties(routes)
    _account(routes)
    _tokens(hubspot)
