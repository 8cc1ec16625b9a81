"""What must hold for every page: no accessibility findings that matter, nothing wider than it."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

MATTER = ("serious", "critical")
EVERYTHING = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SIGHT = ["color-contrast", "target-size", "link-in-text-block"]
"""What another colour scheme or size can break; the rest is the same page."""


def findings(page: Page, *, only_sight: bool = False) -> list[str]:
    """axe's serious and critical findings, one line each."""
    rules = {"type": "rule", "values": SIGHT} if only_sight else EVERYTHING
    answer = Axe().run(page, options={"resultTypes": ["violations"], "runOnly": rules}).response
    return [
        f"{found['id']}: {node['target']} {node['html'][:160]}"
        for found in answer["violations"]
        if found["impact"] in MATTER
        for node in found["nodes"]
    ]


def overflow(page: Page) -> int:
    """How many pixels the page can be scrolled sideways."""
    return int(
        page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    )
