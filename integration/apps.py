"""Application set-up."""

from importlib import import_module

from django.apps import AppConfig


class IntegrationConfig(AppConfig):
    name = "integration"

    def ready(self) -> None:
        import_module("integration.celery")
        import_module("integration.checks")
