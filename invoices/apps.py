"""Application set-up."""

from django.apps import AppConfig


class InvoicesConfig(AppConfig):
    name = "invoices"

    def ready(self) -> None:
        from integration import jobs
        from integration.webhooks.looking import FOLLOW
        from invoices.changing import CHANGE, run_change
        from invoices.following_deals import follow
        from invoices.noticing import JOB
        from invoices.quote_pdf import ATTACH
        from invoices.quote_pdf_walk import run as attach_quote
        from invoices.sending import SEND
        from invoices.sending_walk import run as run_sending
        from invoices.services import CREATE, run_creation
        from invoices.settling import JOB as SETTLE
        from invoices.settling import settle
        from invoices.suggesting import suggest
        from invoices.won_deals import JOB as WON
        from invoices.won_deals import look

        jobs.register(CREATE, run_creation, queue=jobs.Queue.INTERACTIVE)
        jobs.register(CHANGE, run_change, queue=jobs.Queue.INTERACTIVE)
        jobs.register(FOLLOW, follow, queue=jobs.Queue.WEBHOOK, needs=["hubspot"])
        jobs.register(JOB, suggest, queue=jobs.Queue.PERIODIC, background=True)
        jobs.register(SETTLE, settle, queue=jobs.Queue.INTERACTIVE, needs=())
        jobs.register(SEND, run_sending, queue=jobs.Queue.INTERACTIVE, needs=["quickbooks"])
        jobs.register(WON, look, queue=jobs.Queue.PERIODIC, needs=["hubspot"])
        jobs.register(ATTACH, attach_quote, queue=jobs.Queue.INTERACTIVE)
