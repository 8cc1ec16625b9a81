"""``python -m bench``: every part, or those named in ``BENCH=sync,…``. Exit 1 when a target is missed.

Each part is a module of this folder with ``run() -> list[Measure]``. It finds Django set up with
servers of its own, a migrated database and a running sandbox.
"""

import os
import sys
from importlib import import_module
from pathlib import Path

from bench.measures import Measure, keep, table

ROOT = Path(__file__).resolve().parent.parent
NOT_PARTS = {"__init__", "__main__", "measures", "worker"}


def parts() -> list[str]:
    """Names of all parts, or of the chosen ones; an unknown name ends the program."""
    known = sorted(
        file.stem for file in Path(__file__).parent.glob("*.py") if file.stem not in NOT_PARTS
    )
    chosen = [name for name in os.environ.get("BENCH", "").split(",") if name]
    unknown = sorted(set(chosen) - set(known))
    if unknown:
        sys.exit(f"BENCH: no part {', '.join(unknown)}. Parts: {', '.join(known)}.")
    return chosen or known


def main() -> int:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django
    from django.core.management import call_command

    django.setup()
    from tests import emptying

    call_command("migrate", verbosity=0)
    found: list[Measure] = []
    for name in parts():
        print(f"{name} …", flush=True)
        part = import_module(f"bench.{name}").run()
        print(table(part), flush=True)
        found += part
        keep(found, ROOT / "var" / "bench.json")
        emptying.empty("default")
    missed = [each for each in found if not each.is_met]
    print(f"{len(found)} measures, {len(missed)} missed")
    if missed:
        print(table(missed))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
