"""What a browser does between a person and our pages: cookies, redirects, forms, and what it refuses.

No vendor library and no ``requests``: the embed session's cookie is ``Secure``, which ``requests``
keeps back over http although browsers send it to this machine itself.
"""

import http.client
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode, urljoin, urlsplit

from workflows.demo_check import forms, markup
from workflows.demo_check.cookies import Jar
from workflows.demo_check.forms import Data, Form
from workflows.demo_check.markup import Node
from workflows.demo_check.reading import NotThere

SECONDS = 20.0
MOST_REDIRECTS = 10
REDIRECTS = (301, 302, 303, 307, 308)
FORM_TYPE = "application/x-www-form-urlencoded"


class PageProblem(Exception):
    """A page that a person could not go on from."""

    def __init__(self, address: str, what: str, page: "Page | None" = None) -> None:
        said = f" It says: {page.said[:600]}" if page is not None else ""
        super().__init__(f"{address}: {what}.{said}")


@contextmanager
def expecting(page: "Page") -> Iterator[None]:
    """What is missing on the page becomes a ``PageProblem`` that tells what it says instead."""
    try:
        yield
    except (forms.FormProblem, NotThere) as problem:
        raise PageProblem(page.address, str(problem), page) from None


@dataclass(frozen=True)
class Page:
    """One answer. ``headers`` by lower-case name."""

    address: str
    status: int
    headers: dict[str, str]
    text: str

    @cached_property
    def root(self) -> Node:
        return markup.parse(self.text)

    @property
    def said(self) -> str:
        """What a person reads: the main part, without what is written for screen readers only."""
        main = self.root.first("main") or self.root.first("body") or self.root
        return main.text(without="hidden-visually")

    @property
    def heading(self) -> str:
        found = self.root.first("h1")
        return found.text() if found else ""

    def form(self, button: str, fields: Iterable[str] = ()) -> Form:
        """The form with that button and those fields. Raises ``PageProblem``."""
        with expecting(self):
            return forms.form_with(self.root, self.address, button, fields)

    def link(self, label: str) -> str:
        """Where the link with that text goes. Raises ``PageProblem``."""
        for anchor in self.root.all("a"):
            if anchor.text().startswith(label) and anchor.get("href"):
                return urljoin(self.address, anchor.get("href"))
        raise PageProblem(self.address, f"no link {label!r}", self)

    def policy(self, directive: str) -> list[str] | None:
        """The sources of a directive of Content-Security-Policy; None without it."""
        for part in self.headers.get("content-security-policy", "").split(";"):
            name, *sources = part.split() or [""]
            if name.lower() == directive:
                return sources
        return None


