"""The history of an invoice names no record that the reader may not see (D-05)."""

import pytest

from integration import audit
from integration.access import actors
from integration.models import Membership
from integration.models.people import Role
from integration.models.portals import DealScope
from invoices import history
from invoices.models import Invoice
from tests import tenants
from tests.pages.test_home import deal
from tests.pages.test_home import invoice as make_invoice
from tests.tenants import NOON

pytestmark = pytest.mark.django_db


def titles(membership: Membership, invoice: Invoice) -> list[str]:
    actor = actors.of_person(membership.person, membership.portal, origin="session")
    assert actor is not None
    return sorted(event.title for event in history.of_invoice(actor, invoice))


def test_d05_an_invoices_history_names_only_deals_in_reach() -> None:
    portal = tenants.portal(deal_scope=DealScope.OWN)
    rep = tenants.member(portal, Role.SALES_REP, hubspot_owner_id="7")
    owner = tenants.member(portal)
    row = make_invoice(tenants.company(portal), "1037", "10.00", "overdue")
    deal(portal, "1", "7", row)
    deal(portal, "2", "8", row)
    for name, kind in (("Deal 1", "deals"), ("Deal 2", "deals"), ("Amy Lauterbach", "contacts")):
        audit.record(
            "invoice.attached", person=owner.person, portal=portal,
            subject=("invoice", row.pk),
            after={"record": name, "kind": kind, "number": "1037"}, now=NOON,
        )  # fmt: skip
    said = f"{owner.person} added invoice 1037 to %s."
    assert titles(owner, row) == [said % "Amy Lauterbach", said % "Deal 1", said % "Deal 2"]
    assert titles(rep, row) == [said % "Deal 1", said % "a record", said % "a record"]
