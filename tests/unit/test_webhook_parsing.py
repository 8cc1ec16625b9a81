"""What deliveries say (quickbooks.md 8, hubspot.md 7), and that nothing sent can break the reader."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integration.webhooks import parsing
from integration.webhooks.parsing import BooksEvent, CrmEvent, Unreadable, instant
from integration.webhooks.waiting import DEBOUNCE, LONGEST, quiet_at
from integration.webhooks.wanted import ENTITIES, PROPERTIES_OF_DEALS, SUBSCRIPTIONS

REALM, OTHER = "9341450000000001", "9341450000000003"
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def cloud(**changes: Any) -> dict[str, Any]:
    event = {
        "specversion": "1.0",
        "id": "88cd52aa-33b6-4351-9aa4-47572edbd068",
        "source": "intuit.dsnBgb=",
        "type": "qbo.invoice.created.v1",
        "datacontenttype": "application/json",
        "time": "2026-11-20T21:31:25.179851517Z",
        "intuitentityid": "1234",
        "intuitaccountid": REALM,
        "data": {},
    }
    return {**event, **changes}


def classic(*entities: dict[str, Any], realm: str = REALM) -> dict[str, Any]:
    return {"realmId": realm, "dataChangeEvent": {"entities": list(entities)}}


def entity(name: str = "Invoice", operation: str = "Update", **more: Any) -> dict[str, Any]:
    at = "2026-10-05T14:42:19.000Z"
    return {"name": name, "id": "1", "operation": operation, "lastUpdated": at, **more}


def crm(kind: str = "deal.propertyChange", **changes: Any) -> dict[str, Any]:
    event = {
        "eventId": 100_000_001,
        "subscriptionId": 500_001,
        "portalId": 48100001,
        "appId": 100001,
        "occurredAt": 1_790_000_000_000,
        "subscriptionType": kind,
        "attemptNumber": 0,
        "objectId": 20300100001,
        "changeSource": "CRM_UI",
    }
    return {**event, **({"propertyName": "amount"} if "property" in kind else {}), **changes}


def books(content: Any) -> parsing.Parsed[BooksEvent]:
    return parsing.quickbooks(json.dumps(content).encode())


def hub(*rows: Any) -> parsing.Parsed[CrmEvent]:
    return parsing.hubspot(json.dumps(rows).encode())


# ------------------------------------------------------------------------------------ QuickBooks
def test_f56_a_batch_of_cloud_events_names_several_companies() -> None:
    found = books([cloud(), cloud(id="2", intuitaccountid=OTHER, type="qbo.payment.updated.v1")])
    first, second = found.events
    assert (first.realm_id, first.entity, first.id, first.operation) == (
        REALM, "Invoice", "1234", "created",
    )  # fmt: skip
    assert first.at == datetime(2026, 11, 20, 21, 31, 25, 179851, tzinfo=UTC)
    assert (second.realm_id, second.entity, second.operation) == (OTHER, "Payment", "updated")
    assert found.ignored == 0


def test_f56_the_classic_format_names_several_companies() -> None:
    content = {
        "eventNotifications": [
            classic(entity(), entity("Customer", "Merge", deletedId="12")),
            classic(entity("Payment", "Delete"), realm=OTHER),
        ]
    }
    found = books(content)
    assert [(each.realm_id, each.entity, each.operation) for each in found.events] == [
        (REALM, "Invoice", "updated"),
        (REALM, "Customer", "merged"),
        (OTHER, "Payment", "deleted"),
    ]
    assert not any(each.is_unique for each in found.events)
    assert len({each.key for each in found.events}) == 3


@pytest.mark.parametrize(
    ("spelled", "operation"),
    [
        ("qbo.invoice.void.v1", "voided"), ("qbo.invoice.voided.v1", "voided"),
        ("QBO.Invoice.VOIDED.v2", "voided"), ("qbo.invoice.emailed.v1", "emailed"),
        ("qbo.creditmemo.deleted.v1", "deleted"), ("qbo.item.merged.v10", "merged"),
    ],
)  # fmt: skip
def test_f56_both_spellings_and_any_case(spelled: str, operation: str) -> None:
    [event] = books([cloud(type=spelled)]).events
    assert event.operation == operation


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "qbo.bill.created.v1"}, {"type": "qbo.invoice.archived.v1"}, {"type": 7},
        {"type": "qbo.invoice.created"}, {"intuitaccountid": ""}, {"intuitaccountid": None},
        {"intuitentityid": "x"}, {"intuitentityid": "1" * 40}, {"intuitaccountid": "١٢"},
        {"type": None},
    ],
)  # fmt: skip
def test_b17_what_is_not_followed_is_counted(changes: dict[str, Any]) -> None:
    found = books([cloud(), cloud(**changes)])
    assert (len(found.events), found.ignored) == (1, 1)


def test_b17_shapes_nobody_sends_are_counted() -> None:
    assert books([cloud(), "text", None, 4, {}, []]).ignored == 5
    odd = {"eventNotifications": [classic(), "x", {"dataChangeEvent": None}, classic("y")]}  # type: ignore[arg-type]
    assert books(odd).ignored == 1
    assert books({"eventNotifications": None}).events == ()
    assert books(cloud()).events == books([cloud()]).events


@pytest.mark.parametrize(
    "body", [b"", b"null", b"7", b'"x"', b"{", b"\xff\xfe\x00", b"[" * 100_000, b"1" * 5_000]
)
def test_b17_what_is_no_json_of_theirs_is_said_to_be_unreadable(body: bytes) -> None:
    for read in (parsing.quickbooks, parsing.hubspot):
        with pytest.raises(Unreadable):
            read(body)


def test_f49_the_id_tells_events_apart_not_the_rest() -> None:
    same = books([cloud(), cloud(time="2026-11-20T21:31:26Z")]).events
    assert same[0].key == same[1].key
    assert books([cloud(id="other")]).events[0].key != same[0].key
    assert books([cloud(source="elsewhere")]).events[0].key != same[0].key
    nameless = books([cloud(id=None), cloud(id=None, intuitentityid="9")]).events
    assert nameless[0].key != nameless[1].key
    assert not nameless[0].is_unique


@pytest.mark.parametrize(
    ("text", "microsecond"),
    [
        ("2026-11-20T21:31:25.179851517Z", 179851), ("2026-11-20T21:31:25Z", 0),
        ("2026-11-20T13:31:25.1-08:00", 100000), ("2026-11-20T21:31:25.000+00:00", 0),
        ("2026-11-21T05:31:25.5+0800", 500000),
    ],
)  # fmt: skip
def test_b17_times_with_any_number_of_digits(text: str, microsecond: int) -> None:
    assert instant(text) == datetime(2026, 11, 20, 21, 31, 25, microsecond, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["", "yesterday", "2026-13-01T00:00:00Z", "2026-11-20T21:31:25", None, 5, "0001-01-01T00:00:00+14:00"]
)  # fmt: skip
def test_b17_a_time_nobody_can_read_is_none(text: Any) -> None:
    assert instant(text) is None


# --------------------------------------------------------------------------------------- HubSpot
def test_e02_a_changed_deal_is_looked_at() -> None:
    [event] = hub(crm()).events
    assert (event.hub_id, event.object_kind, event.hubspot_id) == (48100001, "deals", "20300100001")
    assert event.change == "changed"


@pytest.mark.parametrize(
    ("kind", "more", "change"),
    [
        ("deal.deletion", {}, "deleted"),
        ("deal.restore", {}, "changed"),
        ("object.propertyChange", {"objectTypeId": "0-3"}, "changed"),
        ("deal.propertyChange", {"propertyName": "hubspot_owner_id"}, "changed"),
    ],
)
def test_e02_what_it_means(kind: str, more: dict[str, Any], change: str) -> None:
    [event] = hub(crm(kind, **more)).events
    assert event.change == change


@pytest.mark.parametrize(
    "row",
    [
        crm("deal.creation"), crm("contact.propertyChange"), crm("contact.deletion"),
        crm("deal.propertyChange", propertyName="dealbooks_paid"), crm("ticket.merge"),
        crm("deal.propertyChange", propertyName=["amount"]), crm("object.propertyChange"),
        crm(objectId=None), crm(objectId=True), crm(portalId="x"), crm(objectId=-5), "text", None,
    ],
)  # fmt: skip
def test_e02_others_are_counted(row: Any) -> None:
    found = hub(crm(), row)
    assert (len(found.events), found.ignored) == (1, 1)


def test_e02_a_merge_names_every_loser() -> None:
    row = crm("deal.merge", primaryObjectId=7, mergedObjectIds=[8, 9, 8])
    found = hub(row).events
    assert [(each.hubspot_id, each.survivor_id) for each in found] == [("8", "7"), ("9", "7")]
    assert len({each.key for each in found}) == 2


def test_e02_where_hubspot_makes_a_new_record_the_primary_lost_too() -> None:
    row = crm("contact.merge", primaryObjectId=7, mergedObjectIds=[8], newObjectId=10)
    found = hub(row).events
    assert {(each.object_kind, each.hubspot_id, each.survivor_id) for each in found} == {
        ("contacts", "8", "10"),
        ("contacts", "7", "10"),
    }


def test_f49_a_retry_is_the_same_event_and_an_equal_event_id_is_not() -> None:
    first, retried, other = hub(crm(), crm(attemptNumber=3), crm(objectId=5)).events
    assert first.key == retried.key
    assert first.key != other.key


def test_b17_the_app_is_told_to_subscribe_to_what_is_read() -> None:
    for kind, name in SUBSCRIPTIONS:
        more = {"propertyName": name} if name else {}
        if "merge" in kind:
            more |= {"primaryObjectId": 7, "mergedObjectIds": [8]}  # type: ignore[dict-item]
        assert hub(crm(kind, **more)).events
    assert {name for kind, name in SUBSCRIPTIONS if name} == PROPERTIES_OF_DEALS
    assert all(key == name.lower() for key, name in ENTITIES.items())


# ------------------------------------------------------------------------------------------ fuzz
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
ANY_JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)  # fmt: skip
CHANGES = st.dictionaries(
    st.sampled_from([*cloud(), *crm(), "primaryObjectId", "mergedObjectIds", "eventNotifications"]),
    ANY_JSON,
    max_size=4,
)


@given(ANY_JSON)
def test_b17_any_json_is_read_or_refused(content: Any) -> None:
    body = json.dumps(content).encode()
    for read in (parsing.quickbooks, parsing.hubspot):
        try:
            found = read(body)
        except Unreadable:
            continue
        assert found.ignored >= 0


@given(st.binary(max_size=200))
def test_b17_any_bytes_are_read_or_refused(body: bytes) -> None:
    for read in (parsing.quickbooks, parsing.hubspot):
        try:
            read(body)
        except Unreadable:
            continue


@given(CHANGES)
def test_b17_a_damaged_event_never_hides_its_neighbour(changes: dict[str, Any]) -> None:
    found = books([cloud(id="good"), {**cloud(), **changes}])
    assert found.events[0].id == "1234"
    rows = hub(crm(objectId=1), {**crm("deal.merge"), **changes})
    assert rows.events[0].hubspot_id == "1"
    assert all(each.hubspot_id.isdigit() for each in rows.events)


# --------------------------------------------------------------------------------------- waiting
@given(st.floats(0, 60), st.floats(0, 60))
def test_d29_news_waits_two_seconds_and_never_more_than_fifteen(first: float, later: float) -> None:
    began, news = NOW + timedelta(seconds=first), NOW + timedelta(seconds=first + later)
    at = quiet_at(began, news)
    assert news <= at <= news + DEBOUNCE
    assert at <= max(began + LONGEST, news)
