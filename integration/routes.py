"""Pages of connections, people and settings."""

from django.urls import URLPattern, include, path, register_converter
from django.urls.converters import StringConverter

from integration.views import (
    audit_log,
    companies,
    connecting,
    connections,
    disconnecting,
    people,
    portals,
    preferences,
    saved_views,
    styleguide,
    tokens,
)
from integration.views.settings_pages import settings_index


class VendorConverter(StringConverter):
    """One of the two vendors; any other word is no address of ours."""

    regex = "hubspot|quickbooks"


register_converter(VendorConverter, "vendor")

settings_urls: list[URLPattern] = [
    path("", settings_index, name="settings"),
    path("connections/", connections.connections, name="connections"),
    path("connections/disconnect/", disconnecting.disconnect_portal, name="disconnect_portal"),
    path("connections/connect/<vendor:vendor>/", connecting.connect, name="connect"),
    path(
        "connections/confirm/<uuid:pending_id>/",
        connecting.confirm_connection,
        name="confirm_connection",
    ),
    path(
        "connections/<uuid:company_id>/reconnect/",
        connecting.reconnect_company,
        name="reconnect_company",
    ),
    path(
        "connections/<uuid:company_id>/disconnect/",
        disconnecting.disconnect_company,
        name="disconnect_company",
    ),
    path("companies/", companies.company_settings_index, name="company_settings"),
    path(
        "companies/<uuid:company_id>/", companies.company_settings_page, name="company_settings_of"
    ),
    path("companies/<uuid:company_id>/items/", companies.company_items, name="company_items"),
    path("people/", people.people, name="people"),
    path("people/<uuid:membership_id>/", people.member, name="member"),
    path("people/<uuid:membership_id>/remove/", people.remove_member, name="remove_member"),
    path("tokens/", tokens.api_tokens, name="api_tokens"),
    path("tokens/<uuid:token_id>/revoke/", tokens.revoke_token, name="revoke_token"),
    path("audit/", audit_log.audit_log, name="audit_log"),
    path("audit/export.csv", audit_log.audit_log_csv, name="audit_log_csv"),
]

urlpatterns = [
    path("", portals.front_door, name="front_door"),
    path("portals/", portals.portals, name="portals"),
    path("portals/connect/", connecting.connect_new_portal, name="connect_new_portal"),
    path("oauth/<vendor:vendor>/callback", connecting.come_back, name="come_back"),
    path("preferences/theme/", preferences.set_theme, name="set_theme"),
    path("preferences/language/", preferences.set_person_language, name="set_person_language"),
    path("p/<uuid:portal_id>/start/", connections.first_steps, name="first_steps"),
    path("p/<uuid:portal_id>/views/<slug:page>/", saved_views.save_view, name="save_view"),
    path("p/<uuid:portal_id>/view/<uuid:view_id>/", saved_views.change_view, name="change_view"),
    path("p/<uuid:portal_id>/settings/", include(settings_urls)),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
    path("styleguide/items/", styleguide.styleguide_items, name="styleguide_items"),
    path("styleguide/confirm/", styleguide.styleguide_confirm, name="styleguide_confirm"),
]
