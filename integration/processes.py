"""Child processes that do not outlive their parent. No Django here."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from integration.binaries import Account, EmbeddedError

PR_SET_PDEATHSIG = 1  # linux/prctl.h
START_SECONDS = 30.0


class Child:
    """A running program with its log file and the signals that end it, gentlest first."""

    def __init__(
        self, name: str, process: subprocess.Popen[bytes], log: Path, gentle: int, rough: int
    ) -> None:
        self.name = name
        self.process = process
        self.log = log
        self._signals = (gentle, rough, signal.SIGKILL)

    @property
    def pid(self) -> int:
        return self.process.pid

    def is_running(self) -> bool:
        return self.process.poll() is None

    def ask_to_stop(self) -> None:
        """The gentle signal only; ``stop`` waits for the end."""
        if self.is_running():
            self.process.send_signal(self._signals[0])

    def stop(self, patience_seconds: float = 10.0) -> None:
        """End it: each signal gets its time before the rougher one follows."""
        for number in self._signals:
            if not self.is_running():
                return
            self.process.send_signal(number)
            try:
                self.process.wait(patience_seconds)
            except subprocess.TimeoutExpired:
                continue

    def kill(self) -> None:
        """End it at once, as a crash would."""
        self.process.kill()
        self.process.wait()

    def last_lines(self, count: int = 15) -> str:
        """The tail of its log, for people."""
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-count:])


def start(
    name: str,
    command: Sequence[str],
    *,
    log: Path,
    gentle: int = signal.SIGTERM,
    rough: int = signal.SIGKILL,
    account: Account | None = None,
    environment: Mapping[str, str] | None = None,
    folder: Path = Path("/"),
) -> Child:
    """Start a program in a session of its own (Ctrl-C reaches it through us) with output in a file.

    On Linux the kernel sends it ``gentle`` when the thread that called this dies.
    """
    under = account or Account()
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        process = subprocess.Popen(
            [*under.prefix, *command],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(environment) if environment is not None else None,
            start_new_session=True,
            user=under.user,
            group=under.group,
            extra_groups=[] if under.user is not None else None,
            preexec_fn=_leash(gentle),
        )
    return Child(name, process, log, gentle, rough)


def _leash(number: int) -> Callable[[], None] | None:
    """Run in the child after its user was changed, which would clear the setting."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    parent = os.getpid()

    def tie() -> None:
        prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)
        if os.getppid() != parent:  # died before the line above
            os._exit(1)

    return tie


def command_line(pid: int) -> str:
    """What a process of any parent runs; empty when it is gone or not ours to see."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except FileNotFoundError:
        pass
    try:
        asked = ["ps", "-o", "command=", "-p", str(pid)]
        return subprocess.run(asked, capture_output=True, text=True, check=False).stdout
    except OSError:
        return ""


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def wait_until_ready(server: Child, try_it: Callable[[], object], not_yet: type[Exception]) -> None:
    """Ask until it answers. Raises ``EmbeddedError`` with the tail of its log when it does not."""
    deadline = time.monotonic() + START_SECONDS
    while server.is_running() and time.monotonic() < deadline:
        try:
            try_it()
        except not_yet:
            time.sleep(0.02)
        else:
            return
    state = "did not answer in time" if server.is_running() else "stopped at once"
    server.stop()
    raise EmbeddedError(
        f"{server.name} {state}. The end of its log ({server.log}):\n{server.last_lines()}"
    )
