"""Application set-up."""

from django.apps import AppConfig


class MappingsConfig(AppConfig):
    name = "mappings"

    def ready(self) -> None:
        from integration import jobs
        from mappings.checking import run
        from mappings.services import CHECK

        jobs.register(CHECK, run, queue=jobs.Queue.PERIODIC, needs=["hubspot"])
