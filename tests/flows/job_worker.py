"""A worker without Celery: does due jobs of the interactive queue until it is killed."""

import os
import sys
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from integration.clock import now  # noqa: E402
from integration.jobs import run_due  # noqa: E402
from tests.flows import job_kinds  # noqa: E402, F401

if __name__ == "__main__":
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    while True:
        run_due("interactive", 10, now())
        time.sleep(0.05)
