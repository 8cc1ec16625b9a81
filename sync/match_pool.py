"""HubSpot's objects by what a record could recognise them by (B-24). Pure."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from invoices.matching import plain_name
from sync.match_scores import Side, addresses, own_domain


class Pool:
    """Objects by what they could be recognised by, so that each record is compared with few."""

    COMMON = 40
    """A word that so many objects share tells none of them from the others."""

    def __init__(self, objects: Mapping[str, Side]) -> None:
        self._objects = objects
        self._held: dict[str, set[str]] = defaultdict(set)
        for id, side in objects.items():
            for handle in _handles(side):
                self._held[handle].add(id)

    def like(self, record: Side) -> list[tuple[str, Side]]:
        """(HubSpot id, side) of what shares an address, domain, SKU, key, name or rarer word."""
        found: set[str] = set()
        for handle in _handles(record):
            held = self._held.get(handle, set())
            if handle[0] != "w" or len(held) <= self.COMMON:
                found |= held
        return [(id, self._objects[id]) for id in sorted(found)]


def _handles(side: Side) -> Iterator[str]:
    for mail in addresses(side):
        yield f"e{mail}"
    for mark, value in (
        ("d", own_domain(side)),
        ("s", side.sku.strip().casefold()),
        ("k", side.key),
    ):
        if value:
            yield mark + value
    for name in {plain_name(side.name), plain_name(side.person)} - {""}:
        yield f"n{name}"
        for word in name.split():
            yield f"w{word}"
