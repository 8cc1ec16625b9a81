"""Settings from the environment (12-factor). `.env.example` lists every variable."""

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from integration import environment, logs, vendors
from integration.environment import SIMULATED, Environment
from integration.settings_fixed import *

BASE_DIR = Path(__file__).resolve().parent.parent
ENV = Environment()
MODE = ENV.mode()
IS_SIMULATED = MODE == SIMULATED
DATA = Path(ENV.text("DEALBOOKS_DATA", str(BASE_DIR / "var"))).resolve()
PROCESS = ENV.text("DEALBOOKS_PROCESS", "command")  # web, worker, or a command
EMBEDDED = environment.embedded_addresses(DATA)
SECRETS = environment.load_secrets(ENV, MODE, DATA)
VENDORS = vendors.addresses(MODE, ENV)

SECRET_KEY = SECRETS.secret_key
DEBUG = ENV.flag("DEALBOOKS_DEBUG")
if DEBUG and not IS_SIMULATED:
    raise ImproperlyConfigured("DEALBOOKS_DEBUG shows secrets on error pages: simulated mode only.")

PUBLIC_URL = ENV.text("DEALBOOKS_PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")
PUBLIC_HOST = urlsplit(PUBLIC_URL).hostname or ""
ALLOWED_HOSTS = [PUBLIC_HOST, *ENV.names("DEALBOOKS_ALLOWED_HOSTS")]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

# ---------------------------------------------------------------------------------- templates
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "csp.context_processors.nonce",
            ],
        },
    },
]

# ------------------------------------------------------------------------------------ servers
# Without any address only commands that need no database work: checks, makemigrations, help.
DATABASE_URL = ENV.text(
    "DATABASE_URL", EMBEDDED.get("database_url", "postgresql://dealbooks@localhost/dealbooks")
)
REDIS_URL = ENV.text("REDIS_URL", EMBEDDED.get("redis_url", "redis://localhost:6379/0"))
STATEMENT_SECONDS = {"web": 5, "worker": 60}
DATABASES = {
    "default": environment.database(DATABASE_URL, process=PROCESS, timeouts=STATEMENT_SECONDS)
}
if ENV.flag("DEALBOOKS_PGBOUNCER"):  # transaction pooling keeps no session between statements
    DATABASES["default"].update(DISABLE_SERVER_SIDE_CURSORS=True, CONN_MAX_AGE=0)
    DATABASES["default"]["OPTIONS"].pop("options", None)
if not IS_SIMULATED:
    environment.refuse_sample("The password in DATABASE_URL", DATABASES["default"]["PASSWORD"])
    environment.refuse_sample("The password in REDIS_URL", urlsplit(REDIS_URL).password or "")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": ENV.text("DEALBOOKS_CACHE_URL", environment.redis_database(REDIS_URL, 1)),
        "OPTIONS": {"socket_timeout": 5, "socket_connect_timeout": 3},
    }
}

# -------------------------------------------------------- Celery: the doorbell, not the truth
CELERY_BROKER_URL = ENV.text("CELERY_BROKER_URL", environment.broker_url(REDIS_URL))
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 300,
    # A message of a killed worker comes back in seconds, not minutes.
    "unacked_restore_interval": 1,
    "unacked_restore_throttle": 1,
    "socket_timeout": 5,
    "socket_connect_timeout": 3,
    "socket_keepalive": not REDIS_URL.startswith("unix:"),
    "health_check_interval": 30,
}
TICK_SECONDS = ENV.number("DEALBOOKS_TICK_SECONDS", 2)
CELERY_BEAT_SCHEDULE = {
    "tick": {
        "task": "integration.tasks.tick",
        "schedule": TICK_SECONDS,
        "options": {"queue": "periodic", "expires": max(TICK_SECONDS * 5, 10)},
    }
}

# ---------------------------------------------------------------------------------- languages
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hant", _("Traditional Chinese"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True

# -------------------------------------------------------------------- people and their sessions
ACCOUNT_DEFAULT_HTTP_PROTOCOL = urlsplit(PUBLIC_URL).scheme
ACCOUNT_EMAIL_SUBJECT_PREFIX = "Dealbooks: "
# django-axes locks out by person and address (control 16); allauth keeps its limits per address.
ACCOUNT_RATE_LIMITS = {"login_failed": "30/m/ip"}
ALLAUTH_TRUSTED_PROXY_COUNT = int(ENV.number("DEALBOOKS_TRUSTED_PROXIES", 0))
MFA_TOTP_ISSUER = "Dealbooks"
MFA_ALLOW_UNVERIFIED_EMAIL = True
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/accounts/login/"
AXES_FAILURE_LIMIT = int(ENV.number("DEALBOOKS_SIGN_IN_FAILURES", 5))
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_CALLABLE = "integration.accounts.signing_in_as"
AXES_CLIENT_IP_CALLABLE = "integration.accounts.client_address"
AXES_LOCKOUT_TEMPLATE = "account/locked_out.html"
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False  # it logs the e-mail address
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "integration.access.error_pages.csrf_failure"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not IS_SIMULATED
COOKIE_PREFIX = "" if IS_SIMULATED else "__Host-"
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}dealbooks-session"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}dealbooks-csrf"
LANGUAGE_COOKIE_NAME = "dealbooks-language"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = not IS_SIMULATED

