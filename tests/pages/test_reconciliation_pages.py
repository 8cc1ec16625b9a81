"""Pages, CSV and command of reconciliation without any vendor (B-26)."""

import json
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from integration.access import api_tokens
from integration.access.rights import ALL
from integration.models import AuditEvent, Portal
from integration.models.people import Role
from sync import reconciliations
from sync.reconciliation_models import Drift, ReconciledSum, Reconciliation
from tests import tenants
from tests.pages.conftest import SignIn
from tests.tenants import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def portal() -> Portal:
    return tenants.portal()


@pytest.fixture
def row(portal: Portal) -> Reconciliation:
    """A report with one difference and a month that does not agree."""
    company = tenants.company(portal, name="Craig's Design", realm_id="9341450000000777")
    found: Reconciliation = Reconciliation.objects.create(
        portal=portal, company=company, trigger="night", state="done", drift=1,
        started_at=NOON, finished_at=NOON, counts={"invoices": {"quickbooks": 1}},
    )  # fmt: skip
    Drift.objects.create(
        portal=portal, company=company, reconciliation=found, what="differs", found_at=NOON,
        record_kind="Invoice", record_id="1", object_kind="invoices", hubspot_id="7", label="1037",
        differences=[{"name": "dealbooks_billed", "expected": "10.00", "found": "=1"}],
    )  # fmt: skip
    for side, billed in (("quickbooks", "10.00"), ("dealbooks", "10.00"), ("hubspot", "9.99")):
        ReconciledSum.objects.create(
            portal=portal, company=company, reconciliation=found, month=date(2026, 11, 1),
            currency="USD", side=side, count=1, billed=Decimal(billed), open=Decimal(billed),
        )  # fmt: skip
    return found


def at(name: str, row: Reconciliation) -> str:
    return reverse(name, args=[row.portal_id, row.pk])


def test_b26_the_report_its_files_and_its_command_say_the_same(
    portal: Portal, row: Reconciliation, sign_in: SignIn
) -> None:
    client = sign_in(tenants.member(portal, Role.ACCOUNTANT))
    page = client.get(at("sync_reconciliation", row)).content.decode()
    assert "1 record differs" in page
    assert "−0.01" in page
    assert "Fix all" in page
    assert (
        "1037"
        in client.get(at("sync_reconciliation", row) + "?q=1037&kind=Invoice").content.decode()
    )
    told = b"".join(client.get(at("sync_reconciliation_csv", row))).decode()
    assert "Invoice 1037,Differs in HubSpot,dealbooks_billed,10.00,'=1,Open," in told
    sums = b"".join(client.get(at("sync_reconciliation_months", row))).decode()
    assert "2026-11,USD,hubspot,1,9.99,0.00,0.00,9.99\r\n" in sums
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("reconcile", "--json", "--company", "9341450000000777", stdout=out)
    [found] = json.loads(out.getvalue())["companies"]
    assert (ended.value.code, found["report"]["open"]) == (1, 1)
    assert found["report"]["months"][0]["hubspot"]["billed"] == "9.99"


def test_b26_who_may_look_and_who_may_start(
    portal: Portal, row: Reconciliation, sign_in: SignIn
) -> None:
    start = reverse("sync_reconcile", args=[portal.pk, row.company_id])
    reader = sign_in(tenants.member(portal, Role.READ_ONLY))
    assert "Fix all" not in reader.get(at("sync_reconciliation", row)).content.decode()
    assert reader.post(start).status_code == 403
    assert reader.get(at("sync_reconciliation_fix", row)).status_code == 403
    stranger = sign_in(tenants.member(tenants.portal()))
    assert stranger.get(at("sync_reconciliation", row)).status_code == 404
    operator = sign_in(tenants.member(portal, Role.OPERATOR))
    assert operator.post(start).status_code == operator.post(start).status_code == 302
    open_now = Reconciliation.objects.for_portal(portal).filter(state="running")
    assert open_now.count() == 1
    events = AuditEvent.objects.for_portal(portal).filter(action="sync.reconcile_started")
    assert events.count() == 1
    assert not reconciliations.is_stuck(open_now.get(), NOON)
    detail = operator.get(at("sync_reconciliation", open_now.get())).content.decode()
    assert "Comparing both sides" in detail
    assert 'hx-trigger="every 2s"' in detail
    assert operator.post(at("sync_reconciliation_fix", open_now.get())).status_code == 302
    Reconciliation.objects.for_portal(portal).filter(pk=row.pk).update(
        started_at=NOON - timedelta(days=1)
    )
    assert (
        str(row.pk)
        in operator.get(reverse("sync_reconciliations", args=[portal.pk])).content.decode()
    )


def test_b26_d31_nothing_chosen_is_asked_for_and_nothing_left_says_why(
    portal: Portal, row: Reconciliation, sign_in: SignIn
) -> None:
    client = sign_in(tenants.member(portal, Role.ADMIN))
    asked = client.get(at("sync_reconciliation_fix", row), follow=True)
    assert asked.redirect_chain[-1][0] == at("sync_reconciliation", row)
    assert "Tick the lines to be fixed first" in asked.content.decode()
    told = client.post(at("sync_reconciliation_fix", row), follow=True).content.decode()
    assert "Tick the lines to be fixed first" in told
    Drift.objects.for_portal(portal).update(state="fixed")
    empty = client.get(at("sync_reconciliation_fix", row) + "?all=1").content.decode()
    assert "0 will be restored" not in empty
    assert "Nothing is left to restore" in empty
    assert at("sync_reconciliation", row) in empty.split("Nothing is left to restore")[1]


def test_b26_totals_that_agree_say_whose_amounts_they_are(
    portal: Portal, row: Reconciliation, sign_in: SignIn
) -> None:
    client, said = sign_in(tenants.member(portal, Role.ADMIN)), "own amount properties in HubSpot"
    off = [{"name": "hs_balance_due", "expected": "10.00", "found": "9.00"}]
    Drift.objects.for_portal(portal).update(differences=off)
    assert said not in client.get(at("sync_reconciliation", row)).content.decode()
    ReconciledSum.objects.for_portal(portal).update(billed=10, open=10)
    page = client.get(at("sync_reconciliation", row)).content.decode()
    assert page.index("Agree to the cent") < page.index(said)
    Drift.objects.for_portal(portal).update(state="fixed")
    assert said not in client.get(at("sync_reconciliation", row)).content.decode()


def test_b26_the_api_fixes_no_empty_list(portal: Portal, row: Reconciliation) -> None:
    person = tenants.member(portal, Role.ADMIN).person
    secret = api_tokens.create(person, portal, "test", ALL, NOON)[1]
    answer = Client().post(
        f"/api/v1/companies/{row.company_id}/reconciliations/{row.pk}/fix",
        {"lines": []},
        content_type="application/json",
        headers={"Authorization": f"Bearer {secret}", "Idempotency-Key": str(uuid4())},
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "api.invalid")
    assert [each["field"] for each in answer.json()["errors"]] == ["lines"]
    assert Drift.objects.for_portal(portal).get().state == "open"
