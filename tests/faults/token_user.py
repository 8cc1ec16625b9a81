"""A process that uses one company's connection once and says how it ended."""

import os
import sys

import django

# The run's servers are named in the environment; tests.settings would choose new ports.
os.environ["DJANGO_SETTINGS_MODULE"] = "integration.settings"
django.setup()

from integration import sessions  # noqa: E402
from integration.gateways.errors import GatewayError  # noqa: E402
from integration.models import Company  # noqa: E402

if __name__ == "__main__":
    company = Company.objects.everywhere("a test names it").get(pk=sys.argv[1])
    try:
        sys.stdout.write(sessions.quickbooks(company).company_info().name)
    except GatewayError as error:
        sys.stdout.write(error.code)
