"""Deals as we know them: fetched from HubSpot when a person opens one, kept thin (D-05)."""

from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from integration import directory, jobs, sessions
from integration.access.actors import Actor
from integration.gateways.errors import AccountBlocked, NotFound, Rejected
from integration.gateways.hubspot import HubSpot
from integration.models import Company, Portal, RecordLink
from integration.records.hubspot import Deal, Object
from integration.webhooks.looking import notice_merge
from invoices.matching import CompanySide, ContactSide
from invoices.models import DealRef

CONTACT_PROPERTIES = ("firstname", "lastname", "email", "hs_additional_emails", "phone")
COMPANY_PROPERTIES = (
    "name", "domain", "phone", "address", "address2", "city", "state", "zip", "country",
)  # fmt: skip
MOST_CONTACTS = 100
BILLING = "billing contact"
"""D-07: the label of the contact that invoices go to, in any letter case."""


class DealUnknown(Exception):
    """HubSpot has no such deal, or it is none of this person's business: both read as 404."""


@dataclass(frozen=True, slots=True)
class Contact:
    id: str
    name: str
    email: str
    emails: tuple[str, ...] = ()
    phone: str = ""
    labels: tuple[str, ...] = ()
    """Of its association with the deal, as the portal calls them."""

    @property
    def is_billing(self) -> bool:
        return BILLING in {label.casefold() for label in self.labels}


@dataclass(frozen=True, slots=True)
class HubSpotCompany:
    id: str
    name: str
    domain: str = ""
    phone: str = ""
    line1: str = ""
    line2: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class People:
    """Who stands on a deal; a draft keeps them, so that steps need no further call."""

    company: HubSpotCompany | None = None
    contacts: tuple[Contact, ...] = ()
    labels_read: bool = False

    @property
    def wants_labels(self) -> bool:
        """Several contacts, and nobody asked yet which of them invoices go to (D-07)."""
        return len(self.contacts) > 1 and not self.labels_read

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "People":
        company = stored.get("company")
        return cls(
            HubSpotCompany(**company) if company else None,
            tuple(
                Contact(
                    **{
                        **found,
                        "emails": tuple(found.get("emails") or ()),
                        "labels": tuple(found.get("labels") or ()),
                    }
                )
                for found in stored.get("contacts") or ()
            ),
            bool(stored.get("labels_read")),
        )


@dataclass(frozen=True, slots=True)
class OpenedDeal:
    """A deal just read from HubSpot, with its row."""

    row: DealRef
    deal: Deal
    people: People = field(default_factory=People)


def open_deal(
    actor: Actor, deal_id: str, now: datetime, *, with_people: bool = False
) -> OpenedDeal:
    """Read the deal (one call) and, when asked, its contacts and company (one call each).

    Raises DealUnknown for a deal that does not exist or is out of the person's reach, and
    GatewayError when HubSpot cannot be asked.
    """
    hubspot = sessions.hubspot(actor.portal, urgent=True)
    try:
        deal = hubspot.deal(deal_id)
    except NotFound:
        _mark_gone(actor.portal, deal_id, now)
        raise DealUnknown(deal_id) from None
    row = keep(actor.portal, deal, now)
    if deal.id != deal_id:
        notice_merge(actor.portal, "deals", deal_id, deal.id, now)
    if not actor.sees_deal(row):
        raise DealUnknown(deal_id)
    people = read_people(hubspot, deal) if with_people else People()
    if people.company is not None and row.company_name != people.company.name:
        row.company_name = people.company.name
        row.save(update_fields=["company_name"])
    return OpenedDeal(row, deal, people)


def known_deal(actor: Actor, deal_id: str) -> DealRef:
    """The row we have, without asking HubSpot. Raises DealUnknown."""
    row = DealRef.objects.for_portal(actor.portal).filter(hubspot_id=deal_id).first()
    if row is None or not actor.sees_deal(row):
        raise DealUnknown(deal_id)
    return row


def keep(portal: Portal, deal: Deal, now: datetime) -> DealRef:
    """The deal's row brought up to date; a row of an archived deal remembers since when."""
    row, _ = DealRef.objects.for_portal(portal).get_or_create(
        portal=portal,
        hubspot_id=deal.id,
        defaults={"name": deal.name[:500], "fetched_at": now},
    )
    row.portal = portal
    row.save(update_fields=fill(row, deal, now))
    return row  # type: ignore[no-any-return]


