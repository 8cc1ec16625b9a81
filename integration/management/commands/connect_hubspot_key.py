"""``manage.py connect_hubspot_key``: connect the portal of DEALBOOKS_HUBSPOT_STATIC_TOKEN."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from integration import connections, messages
from integration.clock import now


class Command(BaseCommand):
    help = "Connect the HubSpot portal of the service key in DEALBOOKS_HUBSPOT_STATIC_TOKEN."

    def handle(self, *arguments: Any, **options: Any) -> None:
        token = settings.DEALBOOKS["HUBSPOT_STATIC_TOKEN"]
        if not token:
            raise CommandError("DEALBOOKS_HUBSPOT_STATIC_TOKEN is not set.")
        try:
            portal = connections.static_portal(token, now())
        except connections.ConnectRefused as refused:
            raise CommandError(messages.sentence(refused.code, **refused.parameters)) from None
        self.stdout.write(f"Portal {portal.hub_id} ({portal.name}) is connected.")
