"""Control 38: who holds what back, and who cannot let it go (D-15)."""

import pytest

from integration.access import actors
from integration.access.actors import Forbidden
from integration.access.rights import IN_FRAME, PRESETS, Right
from integration.access.routes import Door
from integration.models import Company, Membership
from integration.models.people import Role
from invoices import approvals
from invoices.approvals import DecisionRefused
from invoices.models import ApprovalRequest
from invoices.models.approvals import ApprovalState
from tests import tenants
from tests.flows.test_approval_pages import waits
from tests.security.routes import routes_by
from tests.tenants import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> Company:
    return tenants.company(tenants.portal())


@pytest.fixture
def asked(company: Company) -> ApprovalRequest:
    return waits(company, tenants.member(company.portal, Role.SALES_REP))


def state_of(request: ApprovalRequest) -> str:
    request.refresh_from_db()
    return str(request.state)


def test_c38_nobody_approves_inside_hubspots_frame(
    company: Company, asked: ApprovalRequest
) -> None:
    owner = tenants.member(company.portal, Role.OWNER)
    record = ("deals", asked.deal.hubspot_id)  # type: ignore[union-attr]
    actor = actors.of_person(
        owner.person, company.portal, origin="embed", limited_to=IN_FRAME, record=record
    )
    assert actor is not None
    with pytest.raises(Forbidden):
        approvals.approve(actor, asked.pk, asked.content_hash, NOON)
    assert state_of(asked) == ApprovalState.WAITING


def test_c38_no_page_of_the_frame_asks_for_the_right_to_approve() -> None:
    frame = [route for route in routes_by(Door.RECORD) if "portal_id" not in route.names]
    asking = [each.text for each in frame if each.entrance and each.entrance.right == Right.APPROVE]
    assert frame
    assert asking == []
    assert Right.APPROVE not in IN_FRAME


def test_c38_the_machine_itself_approves_nothing(company: Company, asked: ApprovalRequest) -> None:
    for origin in ("worker", "command"):
        actor = actors.machine(company.portal, origin)  # type: ignore[arg-type]
        with pytest.raises((Forbidden, DecisionRefused)):
            approvals.approve(actor, asked.pk, asked.content_hash, NOON)
    assert state_of(asked) == ApprovalState.WAITING


@pytest.mark.parametrize("author", ["drafted_by", "edited_by", "asked_by"])
def test_d15_no_author_approves_whatever_their_part(
    company: Company, asked: ApprovalRequest, author: str
) -> None:
    accountant: Membership = tenants.member(company.portal, Role.ACCOUNTANT)
    setattr(asked, author, accountant.person)
    asked.save()
    actor = actors.of_person(accountant.person, company.portal, origin="session")
    assert actor is not None
    with pytest.raises(DecisionRefused) as refused:
        approvals.approve(actor, asked.pk, asked.content_hash, NOON)
    assert refused.value.code == "approval.own_invoice"


def test_d04_admins_and_reps_do_not_approve() -> None:
    approving = {role for role in Role if Right.APPROVE in PRESETS[role]}
    assert approving == {Role.OWNER, Role.ACCOUNTANT}
