"""The web process."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "integration.settings")
os.environ.setdefault("DEALBOOKS_PROCESS", "web")

from django.core.wsgi import get_wsgi_application

import integration.celery  # noqa: F401  the web process rings Celery's doorbell

application = get_wsgi_application()
