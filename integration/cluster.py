"""PostgreSQL on a data folder of ours: made, mended, started. No Django here."""

import os
import shutil
import signal
import subprocess
import time
from contextlib import closing
from pathlib import Path

import psycopg2

from integration.binaries import (
    Account,
    EmbeddedError,
    Postgres,
    find_postgres,
    postgres_account,
)
from integration.processes import Child, command_line, is_alive, start, wait_until_ready

ROLE = DATABASE = "dealbooks"
STOP_SECONDS = 30.0
HASTY = (  # for tests: speed instead of surviving a power cut
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "autovacuum=off",
)


def start_postgres(folder: Path, sockets: Path, durable: bool) -> Child:
    """PostgreSQL on ``<folder>/postgresql`` with a database ``dealbooks``; made when absent."""
    area = folder / "postgresql"
    area.mkdir(exist_ok=True)
    data = area / "data"
    postgres = find_postgres(_version_of(data))
    account = postgres_account(postgres, folder)
    _own(area, account)
    os.chown(sockets, account.owner if account.owner is not None else -1, -1)
    if _version_of(data) is None:
        _make_cluster(postgres, account, area, durable)
    free_cluster(data)
    server = _run_postgres(postgres, account, folder, sockets, durable)
    try:
        _ensure_database(sockets)
    except BaseException:
        server.stop()
        raise
    return server


def _version_of(data: Path) -> int | None:
    try:
        return int((data / "PG_VERSION").read_text())
    except FileNotFoundError:
        return None


def _own(area: Path, account: Account) -> None:
    """Hand the files to the account; the way PostgreSQL is run may differ from last time."""
    if account.owner is None or area.stat().st_uid == account.owner:
        return
    for folder, _, files in os.walk(area):
        for path in (folder, *(os.path.join(folder, name) for name in files)):
            os.chown(path, account.owner, -1, follow_symlinks=False)


def _make_cluster(postgres: Postgres, account: Account, area: Path, durable: bool) -> None:
    """Build beside and rename, so that an interrupted start leaves nothing half made."""
    unfinished = area / "unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    locale = ["--locale=C"]
    if postgres.version >= 17:
        locale += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    command = [
        *(*account.prefix, postgres.program("initdb"), "-D", str(unfinished), "-U", ROLE),
        *("--auth=trust", "--encoding=UTF8", *locale, *([] if durable else ["--no-sync"])),
    ]
    done = subprocess.run(
        command,
        cwd="/",
        env=_environment(),
        capture_output=True,
        text=True,
        check=False,
        user=account.user,
        group=account.group,
        extra_groups=[] if account.user is not None else None,
    )
    if done.returncode != 0:
        raise EmbeddedError(f"PostgreSQL could not make its data folder:\n{done.stderr.strip()}")
    unfinished.rename(area / "data")


def _environment() -> dict[str, str]:
    """Ours without PostgreSQL's own variables and without languages the machine may not have."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return {**kept, "LC_ALL": "C"}


def free_cluster(data: Path) -> None:
    """Stop a server that outlived its parent; forget a process number that now means another."""
    file = data / "postmaster.pid"
    try:
        pid = int(file.read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return
    if not is_alive(pid):
        return  # PostgreSQL recognises this case itself
    running = command_line(pid)
    if "postgres" not in running or str(data) not in running:
        file.unlink()
        return
    os.kill(pid, signal.SIGINT)
    deadline = time.monotonic() + STOP_SECONDS
    while is_alive(pid) and file.exists() and time.monotonic() < deadline:
        time.sleep(0.05)


def _run_postgres(
    postgres: Postgres, account: Account, folder: Path, sockets: Path, durable: bool
) -> Child:
    settings = (
        "listen_addresses=",
        f"unix_socket_directories={sockets}",
        "unix_socket_permissions=0700",
        "max_connections=100",
        "timezone=UTC",
        "log_timezone=UTC",
        *(() if durable else HASTY),
    )
    command = [postgres.program("postgres"), "-D", str(folder / "postgresql" / "data")]
    for setting in settings:
        command += ["-c", setting]
    server = start(
        "PostgreSQL",
        command,
        log=folder / "log" / "postgresql.log",
        gentle=signal.SIGINT,
        rough=signal.SIGQUIT,
        account=account,
        environment=_environment(),
    )
    wait_until_ready(server, lambda: _connect(sockets).close(), psycopg2.OperationalError)
    return server


def _connect(sockets: Path) -> "psycopg2.extensions.connection":
    return psycopg2.connect(host=str(sockets), user=ROLE, dbname="postgres", connect_timeout=5)


def _ensure_database(sockets: Path) -> None:
    with closing(_connect(sockets)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if cursor.fetchone() is None:
                cursor.execute(f"CREATE DATABASE {DATABASE}")
