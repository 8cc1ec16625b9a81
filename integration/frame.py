"""What stands around every page: navigation, company filter, person, theme, mode banner.

Sections belong to apps above this one, so they are named by route; a section whose route does
not exist yet is not shown.
"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from integration.models import Company, Portal

THEMES = ("system", "light", "dark")
THEME_COOKIE = "dealbooks-theme"
MODE_NAMES = {
    "simulated": _(
        "HubSpot and QuickBooks are simulated on this computer. No real books are touched."
    ),
    "intuit-sandbox": _("QuickBooks is Intuit's sandbox: no real books are touched."),
}
SECTIONS: tuple[tuple[str, Promise, str], ...] = (
    ("home", _("Home"), "home"),
    ("invoices", _("Invoices"), "invoice"),
    ("deals", _("Deals"), "deal"),
    ("tasks", _("Tasks"), "task"),
    ("sync", _("Sync"), "sync"),
    ("reports", _("Reports"), "report"),
    ("settings", _("Settings"), "settings"),
)
FOR_THUMBS = 4
"""Sections in a phone's bottom bar; the rest are under More."""


@dataclass(frozen=True)
class Section:
    name: str
    label: str
    icon: str
    url: str
    is_current: bool


@dataclass
class Frame:
    """Everything ``base.html`` asks; each part is worked out only when it is shown."""

    request: HttpRequest
    actor: Any = None
    portal: Portal | None = None
    company_id: str = field(init=False, default="")

    def __post_init__(self) -> None:
        self.company_id = self.request.GET.get("company", "")

    @property
    def is_embedded(self) -> bool:
        """Inside HubSpot's frame: no navigation, no menus."""
        return self.request.path.startswith("/embed/")

    @property
    def theme(self) -> str:
        chosen = self.request.COOKIES.get(THEME_COOKIE, "system")
        return chosen if chosen in THEMES else "system"

    @property
    def mode_note(self) -> Any:
        return MODE_NAMES.get(settings.DEALBOOKS["VENDORS"], "")

    @property
    def is_simulated(self) -> bool:
        return settings.DEALBOOKS["VENDORS"] == "simulated"

    @cached_property
    def sections(self) -> list[Section]:
        """Those that exist, in the order of the navigation."""
        if self.portal is None:
            return []
        here = self._current()
        found = [
            Section(name, str(label), icon, self.section_url(name), name == here)
            for name, label, icon in SECTIONS
        ]
        return [section for section in found if section.url]

    @property
    def thumb_sections(self) -> list[Section]:
        return self.sections[:FOR_THUMBS]

    @property
    def more_sections(self) -> list[Section]:
        return self.sections[FOR_THUMBS:]

    @property
    def more_is_current(self) -> bool:
        return any(section.is_current for section in self.more_sections)

    @property
    def home_url(self) -> str:
        return self.section_url("home") or "/"

    @property
    def search_url(self) -> str:
        return self.section_url("search")

    @property
    def invoices_url(self) -> str:
        return self.section_url("invoices")

    @property
    def deals_url(self) -> str:
        return self.section_url("deals")

    @property
    def help_url(self) -> str:
        return self.section_url("help")

    @property
    def help_label(self) -> str:
        return gettext("Help")

    def section_url(self, name: str) -> str:
        """Its address with the company filter kept, or nothing when the route does not exist."""
        if self.portal is None:
            return ""
        try:
            url = reverse(name, kwargs={"portal_id": self.portal.pk})
        except NoReverseMatch:
            return ""
        keeps_filter = self.company_id and name != "settings"
        return f"{url}?{urlencode({'company': self.company_id})}" if keeps_filter else url

    def _current(self) -> str:
        """The section of the address: the first word below the portal, ``home`` when none."""
        prefix = f"/p/{self.portal.pk}/" if self.portal else ""
        rest = self.request.path.removeprefix(prefix)
        return rest.split("/")[0] or "home"

    @cached_property
    def companies(self) -> list[Company]:
        """Connected companies this person may see; the filter is shown from two on."""
        if self.actor is None or self.portal is None:
            return []
        return list(self.actor.companies().order_by("name"))

    @property
    def company(self) -> Company | None:
        """The one that is filtered for."""
        return next((each for each in self.companies if str(each.pk) == self.company_id), None)

    @property
    def has_other_portals(self) -> bool:
        person = self.request.user
        return bool(person.is_authenticated) and person.memberships.all().count() > 1


def frame_of(context: dict[str, Any]) -> Frame | None:
    """The frame of a template context; None where there is no request (a 500 page)."""
    request = context.get("request")
    if request is None:
        return None
    actor = context.get("actor") or getattr(request, "actor", None)
    portal = context.get("portal") or getattr(actor, "portal", None)
    return Frame(request, actor, portal)
