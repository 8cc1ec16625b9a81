"""Starts a real PostgreSQL and a real Redis for one data folder, with nothing to install.

Both listen on unix sockets only, in a private folder with a short path (a socket's path ends at
107 bytes), so that two runs never meet. ``DATABASE_URL`` and ``REDIS_URL`` win when they are set.
A kill -9 at any moment is mended at the next start. No Django here (docs/decisions/0002).
"""

import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from integration.binaries import EmbeddedError, find_redis
from integration.cluster import DATABASE, ROLE, free_cluster, start_postgres
from integration.processes import Child, start, wait_until_ready

SOCKET_PATH_BYTES = 103  # macOS; Linux allows 107
SOCKET_PREFIX = "dealbooks-"
LONGEST_SOCKET_NAME = ".s.PGSQL.5432"

__all__ = ["Addresses", "EmbeddedError", "servers", "start_postgres", "start_redis"]


@dataclass(frozen=True)
class Addresses:
    """Addresses in the forms that ``integration.environment`` reads."""

    database_url: str
    redis_url: str
    started: tuple[Child, ...] = ()
    """The servers that run as our children; those the environment names are not among them."""


@contextmanager
def servers(folder: Path, durable: bool = True) -> Iterator[Addresses]:
    """Both servers for as long as the block runs; what the environment names is left alone.

    ``durable=False`` is for tests: faster, and a power cut may lose data. While the block runs
    ``<folder>/servers.json`` names the addresses for commands in another terminal. Raises
    ``EmbeddedError`` with the way out when a server cannot be had.
    """
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as cleanup:
        cleanup.enter_context(only_one(folder))
        _clear_leftovers(folder)
        sockets = cleanup.enter_context(_socket_folder())
        _note(folder, sockets=str(sockets))
        cleanup.callback((folder / "servers.json").unlink, missing_ok=True)
        addresses = _start_missing(folder, sockets, durable, cleanup)
        _note(
            folder,
            sockets=str(sockets),
            database_url=addresses.database_url,
            redis_url=addresses.redis_url,
        )
        yield addresses


def _start_missing(folder: Path, sockets: Path, durable: bool, cleanup: ExitStack) -> Addresses:
    database_url = os.environ.get("DATABASE_URL", "")
    redis_url = os.environ.get("REDIS_URL", "")
    started: list[Child] = []
    if not database_url:
        started.append(start_postgres(folder, sockets, durable))
        cleanup.callback(started[-1].stop)
        database_url = f"postgresql://{ROLE}@/{DATABASE}?host={quote(str(sockets))}"
    if not redis_url:
        started.append(start_redis(folder, sockets, durable))
        cleanup.callback(started[-1].stop)
        redis_url = f"unix://{sockets}/redis.sock"
    return Addresses(database_url, redis_url, tuple(started))


def start_redis(folder: Path, sockets: Path, durable: bool) -> Child:
    """Redis on ``<folder>/redis``, with 64 numbered databases so that test workers get their own."""
    area = folder / "redis"
    area.mkdir(exist_ok=True)
    socket = sockets / "redis.sock"
    command = [
        *(find_redis(), "--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700"),
        *("--dir", str(area), "--databases", "64", "--daemonize", "no", "--logfile", ""),
        *("--save", "300 100 60 10000" if durable else ""),
        *("--stop-writes-on-bgsave-error", "no"),
    ]
    server = start("Redis", command, log=folder / "log" / "redis.log")
    with closing(_client(socket)) as client:
        wait_until_ready(server, client.ping, redis.RedisError)
    return server


def _client(socket: Path) -> redis.Redis:
    """The library's own retries would make an absent server cost seconds."""
    return redis.Redis(unix_socket_path=str(socket), retry=Retry(NoBackoff(), 0))


# ------------------------------------------------------------------------- one run per folder
@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Hold the folder for one run. Raises ``EmbeddedError`` when another process has it."""
    with (folder / "embedded.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise EmbeddedError(
                f"Process {lock.read().strip() or 'unknown'} already runs the servers of {folder}. "
                "Stop it first, or choose another folder for the data."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def _note(folder: Path, **what: str) -> None:
    draft = folder / "servers.json.new"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        json.dump(what, stream)
    draft.replace(folder / "servers.json")


def _clear_leftovers(folder: Path) -> None:
    """We hold the lock, so whatever the last run noted belongs to a run that was killed."""
    try:
        sockets = Path(json.loads((folder / "servers.json").read_text())["sockets"])
    except (FileNotFoundError, ValueError, KeyError):
        return
    if not sockets.name.startswith(SOCKET_PREFIX) or not sockets.is_dir():
        return
    try:
        with closing(_client(sockets / "redis.sock")) as client:
            client.shutdown()
    except redis.RedisError:
        pass  # gone already, which is what we want
    free_cluster(folder / "postgresql" / "data")
    shutil.rmtree(sockets, ignore_errors=True)


@contextmanager
def _socket_folder() -> Iterator[Path]:
    for place in (tempfile.gettempdir(), "/tmp", "/var/tmp"):  # noqa: S108  mkdtemp makes it private
        if len(os.fsencode(f"{place}/{SOCKET_PREFIX}12345678/{LONGEST_SOCKET_NAME}")) <= (
            SOCKET_PATH_BYTES
        ):
            break
    sockets = Path(tempfile.mkdtemp(prefix=SOCKET_PREFIX, dir=place))
    try:
        yield sockets
    finally:
        shutil.rmtree(sockets, ignore_errors=True)
