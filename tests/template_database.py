"""One database with all migrations for a whole run; each worker's own is a copy of it.

The first worker that needs a database migrates the template, the others wait for it: copying takes
PostgreSQL a moment, while the migrations cost each worker ten seconds.
"""

import fcntl
import os
from pathlib import Path

from django.db import connection

NAME = "dealbooks_template"


def use(folder: Path) -> None:
    """Let the database of this worker's tests be made from the template. ``folder``: of the run."""
    made = folder / "template.made"
    with (folder / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            _make()
            made.touch()
    connection.settings_dict["TEST"]["TEMPLATE"] = NAME


def _make() -> None:
    chosen = connection.settings_dict
    own, test = chosen["NAME"], chosen["TEST"]["NAME"]
    chosen["TEST"]["NAME"] = NAME
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    connection.close()
    chosen["NAME"], chosen["TEST"]["NAME"] = own, test


def is_shared() -> bool:
    """Whether other workers run beside this one."""
    return "PYTEST_XDIST_WORKER" in os.environ
