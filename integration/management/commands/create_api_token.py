"""``manage.py create_api_token``: an API token for a person in a portal, shown once."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from integration.access import api_tokens
from integration.access.rights import PRESETS, Right
from integration.clock import now
from integration.models import Membership
from integration.models.people import Role

DAYS = 365


class Command(BaseCommand):
    help = "Make an API token for a person in a portal. The token is printed once and kept nowhere."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="the person's e-mail address")
        parser.add_argument("--portal", help="HubSpot portal id; needed when there are several")
        parser.add_argument("--name", default="Command line", help="what the token is for")
        parser.add_argument(
            "--scope",
            action="append",
            choices=[right.value for right in Right],
            help="repeat for several; without, all that the person's role has",
        )
        parser.add_argument("--days", type=int, default=DAYS, help="valid for so many days")

    def handle(self, *arguments: Any, **options: Any) -> None:
        membership = self._membership(options["email"], options["portal"])
        instant = now()
        scopes = options["scope"] or sorted(PRESETS[Role(membership.role)])
        if options["days"] < 1:
            raise CommandError("--days must be at least 1.")
        _, text = api_tokens.create(
            membership.person,
            membership.portal,
            options["name"],
            [Right(scope) for scope in scopes],
            instant,
            expires_at=instant + timedelta(days=options["days"]),
        )
        self.stdout.write(text)

    def _membership(self, email: str, hub_id: str | None) -> Membership:
        found = Membership.objects.everywhere("the operator names a person").filter(
            person__email__iexact=email.strip(), person__is_active=True
        )
        if hub_id:
            found = found.filter(portal__hub_id=hub_id)
        members = list(found.select_related("person", "portal"))
        if not members:
            raise CommandError("No active person with this address in such a portal.")
        if len(members) > 1:
            ids = ", ".join(str(member.portal.hub_id) for member in members)
            raise CommandError(f"This person is in several portals; name one with --portal: {ids}")
        return members[0]
