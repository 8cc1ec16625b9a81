"""API of the account: who am I, what is connected."""

from django.urls import path

from integration.api import views

urlpatterns = [
    path("me", views.Me.as_view(), name="api-me"),
    path("connections", views.Connections.as_view(), name="api-connections"),
]
