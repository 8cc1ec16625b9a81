"""Embedded PostgreSQL and Redis: real ones, started, killed and started again (decision 0002)."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg2
import pytest
import redis

from integration import binaries, embedded
from integration.binaries import Account, EmbeddedError
from integration.processes import command_line, is_alive

ROOT = Path(__file__).resolve().parents[2]
HOLD = """
import sys, time
from pathlib import Path
from integration import embedded
with embedded.servers(Path(sys.argv[1])) as addresses:
    print(addresses.database_url, *(child.pid for child in addresses.started), flush=True)
    time.sleep(60)
"""


@pytest.fixture
def nothing_configured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("REDIS_URL", raising=False)


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that ``nobody`` may enter, as a clone in a public place is."""
    place = tmp_path_factory.mktemp("data")
    for parent in (place, *place.parents):
        if parent.owner() == Path.home().owner() and "pytest" in str(parent):
            parent.chmod(0o755)
    return place


def ask(address: str, question: str) -> object:
    connection = psycopg2.connect(address)
    try:
        with connection.cursor() as cursor:
            cursor.execute(question)
            row = cursor.fetchone()
            connection.commit()
    finally:
        connection.close()
    return row[0] if row else None


def write(address: str, statement: str) -> None:
    connection = psycopg2.connect(address)
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            connection.commit()
    finally:
        connection.close()


def without_servers() -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "REDIS_URL")}


@pytest.mark.usefixtures("nothing_configured")
def test_both_servers_answer_and_data_stays_between_runs(folder: Path) -> None:
    with embedded.servers(folder) as addresses:
        write(addresses.database_url, "CREATE TABLE kept AS SELECT 42 AS answer")
        client = redis.Redis.from_url(addresses.redis_url)
        assert client.ping()
        client.close()
        noted = json.loads((folder / "servers.json").read_text())
        assert noted["database_url"] == addresses.database_url
    assert not (folder / "servers.json").exists()
    assert not Path(noted["sockets"]).exists()
    with embedded.servers(folder) as addresses:
        assert ask(addresses.database_url, "SELECT answer FROM kept") == 42


@pytest.mark.usefixtures("nothing_configured")
def test_names_in_any_script_compare_without_case(folder: Path) -> None:
    with embedded.servers(folder, durable=False) as addresses:
        assert ask(addresses.database_url, "SELECT upper('café ñandú')") == "CAFÉ ÑANDÚ"


@pytest.mark.usefixtures("nothing_configured")
def test_no_port_is_open(folder: Path) -> None:
    with embedded.servers(folder, durable=False) as addresses:
        assert ask(addresses.database_url, "SHOW listen_addresses") == ""
        client = redis.Redis.from_url(addresses.redis_url)
        assert client.config_get("port") == {"port": "0"}
        client.close()


def test_configured_addresses_win(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://db.example/books")
    monkeypatch.setenv("REDIS_URL", "redis://cache.example:6379/0")
    with embedded.servers(folder) as addresses:
        assert addresses.database_url == "postgresql://db.example/books"
        assert addresses.redis_url == "redis://cache.example:6379/0"
        assert addresses.started == ()
    assert not (folder / "postgresql").exists()


@pytest.mark.usefixtures("nothing_configured")
def test_a_second_run_on_the_same_folder_is_refused(folder: Path) -> None:
    refused = pytest.raises(EmbeddedError, match=f"Process {os.getpid()} already runs")
    with embedded.servers(folder, durable=False), refused, embedded.servers(folder):
        pass


@pytest.mark.parametrize("victim", ["supervisor", "servers"])
def test_f59_kill_9_is_mended_at_the_next_start(
    folder: Path, victim: str, nothing_configured: None
) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)],
        cwd=ROOT, env=without_servers(), stdout=subprocess.PIPE, text=True,
    ) as holder:  # fmt: skip
        assert holder.stdout is not None
        address, *pids = holder.stdout.readline().split()
        write(address, "CREATE TABLE kept AS SELECT 7 AS answer")
        for pid in [holder.pid] if victim == "supervisor" else [*map(int, pids), holder.pid]:
            os.kill(pid, signal.SIGKILL)
    with embedded.servers(folder) as addresses:
        assert addresses.database_url != address
        assert ask(addresses.database_url, "SELECT answer FROM kept") == 7


