"""Application set-up."""

from django.apps import AppConfig


class InvoicesConfig(AppConfig):
    name = "invoices"

    def ready(self) -> None:
        from integration import jobs
        from invoices.services import CREATE, run_creation

        jobs.register(CREATE, run_creation, queue=jobs.Queue.INTERACTIVE)
