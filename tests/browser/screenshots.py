"""``make screenshots``: starts the demo, gives it something to show, photographs every page.

Every page is taken at two widths, light and dark, into ``var/screenshots``. Pages are found by
following links, one picture for each kind of address.
"""

import re
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from integration.supervisor import Options, Running, running
from tests.chromium import launch_options

TARGET = Path(__file__).resolve().parents[2] / "var" / "screenshots"
WIDTHS = {"1280": {"width": 1280, "height": 900}, "390": {"width": 390, "height": 844}}
SCHEMES = ("light", "dark")
COMPANIES = ("Dealbooks Demo Co (US)", "Tea & Tools Ltd")
DEALS = ("Aviary visitor centre fit-out", "Quiet room panels")
ORDER = (("Reception counter", "1"), ("Stacking chair", "24"))
SIGNED_OUT = ("/accounts/login/", "/accounts/password/reset/", "/styleguide/")
ACCOUNT = ("/accounts/password/change/", "/accounts/2fa/", "/accounts/sessions/", "/portals/")
LEFT_OUT = re.compile(r"/(pdf|logout|static|api/v1/schema)\b|\.(csv|json)$")
ONE_OF_MANY = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\b\d+\b|(?<=/edit/)\w+|(?<=/delete/)\w+")
MOST = 150
SECONDS = 30


def main() -> int:
    shutil.rmtree(TARGET, ignore_errors=True)
    TARGET.mkdir(parents=True)
    with tempfile.TemporaryDirectory(prefix="dealbooks-pictures-") as folder:
        Path(folder).chmod(0o755)  # PostgreSQL may run as another user than we do
        options = Options(Path(folder), port=0, quickbooks_port=0, hubspot_port=0)
        with running(options) as up, sync_playwright() as playwright:
            browser = playwright.chromium.launch(**launch_options())  # type: ignore[arg-type]
            count = Photographer(browser, up).work()
            browser.close()
    sys.stdout.write(f"{count} pictures in {TARGET}\n")
    return 0


