"""Pages of field mappings, below Sync."""

from django.urls import URLPattern, URLResolver, include, path, register_converter
from django.urls.converters import StringConverter

from mappings.views import choosing, editing, exchanging, listing, testing


class MappedKind(StringConverter):
    """HubSpot's objects whose properties a company's records are mapped to."""

    regex = "contacts|companies|products|invoices"


class TargetKind(StringConverter):
    """HubSpot's objects that our own values go to."""

    regex = "deals|invoices"


register_converter(MappedKind, "mapped_kind")
register_converter(TargetKind, "target_kind")

of_kind: list[URLPattern] = [
    path("", listing.mapping_list, name="mapping_list"),
    path("refresh/", listing.refresh, name="mapping_refresh"),
    path("add/", editing.mapping_add, name="mapping_add"),
    path("edit/<str:name>/", editing.mapping_edit, name="mapping_edit"),
    path("delete/<str:name>/", editing.mapping_delete, name="mapping_delete"),
    path("test/", testing.mapping_test, name="mapping_test"),
    path("export.json", exchanging.mapping_export, name="mapping_export"),
    path("import/", exchanging.mapping_import, name="mapping_import"),
    path("versions/", exchanging.mapping_versions, name="mapping_versions"),
    path("versions/<int:number>/", exchanging.mapping_restore, name="mapping_restore"),
]
pages: list[URLPattern | URLResolver] = [
    path("", listing.companies, name="mappings"),
    path("properties/<target_kind:object_kind>/", choosing.property_targets,
         name="property_targets"),
    path("<uuid:company_id>/<mapped_kind:kind>/", include(of_kind)),
]  # fmt: skip
urlpatterns: list[URLPattern | URLResolver] = [
    path("p/<uuid:portal_id>/sync/mappings/", include(pages)),
]
