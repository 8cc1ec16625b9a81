"""Steps of the admin: connect HubSpot and QuickBooks companies in the browser, and part again."""

import re

from integration.hubspot_properties import DEALS, INVOICES
from integration.reference import LISTS
from workflows.demo_check.browser import expecting
from workflows.demo_check.check import OTHER_COMPANY, Check, Connected
from workflows.demo_check.progress import Stuck

QUESTION = re.compile(
    r"^Connect (?P<name>.+) \((?P<country>\w+), (?P<currency>\w+)\) to portal .+\?$"
)
POLLS_TO_SEE = 2
"""So many polls of the first company show that it goes on without the second."""
POLL = "/cdc"


def connect_hubspot(check: Check) -> None:
    """First steps, HubSpot's consent page, and back."""
    page = check.admin.get(f"{check.portal_url}start/")
    consent = check.admin.press(page, "Connect HubSpot")
    if not consent.address.startswith(check.up.hubspot):
        raise Stuck(f"Connect HubSpot led to {consent.address}", "web")
    portal = next(iter(consent.form("Connect app").choices("portal_id")))
    back = check.admin.press(consent, "Connect app", {"portal_id": portal})
    if not back.address.startswith(check.portal_url):
        raise Stuck(f"HubSpot's consent led to {back.address}: {back.said[:300]}", "web")
    check.report.seen["portal"] = portal


def connect_company(check: Check, name: str) -> Connected:
    """Intuit's consent page with one company, our question, and yes."""
    page = check.admin.get(f"{check.portal_url}settings/connections/")
    consent = check.admin.press(page, "Connect QuickBooks account")
    if not consent.address.startswith(check.up.quickbooks):
        raise Stuck(f"Connect QuickBooks account led to {consent.address}", "web")
    with expecting(consent):
        realm = consent.form("Allow").choice("realm", name)
    question = check.admin.press(consent, "Allow", {"realm": realm})
    asked = QUESTION.match(question.heading)
    if asked is None:
        raise Stuck(f"Instead of the question came: {question.said[:300]}", "web")
    if asked["name"] != name:
        check.report.differ("company in the question", name, asked["name"])
    done = check.admin.press(question, f"Connect {name}")
    if name not in done.said:
        raise Stuck(f"{name} is not connected: {done.said[:300]}", "web")
    return Connected(name, realm)


def wait_for_set_up(check: Check, company: Connected) -> None:
    """HubSpot has our properties (D-25), and QuickBooks' lists were read."""
    wanted = {"deals": DEALS, "invoices": INVOICES}

    def has_properties() -> bool:
        return all(
            {each.name for each in ours} <= check.portal.property_names(kind)
            for kind, ours in wanted.items()
        )

    check.until("HubSpot has the properties", has_properties)
    check.until("QuickBooks' lists are read", lambda: _were_read(check, company))
    check.report.seen["properties"] = sum(len(ours) for ours in wanted.values())


ONLY_WHERE_USED = ("Class", "Department")
"""Not read for a company that has turned them off."""


def _were_read(check: Check, company: Connected) -> bool:
    answered = [
        f"{entry['query']} {entry['request_body']}"
        for entry in check.history(account=company.realm, path="/query")
        if entry["status"] == 200
    ]
    wanted = [name for name in LISTS if name not in ONLY_WHERE_USED]
    return all(any(re.search(rf"\b{name}\b", query) for query in answered) for name in wanted)


def connect_another(check: Check) -> Connected:
    return connect_company(check, OTHER_COMPANY)


def disconnect(check: Check, other: Connected, first: Connected) -> None:
    """The other company's calls stop at once; the first one's go on (D-03)."""
    page = check.admin.get(f"{check.portal_url}settings/connections/")
    asked = check.admin.get(page.link(f"Disconnect {other.name}"))
    gone = check.admin.press(asked, "Disconnect")
    if f"{other.name} is disconnected" not in gone.said:
        raise Stuck(f"{other.name} is not disconnected: {gone.said[:300]}", "web")
    since = check.last_call()

    def polls() -> int:
        return len(check.history(since, account=first.realm, path=POLL))

    check.until(f"{first.name} is polled again", lambda: polls() >= POLLS_TO_SEE)
    late = check.history(since, account=other.realm)
    if late:
        paths = ", ".join(sorted({str(entry["path"]) for entry in late}))
        check.report.differ(f"calls of {other.name} after Disconnect", "none", paths)
    check.report.seen["disconnected"] = {
        "company": other.name,
        "realm": other.realm,
        "calls_after": len(late),
        "polls_of_the_first": polls(),
    }
