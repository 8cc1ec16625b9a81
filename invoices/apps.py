"""Application set-up."""

from django.apps import AppConfig


class InvoicesConfig(AppConfig):
    name = "invoices"

    def ready(self) -> None:
        from integration import jobs
        from invoices.noticing import JOB
        from invoices.services import CREATE, run_creation
        from invoices.settling import JOB as SETTLE
        from invoices.settling import settle
        from invoices.suggesting import suggest

        jobs.register(CREATE, run_creation, queue=jobs.Queue.INTERACTIVE)
        jobs.register(JOB, suggest, queue=jobs.Queue.PERIODIC)
        jobs.register(SETTLE, settle, queue=jobs.Queue.INTERACTIVE, needs=())
