"""hubspot-api-client as published, pointed here by ``host`` and ``base_url`` alone."""

from collections.abc import Iterator

import pytest
from hubspot import HubSpot as PublishedClient
from hubspot.crm.associations.v4.models import AssociationSpec
from hubspot.crm.associations.v4.models import PublicObjectId as AssociationEnd
from hubspot.crm.contacts import (
    BatchInputSimplePublicObjectBatchInputUpsert,
    SimplePublicObjectBatchInputUpsert,
)
from hubspot.crm.deals import (
    BatchInputSimplePublicObjectBatchInput,
    BatchReadInputSimplePublicObjectId,
    PublicObjectSearchRequest,
    SimplePublicObjectBatchInput,
    SimplePublicObjectId,
    SimplePublicObjectInput,
    SimplePublicObjectInputForCreate,
)
from hubspot.crm.deals.exceptions import ApiException
from hubspot.crm.properties import PropertyCreate, PropertyGroupCreate

from tests.sandbox.hubspot_client import TOKEN, HubSpotSandbox


@pytest.fixture
def hubspot() -> Iterator[HubSpotSandbox]:
    with HubSpotSandbox() as sandbox:
        yield sandbox


@pytest.fixture
def client(hubspot: HubSpotSandbox) -> PublishedClient:
    return PublishedClient(access_token=TOKEN, host=hubspot.url, base_url=hubspot.url)


def test_create_read_update_search_and_archive(client: PublishedClient) -> None:
    api = client.crm.deals.basic_api
    made = api.create(SimplePublicObjectInputForCreate(properties={"dealname": "By library"}))
    api.update(made.id, SimplePublicObjectInput(properties={"amount": "12.50"}))
    read = api.get_by_id(made.id, properties=["dealname", "amount"], associations=["contacts"])
    assert read.properties["amount"] == "12.50"
    rule = {"propertyName": "dealname", "operator": "EQ", "value": "by library"}
    request = PublicObjectSearchRequest(filter_groups=[{"filters": [rule]}], limit=5)
    assert client.crm.deals.search_api.do_search(request).total == 1
    api.archive(made.id)
    with pytest.raises(ApiException) as refused:
        api.get_by_id(made.id)
    assert refused.value.status == 404
    assert len(client.crm.deals.get_all()) == 40


def test_batches(client: PublishedClient) -> None:
    api = client.crm.deals.batch_api
    ids = [row.id for row in client.crm.deals.basic_api.get_page(limit=2).results]
    inputs = [SimplePublicObjectId(id=row) for row in [*ids, "1"]]
    read = api.read(
        BatchReadInputSimplePublicObjectId(
            inputs=inputs, properties=["dealname"], properties_with_history=[]
        )
    )
    assert (len(read.results), read.num_errors) == (2, 1)
    changes = [SimplePublicObjectBatchInput(id=row, properties={"amount": "7"}) for row in ids]
    done = api.update(BatchInputSimplePublicObjectBatchInput(inputs=changes))
    assert [row.properties["amount"] for row in done.results] == ["7", "7"]


def test_upsert_by_email(client: PublishedClient) -> None:
    row = SimplePublicObjectBatchInputUpsert(
        id="lib@example.com", id_property="email", properties={"firstname": "Lib"}
    )
    body = BatchInputSimplePublicObjectBatchInputUpsert(inputs=[row])
    first = client.crm.contacts.batch_api.upsert(body).results[0]
    second = client.crm.contacts.batch_api.upsert(body).results[0]
    assert (first.new, second.new) == (True, False)
    assert first.id == second.id


def test_associations(client: PublishedClient) -> None:
    deal = client.crm.deals.basic_api.create(
        SimplePublicObjectInputForCreate(properties={"dealname": "Linked"})
    ).id
    contact = client.crm.contacts.basic_api.get_page(limit=1).results[0].id
    api = client.crm.associations.v4.basic_api
    default = api.create_default("deals", deal, "contacts", contact)
    assert len(default.results) == 2
    spec = AssociationSpec(association_category="HUBSPOT_DEFINED", association_type_id=3)
    api.create("deals", deal, "contacts", contact, [spec])
    assert [row.to_object_id for row in api.get_page("deals", deal, "contacts").results] == [
        contact
    ]
    assert AssociationEnd(id=deal).id == deal
    api.archive("deals", deal, "contacts", contact)
    assert api.get_page("deals", deal, "contacts").results == []


def test_properties_and_groups(client: PublishedClient) -> None:
    group = PropertyGroupCreate(name="dealbooks", label="QuickBooks invoices", display_order=1)
    client.crm.properties.groups_api.create("deals", group)
    definition = PropertyCreate(
        name="dealbooks_invoice_number",
        label="Invoice number",
        type="string",
        field_type="text",
        group_name="dealbooks",
    )
    assert client.crm.properties.core_api.create("deals", definition).created_at.year >= 2026
    names = [row.name for row in client.crm.properties.core_api.get_all("deals").results]
    assert {"dealname", "dealbooks_invoice_number"} < set(names)


def test_owners_pipelines_and_plain_requests(client: PublishedClient) -> None:
    owners = client.crm.owners.owners_api.get_page(email="rep@dealbooks.example").results
    assert owners[0].teams[0].name == "West"
    stages = client.crm.pipelines.pipelines_api.get_all("deals").results[0].stages
    assert "closedwon" in [row.id for row in stages]
    answer = client.api_request({"path": "/account-info/2026-03/details"})
    assert answer.json()["companyCurrency"] == "USD"


def test_tokens_by_code_and_refresh(hubspot: HubSpotSandbox) -> None:
    client = PublishedClient(host=hubspot.url, base_url=hubspot.url)
    common = {
        "client_id": "sandbox-hubspot-client",
        "client_secret": "sandbox-hubspot-secret",
        "redirect_uri": "http://127.0.0.1:8000/oauth/hubspot/callback",
    }
    made = client.oauth.tokens_api.create(
        grant_type="authorization_code", code=hubspot.code(), **common
    )
    again = client.oauth.tokens_api.create(
        grant_type="refresh_token", refresh_token=made.refresh_token, **common
    )
    assert again.expires_in == 1800
