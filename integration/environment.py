"""Reads the environment for ``settings``: typed values, server addresses and secrets.

Nothing here imports Django's settings, so that it can run before they exist.
"""

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit, urlunsplit

from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

SIMULATED, INTUIT_SANDBOX, LIVE = "simulated", "intuit-sandbox", "live"
MODES = (SIMULATED, INTUIT_SANDBOX, LIVE)
SECRET_KEY_LENGTH = 50
SAMPLE_WORDS = ("change-me", "changeme", "insecure", "example", "sandbox-")


@dataclass(frozen=True)
class Environment:
    """Typed reading of a mapping of variables; an empty value counts as absent."""

    values: Mapping[str, str] = field(default_factory=lambda: os.environ)

    def text(self, name: str, default: str = "") -> str:
        return self.values.get(name, "").strip() or default

    def number(self, name: str, default: float) -> float:
        given = self.text(name)
        try:
            return float(given) if given else default
        except ValueError:
            raise ImproperlyConfigured(f"{name} must be a number, not {given!r}.") from None

    def flag(self, name: str, default: bool = False) -> bool:
        given = self.text(name).lower()
        if given in ("", "1", "true", "yes", "on", "0", "false", "no", "off"):
            return default if not given else given in ("1", "true", "yes", "on")
        raise ImproperlyConfigured(f"{name} must be true or false, not {given!r}.")

    def names(self, name: str) -> list[str]:
        """A comma-separated list."""
        return [part.strip() for part in self.text(name).split(",") if part.strip()]

    def proxy(self, name: str) -> str:
        """``http://user:password@host:port``; empty: none."""
        given = self.text(name)
        parts = urlsplit(given)
        if given and (parts.scheme not in ("http", "https") or not parts.hostname):
            raise ImproperlyConfigured(f"{name} must be an address like http://proxy.example:3128.")
        return given

    def mode(self) -> str:
        """``DEALBOOKS_VENDORS``: simulated unless said otherwise."""
        mode = self.text("DEALBOOKS_VENDORS", SIMULATED)
        if mode not in MODES:
            raise ImproperlyConfigured(
                f"DEALBOOKS_VENDORS is {mode!r}. Set it to one of: {', '.join(MODES)}."
            )
        return mode

    def secret(self, name: str, mode: str, sample: str = "") -> str:
        """A vendor secret: the sandbox's sample in simulated mode, otherwise the operator's.

        Absent is allowed (the connection page then says what to set); a sample is not.
        """
        given = self.text(name)
        if mode == SIMULATED:
            return given or sample
        refuse_sample(name, given)
        return given


def refuse_sample(name: str, value: str) -> None:
    """Control 32: a secret that anyone can read in our files protects nothing."""
    if any(word in value.lower() for word in SAMPLE_WORDS):
        raise ImproperlyConfigured(
            f"{name} still holds a sample value. Outside simulated mode it must be your own secret."
        )


def database(url: str, *, process: str, timeouts: Mapping[str, int]) -> dict[str, Any]:
    """Django's DATABASES entry for ``postgresql://user:password@host:port/name?option=value``.

    A unix socket is written as ``?host=/folder``. ``process`` picks the statement time-out in
    seconds from ``timeouts``; 0 or an unknown process (a command: migrations may take long) sets
    none.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("postgresql", "postgres"):
        raise ImproperlyConfigured(
            "DATABASE_URL must start with postgresql://. Dealbooks runs on PostgreSQL only."
        )
    options = dict(parse_qsl(parts.query))
    host = options.pop("host", "") or unquote(parts.hostname or "")
    seconds = timeouts.get(process, 0)
    if seconds:
        options["options"] = f"-c statement_timeout={seconds * 1000}"
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "dealbooks",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or options.pop("port", "")),
        "OPTIONS": options,
        "ATOMIC_REQUESTS": False,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def redis_database(url: str, index: int) -> str:
    """The same Redis, another of its numbered databases."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return f"unix://{parts.path}?db={index}"
    return urlunsplit(parts._replace(path=f"/{index}"))


def broker_url(redis_url: str) -> str:
    """Celery writes a unix socket as ``redis+socket://`` and its database as ``virtual_host``."""
    parts = urlsplit(redis_url)
    if parts.scheme != "unix":
        return redis_url
    index = dict(parse_qsl(parts.query)).get("db", "0")
    return f"redis+socket://{parts.path}?virtual_host={index}"


def embedded_addresses(data: Path) -> dict[str, str]:
    """Addresses that a running ``manage.py demo`` left for commands in a second terminal."""
    try:
        return dict(json.loads((data / "servers.json").read_text()))
    except (FileNotFoundError, ValueError):
        return {}


@dataclass(frozen=True)
class Secrets:
    """Django's signing key and the Fernet keys of the token vault, newest first."""

    secret_key: str
    token_keys: list[str]


def load_secrets(environment: Environment, mode: str, data: Path) -> Secrets:
    """From the environment; generated once into ``<data>/secrets.json`` in simulated mode only."""
    key = environment.text("DEALBOOKS_SECRET_KEY")
    token_keys = environment.names("DEALBOOKS_TOKEN_KEYS")
    if mode == SIMULATED and not (key and token_keys):
        generated = _generated(data / "secrets.json")
        return Secrets(key or generated.secret_key, token_keys or generated.token_keys)
    _refuse_weak(key, token_keys)
    return Secrets(key, token_keys)


def _refuse_weak(key: str, token_keys: list[str]) -> None:
    refuse_sample("DEALBOOKS_SECRET_KEY", key)
    if len(key) < SECRET_KEY_LENGTH:
        raise ImproperlyConfigured(
            f"DEALBOOKS_SECRET_KEY must hold at least {SECRET_KEY_LENGTH} random characters. Make "
            "one with: python3 -c 'import secrets; print(secrets.token_urlsafe(50))'"
        )
    try:
        [Fernet(token_key) for token_key in token_keys]
    except ValueError:
        token_keys = []
    if not token_keys:
        raise ImproperlyConfigured(
            "DEALBOOKS_TOKEN_KEYS must hold at least one Fernet key (several: newest first, with "
            "commas). Make one with: python3 -c 'from cryptography.fernet import Fernet; "
            "print(Fernet.generate_key().decode())'"
        )


def _generated(file: Path) -> Secrets:
    """Web, worker and beat may start together: whoever creates the file first decides."""
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = {
        "secret_key": secrets.token_urlsafe(SECRET_KEY_LENGTH),
        "token_keys": [Fernet.generate_key().decode()],
    }
    draft = file.with_name(f".{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        json.dump(fresh, stream)
    try:
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    kept = json.loads(file.read_text())
    return Secrets(kept["secret_key"], kept["token_keys"])
