"""``manage.py rotate_keys``: seal stored tokens anew after a key was added (control 3)."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from integration import audit, vault
from integration.clock import now


class Command(BaseCommand):
    help = (
        "Encrypt stored tokens with the first key of DEALBOOKS_TOKEN_KEYS. Put a new key first, "
        "restart everything, run this, then remove the old key and restart again."
    )

    def handle(self, *arguments: Any, **options: Any) -> None:
        try:
            changed = vault.rotate()
        except vault.WrongKey as error:
            raise CommandError(
                f"A stored token cannot be decrypted: {error}. Put the key it was encrypted with "
                "back at the end of DEALBOOKS_TOKEN_KEYS, or reconnect that account."
            ) from None
        audit.record(
            "keys.rotated", portal=None, after={"rows": changed}, now=now(), origin="command"
        )
        self.stdout.write(f"{changed} stored connections are now under the newest key.")
