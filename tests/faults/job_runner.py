"""A process that does one job and ends; a test may have it killed on the way (``CRASH_AT``)."""

import os
import sys

import django

# The run's servers are named in the environment; tests.settings would choose new ports.
os.environ["DJANGO_SETTINGS_MODULE"] = "integration.settings"
django.setup()

from integration.clock import now  # noqa: E402
from integration.jobs import run_one  # noqa: E402

if __name__ == "__main__":
    sys.stdout.write("done" if run_one(sys.argv[1], now()) else "refused")
