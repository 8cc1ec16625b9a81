"""What the environment means, and which settings a mode refuses (controls 8, 10, 32; modes)."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

from integration import environment, vendors
from integration.checks import is_loopback
from integration.environment import Environment

ROOT = Path(__file__).resolve().parents[2]
KEY = "k9" * 30
PRODUCTION = {
    "DEALBOOKS_VENDORS": "live",
    "DEALBOOKS_PUBLIC_URL": "https://dealbooks.example.org",
    "DEALBOOKS_SECRET_KEY": KEY,
    "DEALBOOKS_TOKEN_KEYS": Fernet.generate_key().decode(),
}


def in_process(code: str, variables: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Settings are read once per process, so each case gets a process of its own."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-c", f"import django; django.setup()\n{code}"],
        cwd=ROOT,
        env={**kept, "DJANGO_SETTINGS_MODULE": "integration.settings", **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def settings_in(variables: dict[str, str], *names: str) -> dict[str, object]:
    code = (
        "import json\nfrom django.conf import settings\n"
        f"print(json.dumps({{name: getattr(settings, name) for name in {names!r}}}, default=str))"
    )
    done = in_process(code, variables)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "postgresql://ann:p%40ss@db.example:6432/books?sslmode=require",
            ("books", "ann", "p@ss", "db.example", "6432", {"sslmode": "require"}),
        ),
        (
            "postgresql://dealbooks@/dealbooks?host=/tmp/dealbooks-x",
            ("dealbooks", "dealbooks", "", "/tmp/dealbooks-x", "", {}),
        ),
        ("postgres://db.example", ("dealbooks", "", "", "db.example", "", {})),
    ],
)
def test_database_address_is_read(url: str, expected: tuple[object, ...]) -> None:
    read = environment.database(url, process="command", timeouts={"web": 5})
    keys = ("NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")
    assert tuple(read[key] for key in keys) == expected
    assert read["ATOMIC_REQUESTS"] is False


@pytest.mark.parametrize(("process", "milliseconds"), [("web", 5_000), ("worker", 60_000)])
def test_c27_each_process_has_its_statement_timeout(process: str, milliseconds: int) -> None:
    timeouts = {"web": 5, "worker": 60}
    read = environment.database("postgresql:///x", process=process, timeouts=timeouts)
    assert read["OPTIONS"]["options"] == f"-c statement_timeout={milliseconds}"


def test_only_postgresql_is_accepted() -> None:
    with pytest.raises(ImproperlyConfigured, match="PostgreSQL only"):
        environment.database("sqlite:///db.sqlite3", process="web", timeouts={})


@pytest.mark.parametrize(
    ("redis_url", "second", "broker"),
    [
        ("unix:///tmp/a/redis.sock", "unix:///tmp/a/redis.sock?db=1",
         "redis+socket:///tmp/a/redis.sock?virtual_host=0"),
        ("unix:///tmp/a/redis.sock?db=8", "unix:///tmp/a/redis.sock?db=1",
         "redis+socket:///tmp/a/redis.sock?virtual_host=8"),
        ("redis://cache:6379/0", "redis://cache:6379/1", "redis://cache:6379/0"),
        ("rediss://:pw@cache:6380/2", "rediss://:pw@cache:6380/1", "rediss://:pw@cache:6380/2"),
    ],
)  # fmt: skip
def test_redis_address_in_the_forms_its_readers_want(
    redis_url: str, second: str, broker: str
) -> None:
    assert environment.redis_database(redis_url, 1) == second
    assert environment.broker_url(redis_url) == broker


def test_wrong_values_say_which_variable() -> None:
    wrong = Environment({"A": "soon", "DEALBOOKS_VENDORS": "production"})
    with pytest.raises(ImproperlyConfigured, match="A must be a number"):
        wrong.number("A", 1)
    with pytest.raises(ImproperlyConfigured, match="A must be true or false"):
        wrong.flag("A")
    with pytest.raises(ImproperlyConfigured, match="simulated, intuit-sandbox, live"):
        wrong.mode()


def test_generated_secrets_are_kept_and_private(tmp_path: Path) -> None:
    first = environment.load_secrets(Environment({}), "simulated", tmp_path)
    again = environment.load_secrets(Environment({}), "simulated", tmp_path)
    assert first == again
    file = tmp_path / "secrets.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["secrets.json"]
    assert Fernet(first.token_keys[0])


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"DEALBOOKS_SECRET_KEY": ""}, "DEALBOOKS_SECRET_KEY must hold at least 50"),
        ({"DEALBOOKS_SECRET_KEY": "short"}, "DEALBOOKS_SECRET_KEY must hold at least 50"),
        ({"DEALBOOKS_SECRET_KEY": "change-me-" + KEY}, "still holds a sample value"),
        ({"DEALBOOKS_SECRET_KEY": "django-insecure-" + KEY}, "still holds a sample value"),
        ({"DEALBOOKS_TOKEN_KEYS": ""}, "DEALBOOKS_TOKEN_KEYS must hold at least one Fernet key"),
        ({"DEALBOOKS_TOKEN_KEYS": "not-a-key"}, "DEALBOOKS_TOKEN_KEYS must hold"),
        ({"DEALBOOKS_DEBUG": "true"}, "DEALBOOKS_DEBUG shows secrets"),
        ({"DEALBOOKS_HUBSPOT_CLIENT_SECRET": "sandbox-hubspot-secret"}, "sample value"),
    ],
)  # fmt: skip
def test_c32_samples_and_debugging_are_refused_at_start(
    change: dict[str, str], complaint: str, tmp_path: Path
) -> None:
    done = in_process("", {**PRODUCTION, "DEALBOOKS_DATA": str(tmp_path), **change})
    assert done.returncode != 0
    assert complaint in done.stderr
    assert list(tmp_path.iterdir()) == []  # nothing is generated outside simulated mode


def test_c32_the_example_file_does_not_start_as_it_is(tmp_path: Path) -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    given = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    done = in_process("", {**given, "DEALBOOKS_DATA": str(tmp_path)})
    assert done.returncode != 0
    assert "sample value" in done.stderr


def test_c08_c10_cookies_and_headers_outside_simulated_mode() -> None:
    live = settings_in(
        PRODUCTION,
        "SESSION_COOKIE_SECURE", "SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "CSRF_COOKIE_SECURE",
        "SESSION_COOKIE_HTTPONLY", "SESSION_COOKIE_SAMESITE", "SECURE_HSTS_SECONDS",
        "SECURE_HSTS_INCLUDE_SUBDOMAINS", "SECURE_SSL_REDIRECT", "ALLOWED_HOSTS",
    )  # fmt: skip
    assert live == {
        "SESSION_COOKIE_SECURE": True,
        "SESSION_COOKIE_NAME": "__Host-dealbooks-session",
        "CSRF_COOKIE_NAME": "__Host-dealbooks-csrf",
        "CSRF_COOKIE_SECURE": True,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SECURE_HSTS_SECONDS": 31_536_000,
        "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
        "SECURE_SSL_REDIRECT": True,
        "ALLOWED_HOSTS": ["dealbooks.example.org"],
    }


def test_only_simulated_mode_may_move_the_vendors() -> None:
    moved = Environment({"DEALBOOKS_SANDBOX_HUBSPOT_URL": "http://localhost:1"})
    assert vendors.addresses("simulated", moved)["HUBSPOT"]["API_URL"] == "http://localhost:1"
    assert vendors.addresses("live", moved)["HUBSPOT"]["API_URL"] == "https://api.hubapi.com"
    sandbox = vendors.addresses("intuit-sandbox", moved)["QUICKBOOKS"]
    assert sandbox["API_URL"] == "https://sandbox-quickbooks.api.intuit.com"


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ("DEALBOOKS['HUBSPOT']['API_URL'] = 'http://localhost:9200'", "vendor address"),
        ("DEALBOOKS['QUICKBOOKS']['API_URL'] = 'https://127.1.2.3'", "vendor address"),
        ("DEALBOOKS['CLOCK_FILE'] = '/tmp/clock.json'", "clock file"),
        ("SESSION_COOKIE_SECURE = False", "Cookies would travel"),
        ("DEBUG = True", "Debug pages"),
        ("DEALBOOKS['PUBLIC_URL'] = 'http://dealbooks.example.org'", "DEALBOOKS_PUBLIC_URL"),
    ],
)
def test_simulated_relaxations_are_refused_elsewhere(change: str, complaint: str) -> None:
    code = (
        "from django.conf import settings\nfrom integration.checks import refuse_to_start\n"
        f"refuse_to_start()\nsettings.{change}\nrefuse_to_start()"
    )
    done = in_process(code, PRODUCTION)
    assert done.returncode != 0
    assert complaint in done.stderr
    assert "line 6" in done.stderr  # the first call, before the change, found nothing


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("http://localhost:9100", True),
        ("http://127.8.9.1/x", True),
        ("http://[::1]:80", True),
        ("https://sandbox.localhost", True),
        ("https://api.hubapi.com", False),
        ("https://localhost.example.com", False),
    ],
)
def test_loopback_is_recognised(address: str, expected: bool) -> None:
    assert is_loopback(address) is expected
