"""What every step of the demo check shares: the running demo, the browsers, how to wait."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from integration.supervisor import Running
from workflows.demo_check.browser import Browser, Page
from workflows.demo_check.compare import Facts
from workflows.demo_check.progress import Found, Report, Stuck
from workflows.demo_check.vendors import Books, Portal, Service

ADMIN = "admin@dealbooks.example"
REP = "rep@dealbooks.example"
COMPANY = "Dealbooks Demo Co (US)"
OTHER_COMPANY = "Bright Harbor LLC"
PORTAL_PATH = re.compile(r"/p/[0-9a-f-]{36}/")


@dataclass(frozen=True)
class Connected:
    """A QuickBooks company as the product knows it."""

    name: str
    realm: str


@dataclass
class Check:
    """One run. Browsers belong to people: the admin's and the rep's are two."""

    up: Running
    report: Report
    admin: Browser = field(default_factory=Browser)
    rep: Browser = field(default_factory=Browser)
    bookkeeper: Browser = field(default_factory=Browser)
    portal_url: str = ""

    def __post_init__(self) -> None:
        self.quickbooks = Service(self.up.quickbooks)
        self.portal = Portal(Service(self.up.hubspot))

    def until(self, what: str, ask: Callable[[], Found | None], process: str = "worker") -> Found:
        return self.report.until(what, ask, self.up.children, process)

    def settle(self, about: str, expected: Facts, read: Callable[[], Facts]) -> None:
        """Wait until what is read is as expected; what still differs at the end is reported."""
        try:
            self.until(f"{about} shows what QuickBooks says", lambda: read() == expected)
        except Stuck as stuck:
            before = len(self.report.differences)
            self.report.compare(about, expected, read())
            if len(self.report.differences) == before:
                raise
            raise Stuck(f"{stuck}; see the differences", stuck.process) from None

    def books(self, realm: str) -> Books:
        """Anew each time the clock was turned: its token ends after an hour."""
        return Books(self.quickbooks, realm)

    def history(self, since: int = 0, **wanted: str) -> list[dict[str, Any]]:
        """Calls that the sandbox answered, oldest first."""
        query = {"since": str(since), **wanted}
        return list(self.quickbooks.ask("/__sandbox/history", query)["entries"])

    def last_call(self) -> int:
        return max((int(entry["number"]) for entry in self.history()), default=0)

    def password(self, email: str) -> str:
        return next(each["password"] for each in self.up.people if each["email"] == email)

    def sign_in(self, browser: Browser, email: str) -> Page:
        """Through the sign-in page to the person's Home."""
        page = browser.get(f"{self.up.product}/")
        answers = {"login": email, "password": self.password(email)}
        home = browser.press(page, "Sign in", answers)
        found = PORTAL_PATH.search(home.address)
        if found is None:
            raise Stuck(f"{email} is not at a portal's Home but at {home.address}", "web")
        self.portal_url = f"{self.up.product}{found[0]}"
        return home
