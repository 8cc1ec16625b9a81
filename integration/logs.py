"""JSON logs that carry request, portal and vendor trace ids, and no secrets (controls 5 and 6).

Every line of our code and of the libraries passes ``scrub`` last before it is written: values
under telling keys are replaced whole, and telling patterns inside any text are replaced where
they stand. One line is one JSON document, so a name with a line break forges nothing.
"""

import logging
import logging.config
import re
import secrets
import sys
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse
from structlog.typing import EventDict, WrappedLogger

REMOVED = "[removed]"
MAX_DEPTH = 6

# Parts of a key that make its value unfit for a log.
SECRET_KEYS = re.compile(
    r"authori[sz]ation|token|secret|password|passphrase|cookie|api_?key|private_?key|credential"
    r"|signature|session_?(id|key)|^code$|_code$|^state$|code_verifier|^otp|recovery",
    re.IGNORECASE,
)
PERSONAL_KEYS = re.compile(
    r"e_?mail|phone|mobile|addr|^line\d$|street|city|postal|zip|first_?name|last_?name|display_?name"
    r"|customer_?name|memo|^body$|payload|^raw$",
    re.IGNORECASE,
)
AMOUNT_KEYS = re.compile(
    r"amount|total|balance|subtotal|price|^rate$|unit_?price|deposit|paid|tax_?amt|amt$",
    re.IGNORECASE,
)
# Keys of our own that only look like the above.
HARMLESS_KEYS = frozenset(
    {
        "status_code", "error_code", "fault_code", "exit_code", "reason_code", "sync_token",
        "token_state", "token_expires_in", "address_family", "total_seconds",
    }
)  # fmt: skip

TEXT_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    # Authorization: Bearer …, Basic …
    (re.compile(r"(?i)\b(bearer|basic|digest)\s+[a-z0-9._~+/=-]{6,}"), rf"\1 {REMOVED}"),
    # ?code=…&state=…, "refresh_token": "…", password='…'
    (
        re.compile(
            r"(?i)(\b(?:code|state|access_token|refresh_token|id_token|token|client_secret|secret"
            r"|password|passwd|signature|sessionid|code_verifier|key)"
            r"[\"']?\s*[=:]\s*[\"']?)(?!\[removed\])[^\s&\"',;}\]]{4,}"
        ),
        rf"\1{REMOVED}",
    ),
    # /accounts/password/reset/key/<id>-<token>/
    (re.compile(r"(/(?:key|confirm-email|start)/)[^/\s\"']+"), rf"\1{REMOVED}"),
    # postgresql://user:password@host
    (re.compile(r"(?i)\b([a-z][a-z0-9+.-]*://[^\s:/@]*):[^\s@/]+@"), rf"\1:{REMOVED}@"),
    # JSON web tokens, Fernet ciphertexts, HubSpot's pat-… keys
    (re.compile(r"\beyJ[\w-]{5,}\.[\w-]{4,}(?:\.[\w-]*)?"), REMOVED),
    (re.compile(r"\bgAAAA[\w-]{20,}={0,2}"), REMOVED),
    (re.compile(r"\bpat-[a-z]{2}\d?-[\w-]{8,}"), REMOVED),
    # people@somewhere
    (re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+"), REMOVED),
    # $1,234.50 and 1234.50 USD
    (re.compile(r"[$€£¥]\s?-?\d[\d,]*(?:\.\d+)?"), REMOVED),
    (re.compile(r"-?\d[\d,]*(?:\.\d+)?\s?(?:USD|EUR|GBP|CAD|AUD|JPY|TWD|HKD|NZD|CHF)\b"), REMOVED),
)

request_fields = structlog.contextvars.bind_contextvars
"""Bind ``portal``, ``job`` or ``vendor_trace`` to every following line of this request or job."""


def scrub_text(text: str) -> str:
    """The text without secrets, people's addresses and amounts of money."""
    for pattern, replacement in TEXT_PATTERNS:
        text = pattern.sub(replacement, text)
    return text


