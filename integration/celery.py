"""The Celery application: a doorbell for workers, never the place where work is kept."""

import os
from typing import Any

from celery import Celery
from celery.signals import beat_init, setup_logging, worker_init
from django.conf import settings

from integration import memory
from integration.checks import refuse_to_start

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


@worker_init.connect
def settle_memory(**arguments: Any) -> None:
    """By now every app is loaded."""
    memory.settle()


@worker_init.connect
@beat_init.connect
def refuse_unsafe_settings(**arguments: Any) -> None:
    """Workers run no system checks of their own."""
    refuse_to_start()
