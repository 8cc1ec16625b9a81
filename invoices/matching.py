"""Which QuickBooks customer a deal's company or contact is (D-06, S-27, S-29). Pure.

A stored link is certain and preselected; everything else is a guess that a person confirms once.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from integration.records.quickbooks import Customer

FREE_MAIL = frozenset(
    "gmail googlemail outlook hotmail live msn yahoo ymail rocketmail icloud me mac aol gmx web mail"
    " proton protonmail pm zoho yandex fastmail hushmail tutanota tuta inbox email usa"
    " qq 163 126 sina foxmail naver daum hanmail nate rediffmail"
    " orange wanadoo free laposte sfr t-online freenet arcor libero virgilio tiscali alice bluewin"
    " btinternet btopenworld sky talktalk ntlworld virginmedia comcast verizon att sbcglobal bellsouth"
    " cox charter earthlink rogers shaw sympatico bigpond optusnet xtra telus videotron"
    " seznam wp o2 onet interia hinet pchome terra uol bol".split()
)
"""Names of mail providers for everybody, without ending: addresses there tell no company."""
SECOND_LEVEL = frozenset({"co", "com", "net", "org", "ne", "or"})
LEGAL_FORMS = frozenset(
    "inc incorporated llc llp lp ltd limited co corp corporation company plc gmbh ag kg ohg ug sa sas"
    " sarl srl spa bv nv oy ab as aps pty pte kk sl slu".split()
)


class Reason(StrEnum):
    """Why a customer is suggested, best first; sentences are in ``invoices.texts``."""

    DEAL_LINK = "deal_link"
    COMPANY_LINK = "company_link"
    CONTACT_LINK = "contact_link"
    NAME_AND_POSTCODE = "name_and_postcode"
    NAME_AND_DOMAIN = "name_and_domain"
    NAME = "name"
    EMAIL = "email"


CERTAIN = frozenset({Reason.DEAL_LINK, Reason.COMPANY_LINK, Reason.CONTACT_LINK})
RANK = {reason: position for position, reason in enumerate(Reason)}


@dataclass(frozen=True, slots=True)
class CompanySide:
    """The deal's primary company in HubSpot; ``linked_customer_ids`` from earlier confirmations, the
    newest first: one for each currency it is billed in, say."""

    id: str = ""
    name: str = ""
    domain: str = ""
    postcode: str = ""
    linked_customer_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ContactSide:
    """A contact of the deal."""

    id: str
    name: str = ""
    emails: tuple[str, ...] = ()
    linked_customer_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """``is_certain``: found by a link that names nobody else, may be preselected. ``detail`` is what
    agreed, for the page."""

    customer: Customer
    reason: Reason
    detail: str = ""
    is_disputed: bool = False
    """Links of the same kind lead to other customers too."""

    @property
    def is_certain(self) -> bool:
        return self.reason in CERTAIN and not self.is_disputed


def suggest(
    company: CompanySide,
    contacts: Sequence[ContactSide],
    customers: Iterable[Customer],
    currency: str,
    *,
    contact_is_customer: bool = False,
    with_projects: bool = False,
    deal_customer_ids: tuple[str, ...] = (),
) -> list[Suggestion]:
    """Best first, one entry a customer. ``customers`` may be all or those that could match.

    Only active ones in the invoice's currency take part. Where the contact is the customer,
    names are compared with the contacts' names and a contact's link goes before the company's.
    ``deal_customer_ids``: linked to the deal itself, where each deal is a sub-customer.
    """
    able = [customer for customer in customers if _can_take_part(customer, currency)]
    able = [customer for customer in able if with_projects or not customer.is_project]
    found = [
        *_by_link(company, contacts, able, deal_customer_ids),
        *_by_name(_named(company, contacts, contact_is_customer), able),
        *_by_email(company, contacts, able),
    ]
    best: dict[str, Suggestion] = {}
    for entry in sorted(found, key=lambda entry: _position(entry, contact_is_customer)):
        best.setdefault(entry.customer.id, entry)
    return list(best.values())


def _can_take_part(customer: Customer, currency: str) -> bool:
    return customer.active and (not customer.currency or customer.currency == currency)


def _position(entry: Suggestion, contact_is_customer: bool) -> tuple[int, str]:
    rank = RANK[entry.reason]
    if contact_is_customer and entry.reason is Reason.CONTACT_LINK:
        rank = -1
    return rank, entry.customer.display_name.casefold()


def _by_link(
    company: CompanySide,
    contacts: Sequence[ContactSide],
    able: Sequence[Customer],
    deal_customer_ids: tuple[str, ...],
) -> list[Suggestion]:
    sides = [
        (Reason.DEAL_LINK, "", deal_customer_ids),
        (Reason.COMPANY_LINK, company.name, company.linked_customer_ids),
        *((Reason.CONTACT_LINK, each.name, each.linked_customer_ids) for each in contacts),
    ]
    by_id = {customer.id: customer for customer in able}
    found = [
        Suggestion(by_id[customer_id], reason, name)
        for reason, name, ids in sides
        for customer_id in ids
        if customer_id in by_id
    ]
    led_to: dict[Reason, set[str]] = {}
    for entry in found:
        led_to.setdefault(entry.reason, set()).add(entry.customer.id)
    return [replace(entry, is_disputed=len(led_to[entry.reason]) > 1) for entry in found]


def _named(
    company: CompanySide, contacts: Sequence[ContactSide], contact_is_customer: bool
) -> list[CompanySide]:
    """What to compare names with: the company, or the contacts as if they were companies."""
    if not contact_is_customer:
        return [company] if company.name else []
    return [CompanySide(contact.id, contact.name) for contact in contacts if contact.name]


def _by_name(named: Sequence[CompanySide], able: Sequence[Customer]) -> list[Suggestion]:
    found = []
    for side in named:
        wanted = plain_name(side.name)
        for customer in able:
            if wanted and wanted in _names_of(customer):
                reason = _name_reason(side, customer)
                if reason is not None:
                    detail = {
                        Reason.NAME_AND_POSTCODE: customer.bill_address.postcode,
                        Reason.NAME_AND_DOMAIN: side.domain,
                    }.get(reason, side.name)
                    found.append(Suggestion(customer, reason, detail))
    return found


def _names_of(customer: Customer) -> set[str]:
    person = f"{customer.given_name} {customer.family_name}"
    return {plain_name(name) for name in (customer.display_name, customer.company_name, person)} - {
        ""
    }


def _name_reason(side: CompanySide, customer: Customer) -> Reason | None:
    """Equal names: stronger when postcode or domain agree, nothing when both are there and differ."""
    domains = _domains(customer)
    if side.domain and side.domain.casefold() in domains:
        return Reason.NAME_AND_DOMAIN
    ours, theirs = _postcode(side.postcode), _postcode(customer.bill_address.postcode)
    if ours and theirs:
        return Reason.NAME_AND_POSTCODE if ours == theirs else None
    return Reason.NAME


def _domains(customer: Customer) -> set[str]:
    """The customer's own mail domains; free-mail domains prove nothing."""
    domains = {mail.rpartition("@")[2] for mail in _emails(customer.emails)} - {""}
    return {domain for domain in domains if not is_free_mail(domain)}


