"""PostgreSQL and Redis for one test run, started before Django reads their addresses.

pytest-django loads the settings before any conftest of ours, so ``tests.settings`` calls this. The
first process of a run (with pytest-xdist the controller) starts the servers; its workers inherit
the addresses through the environment. Sockets and data lie in a temporary folder of the run, so
that two runs never meet.
"""

import atexit
import os
import random
import shutil
import socket
import tempfile
from contextlib import ExitStack
from pathlib import Path

from integration import embedded
from integration.environment import redis_database

RUN = "DEALBOOKS_TEST_RUN"
DATABASES_PER_WORKER = 4


def worker_name() -> str:
    """``main`` without pytest-xdist, else ``gw0``, ``gw1``…"""
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


def start_for_this_run() -> Path:
    """The data folder of this worker; servers run and the environment says where."""
    if RUN not in os.environ:
        os.environ[RUN] = str(_start())
    folder = Path(os.environ[RUN]) / worker_name()
    folder.mkdir(exist_ok=True)
    os.environ.update(_environment(folder))
    return folder


def _start() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="dealbooks-tests-"))
    folder.chmod(0o755)  # PostgreSQL may run as another user than we do
    cleanup = ExitStack()
    cleanup.callback(shutil.rmtree, folder, ignore_errors=True)
    addresses = cleanup.enter_context(embedded.servers(folder, durable=False))
    owner = os.getpid()
    atexit.register(lambda: cleanup.close() if os.getpid() == owner else None)
    os.environ["DATABASE_URL"] = addresses.database_url
    os.environ["DEALBOOKS_TEST_REDIS_URL"] = addresses.redis_url
    return folder


def _environment(folder: Path) -> dict[str, str]:
    """What the settings read, different for every worker: its Redis databases, ports and clock."""
    redis_url = os.environ["DEALBOOKS_TEST_REDIS_URL"]
    first = (
        DATABASES_PER_WORKER * (int(worker_name().removeprefix("gw") or 0) + 1)
        if (worker_name() != "main")
        else 0
    )
    product, quickbooks, hubspot = free_ports(3)
    return {
        "DEALBOOKS_DATA": str(folder),
        "DEALBOOKS_VENDORS": "simulated",
        "DEALBOOKS_CLOCK_FILE": str(folder / "clock.json"),
        "DEALBOOKS_PUBLIC_URL": f"http://127.0.0.1:{product}",
        "DJANGO_LIVE_TEST_SERVER_ADDRESS": f"127.0.0.1:{product}",
        "DEALBOOKS_SANDBOX_QUICKBOOKS_URL": f"http://localhost:{quickbooks}",
        "DEALBOOKS_SANDBOX_HUBSPOT_URL": f"http://localhost:{hubspot}",
        "REDIS_URL": redis_database(redis_url, first),
        "DEALBOOKS_CACHE_URL": redis_database(redis_url, first + 1),
    }


def free_ports(count: int) -> list[int]:
    """Ports nobody listens on, below the range the system hands to outgoing connections."""
    found: list[int] = []
    while len(found) < count:
        port = random.SystemRandom().randrange(20_000, 32_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        if port not in found:
            found.append(port)
    return found
