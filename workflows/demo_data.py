"""Who signs in to the demo. Simulated mode only: the passwords stand in this file."""

from dataclasses import dataclass
from datetime import datetime

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction

from integration.models.people import Membership, Person, Role
from integration.models.portals import Portal


@dataclass(frozen=True)
class SignIn:
    """One person of the demo with the password to type."""

    email: str
    name: str
    role: Role
    password: str
    hubspot_user_id: str = ""
    hubspot_owner_id: str = ""
    hubspot_team_ids: tuple[str, ...] = ()


# The HubSpot ids are those that the sandbox's first portal gives the same people.
PEOPLE = (
    SignIn(
        "admin@dealbooks.example", "Morgan Ellis", Role.OWNER, "paper-lantern-admin",
        "61000001", "71000001", ("501",),
    ),
    SignIn(
        "rep@dealbooks.example", "Riley Park", Role.SALES_REP, "paper-lantern-rep",
        "61000002", "71000002", ("502",),
    ),
    SignIn("accountant@dealbooks.example", "Ana Ledger", Role.ACCOUNTANT, "paper-lantern-books"),
)  # fmt: skip


def ensure(now: datetime) -> tuple[SignIn, ...]:
    """Make the people and their memberships where they are missing; changes nothing else.

    Raises ``RuntimeError`` outside simulated mode.
    """
    if settings.DEALBOOKS["VENDORS"] != "simulated":
        raise RuntimeError("Demo sign-ins have public passwords: simulated mode only.")
    with transaction.atomic():
        portal = Portal.objects.order_by("created_at").first() or Portal.objects.create(
            name="Dealbooks demo", created_at=now
        )
        for sign_in in PEOPLE:
            _ensure_person(sign_in, portal)
    return PEOPLE


def _ensure_person(sign_in: SignIn, portal: Portal) -> None:
    person = Person.objects.filter(email=sign_in.email).first()
    if person is None:
        person = Person.objects.create_user(sign_in.email, sign_in.password, name=sign_in.name)
    EmailAddress.objects.get_or_create(
        user=person, email=person.email, defaults={"verified": True, "primary": True}
    )
    if not Membership.objects.for_portal(portal).filter(person=person).exists():
        Membership.objects.create(
            portal=portal,
            person=person,
            role=sign_in.role,
            hubspot_user_id=sign_in.hubspot_user_id,
            hubspot_owner_id=sign_in.hubspot_owner_id,
            hubspot_team_ids=list(sign_in.hubspot_team_ids),
        )
