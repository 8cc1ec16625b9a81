"""Application set-up."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class IntegrationConfig(AppConfig):
    name = "integration"

    def ready(self) -> None:
        import_module("integration.uuids").register()
        import_module("integration.celery")
        import_module("integration.checks")
        autodiscover_modules("texts")  # each app's part of the catalogue of messages
        import_module("integration.handlers").register_all()
