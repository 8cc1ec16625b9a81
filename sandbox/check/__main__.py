"""``python -m sandbox.check HISTORY``: does a history of the sandbox break I1 to I4?

HISTORY is a file with the JSON of ``GET /__sandbox/history``, ``-`` for standard input, or an
address (``http://localhost:9100`` is enough). Exit code 1: something is wrong. 2: no history.
"""

import argparse
import json
import sys
import urllib.request
from collections import Counter
from pathlib import Path
from typing import Any

from sandbox.check import Finding, check

PAGE = "/__sandbox/history"
SECONDS = 60


def read(source: str) -> list[dict[str, Any]]:
    """Raises OSError, ValueError."""
    if source.startswith(("http://", "https://")):
        address = source if PAGE in source else source.rstrip("/") + PAGE
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with direct.open(address, timeout=SECONDS) as answer:
            value = json.load(answer)
    elif source == "-":
        value = json.load(sys.stdin)
    else:
        value = json.loads(Path(source).read_text())
    entries = value.get("entries") if isinstance(value, dict) else value
    if not isinstance(entries, list):
        raise ValueError("it holds no list of entries")
    return entries


def report(found: list[Finding], entries: list[dict[str, Any]]) -> str:
    changes = sum(len(entry["changes"]) for entry in entries)
    lines = [f"{len(entries)} requests, {changes} changes."]
    for one in found:
        numbers = ", ".join(str(number) for number in one.entries)
        lines.append(f"{one.invariant}  {one.vendor} {one.account}: {one.what} [{numbers}]")
    counts = Counter(one.invariant for one in found)
    summary = ", ".join(f"{name}: {number}" for name, number in sorted(counts.items()))
    lines.append(f"Found {len(found)} ({summary})." if found else "I1 to I4 hold.")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m sandbox.check", description=__doc__)
    parser.add_argument("history")
    parser.add_argument("--json", action="store_true", help="findings as JSON")
    parser.add_argument(
        "--running", action="store_true", help="the product still works: nothing is lost yet"
    )
    options = parser.parse_args(arguments)
    try:
        entries = read(options.history)
        found = check(entries, at_rest=not options.running)
    except (OSError, ValueError) as error:
        print(f"The history {options.history} cannot be checked: {error}", file=sys.stderr)
        return 2
    if options.json:
        facts = {"requests": len(entries), "findings": [one.plain() for one in found]}
        print(json.dumps(facts, indent=1))
    else:
        print(report(found, entries))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
