"""Pages of deals, invoices and the wizard."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
