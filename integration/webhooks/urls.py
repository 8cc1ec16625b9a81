"""Addresses that the vendors deliver to."""

from django.urls import path

from integration.webhooks import views

urlpatterns = [
    path("webhooks/quickbooks", views.quickbooks, name="webhooks-quickbooks"),
    path("webhooks/hubspot", views.hubspot, name="webhooks-hubspot"),
]