def is_free_mail(domain: str) -> bool:
    """``gmail.com``, ``yahoo.co.uk``, ``hotmail.fr``: the provider's name decides, not the ending."""
    labels = domain.casefold().strip(".").split(".")[:-1]
    if len(labels) > 1 and labels[-1] in SECOND_LEVEL:
        labels.pop()
    return bool(labels) and labels[-1] in FREE_MAIL


def _by_email(
    company: CompanySide, contacts: Sequence[ContactSide], able: Sequence[Customer]
) -> list[Suggestion]:
    """Only when exactly one customer has the address and its company is not another one."""
    found = []
    for mail in sorted({mail for contact in contacts for mail in _emails(contact.emails)}):
        holders = _eldest([each for each in able if mail in _emails(each.emails)])
        if len(holders) == 1 and not _contradicts(company, holders[0]):
            found.append(Suggestion(holders[0], Reason.EMAIL, mail))
    return found


def _eldest(holders: list[Customer]) -> list[Customer]:
    """Sub-customers often bear their parent's address: then it is the parent's."""
    ids = {each.id for each in holders}
    return [each for each in holders if each.parent_id not in ids]


def _contradicts(company: CompanySide, customer: Customer) -> bool:
    """Another company's name stands on the customer; a person's own name says nothing."""
    is_person = bool(customer.given_name or customer.family_name)
    named = customer.company_name or ("" if is_person else customer.display_name)
    ours, theirs = plain_name(company.name), plain_name(named)
    return bool(ours and theirs) and ours != theirs


def _emails(values: Iterable[str]) -> set[str]:
    """QuickBooks' e-mail field may hold several addresses, split on commas."""
    parts = (part.strip().casefold() for value in values for part in value.split(","))
    return {part for part in parts if part}


def _postcode(text: str) -> str:
    return re.sub(r"[^0-9a-z]", "", text.casefold())


def plain_name(name: str) -> str:
    """For comparing: no case, accents, punctuation, legal form or " (deleted)" suffix."""
    text = re.sub(r"\s*\(deleted(?: \d+)?\)\s*$", "", name, flags=re.IGNORECASE)
    text = unicodedata.normalize("NFKD", text.casefold().replace("&", " and "))
    text = "".join(letter for letter in text if not unicodedata.combining(letter))
    joined = re.sub(r"[.'’`]", "", text)
    kept = re.findall(r"\w+", joined)
    while len(kept) > 1 and kept[-1] in LEGAL_FORMS:
        kept.pop()
    return " ".join(kept)
