"""Which HubSpot objects are associated, and associating them, in batches of a hundred."""

from collections.abc import Sequence

from integration.gateways.fields import as_list, as_text, either
from integration.gateways.hubspot_associations import spec
from integration.gateways.hubspot_batches import BatchWriter, Input, in_hundreds, pair_key
from integration.gateways.hubspot_wire import VERSION, HubSpotWire
from integration.records.hubspot import WriteResult


class HubSpotPairs(HubSpotWire):
    """Of any two object types."""

    def associations(
        self, from_kind: str, to_kind: str, ids: Sequence[str]
    ) -> dict[str, tuple[str, ...]]:
        """Every id is in the answer, with nothing where nothing is associated."""
        found: dict[str, list[str]] = {one: [] for one in ids if one}
        waiting: list[Input] = [{"id": one} for one in found]
        while waiting:
            chunk, waiting = waiting[:100], waiting[100:]
            path = f"associations/{VERSION}/{from_kind}/{to_kind}/batch/read"
            content = self._post(path, {"inputs": chunk}, "read").object()
            for row in as_list(content.get("results")):
                one = as_text(either(row.get("from"), "id"))
                found.setdefault(one, []).extend(
                    as_text(either(end, "toObjectId", "id")) for end in as_list(row.get("to"))
                )
                after = as_text(either(either(row.get("paging"), "next"), "after"))
                if after:
                    waiting.append({"id": one, "after": after})
        return {one: tuple(dict.fromkeys(ends)) for one, ends in found.items()}

    def association_labels(
        self, from_kind: str, to_kind: str, id: str
    ) -> dict[str, tuple[str, ...]]:
        """Labels by the id of the other end, for the first five hundred; one call."""
        path = f"associations/{VERSION}/{from_kind}/{to_kind}/batch/read"
        content = self._post(path, {"inputs": [{"id": id}]}, "read").object()
        found: dict[str, tuple[str, ...]] = {}
        for row in as_list(content.get("results")):
            for end in as_list(row.get("to")):
                kinds = as_list(either(end, "associationTypes"))
                labels = (as_text(either(kind, "label")) for kind in kinds)
                key = as_text(either(end, "toObjectId", "id"))
                found[key] = (*found.get(key, ()), *(label for label in labels if label))
        return found

    def associate(
        self, from_kind: str, to_kind: str, pairs: Sequence[tuple[str, str]], type_id: int
    ) -> list[WriteResult]:
        """Keys are ``from:to``. Associating twice is no error."""
        path = f"associations/{VERSION}/{from_kind}/{to_kind}/batch/create"
        rows = [
            (
                pair_key(one, other),
                {"from": {"id": one}, "to": {"id": other}, "types": [spec(type_id)]},
            )
            for one, other in pairs
        ]
        return BatchWriter(lambda inputs: self._post(path, {"inputs": inputs}, "write")).write(rows)

    def dissociate(self, from_kind: str, to_kind: str, pairs: Sequence[tuple[str, str]]) -> None:
        """All labels between each pair; what is not associated stays so."""
        path = f"associations/{VERSION}/{from_kind}/{to_kind}/batch/archive"
        for chunk in in_hundreds(pairs):
            inputs = [{"from": {"id": one}, "to": [{"id": other}]} for one, other in chunk]
            self._post(path, {"inputs": inputs}, "write")
