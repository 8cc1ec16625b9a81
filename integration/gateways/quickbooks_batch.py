"""QuickBooks' batch endpoint: what goes in, and which answer belongs to which item. Pure.

Items are independent, answers come in any order and one may be missing (faults 37, 38). Each item
counts as a call of its own at Intuit; a batch saves round trips, not allowance.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from integration.gateways.errors import GatewayError
from integration.gateways.fields import as_list, as_text, either
from integration.gateways.quickbooks_faults import from_fault
from integration.records.quickbooks import Raw

LARGEST = 30


@dataclass(frozen=True, slots=True)
class BatchItem:
    """``operation`` is create, update or delete with ``entity`` and ``body``; or a ``query`` alone.

    ``key`` is ours and unique within the call; on the wire it is a short number (``bId`` takes at
    most 10 characters). ``options`` is ``optionsData``, e.g. ``void``.
    """

    key: str
    operation: str = ""
    entity: str = ""
    body: Raw = field(default_factory=dict)
    options: str = ""
    query: str = ""


def request(items: Sequence[BatchItem]) -> dict[str, Any]:
    """The body for up to 30 items; item number n has bId ``n``."""
    if len(items) > LARGEST:
        raise ValueError(f"a batch takes {LARGEST} items")
    return {"BatchItemRequest": [_item(str(place), item) for place, item in enumerate(items)]}


def _item(bid: str, item: BatchItem) -> dict[str, Any]:
    if item.query:
        return {"bId": bid, "Query": item.query}
    made: dict[str, Any] = {"bId": bid, "operation": item.operation, item.entity: item.body}
    if item.options:
        made["optionsData"] = item.options
    return made


def answers(
    items: Sequence[BatchItem], content: Mapping[str, Any], trace_id: str
) -> dict[str, Raw | GatewayError]:
    """By item key; an item that was not answered is absent."""
    found: dict[str, Raw | GatewayError] = {}
    for answer in as_list(either(content, "BatchItemResponse")):
        place = as_text(either(answer, "bId"))
        if not isinstance(answer, Mapping) or not place.isdigit() or int(place) >= len(items):
            continue
        item = items[int(place)]
        fault = either(answer, "Fault", "fault")
        if fault is not None:
            found[item.key] = from_fault(fault, 400, trace_id=trace_id)
            continue
        value = either(answer, item.entity or "QueryResponse")
        if isinstance(value, dict):
            found[item.key] = value
    return found
