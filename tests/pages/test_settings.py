"""Settings pages: what is stored, what is refused, what is shown once."""

import re
from collections.abc import Callable
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.conf import settings as django_settings
from django.test import Client

from integration import company_settings
from integration.models import ApiToken, AuditEvent, CompanySettings, Membership, Portal, Record
from integration.models.people import Role
from tests import tenants
from tests.tenants import NOON

pytestmark = pytest.mark.django_db

SignIn = Callable[[Membership], Client]
VALUES = {
    "customer_model": "contact", "number_policy": "ask", "reference_place": "none",
    "default_terms_id": "", "default_tax_code_id": "", "tax_filed_up_to": "2026-09-30",
    "automatic_attachment": "off", "currency_policy": "block", "payment_notes": "on",
    "printed_counts_as_sent": "on",
    "version": "1",
}  # fmt: skip


@pytest.fixture
def portal() -> Portal:
    return tenants.portal()


def test_company_settings_are_stored_with_a_trail(sign_in: SignIn, portal: Portal) -> None:
    company = tenants.company(portal)
    visitor = sign_in(tenants.member(portal, Role.ACCOUNTANT))
    address = f"/p/{portal.pk}/settings/companies/{company.pk}/"
    assert visitor.post(address, VALUES).status_code == 302
    kept = company_settings.of_company(company)
    assert (kept.customer_model, str(kept.tax_filed_up_to), kept.version) == (
        "contact", "2026-09-30", 2,
    )  # fmt: skip
    event = AuditEvent.objects.for_portal(portal).get(action="settings.changed")
    assert event.before == {
        "customer_model": "company", "reference_place": "custom_field", "tax_filed_up_to": None,
    }  # fmt: skip
    assert event.company == company


def test_settings_saved_by_somebody_else_meanwhile_are_not_overwritten(
    sign_in: SignIn, portal: Portal
) -> None:
    company = tenants.company(portal)
    visitor = sign_in(tenants.member(portal))
    address = f"/p/{portal.pk}/settings/companies/{company.pk}/"
    visitor.post(address, VALUES)
    answer = visitor.post(address, {**VALUES, "customer_model": "sub_customer"})
    assert answer.status_code == 200
    assert "Somebody else saved these settings" in answer.content.decode()
    kept = re.search(r'<input[^>]*value="sub_customer"[^>]*>', answer.content.decode())
    assert kept is not None
    assert "checked" in kept[0]
    assert company_settings.of_company(company).customer_model == "contact"


def test_the_same_values_again_change_nothing(sign_in: SignIn, portal: Portal) -> None:
    company = tenants.company(portal)
    visitor = sign_in(tenants.member(portal))
    address = f"/p/{portal.pk}/settings/companies/{company.pk}/"
    visitor.post(address, VALUES)
    visitor.post(address, {**VALUES, "version": "2"})
    assert company_settings.of_company(company).version == 2
    assert AuditEvent.objects.for_portal(portal).filter(action="settings.changed").count() == 1


def test_terms_are_offered_by_name_and_a_stored_one_stays(sign_in: SignIn, portal: Portal) -> None:
    company = tenants.company(portal)
    for number, name, active in (("1", "Net 30", True), ("2", "Old", False), ("3", "Gone", False)):
        Record.objects.create(
            portal=portal, company=company, kind="Term", qbo_id=number, name=name, active=active,
            seen_at=NOON,
        )  # fmt: skip
    CompanySettings.objects.create(portal=portal, company=company, default_terms_id="2")
    visitor = sign_in(tenants.member(portal))
    page = visitor.get(f"/p/{portal.pk}/settings/companies/{company.pk}/").content.decode()
    assert "Net 30" in page
    assert "Old" in page
    assert "Gone" not in page


def test_c15_a_token_is_shown_once(sign_in: SignIn, portal: Portal) -> None:
    owner = tenants.member(portal)
    visitor = sign_in(owner)
    address = f"/p/{portal.pk}/settings/tokens/"
    made = visitor.post(address, {"name": "Report", "scopes": ["view", "export"], "days": "30"})
    text = re.search(r'id="fresh-token">(dbk_[0-9a-f]+\.[\w-]+)<', made.content.decode())
    assert text is not None
    token = ApiToken.objects.for_portal(portal).get()
    assert token.scopes == ["export", "view"]
    again = visitor.get(address).content.decode()
    assert text[1] not in again
    assert token.prefix in again
    visitor.post(f"{address}{token.pk}/revoke/")
    token.refresh_from_db()
    assert token.revoked_at is not None


def test_c15_nobody_takes_scopes_beyond_their_rights(sign_in: SignIn, portal: Portal) -> None:
    visitor = sign_in(tenants.member(portal, Role.SALES_REP))
    answer = visitor.post(
        f"/p/{portal.pk}/settings/tokens/", {"name": "x", "scopes": ["connect"], "days": "30"}
    )
    assert answer.status_code == 200
    assert "connect is not one of the available choices" in answer.content.decode()
    assert not ApiToken.objects.for_portal(portal).exists()


