"""Every address of the product. Other apps are named by dotted string only (decision 2)."""

from django.urls import include, path

from integration import probes
from integration.api import views as api_views

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("language/", include("django.conf.urls.i18n")),
    path("", include("workflows.routes")),
    path("", include("integration.routes")),
    path("", include("integration.access.urls")),
    path("", include("integration.webhooks.urls")),
    path("", include("invoices.routes")),
    path("", include("sync.urls")),
    path("", include("mappings.routes")),
    path("metrics", probes.metrics, name="metrics"),
    path("api/schema", api_views.openapi, name="api-schema"),
    path("api/docs", api_views.docs, name="api-docs"),
    path("api/v1/", include("integration.api_routes")),
    path("api/v1/", include("invoices.api_routes")),
    path("api/v1/", include("mappings.api_routes")),
]

handler400 = "integration.access.error_pages.bad_request"
handler403 = "integration.access.error_pages.forbidden"
handler404 = "integration.access.error_pages.not_found"
handler500 = "integration.access.error_pages.server_error"