class Browser:
    """One person's browser, or with ``framed_by`` a frame in a page of another site.

    Such a frame keeps only cookies that are Secure, SameSite=None and Partitioned, and shows only
    pages that allow the site around it.
    """

    def __init__(self, framed_by: str = "") -> None:
        self.framed_by = framed_by
        self._jar = Jar(partitioned_only=bool(framed_by))

    def get(self, address: str, *, allowed: tuple[int, ...] = ()) -> Page:
        """Raises ``PageProblem`` for a status of 400 and more unless it is ``allowed``."""
        return self._arrive(self._follow("GET", address, None, {}, None), allowed)

    def press(
        self,
        page: Page,
        button: str,
        answers: Mapping[str, str] | None = None,
        *,
        allowed: tuple[int, ...] = (),
    ) -> Page:
        """Fill in the form with that button and press it."""
        form = page.form(button, answers or {})
        with expecting(page):
            pressed = form.button(button)
            data = form.data(answers or {}, pressed)
        return self._send(page, form.method, form.target(pressed), data, allowed)

    def change(self, page: Page, form: Form, answers: Mapping[str, str], trigger: str) -> Page:
        """A field was changed and htmx sends the form; the answer is a piece of a page."""
        with expecting(page):
            data = form.data(answers)
        target = urljoin(page.address, form.node.get("hx-post"))
        headers = self._form_headers(page) | self._htmx_headers(page, trigger)
        return self._arrive(self._follow("POST", target, data, headers, page), ())

    def piece(self, page: Page, address: str, query: Mapping[str, str]) -> Page:
        """What a script of the page asks for, such as the options of a picker."""
        target = f"{urljoin(page.address, address)}?{urlencode(query)}"
        headers = {"Referer": page.address, **self._htmx_headers(page, "")}
        return self._arrive(self._follow("GET", target, None, headers, page), ())

    def _send(
        self, page: Page, method: str, target: str, data: Data, allowed: tuple[int, ...]
    ) -> Page:
        if method == "GET":
            return self.get(f"{target.split('?')[0]}?{urlencode(data)}", allowed=allowed)
        self._check_form_target(page, target)
        headers = self._form_headers(page)
        return self._arrive(self._follow("POST", target, data, headers, page), allowed)

    @staticmethod
    def _form_headers(page: Page) -> dict[str, str]:
        return {"Origin": origin_of(page.address), "Referer": page.address}

    @staticmethod
    def _htmx_headers(page: Page, trigger: str) -> dict[str, str]:
        headers = {"HX-Request": "true", "HX-Current-URL": page.address}
        return headers | ({"HX-Trigger-Name": trigger} if trigger else {})

    def _follow(
        self,
        method: str,
        address: str,
        data: Data | None,
        headers: dict[str, str],
        sender: Page | None,
    ) -> Page:
        for _ in range(MOST_REDIRECTS):
            page = self._ask(method, address, data, headers)
            if page.status not in REDIRECTS:
                return page
            address = urljoin(address, page.headers.get("location", ""))
            if sender is not None and data is not None:
                self._check_form_target(sender, address)
            if page.status in (301, 302, 303):
                method, data, headers = "GET", None, {"Referer": headers.get("Referer", "")}
        raise PageProblem(address, f"more than {MOST_REDIRECTS} redirects")

    def _ask(self, method: str, address: str, data: Data | None, headers: dict[str, str]) -> Page:
        parts = urlsplit(address)
        path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        body = urlencode(data).encode() if data is not None else None
        sent = {"Accept": "text/html", "Accept-Language": "en", **headers}
        sent |= {"Content-Type": FORM_TYPE} if body is not None else {}
        sent |= self._jar.header(parts.hostname or "", parts.path)
        connection = http.client.HTTPConnection(parts.netloc, timeout=SECONDS)
        try:
            connection.request(method, path, body, sent)
            answer = connection.getresponse()
            text = answer.read().decode("utf-8", "replace")
        except (OSError, http.client.HTTPException) as error:
            raise PageProblem(address, f"no answer ({type(error).__name__}: {error})") from None
        finally:
            connection.close()
        self._jar.keep(parts.hostname or "", answer.headers.get_all("set-cookie") or [])
        found = {name.lower(): value for name, value in answer.headers.items()}
        return Page(address, answer.status, found, text)

    def _arrive(self, page: Page, allowed: tuple[int, ...]) -> Page:
        if self.framed_by:
            self._check_frame(page)
        if page.status >= 400 and page.status not in allowed:
            raise PageProblem(page.address, f"status {page.status}", page)
        return page

    def _check_frame(self, page: Page) -> None:
        if page.headers.get("content-disposition", "").startswith("attachment"):
            return  # a download is not shown
        allowed = page.policy("frame-ancestors")
        if allowed is None and "x-frame-options" not in page.headers:
            return
        if self.framed_by not in (allowed or []):
            raise PageProblem(page.address, f"not shown in a frame of {self.framed_by}", page)

    @staticmethod
    def _check_form_target(page: Page, target: str) -> None:
        """Chromium holds redirects after a form against ``form-action`` too."""
        allowed = page.policy("form-action")
        here, there = origin_of(page.address), origin_of(target)
        if allowed is None or there in allowed or ("'self'" in allowed and here == there):
            return
        raise PageProblem(page.address, f"its form-action does not allow {there}", page)


def origin_of(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
