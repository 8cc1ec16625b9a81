"""A person in the wizard without JavaScript: reads a page's form, fills it in, presses a button."""

import re
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpResponse
from django.test import Client

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class _Forms(HTMLParser):
    """All fields of the page's forms with what the browser would send."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, Any]] = []
        self._select = ""
        self._textarea = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attributes}
        if tag == "form":
            self.forms.append(
                {"id": found.get("id", ""), "fields": {}, "action": found.get("action")}
            )
        if not self.forms:
            return
        fields = self.forms[-1]["fields"]
        name = found.get("name", "")
        if tag == "input" and name:
            if found.get("type") not in ("radio", "checkbox") or "checked" in found:
                fields[name] = found.get("value", "on" if found.get("type") == "checkbox" else "")
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            if "selected" in found or self._select not in fields:
                fields[self._select] = found.get("value", "")
        elif tag == "textarea":
            self._textarea = name
            fields[name] = ""

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self.forms[-1]["fields"][self._textarea] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        if tag == "textarea":  # a browser drops the line break after the tag
            fields = self.forms[-1]["fields"]
            fields[self._textarea] = fields[self._textarea].removeprefix("\n")
            self._textarea = ""


class Visitor:
    """``page`` is the last answer; ``see`` and ``press`` follow redirects."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.page: Any = None

    @property
    def path(self) -> str:
        chain = getattr(self.page, "redirect_chain", [])
        return urlsplit(chain[-1][0]).path if chain else self.page.request["PATH_INFO"]

    @property
    def text(self) -> str:
        """The page's words, tags and doubled blanks away."""
        html = re.sub(
            r"<(script|style|template)\b.*?</\1>", " ", self.page.content.decode(), flags=re.S
        )
        words = re.sub(r"<[^>]+>", " ", html)
        for name, letter in (
            ("&#x27;", "'"),
            ("&amp;", "&"),
            ("&quot;", '"'),
            ("&lt;", "<"),
            ("&gt;", ">"),
        ):
            words = words.replace(name, letter)
        return " ".join(words.split())

    def see(self, path: str) -> HttpResponse:
        self.page = self.client.get(path, follow=True)
        return self.page  # type: ignore[no-any-return]

    def fields(self, form_id: str = "step-form") -> dict[str, str]:
        parser = _Forms()
        parser.feed(self.page.content.decode())
        return next(dict(form["fields"]) for form in parser.forms if form["id"] == form_id)

    def press(self, go: str = "next", /, **typed: str) -> HttpResponse:
        """Fill in the step's form and press a button of it."""
        body = {**self.fields(), **typed, "go": go}
        self.page = self.client.post(self.path, body, follow=True)
        return self.page  # type: ignore[no-any-return]

    def post(self, path: str, **body: str) -> HttpResponse:
        self.page = self.client.post(path, body, follow=True)
        return self.page  # type: ignore[no-any-return]
