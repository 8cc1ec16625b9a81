"""``python -m integration.as_production check --deploy``: a command with production-like settings.

For what must run before an installation exists: static checks, and collecting static files into an
image. Settings read the environment when they load, so a production-like one is made up first; its keys
are random and live as long as the command.
"""

import os
import secrets
import sys

from cryptography.fernet import Fernet
from django.core.management import execute_from_command_line

PRODUCTION_LIKE = {
    "DJANGO_SETTINGS_MODULE": "integration.settings",
    "DEALBOOKS_VENDORS": "live",
    "DEALBOOKS_PUBLIC_URL": "https://dealbooks.example.org",
}


def main() -> None:
    for name in [name for name in os.environ if name.startswith("DEALBOOKS_")]:
        del os.environ[name]
    os.environ.update(PRODUCTION_LIKE)
    os.environ["DEALBOOKS_SECRET_KEY"] = secrets.token_urlsafe(64)
    os.environ["DEALBOOKS_TOKEN_KEYS"] = Fernet.generate_key().decode()
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
