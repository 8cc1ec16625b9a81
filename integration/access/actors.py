"""Who is acting: the one place that answers what they may do and see (decision 12, D-04, D-05)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest

from integration.access.rights import ALL, PRESETS, WORDS, Right
from integration.accounts import client_address
from integration.models import Company, Membership, Person, Portal
from integration.models.people import Role
from integration.models.portals import DealScope

if TYPE_CHECKING:
    from integration.models.tenancy import PortalQuerySet

# Always true. An empty Q() would vanish from ``Q(...) | Q()`` and turn "all" into "only those".
ANY = ~Q(pk__in=[])
NONE = Q(pk__in=[])

Origin = Literal["session", "embed", "token", "worker", "command"]


class Forbidden(PermissionDenied):
    """A right is missing. ``code`` and ``parameters`` are for ``integration.messages``."""

    def __init__(self, code: str = "access.forbidden", **parameters: Any) -> None:
        super().__init__(code)
        self.code = code
        self.parameters = parameters


class OwnedDeal(Protocol):
    """What D-05 needs to know of a deal; ``invoices.DealRef`` has it."""

    @property
    def hubspot_id(self) -> str: ...
    @property
    def owner_id(self) -> str: ...
    @property
    def owner_team_ids(self) -> Iterable[str]: ...


@dataclass(frozen=True)
class Actor:
    """A person (or the machine) in one portal, through one entrance.

    ``company_ids`` is None when all companies of the portal are theirs. ``record`` is (kind, id)
    of the one HubSpot record an embed session is bound to.
    """

    person: Person | None
    portal: Portal
    rights: frozenset[Right]
    company_ids: frozenset[UUID] | None = None
    origin: Origin = "session"
    record: tuple[str, str] | None = None
    membership: Membership | None = None
    ip: str = ""
    request_id: str = ""

    def __str__(self) -> str:
        return str(self.person or self.origin)

    def may(self, right: Right, company: Company | None = None) -> bool:
        """Whether the right is theirs, and for this company when one is named."""
        return right in self.rights and (company is None or self._has(company))

    def require(self, right: Right, company: Company | None = None) -> None:
        """Raises Forbidden, which becomes a 403 page or answer."""
        if right not in self.rights:
            code = "access.token_scope" if self.origin == "token" else "access.forbidden"
            raise Forbidden(code, right=WORDS[right])
        if company is not None and not self._has(company):
            raise Forbidden("access.company", right=WORDS[right], company=company.name)

    def companies(self) -> "PortalQuerySet":
        """Connected companies they may see."""
        found = Company.objects.for_portal(self.portal).filter(disconnected_at=None)
        return found if self.company_ids is None else found.filter(pk__in=self.company_ids)

    def company(self, company_id: UUID | str, right: Right = Right.VIEW) -> Company:
        """A company of this portal, connected or not.

        Raises Http404 when the portal has no such company, Forbidden when it is not theirs.
        """
        found = Company.objects.for_portal(self.portal).filter(pk=company_id).first()
        if found is None:
            raise Http404
        self.require(right, found)
        return found  # type: ignore[no-any-return]

    def company_condition(self, prefix: str = "company") -> Q:
        """Filter for rows with a company: those of companies they may see."""
        if self.company_ids is None:
            return ANY
        return Q(**{f"{prefix}__in": self.company_ids})

    # ------------------------------------------------------------------------- deals (D-05)
    @property
    def sees_all_deals(self) -> bool:
        """Outside the frame, whoever is not limited to what they or their teams own."""
        return self.record is None and not self.is_limited_to_own

    @property
    def is_limited_to_own(self) -> bool:
        """Only sales reps are limited, and only where the portal limits them."""
        is_rep = self.membership is not None and self.membership.role == Role.SALES_REP
        return is_rep and self.portal.deal_scope != DealScope.ALL

    def sees_deal(self, deal: OwnedDeal) -> bool:
        """Whether the deal is within reach; a miss is answered with 404, never 403."""
        return self.sees_deal_of(deal.hubspot_id, deal.owner_id, deal.owner_team_ids)

    def sees_deal_of(self, hubspot_id: str, owner_id: str, team_ids: Iterable[str]) -> bool:
        """The same for a deal that has no row yet: its id, owner and the owner's teams."""
        return self.sees_record("deals", hubspot_id, owner_id, team_ids)

    def sees_record(
        self, kind: str, hubspot_id: str, owner_id: str, team_ids: Iterable[str]
    ) -> bool:
        """The same for any HubSpot record that has an owner: contacts and companies too."""
        if self.record is not None and self.record != (kind, hubspot_id):
            return False
        member = self.membership
        if member is None or not self.is_limited_to_own:
            return True
        if member.hubspot_owner_id and owner_id == member.hubspot_owner_id:
            return True
        in_team = self.portal.deal_scope == DealScope.TEAM
        return in_team and not set(member.hubspot_team_ids).isdisjoint(team_ids)

    def deal_condition(self, prefix: str = "") -> Q:
        """The same as a filter for ``DealRef`` rows; ``prefix`` such as ``deal__`` reaches them."""
        condition = ANY
        if self.record is not None:
            kind, hubspot_id = self.record
            condition &= Q(**{f"{prefix}hubspot_id": hubspot_id}) if kind == "deals" else NONE
        member = self.membership
        if member is None or not self.is_limited_to_own:
            return condition
        own = Q(pk__in=[])
        if member.hubspot_owner_id:
            own |= Q(**{f"{prefix}owner_id": member.hubspot_owner_id})
        if self.portal.deal_scope == DealScope.TEAM:
            for team in member.hubspot_team_ids:
                own |= Q(**{f"{prefix}owner_team_ids__contains": [team]})
        return condition & own

    def _has(self, company: Company) -> bool:
        if company.portal_id != self.portal.pk:
            return False
        return self.company_ids is None or company.pk in self.company_ids


def from_request(request: HttpRequest, portal_id: UUID | str) -> Actor:
    """The signed-in person in this portal; raises Http404 for everybody else."""
    actor = of_person(
        request.user,
        portal_id,
        origin="session",
        ip=client_address(request),
        request_id=getattr(request, "trace_id", ""),
    )
    if actor is None:
        raise Http404
    return actor


def of_person(
    person: Any,
    portal: Portal | UUID | str,
    *,
    origin: Origin,
    limited_to: frozenset[Right] = ALL,
    record: tuple[str, str] | None = None,
    ip: str = "",
    request_id: str = "",
) -> Actor | None:
    """What the person may do in this portal now; None without an active membership.

    ``limited_to`` are a token's scopes or the frame's rights: they only ever take away.
    """
    if not (person.is_authenticated and person.is_active):
        return None
    members = Membership.objects.for_portal(portal).filter(person=person)
    membership = members.select_related("portal").prefetch_related("companies").first()
    if membership is None:
        return None
    return Actor(
        person=person,
        portal=membership.portal,
        rights=PRESETS[Role(membership.role)] & limited_to,
        company_ids=frozenset(each.pk for each in membership.companies.all()) or None,
        origin=origin,
        record=record,
        membership=membership,
        ip=ip,
        request_id=request_id,
    )


def machine(portal: Portal, origin: Literal["worker", "command"] = "worker") -> Actor:
    """Dealbooks itself: scheduled work and the operator's command line."""
    return Actor(person=None, portal=portal, rights=ALL, origin=origin)
