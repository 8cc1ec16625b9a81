"""Every page of settings, Home and the account, light and dark, at a desk and on a phone."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from playwright.sync_api import BrowserContext, Page

from integration.access import api_tokens
from integration.access.rights import Right
from integration.models import Membership, Portal
from integration.models.people import Role
from tests import tenants
from tests.browser.conftest import SIZES, SignIn
from tests.browser.looks import faults, overflow
from tests.tenants import NOON
from workflows.models import Task

IN_PORTAL = [
    "", "tasks/", "tasks/?state=done", "search/", "search/?q=settings", "help/", "start/",
    "settings/connections/", "settings/connections/disconnect/", "settings/people/",
    "settings/people/{membership}/", "settings/people/{membership}/remove/",
    "settings/tokens/", "settings/tokens/{token}/revoke/", "settings/audit/",
    "settings/companies/", "settings/companies/{company}/",
    "settings/connections/{company}/disconnect/", "nowhere/",
]  # fmt: skip
ELSEWHERE = [
    "/portals/", "/styleguide/", "/accounts/password/change/", "/accounts/2fa/",
    "/accounts/sessions/", "/accounts/logout/", "/accounts/reauthenticate/",
]  # fmt: skip
OUTSIDE = ["/accounts/login/", "/accounts/password/reset/", "/accounts/password/reset/done/"]
LONG = "A company whose name was typed with the whole address, the legal form and a remark"


@pytest.fixture
def owner(transactional_db: None) -> Membership:
    """A portal with something in every list, and names as long as people make them."""
    portal = tenants.portal()
    member = tenants.member(portal)
    EmailAddress.objects.create(
        user=member.person, email=member.person.email, primary=True, verified=True
    )
    company = tenants.company(portal, name=LONG)
    tenants.company(portal)
    tenants.member(portal, Role.SALES_REP, company, person=tenants.person(name=LONG))
    Task.objects.create(
        portal=portal, company=company, kind="draft.custom_numbers", created_at=NOON
    )
    return member


@pytest.fixture
def addresses(owner: Membership) -> list[str]:
    portal = owner.portal
    others = Membership.objects.for_portal(portal).exclude(pk=owner.pk)
    token, _text = api_tokens.create(
        owner.person, portal, LONG, [Right.VIEW, Right.EXPORT], NOON,
        expires_at=NOON + timedelta(days=9000),
    )  # fmt: skip
    values = {
        "membership": others[0].pk,
        "token": token.pk,
        "company": _company_of(portal),
    }
    return [f"/p/{portal.pk}/{path.format(**values)}" for path in IN_PORTAL] + ELSEWHERE


def _company_of(portal: Portal) -> object:
    from integration.models import Company

    return Company.objects.for_portal(portal).get(name=LONG).pk


def test_signed_in_pages_are_accessible_and_fit(
    sign_in: SignIn, site: str, owner: Membership, addresses: list[str]
) -> None:
    assert _problems(sign_in(owner), site, addresses) == {}


def test_pages_outside_are_accessible_and_fit(site: str, page: Page) -> None:
    assert _problems(page, site, OUTSIDE) == {}


def test_the_traditional_chinese_pages_fit(
    sign_in: SignIn, site: str, owner: Membership, addresses: list[str], context: BrowserContext
) -> None:
    owner.person.language = "zh-hant"
    owner.person.save()
    page = sign_in(owner)
    page.set_viewport_size(SIZES["phone"])  # type: ignore[arg-type]
    for address in addresses:
        page.goto(f"{site}{address}")
        assert overflow(page) <= 0, address
    assert page.locator("html").get_attribute("lang") == "zh-hant"


def _problems(page: Page, site: str, addresses: list[str]) -> dict[str, object]:
    """Address to what is wrong there."""
    found: dict[str, object] = {}
    for address in addresses:
        answer = page.goto(f"{site}{address}")
        assert answer is not None
        assert answer.status == (404 if address.endswith("nowhere/") else 200), address
        heads = page.locator("h1").count()
        if wrong := [*faults(page), *([f"{heads} h1"] if heads != 1 else [])]:
            found[address] = wrong
    return found