class Photographer:
    """Goes through the demo as its admin."""

    def __init__(self, browser: Browser, up: Running) -> None:
        self.browser = browser
        self.up = up
        self.context = browser.new_context(viewport=WIDTHS["1280"], locale="en-US")  # type: ignore[arg-type]
        self.page = self.context.new_page()
        self.page.set_default_timeout(SECONDS * 1000)
        self.taken = 0

    def work(self) -> int:
        self._photograph(SIGNED_OUT, {})
        self._sign_in()
        self._photograph([self._path("start/")], self._state())
        self._connect()
        self._allow_sending()
        self._make_invoices()
        self._compare_both_sides()
        self._photograph([*self._found(), *ACCOUNT], self._state())
        self._photograph_frame()
        return self.taken

    # -- something to show
    def _sign_in(self) -> None:
        self.page.goto(f"{self.up.product}/accounts/login/")
        self.page.locator(".entrance-demo form").first.get_by_role("button").click()
        self.page.wait_for_url("**/start/")
        self.portal = self.page.url.removesuffix("start/")

    def _connect(self) -> None:
        page = self.page
        page.get_by_role("button", name="Connect HubSpot").click()
        page.get_by_role("button", name=re.compile("Connect")).click()
        for number, name in enumerate(COMPANIES):
            page.goto(f"{self.portal}settings/connections/")
            page.get_by_role("button", name="Connect QuickBooks account").first.click()
            page.get_by_text(name).first.click()
            page.get_by_role("button", name="Allow").click()
            if number == 0:
                self._photograph([urlsplit(page.url).path], self._state(), "confirm-connection")
            page.get_by_role("button", name=f"Connect {name}").click()
            page.get_by_text(f"{name} is connected.").wait_for()

    def _allow_sending(self) -> None:
        """Off by default (D-17); on, so that the page that sends an invoice is there."""
        self.page.goto(f"{self.portal}settings/companies/")
        self.page.get_by_role("link", name=COMPANIES[0]).first.click()
        self.page.get_by_label("Allow sending invoices from here").check()
        self.page.get_by_role("button", name="Save").click()
        self.page.wait_for_load_state("networkidle")

    def _make_invoices(self) -> None:
        """One invoice as far as QuickBooks, then a draft that stays open."""
        self._open_wizard(DEALS[0])
        self._fill_in("Amy's Bird Sanctuary")
        self.page.get_by_role("button", name="Create invoice in QuickBooks").click()
        self.page.get_by_text("It is ready to be sent from QuickBooks.").wait_for()
        self._open_wizard(DEALS[1])
        self._fill_in("Diego Rodriguez")
        self.review = urlsplit(self.page.url).path

    def _compare_both_sides(self) -> None:
        """Contacts are synced; a dry run, suggestions of matches and a report stand there."""
        page = self.page
        page.goto(f"{self.portal}sync/settings/")
        page.get_by_role("link", name=COMPANIES[0]).first.click()
        page.get_by_role("link", name="Contacts", exact=True).click()
        page.get_by_label("Sync QuickBooks customers with HubSpot's contacts").check()
        page.get_by_role("button", name="Save").click()
        page.get_by_role("button", name="Turn on").click()
        page.goto(f"{self.portal}sync/matching/")
        page.get_by_role("link", name=COMPANIES[0]).first.click()
        page.get_by_role("button", name="Search HubSpot again").click()
        page.goto(f"{self.portal}sync/")
        page.get_by_role("button", name="Dry run").first.click()
        page.get_by_role("heading", name="Dry run").first.wait_for()
        page.goto(f"{self.portal}sync/reconciliations/")
        page.get_by_role("button", name="Reconcile now").first.click()
        page.get_by_role("heading", name="Totals by month").wait_for()

    def _open_wizard(self, deal: str) -> None:
        """The lists of a company just connected are read in the background: ask until they are."""
        page = self.page
        page.goto(f"{self.portal}deals/")
        field = page.get_by_role("searchbox", name="Search in HubSpot")
        field.fill(deal)
        field.press("Enter")
        page.get_by_role("link", name=deal).first.click()
        page.get_by_role("button", name="Create invoice").first.click()
        page.locator("ol.steps").wait_for()
        if page.get_by_role("heading", name="Which company sends the invoice?").count():
            chosen = f"{COMPANIES[0]} (US, USD)"
            page.get_by_label("QuickBooks company").select_option(label=chosen)
            page.get_by_role("button", name=re.compile("^Next")).last.click()
        if page.get_by_role("heading", name="What is the invoice made from?").count():
            page.get_by_label("From scratch").check()
            page.get_by_role("button", name=re.compile("^Next")).last.click()

    def _fill_in(self, customer: str) -> None:
        page = self.page
        other = page.get_by_text("Another customer").or_(
            page.get_by_text("A customer in QuickBooks")
        )
        other.first.click()
        self._pick("Customer", customer)
        page.get_by_role("button", name=re.compile("^Next")).last.click()
        for number, (product, quantity) in enumerate(ORDER):
            self._pick("Add products from QuickBooks", product)
            page.get_by_role("textbox", name="Quantity").nth(number).fill(quantity)
        page.get_by_role("button", name=re.compile("^Next")).last.click()
        page.get_by_label("Write a message to your customer").fill("Thank you for your order.")
        page.get_by_role("button", name=re.compile("^Next")).last.click()
        page.get_by_role("heading", level=2).first.wait_for()

    def _pick(self, label: str, text: str) -> None:
        """Choose in a picker, asking again while QuickBooks' lists are still being read."""
        field = self.page.get_by_role("combobox", name=label)
        option = self.page.locator("[role=option]:visible").filter(has_text=text).first
        deadline = time.monotonic() + SECONDS
        while True:
            field.fill("")
            field.press_sequentially(text[:8])
            try:
                option.click(timeout=3000)
            except PlaywrightTimeout:
                if time.monotonic() > deadline:
                    raise
            else:
                return

    # -- pictures
    def _found(self) -> list[str]:
        """Pages reached by links from Home and the open draft, one of each kind."""
        waiting = [self._path(""), self.review]
        kinds: dict[str, str] = {}
        while waiting and len(kinds) < MOST:
            path = waiting.pop(0)
            kind = ONE_OF_MANY.sub("*", path)
            if kind in kinds or LEFT_OUT.search(path):
                continue
            answer = self.page.goto(f"{self.up.product}{path}")
            if answer is None or answer.status != 200 or self.page.locator("main").count() == 0:
                continue
            kinds[kind] = path
            waiting += list(self._links())
        return list(kinds.values())

    def _links(self) -> Iterator[str]:
        for url in self.page.eval_on_selector_all("a[href]", "all => all.map(a => a.href)"):
            parts = urlsplit(url)
            if f"{parts.scheme}://{parts.netloc}" == self.up.product and "/p/" in parts.path:
                yield parts.path

    def _photograph(self, paths: object, state: object, name: str = "") -> None:
        for scheme in SCHEMES:
            for width, size in WIDTHS.items():
                context = self.browser.new_context(
                    viewport=size,  # type: ignore[arg-type]
                    color_scheme=scheme,  # type: ignore[arg-type]
                    locale="en-US",
                    storage_state=state,  # type: ignore[arg-type]
                )
                self._take(context, paths, f"{width}-{scheme}", name)
                context.close()

    def _take(self, context: BrowserContext, paths: object, look: str, name: str) -> None:
        page = context.new_page()
        for path in paths:  # type: ignore[attr-defined]
            page.goto(f"{self.up.product}{path}")
            page.wait_for_load_state("networkidle")
            self._keep(page, f"{name or self._name(path)}-{look}")

    def _photograph_frame(self) -> None:
        """The deal in the simulated HubSpot with the wizard in its frame."""
        deal = re.search(r"/deals/(\d+)/", self.review)
        hub = self.page.request.get(f"{self.up.hubspot}/__sandbox/state").json()
        portal = next(iter(hub["hubspot"]))
        self.page.goto(f"{self.up.hubspot}/contacts/{portal}/record/0-3/{deal and deal[1]}")
        self.page.get_by_role("button", name="Create invoice").first.click()
        self.page.frame_locator("iframe[name=card]").locator("main").wait_for()
        self._keep(self.page, "hubspot-deal-1280-light")

    def _keep(self, page: Page, name: str) -> None:
        size = page.viewport_size
        height = page.evaluate("document.documentElement.scrollHeight")
        if size:  # as tall as the page, so that what sticks to the bottom stands there
            page.set_viewport_size({"width": size["width"], "height": max(size["height"], height)})
        page.screenshot(path=str(TARGET / f"{name}.png"))
        if size:
            page.set_viewport_size(size)
        self.taken += 1

    def _path(self, rest: str) -> str:
        return urlsplit(self.portal).path + rest

    def _state(self) -> object:
        return self.context.storage_state()

    def _name(self, path: str) -> str:
        inside = path.removeprefix(self._path("")) if hasattr(self, "portal") else path
        return ONE_OF_MANY.sub("one", inside).strip("/").replace("/", "-") or "home"


if __name__ == "__main__":
    sys.exit(main())