@pytest.mark.usefixtures("nothing_configured")
def test_on_linux_servers_do_not_outlive_a_killed_supervisor(folder: Path) -> None:
    """Elsewhere they do; the next start on the folder ends them."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)],
        cwd=ROOT, env=without_servers(), stdout=subprocess.PIPE, text=True,
    ) as holder:  # fmt: skip
        assert holder.stdout is not None
        pids = [int(pid) for pid in holder.stdout.readline().split()[1:]]
        holder.kill()
    deadline = time.monotonic() + 20
    while sys.platform == "linux" and any(map(_runs, pids)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert sys.platform != "linux" or not any(map(_runs, pids))
    with embedded.servers(folder):
        assert not any(map(_runs, pids))


def _runs(pid: int) -> bool:
    """A zombie that nobody collects has ended all the same: it has no command line."""
    return is_alive(pid) and bool(command_line(pid).strip())


@pytest.mark.usefixtures("nothing_configured")
def test_a_process_number_that_now_means_another_program_is_no_obstacle(folder: Path) -> None:
    with embedded.servers(folder, durable=False):
        pass
    stale = folder / "postgresql" / "data" / "postmaster.pid"
    stale.write_text(f"{os.getpid()}\n{stale.parent}\n")
    with embedded.servers(folder, durable=False) as addresses:
        assert ask(addresses.database_url, "SELECT 1") == 1
    assert is_alive(os.getpid())


@pytest.mark.usefixtures("nothing_configured")
def test_a_long_folder_still_gets_a_short_socket(folder: Path) -> None:
    deep = folder / ("a-quite-long-name-" * 5) / ("and-another-one-" * 5)
    deep.mkdir(parents=True)
    with embedded.servers(deep, durable=False) as addresses:
        socket = addresses.redis_url.removeprefix("unix://")
        assert len(os.fsencode(socket)) <= embedded.SOCKET_PATH_BYTES


@pytest.mark.usefixtures("nothing_configured")
def test_a_server_that_cannot_start_shows_its_log(folder: Path) -> None:
    with embedded.servers(folder, durable=False):
        pass
    (folder / "postgresql" / "data" / "postgresql.conf").write_text("no_such_setting = 1\n")
    with pytest.raises(EmbeddedError, match="no_such_setting"), embedded.servers(folder):
        pass
    with embedded.only_one(folder):  # the failed start let go of everything
        pass


def test_nothing_found_names_the_commands(tmp_path: Path) -> None:
    with pytest.raises(EmbeddedError, match="apt-get install postgresql"):
        binaries.find_postgres(folders=[tmp_path])
    with pytest.raises(EmbeddedError, match="apt-get install redis-server"):
        binaries.find_redis(programs=[str(tmp_path / "redis-server")])


def test_data_of_another_version_says_so() -> None:
    with pytest.raises(EmbeddedError, match="made by PostgreSQL 9, but this machine has only"):
        binaries.find_postgres(wanted=9)


def test_an_unusable_installation_is_passed_over(tmp_path: Path) -> None:
    for name in ("postgres", "initdb"):
        (tmp_path / name).write_text("#!/bin/sh\nexit 1\n")
        (tmp_path / name).chmod(0o755)
    good = binaries.find_postgres().folder
    assert binaries.find_postgres(folders=[tmp_path, good]).folder == good


def test_root_hands_postgresql_to_another_account(tmp_path: Path) -> None:
    """In a folder closed to others only a user namespace is left; a plain user is itself."""
    tmp_path.chmod(0o700)
    account = binaries.postgres_account(binaries.find_postgres(), tmp_path)
    hidden = Account(prefix=("unshare", "--user"), owner=0)
    assert account == (hidden if os.geteuid() == 0 else Account())


@pytest.mark.usefixtures("nothing_configured")
def test_data_follows_when_the_account_changes(folder: Path) -> None:
    """Closed to everybody else between two runs: for root ``nobody`` first, then ``unshare``."""
    with embedded.servers(folder) as addresses:
        write(addresses.database_url, "CREATE TABLE kept AS SELECT 5 AS answer")
    folder.chmod(0o700)
    with embedded.servers(folder) as addresses:
        assert ask(addresses.database_url, "SELECT answer FROM kept") == 5
