"""``manage.py demo``: up with one command, honest when something dies, nothing left behind."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

from integration import embedded
from integration.processes import command_line, is_alive

ROOT = Path(__file__).resolve().parents[2]
READY_SECONDS = 90
STOP_SECONDS = 30
VENDORS = ("quickbooks", "hubspot")

pytestmark = [pytest.mark.flow, pytest.mark.timeout(240)]


class Demo:
    """One running demo with what it said when it was ready."""

    def __init__(self, process: subprocess.Popen[str], ready: dict[str, Any]) -> None:
        self.process = process
        self.ready = ready

    @property
    def pids(self) -> dict[str, int]:
        return dict(self.ready["processes"])

    def end(self, number: int) -> tuple[int, str]:
        """Send a signal; the exit code and what it wrote to standard error."""
        self.process.send_signal(number)
        return self.wait()

    def wait(self) -> tuple[int, str]:
        _, complaint = self.process.communicate(timeout=STOP_SECONDS)
        return self.process.returncode, complaint


def environment() -> dict[str, str]:
    """As on a person's machine: none of the addresses of this test run."""
    mine = ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "CELERY_BROKER_URL")
    return {
        name: value
        for name, value in os.environ.items()
        if name not in mine and not name.startswith("DEALBOOKS_")
    }


def command(data: Path, *more: str) -> list[str]:
    ports = ("--port", "0", "--quickbooks-port", "0", "--hubspot-port", "0")
    return [sys.executable, "manage.py", "demo", "--data", str(data), "--json-ready", *ports, *more]


@contextmanager
def demo(data: Path) -> Iterator[Demo]:
    with subprocess.Popen(
        command(data), cwd=ROOT, env=environment(), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            pytest.fail(f"The demo did not start: {process.communicate()[1]}")
        try:
            yield Demo(process, json.loads(line))
        finally:
            if process.poll() is None:
                process.terminate()
                process.communicate(timeout=STOP_SECONDS)


@pytest.fixture
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


def still_running(pids: dict[str, int]) -> list[str]:
    """Names of the processes that have not ended; a zombie has."""
    return [name for name, pid in pids.items() if is_alive(pid) and command_line(pid).strip()]


def wait_until_gone(pids: dict[str, int]) -> list[str]:
    deadline = time.monotonic() + STOP_SECONDS
    while still_running(pids) and time.monotonic() < deadline:
        time.sleep(0.1)
    return still_running(pids)


def delivered(ready: dict[str, Any], name: str) -> list[int]:
    """What the product answered the webhooks of a change in QuickBooks and one in HubSpot."""
    books = {"realm": "9341450000000001", "kind": "Customer", "body": {"DisplayName": name}}
    requests.post(f"{ready['quickbooks']}/__sandbox/quickbooks/save", json=books, timeout=5)
    requests.patch(
        f"{ready['hubspot']}/crm/v3/objects/deals/20300100001",
        json={"properties": {"dealname": name}},
        headers={"Authorization": "Bearer pat-na1-sandbox-demo"},
        timeout=5,
    ).raise_for_status()
    deadline = time.monotonic() + STOP_SECONDS
    last: list[dict[str, Any]] = []
    while time.monotonic() < deadline:
        pages = [f"{ready[vendor]}/__sandbox/{vendor}/webhooks" for vendor in VENDORS]
        last = [requests.get(page, timeout=5).json()["deliveries"][-1] for page in pages]
        if all(one["statuses"] for one in last):
            break
        time.sleep(0.1)
    return [status for one in last for status in one["statuses"]]


def test_everything_is_up_and_data_stays_for_the_next_run(data: Path) -> None:
    with demo(data) as first:
        assert set(first.pids) == {"PostgreSQL", "Redis", "sandbox", "worker", "beat", "web"}
        assert requests.get(f"{first.ready['product']}/healthz", timeout=5).text == "ok"
        assert delivered(first.ready, "Webhook Works") == [200, 200]
        for vendor in VENDORS:
            health = requests.get(f"{first.ready[vendor]}/__sandbox/health", timeout=5)
            assert health.json()["status"] == "ok"
        assert {each["role"] for each in first.ready["people"]} == {
            "Owner", "Sales rep", "Accountant",
        }  # fmt: skip
        second = subprocess.run(
            command(data), cwd=ROOT, env=environment(), capture_output=True, text=True, check=False
        )
        assert second.returncode == 1
        assert "already runs the servers of" in second.stderr
        keys = (data / "secrets.json").read_text()
        code, _ = first.end(signal.SIGINT)
    assert code == 0
    assert wait_until_gone(first.pids) == []
    with demo(data) as again:
        assert (data / "secrets.json").read_text() == keys
        assert again.ready["people"] == first.ready["people"]
        assert delivered(again.ready, "Webhook Works Again") == [200, 200]
        code, _ = again.end(signal.SIGTERM)
    assert code == 0
    reset = [sys.executable, "manage.py", "demo", "--data", str(data), "--reset"]
    subprocess.run(reset, cwd=ROOT, env=environment(), check=True, capture_output=True)
    assert [path.name for path in data.iterdir()] == ["embedded.lock"]


@pytest.mark.faults
def test_what_dies_is_shown_and_the_rest_stops(data: Path) -> None:
    with demo(data) as running:
        os.kill(running.pids["worker"], signal.SIGKILL)
        code, complaint = running.wait()
    assert code == 1
    assert "worker was killed by SIGKILL" in complaint
    assert "worker.log" in complaint
    assert wait_until_gone(running.pids) == []


@pytest.mark.faults
def test_a_killed_supervisor_leaves_nothing_on_linux(data: Path) -> None:
    with demo(data) as running:
        running.end(signal.SIGKILL)
        if sys.platform == "linux":
            assert wait_until_gone(running.pids) == []
    for pid in (running.pids[name] for name in still_running(running.pids)):
        os.kill(pid, signal.SIGTERM)
    noted = Path(json.loads((data / "servers.json").read_text())["sockets"])
    with embedded.servers(data):
        assert not noted.exists()  # the next run tidies up


def test_a_taken_port_names_the_option(data: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run(
            command(data, "--hubspot-port", str(port)),
            cwd=ROOT, env=environment(), capture_output=True, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 1
    assert f"Port {port} for hubspot cannot be used" in done.stderr
    assert f"--hubspot-port {port + 1}" in done.stderr


@pytest.mark.parametrize("mode", ["live", "intuit-sandbox"])
def test_c32_the_demo_runs_only_with_simulated_vendors(data: Path, mode: str) -> None:
    keys = {"DEALBOOKS_SECRET_KEY": "k9" * 30, "DEALBOOKS_TOKEN_KEYS": "A" * 43 + "="}
    done = subprocess.run(
        command(data),
        cwd=ROOT, env={**environment(), **keys, "DEALBOOKS_VENDORS": mode},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "public passwords" in done.stderr
