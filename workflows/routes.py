"""Home, search, tasks and other pages that see everything."""

from django.urls import URLPattern, path

from workflows import search, views

urlpatterns: list[URLPattern] = [
    path("p/<uuid:portal_id>/", views.home, name="home"),
    path("p/<uuid:portal_id>/tasks/", views.tasks, name="tasks"),
    path("p/<uuid:portal_id>/tasks/<uuid:task_id>/done/", views.finish_task, name="finish_task"),
    path("p/<uuid:portal_id>/search/", search.search, name="search"),
    path("p/<uuid:portal_id>/help/", views.help_page, name="help"),
]
