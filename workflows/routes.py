"""Home, search, tasks and other pages that see everything."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