def test_c15_a_token_of_somebody_else_is_not_found(sign_in: SignIn, portal: Portal) -> None:
    owner, rep = tenants.member(portal), tenants.member(portal, Role.SALES_REP)
    sign_in(owner).post(
        f"/p/{portal.pk}/settings/tokens/", {"name": "x", "scopes": ["view"], "days": "30"}
    )
    token = ApiToken.objects.for_portal(portal).get()
    address = f"/p/{portal.pk}/settings/tokens/{token.pk}/revoke/"
    assert sign_in(rep).post(address).status_code == 404
    token.refresh_from_db()
    assert token.revoked_at is None


def test_c25_the_audit_log_filters_and_exports_what_it_shows(
    sign_in: SignIn, portal: Portal
) -> None:
    owner = tenants.member(portal, person=tenants.person(name="=cmd()"))
    visitor = sign_in(owner)
    company = tenants.company(portal)
    visitor.post(f"/p/{portal.pk}/settings/companies/{company.pk}/", VALUES)
    visitor.post(f"/p/{portal.pk}/settings/people/", {"deal_scope": "all"})
    address = f"/p/{portal.pk}/settings/audit/"
    everything = visitor.get(address).content.decode()
    assert f"changed the settings of {company.name}." in everything
    assert "changed the settings of the portal." in everything
    filtered = visitor.get(f"{address}?area=settings+mapping+hubspot+keys").content.decode()
    assert "changed the settings of the portal." not in filtered
    export = visitor.get(f"{address}export.csv?company={company.pk}")
    lines = b"".join(export.streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert ",'=cmd()," in lines[1]
    assert lines[1].startswith("20")
    assert export["Content-Disposition"] == 'attachment; filename="audit-log.csv"'


def test_d05_the_reach_of_reps_is_the_portals(sign_in: SignIn, portal: Portal) -> None:
    visitor = sign_in(tenants.member(portal))
    visitor.post(f"/p/{portal.pk}/settings/people/", {"deal_scope": "own"})
    portal.refresh_from_db()
    assert portal.deal_scope == "own"
    assert AuditEvent.objects.for_portal(portal).get().after == {"deal_scope": "own"}


@pytest.mark.parametrize(
    ("target", "lands"),
    [
        ("/portals/", "/portals/"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("javascript:alert(1)", "/"),
        ("/\\evil.example", "/"),
        ("", "/"),
    ],
)
def test_c22_choosing_a_theme_leads_back_to_our_own_pages_only(target: str, lands: str) -> None:
    answer = Client().post("/preferences/theme/", {"theme": "dark", "next": target})
    assert answer["Location"] == lands
    assert answer.cookies["dealbooks-theme"].value == "dark"


def test_an_unknown_theme_or_language_changes_nothing() -> None:
    client = Client()
    client.post("/preferences/theme/", {"theme": "<script>"})
    client.post("/preferences/language/", {"language": "../../etc"})
    assert "dealbooks-theme" not in client.cookies
    assert django_settings.LANGUAGE_COOKIE_NAME not in client.cookies


def test_the_language_is_remembered_with_the_person(sign_in: SignIn, portal: Portal) -> None:
    owner = tenants.member(portal)
    visitor = sign_in(owner)
    visitor.post("/preferences/language/", {"language": "zh-hant"})
    owner.person.refresh_from_db()
    assert owner.person.language == "zh-hant"
    assert 'lang="zh-hant"' in visitor.get("/portals/").content.decode()


def test_demo_passwords_stay_inside_simulated_mode(settings: object) -> None:
    assert "paper-lantern" in Client().get("/accounts/login/").content.decode()
    changed = {**django_settings.DEALBOOKS, "VENDORS": "live"}
    settings.DEALBOOKS = changed  # type: ignore[attr-defined]
    assert "paper-lantern" not in Client().get("/accounts/login/").content.decode()
    assert Client().get("/styleguide/").status_code == 404


def test_f11_consent_denied_from_the_first_steps_leads_back_to_them(
    sign_in: SignIn, portal: Portal
) -> None:
    visitor = sign_in(tenants.member(portal))
    start = f"/p/{portal.pk}/start/"
    assert 'name="sent_from" value="first_steps"' in visitor.get(start).content.decode()
    for sent_from, back in (
        ("first_steps", start),
        ("", f"/p/{portal.pk}/settings/connections/"),
        ("home", f"/p/{portal.pk}/settings/connections/"),
    ):
        away = visitor.post(
            f"/p/{portal.pk}/settings/connections/connect/hubspot/", {"sent_from": sent_from}
        )
        state = dict(parse_qsl(urlsplit(away["Location"]).query))["state"]
        answer = visitor.get("/oauth/hubspot/callback", {"error": "access_denied", "state": state})
        assert answer["Location"] == back
