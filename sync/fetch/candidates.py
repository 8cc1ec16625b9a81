"""HubSpot objects that unlinked customers and products could be, asked for by the hundred (B-24).

Keys and addresses are read; names, domains and SKUs are searched, ninety a call. Only records of
which nothing was found that way are looked for one by one, and only a few of them.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from integration.gateways import quickbooks_records as parse
from integration.gateways.errors import Rejected
from integration.gateways.hubspot import HubSpot
from integration.gateways.values import text
from integration.models import Company, Record
from integration.records.hubspot import Object
from integration.records.quickbooks import Raw
from mappings.catalog import dealbooks_key
from mappings.quickbooks_fields import DELETED_NAME
from sync.fetch.finding import KEY, portions
from sync.match_scores import Side, variants
from sync.matching import domain_of
from sync.records import COMPANIES, CONTACTS, CUSTOMER, PRODUCTS

PROPERTIES = {
    CONTACTS: ("firstname", "lastname", "email", "company", "zip", "phone", "mobilephone"),
    COMPANIES: ("name", "domain", "zip", "phone", "city"),
    PRODUCTS: ("name", "hs_sku", "price"),
}
MOST_ALONE = 20
"""Records of a batch that are looked for one by one, with HubSpot's own search."""
MOST_PAGES = 5
Filters = list[tuple[str, str, list[str]]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A record and what is known of it."""

    row: Record
    side: Side


class Candidates:
    """For one batch of one company and one HubSpot kind."""

    def __init__(self, hubspot: HubSpot, kind: str) -> None:
        self.hubspot = hubspot
        self.kind = kind
        self.found: dict[str, Object] = {}

    def of(self, wanted: Sequence[Wanted]) -> Mapping[str, Object]:
        """By HubSpot's id; whom each of them could be is for the scores to say."""
        self._keyed([each.side.key for each in wanted])
        for filters in self._questions([each.side for each in wanted]):
            self._search(filters)
        if self.kind == CONTACTS:
            self._read([mail for each in wanted for mail in each.side.emails], "email")
        self._alone([each.side for each in wanted])
        return self.found

    def _keyed(self, keys: Sequence[str]) -> None:
        """A portal without our key property (products need a scope of their own) has none."""
        try:
            self._read(keys, KEY)
        except Rejected:
            return

    def _read(self, values: Sequence[str], by: str) -> None:
        unique = list(dict.fromkeys(value.lower() if by != KEY else value for value in values))
        if unique:
            names = (*PROPERTIES[self.kind], by)
            read = self.hubspot.read(self.kind, unique, list(dict.fromkeys(names)), by)
            self.found |= {each.id: each for each in read.values()}

    def _questions(self, sides: Sequence[Side]) -> Iterator[Filters]:
        if self.kind == CONTACTS:
            yield from self._people(sides)
            return
        for some in portions(_unique(each.name for each in sides)):
            yield [("name", "IN", some)]
        if self.kind == COMPANIES:
            for some in portions(dict.fromkeys(each.domain for each in sides if each.domain)):
                yield [("domain", "IN", some)]
        else:
            for some in portions(dict.fromkeys(each.sku.lower() for each in sides if each.sku)):
                yield [("hs_sku", "IN", some)]

    def _people(self, sides: Sequence[Side]) -> Iterator[Filters]:
        """First and last names of forty people a call: who has one of each is scored afterwards."""
        named = [each.person.lower().rpartition(" ") for each in sides if " " in each.person]
        for at in range(0, len(named), 40):
            some = named[at : at + 40]
            firsts = list(dict.fromkeys(first for first, _, _ in some))
            lasts = list(dict.fromkeys(last for _, _, last in some))
            yield [("firstname", "IN", firsts), ("lastname", "IN", lasts)]

    def _alone(self, sides: Sequence[Side]) -> None:
        """A name that is spelt otherwise: HubSpot's search over its own fields."""
        known = {variant for each in self.found.values() for variant in variants([_name(each)])}
        left = [each for each in sides if each.name and not known & set(variants([each.name]))]
        for each in [side for side in left if self.kind == COMPANIES][:MOST_ALONE]:
            rows, _, _ = self.hubspot.search(
                self.kind,
                query=variants([each.name])[-1],
                properties=PROPERTIES[self.kind],
                limit=10,
            )
            self.found |= {row.id: row for row in rows}

    def _search(self, filters: Filters) -> None:
        after = ""
        for _page in range(MOST_PAGES):
            rows, _, after = self.hubspot.search(
                self.kind,
                filters=filters,
                properties=PROPERTIES[self.kind],
                limit=200,
                after=after,
            )
            self.found |= {row.id: row for row in rows}
            if not after:
                return


def _unique(names: Iterable[str]) -> Iterable[str]:
    return variants([name for name in names if name])


def _name(object: Object) -> str:
    return object.text("name") or f"{object.text('firstname')} {object.text('lastname')}".strip()


def label_of(object: Object) -> tuple[str, str]:
    """What people call it, and what tells it from its namesakes."""
    if object.kind == PRODUCTS:
        return object.text("name"), object.text("hs_sku")
    if object.kind == COMPANIES:
        place = " · ".join(filter(None, (object.text("domain"), object.text("zip"))))
        return object.text("name") or object.text("domain"), place
    detail = " · ".join(filter(None, (object.text("email"), object.text("company"))))
    return _name(object) or object.text("email"), detail


# ------------------------------------------------------------------------------------ both sides


def side_of_record(company: Company, row: Record, *, shared: bool = False) -> Side:
    key = dealbooks_key(company.realm_id, row.kind, row.qbo_id)
    raw = row.raw
    name = DELETED_NAME.sub("", row.name)
    if row.kind != CUSTOMER:
        price = text(raw.get("UnitPrice"))
        return Side(
            name=text(raw.get("Name")) or name,
            sku=text(raw.get("Sku")),
            price=price,
            key=key,
            shared=shared,
        )
    customer = parse.customer({**raw, "Balance": 0})
    person = f"{customer.given_name} {customer.family_name}".strip()
    return Side(
        name=customer.company_name.strip() or name,
        person=person,
        company=customer.company_name.strip(),
        emails=customer.emails,
        domain=domain_of(next(iter(customer.emails), ""), _address(raw, "WebAddr", "URI")),
        postcode=customer.bill_address.postcode,
        phones=_phones(raw),
        key=key,
        shared=shared,
    )


def side_of_object(object: Object, *, taken: Collection[str] = ()) -> Side:
    """``taken``: ids of objects that other records of the company are."""
    is_taken = object.id in taken
    if object.kind == PRODUCTS:
        return Side(
            name=object.text("name"),
            sku=object.text("hs_sku"),
            price=object.text("price"),
            key=object.text(KEY),
            taken=is_taken,
        )
    phones = tuple(filter(None, (object.text("phone"), object.text("mobilephone"))))
    return Side(
        name=object.text("name"),
        person=_name(object) if object.kind == CONTACTS else "",
        company=object.text("company"),
        emails=(object.text("email"),) if object.text("email") else (),
        domain=object.text("domain"),
        postcode=object.text("zip"),
        phones=phones,
        key=object.text(KEY),
        taken=is_taken,
    )


def _phones(raw: Raw) -> tuple[str, ...]:
    numbers = (_address(raw, name, "FreeFormNumber") for name in ("PrimaryPhone", "Mobile"))
    return tuple(filter(None, numbers))


def _address(raw: Raw, name: str, member: str) -> str:
    return text((raw.get(name) or {}).get(member))
