"""Pages of connections, people and settings."""

from django.urls import URLPattern, path

from integration.views import portals, preferences, styleguide

urlpatterns: list[URLPattern] = [
    path("", portals.front_door, name="front_door"),
    path("portals/", portals.portals, name="portals"),
    path("preferences/theme/", preferences.set_theme, name="set_theme"),
    path("preferences/language/", preferences.set_person_language, name="set_person_language"),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
    path("styleguide/items/", styleguide.styleguide_items, name="styleguide_items"),
    path("styleguide/confirm/", styleguide.styleguide_confirm, name="styleguide_confirm"),
]
