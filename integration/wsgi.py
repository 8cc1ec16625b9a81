"""The web process."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "integration.settings")
os.environ.setdefault("DEALBOOKS_PROCESS", "web")

from django.core.wsgi import get_wsgi_application

from integration.checks import refuse_to_start

application = get_wsgi_application()
refuse_to_start()
