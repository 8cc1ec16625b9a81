"""Application set-up."""

from importlib import import_module

from django.apps import AppConfig


class SyncConfig(AppConfig):
    name = "sync"

    def ready(self) -> None:
        import_module("sync.handlers").register_all()
        import_module("sync.views.invoice_history").register()
