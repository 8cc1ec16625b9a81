"""The product's settings with servers of this run's own and short waits."""

import os

from tests.servers import start_for_this_run

start_for_this_run()
os.environ.update(
    {
        "DEALBOOKS_PROCESS": "command",
        "DEALBOOKS_LOG_LEVEL": "WARNING",
        "DEALBOOKS_JOB_LEASE_SECONDS": "3",
        "DEALBOOKS_JOB_HEARTBEAT_SECONDS": "1",
        "DEALBOOKS_TICK_SECONDS": "0.2",
        "DEALBOOKS_POLL_SECONDS": "1",
        "DEALBOOKS_TRANSPORT_CONNECT_SECONDS": "2",
        "DEALBOOKS_TRANSPORT_READ_SECONDS": "3",
        "DEALBOOKS_TRANSPORT_TOTAL_SECONDS": "5",
        "DEALBOOKS_LIMITER": "none",
    }
)

from integration.settings import *  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Each test client would look through all static files first.
WHITENOISE_AUTOREFRESH = True
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
