"""D-04: members change each other within rules; every change stands in the audit log."""

import pytest

from integration import members
from integration.access import actors
from integration.access.actors import Actor, Forbidden
from integration.members import MemberRefused
from integration.models import AuditEvent, Membership
from integration.models.people import Role
from tests import tenants
from tests.tenants import NOON

pytestmark = pytest.mark.django_db


def acting(membership: Membership) -> Actor:
    found = actors.of_person(membership.person, membership.portal, origin="session")
    assert found is not None
    return found


def change(actor: Actor, membership: Membership, role: Role, **more: object) -> None:
    values = {"companies": [], "hubspot_user_id": "", **more}
    members.change(actor, membership, role=role, now=NOON, **values)  # type: ignore[arg-type]


def test_d04_an_owner_gives_a_role_and_companies() -> None:
    portal = tenants.portal()
    company = tenants.company(portal)
    owner, other = tenants.member(portal), tenants.member(portal, Role.SALES_REP)
    change(acting(owner), other, Role.ACCOUNTANT, companies=[company], hubspot_user_id="77")
    kept = Membership.objects.for_portal(portal).get(pk=other.pk)
    assert (kept.role, kept.hubspot_user_id) == (Role.ACCOUNTANT, "77")
    assert list(kept.companies.all()) == [company]
    event = AuditEvent.objects.for_portal(portal).get(action="membership.changed")
    assert event.person == owner.person
    assert event.before["role"] == "sales_rep"
    assert event.after == {
        "role": "accountant",
        "companies": [company.name],
        "hubspot_user_id": "77",
        "name": str(other.person),
    }


@pytest.mark.parametrize(
    ("actor_role", "subject_role", "new_role", "code"),
    [
        (Role.ADMIN, Role.SALES_REP, Role.OWNER, "people.owner_only"),
        (Role.ADMIN, Role.OWNER, Role.READ_ONLY, "people.owner_only"),
        (Role.OWNER, None, Role.ADMIN, "people.own_role"),
        (Role.ADMIN, None, Role.OWNER, "people.own_role"),
    ],
)
def test_d04_nobody_raises_themselves(
    actor_role: Role, subject_role: Role | None, new_role: Role, code: str
) -> None:
    portal = tenants.portal()
    actor = tenants.member(portal, actor_role)
    subject = actor if subject_role is None else tenants.member(portal, subject_role)
    with pytest.raises(MemberRefused) as refused:
        change(acting(actor), subject, new_role)
    assert refused.value.code == code
    role = Membership.objects.for_portal(portal).get(pk=subject.pk).role
    assert role == (subject_role or actor_role)
    assert not AuditEvent.objects.for_portal(portal).exists()


def test_d04_whoever_has_some_companies_gives_no_others() -> None:
    portal = tenants.portal()
    mine, other = tenants.company(portal), tenants.company(portal)
    admin = tenants.member(portal, Role.ADMIN, mine)
    rep = tenants.member(portal, Role.SALES_REP, mine)
    for membership, given in ((admin, []), (admin, [mine, other]), (rep, [other]), (rep, [])):
        with pytest.raises(MemberRefused) as refused:
            change(acting(admin), membership, Role(membership.role), companies=given)
        assert refused.value.code == "people.not_your_companies"
        assert list(membership.companies.all()) == [mine]
    free = tenants.member(portal, Role.SALES_REP)
    change(acting(admin), free, Role.READ_ONLY, companies=[])
    change(acting(admin), free, Role.READ_ONLY, companies=[mine])
    assert list(free.companies.all()) == [mine]


def test_d04_the_last_owner_stays() -> None:
    """Only reached by the command line: an owner never changes themselves."""
    portal = tenants.portal()
    owner = tenants.member(portal)
    with pytest.raises(MemberRefused) as refused:
        members.remove(actors.machine(portal, "command"), owner, NOON)
    assert refused.value.code == "people.last_owner"
    second = tenants.member(portal)
    members.remove(acting(second), owner, NOON)
    assert [each.pk for each in Membership.objects.for_portal(portal)] == [second.pk]


def test_d04_one_hubspot_user_is_one_person() -> None:
    portal = tenants.portal()
    owner = tenants.member(portal, hubspot_user_id="5")
    other = tenants.member(portal, Role.SALES_REP)
    with pytest.raises(MemberRefused) as refused:
        change(acting(owner), other, Role.SALES_REP, hubspot_user_id="5")
    assert refused.value.code == "people.hubspot_user_taken"


def test_d04_an_accountant_manages_nobody() -> None:
    portal = tenants.portal()
    actor = acting(tenants.member(portal, Role.ACCOUNTANT))
    with pytest.raises(Forbidden):
        change(actor, tenants.member(portal), Role.READ_ONLY)
