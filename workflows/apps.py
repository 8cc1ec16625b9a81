"""Application set-up."""

from importlib import import_module

from django.apps import AppConfig


class WorkflowsConfig(AppConfig):
    name = "workflows"

    def ready(self) -> None:
        import_module("workflows.receivers")
        import_module("workflows.won_deals")
