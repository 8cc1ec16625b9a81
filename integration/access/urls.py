"""Addresses of the way into HubSpot's frame."""

from django.urls import path

from integration.access import embed_views

urlpatterns = [
    path("card/launch", embed_views.launch, name="card-launch"),
    path("embed/start", embed_views.start, name="embed-start"),
    path("embed/check", embed_views.check, name="embed-check"),
]
