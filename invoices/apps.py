"""Application set-up."""

from django.apps import AppConfig


class InvoicesConfig(AppConfig):
    name = "invoices"