# ------------------------------------------------------------------------- headers (control 10)
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_SSL_REDIRECT = not IS_SIMULATED

SECURE_HSTS_SECONDS = 0 if IS_SIMULATED else 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = not IS_SIMULATED
if ALLAUTH_TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# The preload list is for the owner of the whole domain to decide on.
SILENCED_SYSTEM_CHECKS = ["security.W021"]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        # "Connect" is a form whose answer redirects to the vendor's consent page.
        "form-action": [SELF, *vendors.consent_origins(VENDORS)],
    }
}

# ----------------------------------------------------------------------------- files and mail
STATIC_URL = "/static/"
STATIC_ROOT = None  # a fresh clone needs no collectstatic
if not IS_SIMULATED:
    STATIC_ROOT = Path(ENV.text("DEALBOOKS_STATIC_ROOT", str(BASE_DIR / "staticfiles")))
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = IS_SIMULATED
WHITENOISE_AUTOREFRESH = DEBUG
STATIC_BACKEND = (
    "django.contrib.staticfiles.storage.StaticFilesStorage"
    if IS_SIMULATED
    else "whitenoise.storage.CompressedManifestStaticFilesStorage"
)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": STATIC_BACKEND},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
# 750 lines, QuickBooks' limit, with ten fields each.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 8_000
DEFAULT_FROM_EMAIL = SERVER_EMAIL = ENV.text("DEALBOOKS_MAIL_FROM", f"dealbooks@{PUBLIC_HOST}")
EMAIL_FILE_PATH = DATA / "mail"
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
if IS_SIMULATED and not ENV.text("DEALBOOKS_MAIL_HOST"):
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_HOST = ENV.text("DEALBOOKS_MAIL_HOST", "localhost")
EMAIL_PORT = int(ENV.number("DEALBOOKS_MAIL_PORT", 587))
EMAIL_HOST_USER = ENV.text("DEALBOOKS_MAIL_USER")
EMAIL_HOST_PASSWORD = ENV.text("DEALBOOKS_MAIL_PASSWORD")
EMAIL_USE_TLS = ENV.flag("DEALBOOKS_MAIL_TLS", default=not IS_SIMULATED)
EMAIL_TIMEOUT = 10

# --------------------------------------------------------------------------------------- logs
LOGGING_CONFIG = None
logs.configure(ENV.text("DEALBOOKS_LOG_LEVEL", "INFO"))

# ------------------------------------------------------------------------------- our own values
DEALBOOKS = {
    "VENDORS": MODE,
    "PUBLIC_URL": PUBLIC_URL,
    "DATA": DATA,
    **VENDORS,
    **vendors.credentials(MODE, ENV),
    "QUICKBOOKS_WEBHOOK_TOKENS": vendors.webhook_tokens(MODE, ENV),
    "HUBSPOT_SIGNING_SECRETS": vendors.signing_secrets(MODE, ENV),
    "HUBSPOT_FILE_HOSTS": [*vendors.HUBSPOT_FILE_HOSTS, *ENV.names("DEALBOOKS_QUOTE_HOSTS")],
    "HUBSPOT_STATIC_TOKEN": ENV.text("DEALBOOKS_HUBSPOT_STATIC_TOKEN"),
    "CLOCK_FILE": (
        ENV.text("DEALBOOKS_CLOCK_FILE", str(DATA / "clock.json")) if IS_SIMULATED else ""
    ),
    "TOKEN_KEYS": SECRETS.token_keys,
    "SESSION_IDLE_SECONDS": ENV.number("DEALBOOKS_SESSION_IDLE_SECONDS", 30 * 60),
    "SESSION_ABSOLUTE_SECONDS": SESSION_COOKIE_AGE,
    "JOB_LEASE_SECONDS": ENV.number("DEALBOOKS_JOB_LEASE_SECONDS", 60),
    "JOB_HEARTBEAT_SECONDS": ENV.number("DEALBOOKS_JOB_HEARTBEAT_SECONDS", 20),
    "TICK_SECONDS": TICK_SECONDS,
    "POLL_SECONDS": ENV.number("DEALBOOKS_POLL_SECONDS", 5 if IS_SIMULATED else 300),
    "TRANSPORT": {
        "CONNECT_SECONDS": ENV.number("DEALBOOKS_TRANSPORT_CONNECT_SECONDS", 5),
        "READ_SECONDS": ENV.number("DEALBOOKS_TRANSPORT_READ_SECONDS", 30),
        "TOTAL_SECONDS": ENV.number("DEALBOOKS_TRANSPORT_TOTAL_SECONDS", 60),
        "MAX_BYTES": int(ENV.number("DEALBOOKS_TRANSPORT_MAX_BYTES", 25 * 1024 * 1024)),
        "PROXY": ENV.proxy("DEALBOOKS_HTTPS_PROXY"),
    },
    "LIMITER": ENV.text(
        "DEALBOOKS_LIMITER", "redis"
    ),  # redis, local or none (integration.transports)
    "READS_A_MONTH": int(ENV.number("DEALBOOKS_QUICKBOOKS_MONTHLY_READS", 500_000)),
    "READS_STOP_PERCENT": ENV.number("DEALBOOKS_QUICKBOOKS_READS_STOP_PERCENT", 95),
    "WEB_WALK_SECONDS": ENV.number("DEALBOOKS_WEB_WALK_SECONDS", 8),
}
