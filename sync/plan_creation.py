"""Which HubSpot records become customers and products of QuickBooks, and as what (P-47). Pure.

Only where an admin ticked it, and only records that are linked to nothing. One that QuickBooks
seems to have already is linked when there is just one, and else left to a person.
"""

import re
from dataclasses import dataclass

from integration.records.hubspot import Properties
from integration.records.quickbooks import Raw
from invoices.customer_names import NAME_LIMIT, safe_display_name, safe_name
from invoices.draft_customer import NewCustomer
from invoices.payload_customer import customer_body
from mappings.mapped import Context, mapped_back
from sync.operations import CreateInQuickBooks, LinkRecord, Skip, Subject
from sync.plan_back import BackMap
from sync.records import COMPANIES, CONTACTS, CUSTOMER, ITEM, PRODUCTS, Source

NAMING = {
    CONTACTS: ("firstname", "lastname", "email", "company"),
    COMPANIES: ("name", "domain"),
    PRODUCTS: ("name", "hs_sku"),
}
"""What HubSpot is asked for, mapped or not: QuickBooks keeps nothing without a name."""
ENTITIES = {CONTACTS: CUSTOMER, COMPANIES: CUSTOMER, PRODUCTS: ITEM}
IN_HUBSPOT = "HubSpot "
"""Subjects that are no record here yet: ``HubSpot contacts`` with HubSpot's own id."""
NO_ACCOUNT = "sync.back_no_account"
SEVERAL = "sync.back_several"
TAKEN = "sync.back_taken"
WAITS_FOR_A_PERSON = frozenset({NO_ACCOUNT, SEVERAL, TAKEN})
"""HubSpot tells of a new record once; these are looked at again when somebody has acted."""


@dataclass(frozen=True, slots=True)
class Twin:
    """A living record of QuickBooks with the same address, name or SKU.

    ``is_free``: it is linked to no HubSpot object of that kind, and nobody said it is another one.
    """

    id: str
    qbo_id: str
    label: str
    is_free: bool = True


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A HubSpot object that is linked to nothing, as just read."""

    kind: str
    hubspot_id: str
    there: Properties
    twins: tuple[Twin, ...] = ()

    def text(self, name: str) -> str:
        return (self.there.get(name) or "").strip()

    @property
    def label(self) -> str:
        """What a person calls it; what stands for it where it has no name."""
        if self.kind != CONTACTS:
            return self.text("name") or self.text("domain") or self.text("hs_sku")
        whole = f"{self.text('firstname')} {self.text('lastname')}".strip()
        return whole or self.text("company") or self.text("email")


@dataclass(frozen=True, slots=True)
class Maker:
    """The company in which records are made. ``account_id``: the income account of new products."""

    company_id: str
    way_back: BackMap
    context: Context
    currency: str
    is_us: bool
    multicurrency: bool = False
    account_id: str = ""


def plan_creation(newcomer: Newcomer, maker: Maker) -> list[CreateInQuickBooks | LinkRecord | Skip]:
    """What becomes of it; behind it a line for each value that QuickBooks cannot take."""
    subject = Subject(
        IN_HUBSPOT + newcomer.kind, newcomer.hubspot_id, newcomer.label, maker.company_id
    )
    name = {"name": newcomer.label}
    if not newcomer.label:
        return [Skip(subject, "sync.back_no_name")]
    if len(newcomer.twins) > 1:
        others = ", ".join(each.label for each in newcomer.twins[:3])
        return [Skip(subject, SEVERAL, {**name, "others": others})]
    for twin in newcomer.twins:
        return [_linked(newcomer, maker, subject, twin)]
    if ENTITIES[newcomer.kind] == ITEM and not maker.account_id:
        return [Skip(subject, NO_ACCOUNT, name)]
    return _made(newcomer, maker, subject)


def _made(
    newcomer: Newcomer, maker: Maker, subject: Subject
) -> list[CreateInQuickBooks | LinkRecord | Skip]:
    entity = ENTITIES[newcomer.kind]
    names = maker.way_back.names
    said = {name: newcomer.there.get(told) for name, told in names.items()}
    back = mapped_back(newcomer.kind, said, maker.way_back.mapping, maker.context)
    refused = {problem.source for problem in back.problems}
    body = _item(newcomer, maker) if entity == ITEM else _customer(newcomer, maker)
    agreed: Properties = {
        told: said[name] or "" for name, told in names.items() if name not in refused
    }
    fields = {pair.property.name for pair in maker.way_back.pairs() if pair.field in back.changed}
    return [
        CreateInQuickBooks(
            subject,
            entity,
            {**back.body, **body},
            newcomer.kind,
            newcomer.hubspot_id,
            after={names[name]: said[name] for name in sorted(fields)},
            agreed={newcomer.kind: agreed},
        ),
        *(Skip(subject, each.code, dict(each.parameters)) for each in back.problems),
    ]


def _linked(newcomer: Newcomer, maker: Maker, subject: Subject, twin: Twin) -> LinkRecord | Skip:
    if not twin.is_free:
        return Skip(subject, TAKEN, {"name": newcomer.label, "others": twin.label})
    mine = Subject(ENTITIES[newcomer.kind], twin.id, twin.label, maker.company_id, twin.qbo_id)
    return LinkRecord(
        mine, newcomer.kind, newcomer.hubspot_id, {}, "", Source.MATCHED.value, is_new=True
    )


def _customer(newcomer: Newcomer, maker: Maker) -> Raw:
    is_company = newcomer.kind == COMPANIES
    new = NewCustomer(
        display_name=safe_display_name(newcomer.label),
        company_name=safe_name(newcomer.text("name" if is_company else "company")),
        given_name="" if is_company else safe_name(newcomer.text("firstname")),
        family_name="" if is_company else safe_name(newcomer.text("lastname")),
        email="" if is_company else newcomer.text("email"),
    )
    return customer_body(new, maker.currency, multicurrency=maker.multicurrency, is_us=maker.is_us)


def _item(newcomer: Newcomer, maker: Maker) -> Raw:
    """A service: the kind that needs nothing but an income account (quickbooks.md 5.3)."""
    plain = re.sub(r"\s*:\s*", " - ", " ".join(newcomer.label.split()))
    return {
        "Name": plain[:NAME_LIMIT].strip(),
        "Type": "Service",
        "IncomeAccountRef": {"value": maker.account_id},
    }
