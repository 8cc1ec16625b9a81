"""Runs the whole product on one machine: servers, sandbox, web, worker and beat as children.

The supervisor needs no database itself: migrating and seeding is a child too. What dies is shown
with the end of its log, and the rest is stopped; on Linux nothing outlives even a killed supervisor
(``integration.processes``).
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from integration import embedded
from integration.binaries import EmbeddedError
from integration.demo_webhooks import VERIFIER_TOKEN, subscribe
from integration.processes import Child, start

ROOT = Path(__file__).resolve().parent.parent
LOOPBACK = "127.0.0.1"
QUEUES = "interactive,webhook,periodic,backfill"
START_SECONDS = 60.0
LOOK_SECONDS = 0.3


class Stopped(Exception):
    """Somebody asked us to end."""


@dataclass(frozen=True)
class Options:
    """Where to run. A port of 0 means: choose a free one."""

    data: Path
    port: int = 8000
    quickbooks_port: int = 9100
    hubspot_port: int = 9200
    threads: int = 8


@dataclass(frozen=True)
class Running:
    """What is up: addresses, who may sign in, and the processes."""

    product: str
    quickbooks: str
    hubspot: str
    people: list[dict[str, str]]
    children: tuple[Child, ...]
    environment: dict[str, str]
    seconds: float

    def summary(self) -> dict[str, Any]:
        """For programs: everything but the environment."""
        return {
            "ready": True,
            "product": self.product,
            "quickbooks": self.quickbooks,
            "hubspot": self.hubspot,
            "people": self.people,
            "processes": {child.name: child.pid for child in self.children},
            "seconds": round(self.seconds, 1),
        }


@contextmanager
def running(options: Options) -> Iterator[Running]:
    """Everything up for as long as the block runs. Raises ``EmbeddedError`` with the way out."""
    began = time.monotonic()
    ports = claim_ports(options)
    options.data.mkdir(parents=True, exist_ok=True)
    with ExitStack() as cleanup:
        servers = cleanup.enter_context(embedded.servers(options.data))
        environment = _environment(options, ports, servers)
        crew = _Crew(options, environment)
        cleanup.callback(crew.stop)
        crew.start("sandbox", _sandbox_command(options, ports))
        people = _prepare(environment)
        crew.start("worker", _worker_command(options), process="worker")
        crew.start("beat", _beat_command(), process="worker")
        crew.start("web", _web_command(options, ports["web"]), process="web")
        crew.wait_until("web", lambda: _answers(f"{environment['DEALBOOKS_PUBLIC_URL']}/healthz"))
        crew.wait_until("sandbox", lambda: _answers(f"{_local(ports['hubspot'])}/__sandbox/health"))
        subscribe(environment)
        crew.wait_until("worker", lambda: "ready." in crew.children["worker"].last_lines(500))
        yield Running(
            product=environment["DEALBOOKS_PUBLIC_URL"],
            quickbooks=_local(ports["quickbooks"]),
            hubspot=_local(ports["hubspot"]),
            people=people,
            children=(*servers.started, *crew.children.values()),
            environment=environment,
            seconds=time.monotonic() - began,
        )


def watch(children: tuple[Child, ...]) -> Child:
    """Wait until one of them ends; it is returned. Raises ``Stopped`` on Ctrl-C and SIGTERM."""
    while True:
        for child in children:
            if not child.is_running():
                return child
        time.sleep(LOOK_SECONDS)


@contextmanager
def ending_on_signals() -> Iterator[None]:
    """Ctrl-C, SIGTERM and a closed terminal raise ``Stopped`` where the program stands."""

    def stop(number: int, frame: FrameType | None) -> None:
        for name in names:  # a second Ctrl-C must not interrupt the stopping
            signal.signal(name, signal.SIG_IGN)
        raise Stopped(signal.Signals(number).name)

    names = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {name: signal.signal(name, stop) for name in names}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)


def claim_ports(options: Options) -> dict[str, int]:
    """The port of each service. Raises ``EmbeddedError`` naming the option when one is taken."""
    wanted = {
        "web": (options.port, "--port"),
        "quickbooks": (options.quickbooks_port, "--quickbooks-port"),
        "hubspot": (options.hubspot_port, "--hubspot-port"),
    }
    probes = {name: _probe(name, port, option) for name, (port, option) in wanted.items()}
    ports = {name: probe.getsockname()[1] for name, probe in probes.items()}
    for probe in probes.values():
        probe.close()
    return ports


def _probe(name: str, port: int, option: str) -> socket.socket:
    probe = socket.socket()
    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        probe.bind((LOOPBACK, port))
        probe.listen(1)
    except OSError as error:
        probe.close()
        raise EmbeddedError(
            f"Port {port} for {name} cannot be used ({error.strerror}). Another program has it, or "
            f"the demo runs already. Choose another port: make demo OPTIONS='{option} {port + 1}'"
        ) from None
    return probe


class _Crew:
    """The children of one run, stopped together in the opposite order."""

    def __init__(self, options: Options, environment: dict[str, str]) -> None:
        self.children: dict[str, Child] = {}
        self._logs = options.data / "log"
        self._environment = environment

    def start(self, name: str, command: list[str], process: str = "command") -> None:
        log = self._logs / f"{name}.log"
        log.unlink(missing_ok=True)
        self.children[name] = start(
            name,
            command,
            log=log,
            environment={**self._environment, "DEALBOOKS_PROCESS": process},
            folder=ROOT,
        )

    def wait_until(self, name: str, is_ready: Callable[[], bool]) -> None:
        child = self.children[name]
        deadline = time.monotonic() + START_SECONDS
        while not is_ready():
            if not child.is_running():
                raise EmbeddedError(obituary(child))
            if time.monotonic() > deadline:
                raise EmbeddedError(f"{name} is not ready after {START_SECONDS:.0f} seconds.")
            time.sleep(0.05)

    def stop(self) -> None:
        for child in self.children.values():
            child.ask_to_stop()
        for child in reversed(self.children.values()):
            child.stop()


def obituary(child: Child) -> str:
    """What died, how, and the end of its log."""
    code = child.process.returncode
    how = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"
    return f"{child.name} {how}. The end of its log ({child.log}):\n{child.last_lines()}"


def _environment(
    options: Options, ports: dict[str, int], servers: embedded.Addresses
) -> dict[str, str]:
    return {
        **os.environ,
        "DATABASE_URL": servers.database_url,
        "REDIS_URL": servers.redis_url,
        "DEALBOOKS_VENDORS": "simulated",
        "DEALBOOKS_DATA": str(options.data),
        "DEALBOOKS_CLOCK_FILE": str(options.data / "clock.json"),
        "DEALBOOKS_PUBLIC_URL": f"http://{LOOPBACK}:{ports['web']}",
        "DEALBOOKS_SANDBOX_QUICKBOOKS_URL": _local(ports["quickbooks"]),
        "DEALBOOKS_SANDBOX_HUBSPOT_URL": _local(ports["hubspot"]),
        "DEALBOOKS_QUICKBOOKS_WEBHOOK_TOKENS": VERIFIER_TOKEN,
        "PYTHONUNBUFFERED": "1",
    }


def _prepare(environment: dict[str, str]) -> list[dict[str, str]]:
    """Migrate and seed; who may sign in with which password."""
    done = subprocess.run(
        [sys.executable, "manage.py", "demo_prepare"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise EmbeddedError(f"The database could not be prepared:\n{done.stderr or done.stdout}")
    people: list[dict[str, str]] = json.loads(done.stdout.splitlines()[-1])["people"]
    return people


def _sandbox_command(options: Options, ports: dict[str, int]) -> list[str]:
    """The sandbox is named as a program, never imported."""
    return [
        *(sys.executable, "-m", "sandbox", "--clock-file", str(options.data / "clock.json")),
        *("--quickbooks-port", str(ports["quickbooks"]), "--hubspot-port", str(ports["hubspot"])),
        *("--product-url", f"http://{LOOPBACK}:{ports['web']}"),
        *("--state-file", str(options.data / "sandbox.state")),
    ]


def _web_command(options: Options, port: int) -> list[str]:
    return [
        *(sys.executable, "-m", "gunicorn", "integration.wsgi", "--bind", f"{LOOPBACK}:{port}"),
        *("--worker-class", "gthread", "--workers", "1", "--threads", str(options.threads)),
        *("--graceful-timeout", "5", "--no-control-socket"),
    ]


def _worker_command(options: Options) -> list[str]:
    return [
        *(sys.executable, "-m", "celery", "--app", "integration", "worker", "--queues", QUEUES),
        *("--pool", "threads", "--concurrency", str(options.threads)),
        *("--without-gossip", "--without-mingle", "--loglevel", "INFO"),
    ]


def _beat_command() -> list[str]:
    return [sys.executable, "-m", "celery", "--app", "integration", "beat", "--loglevel", "INFO"]


def _local(port: int) -> str:
    """The sandbox is ``localhost`` and the product ``127.0.0.1``: two sites, as in life."""
    return f"http://localhost:{port}"


def _answers(address: str) -> bool:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        direct.open(address, timeout=5).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True