def scrub_value(key: str, value: Any, depth: int = 0) -> Any:
    """The value as it may be logged under this key; containers are walked."""
    if _is_telling(key, value):
        return REMOVED
    if depth >= MAX_DEPTH:
        return "[too deep]"
    if isinstance(value, dict):
        return {
            scrub_text(str(name)): scrub_value(str(name), part, depth + 1)
            for name, part in value.items()
        }
    if isinstance(value, list | tuple | set | frozenset):
        return [scrub_value(key, part, depth + 1) for part in value]
    if isinstance(value, bytes):
        return f"[{len(value)} bytes]"
    if isinstance(value, Decimal):
        return REMOVED
    if value is None or isinstance(value, bool | int | float):
        return value
    return scrub_text(str(value))


def _is_telling(key: str, value: Any) -> bool:
    if key in HARMLESS_KEYS or value is None or isinstance(value, bool):
        return False
    return any(keys.search(key) for keys in (SECRET_KEYS, PERSONAL_KEYS, AMOUNT_KEYS))


def scrub(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """structlog processor: nothing telling gets past it."""
    return {key: scrub_value(key, value) for key, value in event.items()}


class StandardOutput(logging.StreamHandler[Any]):
    """Writes to what is standard output at that moment: test runners exchange it."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> Any:
        return sys.stdout

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  its name in logging
        """A line that cannot be written is left out (fault 74).

        Python's own way prints the line as it was given, secrets and all.
        """
        with suppress(OSError, ValueError):
            sys.stderr.write(f"a log line was lost: {record.name} {record.levelname}\n")


def without_trace_of_refusals(record: logging.LogRecord) -> bool:
    """A page that somebody may not see is an answer, no mistake of ours: it needs no traceback."""
    if getattr(record, "status_code", 500) < 500:
        record.exc_info = None
    return True


def configure(level: str) -> None:
    """Send every logger, ours and the libraries', to standard output as scrubbed JSON lines."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        structlog.processors.format_exc_info,
        structlog.processors.EventRenamer("message"),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    logging.config.dictConfig(_dictionary(level, shared))


def _dictionary(level: str, shared: list[Any]) -> dict[str, Any]:
    formatter = {
        "()": structlog.stdlib.ProcessorFormatter,
        "foreign_pre_chain": shared,
        "processors": [
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            scrub,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": formatter},
        "filters": {"refusals": {"()": lambda: without_trace_of_refusals}},
        "handlers": {
            "stdout": {
                "()": StandardOutput,
                "formatter": "json",
            },
        },
        "root": {"handlers": ["stdout"], "level": level},
        "loggers": {
            # They print addresses with query strings or bodies at lower levels.
            **{
                name: {"level": "WARNING"}
                for name in ("urllib3", "hubspot", "quickbooks", "intuitlib", "oauthlib", "axes")
            },
            # One line for every tick says nothing.
            **{
                name: {"level": "WARNING"}
                for name in ("celery.beat", "celery.worker.strategy", "celery.app.trace")
            },
            "django.server": {"handlers": [], "propagate": True},
            "django.request": {"filters": ["refusals"]},
        },
    }


class RequestTrace:
    """Gives each request an id, binds it and the portal to all its log lines, and answers it.

    The id is ours: a caller's header could forge or flood the log.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.log = structlog.stdlib.get_logger("dealbooks.request")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        trace = secrets.token_hex(8)
        request.trace_id = trace  # type: ignore[attr-defined]
        structlog.contextvars.clear_contextvars()
        request_fields(request_id=trace)
        try:
            response = self.get_response(request)
            self.log.info(
                "answered",
                method=request.method,
                # The route, not the path: a password reset carries its token in the path.
                route=getattr(request.resolver_match, "route", "[no route]"),
                status=response.status_code,
            )
        finally:
            structlog.contextvars.clear_contextvars()
        response["X-Request-ID"] = trace
        return response

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponse],
        arguments: tuple[Any, ...],
        named: dict[str, Any],
    ) -> None:
        if "portal" in named:
            request_fields(portal=str(named["portal"]))
