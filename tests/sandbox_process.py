"""The sandbox as a process of its own, as every test folder uses it."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

import requests

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 20
ADMIN_SECONDS = 60


class SandboxProcess:
    """``python -m sandbox`` on given ports (0: free ones) with a clock file of its own.

    ``quickbooks`` and ``hubspot`` are base URLs without a closing slash; the other methods speak
    to ``/__sandbox/``.
    """

    def __init__(
        self,
        clock_file: Path | str = "",
        *,
        quickbooks_port: int = 0,
        hubspot_port: int = 0,
        product_url: str = "http://127.0.0.1:8000",
        scenario: str = "demo",
        state_file: Path | str = "",
    ) -> None:
        self._command = [
            *(sys.executable, "-m", "sandbox", "--scenario", scenario),
            *("--quickbooks-port", str(quickbooks_port), "--hubspot-port", str(hubspot_port)),
            *("--clock-file", str(clock_file), "--product-url", product_url),
            *("--state-file", str(state_file)),
        ]
        self.quickbooks = self.hubspot = ""
        self._process: subprocess.Popen[str] | None = None
        self._session = requests.Session()
        self._session.trust_env = False
        self._prepared: set[str] = set()

    def start(self) -> Self:
        """Returns when both ports answer; fails with the process's own words."""
        self._prepared.clear()
        self._process = subprocess.Popen(
            self._command, cwd=ROOT, text=True, stdout=subprocess.PIPE, env={**os.environ}
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"The sandbox ended with code {self._process.wait()}.")
        ready = json.loads(line)
        self.quickbooks = f"http://localhost:{ready['quickbooks']}"
        self.hubspot = f"http://localhost:{ready['hubspot']}"
        self._wait_until_healthy()
        return self

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def kill(self) -> None:
        """As ``kill -9``: the process cannot say goodbye."""
        assert self._process is not None
        self._process.kill()
        self.stop()

    def stop(self) -> None:
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._process = None
        self._session.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *error: object) -> None:
        self.stop()

    def admin(self, method: str, page: str, body: Any = None, **query: str) -> Any:
        """One call of ``/__sandbox/<page>``; a refusal raises with the sandbox's reason."""
        response = self._session.request(
            method, f"{self.hubspot}/__sandbox/{page}", json=body, params=query,
            timeout=ADMIN_SECONDS,
        )  # fmt: skip
        answer = response.json()
        if response.status_code != 200:
            raise ValueError(f"{method} {page}: {answer}")
        return answer

    def reset(self, scenario: str = "demo", data: dict[str, Any] | None = None) -> None:
        """Forget everything and load a scenario by name, or a whole one given as ``data``."""
        body = {"scenario": scenario} if data is None else {"scenario": scenario, "data": data}
        self.admin("POST", "reset", body)

    def go_back_to(self, name: str) -> bool:
        """To the world as it was set aside in this process; False when it never was."""
        if name in self._prepared:
            self.admin("POST", "reset", {"set_aside": name})
        return name in self._prepared

    def set_aside(self, name: str) -> None:
        self.admin("POST", "set_aside", {"name": name})
        self._prepared.add(name)

    def state(self, vendor: str = "") -> dict[str, Any]:
        return dict(self.admin("GET", "state", vendor=vendor))

    def switch(self, **switches: Any) -> None:
        self.admin("POST", "switches", switches)

    def faults(self, *rules: dict[str, Any], seed: int = 1) -> None:
        """Replace the fault plan; no rules: none."""
        self.admin("POST", "faults", {"seed": seed, "rules": list(rules)})

    def advance(self, seconds: float) -> str:
        """Turn the clock of both sides; the instant it shows now."""
        return str(self.admin("POST", "clock", {"advance_seconds": seconds})["now"])

    def turn_back(self) -> None:
        """The clock as it was, for tests that know nothing of the vendors."""
        clock = self.admin("GET", "clock")
        if clock["offset_seconds"]:
            self.reset()

    def history(self, **filters: str) -> list[dict[str, Any]]:
        return list(self.admin("GET", "history", **filters)["entries"])

    def forget_history(self) -> None:
        self.admin("DELETE", "history")

    def errors(self) -> list[str]:
        """Requests that the sandbox itself could not handle: always a defect."""
        return list(self.admin("GET", "errors")["errors"])

    def _wait_until_healthy(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                self.admin("GET", "health")
            except requests.ConnectionError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.02)
            else:
                return


def port_of(url: str) -> int:
    """The port of a base URL."""
    port = urlsplit(url).port
    assert port is not None
    return port
