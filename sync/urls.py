"""Pages of runs and what they did."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