def fill(row: DealRef, deal: Deal, now: datetime) -> list[str]:
    """What HubSpot just said, put on the row without saving it; the names of the fields.

    While the directory is being read again the teams of an unchanged owner stay.
    """
    portal = row.portal
    owner = directory.owner(portal, deal.owner_id)
    teams = list(owner.team_ids) if owner else []
    if not directory.is_known(portal):
        jobs.enqueue("portal.directory", portal=portal, at=now)
        teams = row.owner_team_ids if row.owner_id == deal.owner_id else []
    companies = [deal.primary_company_id, *deal.company_ids]
    values = {
        "name": deal.name[:500],
        "amount": deal.amount,
        "currency": deal.currency or portal.currency,
        "stage": deal.stage,
        "stage_label": directory.stage_label(portal, deal.stage),
        "owner_id": deal.owner_id,
        "owner_name": directory.owner_name(portal, deal.owner_id),
        "owner_team_ids": teams,
        "company_ids": [found for found in dict.fromkeys(companies) if found],
        "contact_ids": list(deal.contact_ids),
        "archived_at": (row.archived_at or now) if deal.archived else None,
        "fetched_at": now,
    }
    for name, value in values.items():
        setattr(row, name, value)
    return list(values)


def read_people(hubspot: HubSpot, deal: Deal) -> People:
    """Two calls at most; ids that are gone are left out. ``with_labels`` says more of contacts."""
    contacts = (
        hubspot.read("contacts", deal.contact_ids[:MOST_CONTACTS], CONTACT_PROPERTIES)
        if deal.contact_ids
        else {}
    )
    primary = deal.primary_company_id or next(iter(deal.company_ids), "")
    companies = hubspot.read("companies", [primary], COMPANY_PROPERTIES) if primary else {}
    company = companies.get(primary)
    people = tuple(contact_of(found) for found in contacts.values())
    return People(company_of(company) if company else None, people)


def with_labels(portal: Portal, deal_id: str, people: People) -> People:
    """D-07: the contacts with the labels they have on the deal; one call. Raises GatewayError.

    A portal that will not tell has none.
    """
    try:
        hubspot = sessions.hubspot(portal, urgent=True)
        labels = hubspot.association_labels("deals", "contacts", deal_id)
    except (AccountBlocked, NotFound, Rejected):
        labels = {}
    told = tuple(replace(each, labels=labels.get(each.id, ())) for each in people.contacts)
    return replace(people, contacts=told, labels_read=True)


def company_of(found: Object) -> HubSpotCompany:
    return HubSpotCompany(
        id=found.id,
        name=found.text("name"),
        domain=found.text("domain"),
        phone=found.text("phone"),
        line1=found.text("address"),
        line2=found.text("address2"),
        city=found.text("city"),
        region=found.text("state"),
        postcode=found.text("zip"),
        country=found.text("country"),
    )


def contact_of(found: Object) -> Contact:
    name = f"{found.text('firstname')} {found.text('lastname')}".strip()
    more = found.text("hs_additional_emails").split(";")
    emails = tuple(mail.strip() for mail in (found.text("email"), *more) if mail.strip())
    return Contact(found.id, name or found.text("email"), found.text("email"), emails,
                   found.text("phone"))  # fmt: skip


def sides(company: Company, people: People) -> tuple[CompanySide, list[ContactSide]]:
    """The deal's people as matching wants them, with what they are linked to in this company."""
    hubspot_ids = {person.id for person in people.contacts}
    if people.company:
        hubspot_ids.add(people.company.id)
    links = RecordLink.objects.for_portal(company.portal_id).filter(
        company=company, kind="Customer", hubspot_id__in=hubspot_ids
    )
    linked: dict[tuple[str, str], tuple[str, ...]] = {}
    newest_first = links.order_by("-created_at", "pk")
    for kind, hubspot_id, qbo_id in newest_first.values_list(
        "hubspot_kind", "hubspot_id", "qbo_id"
    ):
        linked[kind, hubspot_id] = (*linked.get((kind, hubspot_id), ()), qbo_id)
    found = people.company or HubSpotCompany("", "")
    return (
        CompanySide(
            found.id, found.name, found.domain, found.postcode,
            linked.get(("companies", found.id), ()),
        ),
        [
            ContactSide(
                person.id, person.name, person.emails, linked.get(("contacts", person.id), ())
            )
            for person in people.contacts
        ],
    )  # fmt: skip


def customers_of(company: Company, deal: DealRef) -> tuple[str, ...]:
    """QuickBooks ids of the customers made for this deal, the newest first (D-06: sub-customers)."""
    links = RecordLink.objects.for_portal(company.portal_id).filter(
        company=company, kind="Customer", hubspot_kind="deals", hubspot_id=deal.hubspot_id
    )
    return tuple(links.order_by("-created_at", "pk").values_list("qbo_id", flat=True))


def _mark_gone(portal: Portal, deal_id: str, now: datetime) -> None:
    gone = DealRef.objects.for_portal(portal).filter(hubspot_id=deal_id, archived_at=None)
    gone.update(archived_at=now)
