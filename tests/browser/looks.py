"""What must hold for every page: no accessibility findings that matter, nothing wider than it."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import SIZES

MATTER = ("serious", "critical")
EVERYTHING = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
SIGHT = {"type": "rule", "values": ["color-contrast", "target-size", "link-in-text-block"]}
"""What another colour scheme or size can break; the rest is the same page."""
AXE = Axe().axe_script
RUN = """rules => axe.run({resultTypes: ["violations"], runOnly: rules, preload: false})"""


def faults(page: Page) -> list[str]:
    """All that is wrong with the open page, on a phone in the dark and at a desk in the light.

    It is at a desk in the light afterwards.
    """
    found = _faults(page, "phone", "dark", SIGHT)
    return found + _faults(page, "desk", "light", EVERYTHING)


def _faults(page: Page, size: str, scheme: str, rules: object) -> list[str]:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    page.set_viewport_size(SIZES[size])  # type: ignore[arg-type]
    wide = overflow(page)
    found = [*findings(page, rules), *([f"{wide} px too wide"] if wide > 0 else [])]
    return [f"{size}, {scheme}: {each}" for each in found]


def findings(page: Page, rules: object = EVERYTHING) -> list[str]:
    """axe's serious and critical findings, one line each."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    return [
        f"{found['id']}: {node['target']} {node['html'][:160]}"
        for found in page.evaluate(RUN, rules)["violations"]
        if found["impact"] in MATTER
        for node in found["nodes"]
    ]


def overflow(page: Page) -> int:
    """How many pixels the page can be scrolled sideways."""
    return int(
        page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    )
