"""Chromium for the browser tests: the system's own, found as ``requirements/chromium.sh`` does.

The one without windows first: it draws the same pages for a quarter less.
"""

import os
import shutil
from pathlib import Path

NAMES = (
    *("chromium-headless-shell", "chromium", "chromium-browser"),
    *("google-chrome", "google-chrome-stable"),
)
MAC_PLACES = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]


def find_chromium() -> str:
    """The path of the browser. Raises ``RuntimeError`` with the command that installs one."""
    named = [os.environ.get("DEALBOOKS_CHROMIUM", "")]
    on_path = [shutil.which(name) or "" for name in NAMES]
    for path in filter(None, [*named, *on_path, *MAC_PLACES]):
        if Path(path).is_file():
            return path
    raise RuntimeError("The browser tests need Chromium. `make chromium` installs it or says how.")


def launch_options() -> dict[str, object]:
    """Arguments for Playwright's ``chromium.launch``."""
    return {"executable_path": find_chromium(), "args": FLAGS}
