"""API of field mappings."""

from django.urls import URLPattern, path

from mappings import api, api_exchange
from mappings import routes as _converters  # noqa: F401  registers mapped_kind

SET = "mappings/<uuid:company_id>/<mapped_kind:kind>"

urlpatterns: list[URLPattern] = [
    path(SET, api.Mappings.as_view(), name="api-mappings"),
    path(f"{SET}/properties/<str:name>", api.MappingOfProperty.as_view(), name="api-mapping"),
    path(f"{SET}/test", api_exchange.MappingTest.as_view(), name="api-mapping-test"),
    path(f"{SET}/export", api_exchange.MappingExport.as_view(), name="api-mapping-export"),
    path(f"{SET}/import", api_exchange.MappingImport.as_view(), name="api-mapping-import"),
    path(f"{SET}/versions", api_exchange.MappingVersions.as_view(), name="api-mapping-versions"),
    path(
        f"{SET}/versions/<int:number>/restore",
        api_exchange.MappingRestore.as_view(),
        name="api-mapping-restore",
    ),
]
