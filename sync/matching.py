"""Which HubSpot object an unlinked customer or item already is (D-06, B-24). Pure.

Links come first, then our own key; only then what both sides call it: an e-mail address for a
person, a name for a company, a SKU for a product. Two candidates are a guess, and a guess is left
to a person: an automatic link is never wrong silently.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from integration.records.hubspot import Object
from invoices.matching import is_free_mail, plain_name
from sync.records import Match


@dataclass(frozen=True, slots=True)
class Sought:
    """What is known of a record that HubSpot is searched for.

    ``shared_by``: labels of other records of the company with the same address, name or SKU.
    ``domain`` and ``postcode`` tell companies of one name apart; ``company``: whom a person works
    for. ``refused``: HubSpot ids that a person said it is not.
    """

    id: str
    key: str
    values: tuple[str, ...] = ()
    domain: str = ""
    postcode: str = ""
    shared_by: tuple[str, ...] = ()
    company: str = ""
    refused: frozenset[str] = frozenset()


def domain_of(email: str, website: str = "") -> str:
    """The organisation's own domain; a free mail provider's proves nothing."""
    site = website.strip().lower().removeprefix("https://").removeprefix("http://")
    found = site.split("/", 1)[0].removeprefix("www.")
    if "." in found:
        return found
    _, _, domain = email.strip().lower().rpartition("@")
    return "" if is_free_mail(domain) else domain


def by_key(sought: Sought, found: Mapping[str, Object]) -> Match | None:
    """The object that carries our key: we made it, whatever its name is now."""
    known = found.get(sought.key)
    if known is not None and known.id in sought.refused:
        return Match(is_refused=True)
    return Match(known.id, known.properties) if known else None


def by_email(sought: Sought, found: Mapping[str, Object]) -> Match:
    """HubSpot has an address once; a customer with several addresses may be several people.

    Who works for another company there is left to a person: an address may be an accountant's.
    """
    hits = {each.id: each for value in sought.values if (each := found.get(value.lower()))}
    match = _only(sought, list(hits.values()))
    if match.hubspot_id and _works_elsewhere(sought, hits[match.hubspot_id]):
        return Match(is_ambiguous=True)
    return match


def _works_elsewhere(sought: Sought, contact: Object) -> bool:
    ours, theirs = plain_name(sought.company), plain_name(contact.text("company"))
    return bool(ours and theirs) and ours != theirs


def by_name(sought: Sought, found: Iterable[Object]) -> Match:
    """The only company of that name, unless its domain or postcode says it is another one."""
    names = {value.casefold() for value in sought.values}
    hits = [each for each in found if each.text("name").strip().casefold() in names]
    agreeing = [each for each in hits if _agrees(sought, each)]
    if hits and not agreeing:
        return Match(is_ambiguous=True)
    return _only(sought, agreeing)


def _agrees(sought: Sought, company: Object) -> bool:
    """The domain where both sides have one, else the postcode where both have one."""
    domain = domain_of("", company.text("domain"))
    if sought.domain and domain:
        return sought.domain == domain
    postcode = _plain(company.text("zip"))
    return not (sought.postcode and postcode) or _plain(sought.postcode) == postcode


def by_sku(sought: Sought, found: Iterable[Object]) -> Match:
    """Letter case does not tell products apart (P-22)."""
    wanted = {value.strip().casefold() for value in sought.values if value.strip()}
    hits = [each for each in found if each.text("hs_sku").strip().casefold() in wanted]
    return _only(sought, hits)


def _only(sought: Sought, hits: Sequence[Object]) -> Match:
    """Without what a person refused; where nothing else is left, a person must ask for it."""
    if sought.shared_by:
        return Match(shared_by=sought.shared_by)
    able = [each for each in hits if each.id not in sought.refused]
    if len(able) > 1:
        return Match(is_ambiguous=True)
    if able:
        return Match(able[0].id, able[0].properties)
    return Match(is_refused=bool(hits), has_refusals=bool(sought.refused))


def _plain(text: str) -> str:
    return "".join(text.casefold().split())
