"""The Celery application: a doorbell for workers, never the place where work is kept."""

import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "integration.settings")
if not settings.configured:  # the worker or beat starts here; other processes have settings by now
    os.environ.setdefault("DEALBOOKS_PROCESS", "worker")

app = Celery("dealbooks")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.set_default()


@setup_logging.connect
def keep_our_logging(**arguments: Any) -> None:
    """Settings have set up logging already; without a receiver Celery would replace it."""
