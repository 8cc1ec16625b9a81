"""Pages of field mappings."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
