"""Which QuickBooks product a line of a quote is (B-12, P-22). Pure.

By stored link, by ``dealbooks_key``, by SKU without case and blanks, by name. Each key counts only
when it leads to exactly one active product or service; a SKU in QuickBooks that differs from the
line's speaks against a name. All lines are answered at once.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from integration.records.quickbooks import Item
from invoices.quotes import QuoteLine

DELETED = re.compile(r"\s*\(deleted(?: \d+)?\)\s*$", re.IGNORECASE)
UNSELLABLE = frozenset({"Category", "Group"})


class ProductPolicy(StrEnum):
    """What happens to a line whose product QuickBooks does not have; as in ``CompanySettings``."""

    ASK = "ask"
    DEFAULT_ITEM = "default_item"
    CREATE = "create"
    BLOCK = "block"


class How(StrEnum):
    LINK = "link"
    KEY = "key"
    SKU = "sku"
    NAME = "name"


class WhyNot(StrEnum):
    NONE = "none"
    SEVERAL = "several"
    INACTIVE = "inactive"
    UNSELLABLE = "unsellable"


@dataclass(frozen=True, slots=True)
class Match:
    item: Item
    how: How


@dataclass(frozen=True, slots=True)
class NoMatch:
    """``names`` of what stands in the way: the several, the inactive or the unsellable."""

    why: WhyNot
    names: tuple[str, ...] = ()


Answer = Match | NoMatch


def folded_sku(text: str) -> str:
    """ " abc-1 " and "ABC-1" are one SKU, "AB C-1" too; other signs count."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def folded_name(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _plain(name: str) -> str:
    """QuickBooks writes " (deleted)" behind the names of inactive products."""
    return folded_name(DELETED.sub("", name))


def match_all(
    lines: Sequence[QuoteLine],
    items: Iterable[Item],
    links: Mapping[str, str],
    realm_id: str,
) -> dict[str, Answer]:
    """By line id. ``items`` may be all or those that could match, inactive ones among them.

    ``links``: HubSpot product id to item id, of the company ``realm_id``.
    """
    shelf = _Shelf(items)
    return {line.id: _match(line, shelf, links, realm_id) for line in lines}


class _Shelf:
    """The company's products by everything a line may name them with."""

    def __init__(self, items: Iterable[Item]) -> None:
        self.by_id: dict[str, Item] = {}
        self.by_sku: dict[str, list[Item]] = {}
        self.by_name: dict[str, list[Item]] = {}
        for item in items:
            self.by_id[item.id] = item
            if folded_sku(item.sku):
                self.by_sku.setdefault(folded_sku(item.sku), []).append(item)
            for name in {_plain(item.name), _plain(item.full_name)} - {""}:
                self.by_name.setdefault(name, []).append(item)


def _match(line: QuoteLine, shelf: _Shelf, links: Mapping[str, str], realm_id: str) -> Answer:
    linked = shelf.by_id.get(links.get(line.product_id, "")) if line.product_id else None
    if linked is not None and _is_able(linked):
        return Match(linked, How.LINK)
    keyed = shelf.by_id.get(_id_of_key(line.product_key, realm_id))
    if keyed is not None and _is_able(keyed):
        return Match(keyed, How.KEY)
    sku, name = folded_sku(line.sku), folded_name(line.name)
    with_sku = shelf.by_sku.get(sku, []) if sku else []
    found = _only(with_sku, name, How.SKU)
    if found is not None:
        return found
    named = [item for item in shelf.by_name.get(name, []) if _agrees(item, sku)] if name else []
    return _only(named, name, How.NAME) or _no_match([*_some(linked, keyed), *with_sku, *named])


def _id_of_key(key: str, realm_id: str) -> str:
    """Of ``realm:entity:id``, where it speaks of this company's products."""
    realm, _colon, rest = key.partition(":")
    entity, _colon, item_id = rest.partition(":")
    return item_id if realm == realm_id and entity == "Item" else ""


def _is_able(item: Item) -> bool:
    return item.active and item.kind not in UNSELLABLE


def _agrees(item: Item, sku: str) -> bool:
    return not sku or not folded_sku(item.sku) or folded_sku(item.sku) == sku


def _only(items: Sequence[Item], name: str, how: How) -> Answer | None:
    """The one able item, or the one among several that has the line's name as well."""
    able = [item for item in items if _is_able(item)]
    if len(able) > 1 and how is How.SKU:
        same = [item for item in able if folded_name(item.name) == name]
        able = same if len(same) == 1 else able
    if len(able) > 1:
        return NoMatch(WhyNot.SEVERAL, _names(able))
    return Match(able[0], how) if able else None


def _no_match(seen: Sequence[Item]) -> NoMatch:
    """Nothing able: say what was found instead."""
    unsellable = [item for item in seen if item.active and item.kind in UNSELLABLE]
    if unsellable:
        return NoMatch(WhyNot.UNSELLABLE, _names(unsellable))
    inactive = [item for item in seen if not item.active]
    return NoMatch(WhyNot.INACTIVE, _names(inactive)) if inactive else NoMatch(WhyNot.NONE)


def _names(items: Iterable[Item]) -> tuple[str, ...]:
    return tuple(sorted({item.full_name or item.name for item in items}))


def _some(*items: Item | None) -> list[Item]:
    return [item for item in items if item is not None]
