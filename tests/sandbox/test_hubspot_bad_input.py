"""Any body on any path gets one of HubSpot's own answers (rule 40)."""

import json
import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sandbox.core.clock import Clock
from sandbox.core.messages import Request
from sandbox.core.world import World
from sandbox.hubspot.application import SWITCHES, HubSpot
from tests.sandbox.hubspot_client import TOKEN

NO_LIMITS = {"burst_limit": 0, "search_limit_per_second": 0, "daily_limit": 0, "latency_ms": 0}
PARAMETERS = {
    "kind_name": ["deals", "contacts", "0-53", "quotes", "gadgets"],
    "source": ["deals", "notes", "line_items", "x"],
    "target": ["contacts", "line_items", "products"],
    "record_id": ["20300100001", "1", "%C3%A9"],
    "source_id": ["20300100001", "1"],
    "target_id": ["20100100001", "1"],
    "name": ["dealname", "nope"],
    "portal": ["48100001", "x"],
}
FIELDS = (
    "inputs properties id idProperty filterGroups filters sorts limit after query associations "
    "from to types name label groupName type fieldType options primaryObjectId objectIdToMerge "
    "fromCurrencyCode conversionRate stages hasUniqueValue values value operator propertyName "
    "objectWriteTraceId amount dealname eventName targetUrl manner"
).split()
LEAVES = st.sampled_from([None, True, 0, -1, 1.5, "", "x", "1", "9" * 400, "\x00", "EQ", "amount"])
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=4)
    ),
    max_leaves=12,
)
BATCHES = st.builds(
    lambda rows, more: {**more, "inputs": rows},
    st.lists(st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=4), max_size=3),
    st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=2),
)
QUERIES = [
    "",
    "limit=x",
    "after=%F0",
    "properties=a&associations=zz",
    "idProperty=nope",
    "after=-1",
]


def sandbox() -> HubSpot:
    world = World(Clock(), {**SWITCHES, **NO_LIMITS}, {})
    hubspot = HubSpot(world)
    world.register(hubspot)
    world.reset("demo")
    return hubspot


HUBSPOT = sandbox()
TEMPLATES = sorted(
    template for template in HUBSPOT.router._index if not template.startswith("/__sandbox")
)


@given(
    st.sampled_from(TEMPLATES),
    st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE"]),
    st.sampled_from(QUERIES),
    VALUES | BATCHES,
    st.data(),
)
def test_hubspot_rule_40_no_body_leads_to_a_crash(
    template: str, method: str, query: str, body: Any, data: st.DataObject
) -> None:
    def fill(found: re.Match[str]) -> str:
        return str(data.draw(st.sampled_from(PARAMETERS.get(found[1], ["1", "default"]))))

    path = re.sub(r"\{(\w+)\}", fill, template)
    headers = {"authorization": f"Bearer {TOKEN}", "content-type": "application/json"}
    raw = json.dumps(body).encode()
    answer = HUBSPOT.handle(Request("hubspot", method, path, query, headers, raw), None)
    assert HUBSPOT.world.errors == []
    assert answer.status < 500
