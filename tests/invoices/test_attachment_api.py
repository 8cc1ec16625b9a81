"""Existing invoices over the API: search, attach, list, detach (S-64 to S-71, B-30)."""

from typing import Any

import pytest
from django.test import Client

from integration.access import api_tokens
from integration.access.rights import Right
from integration.clock import now
from integration.models.people import Role
from invoices.models import InvoiceAttachment
from tests import tenants
from tests.invoices.desk import DEAL, Desk

SCOPES = frozenset({Right.VIEW, Right.DRAFT})


class Caller:
    def __init__(self, desk: Desk) -> None:
        member = desk.member
        secret = api_tokens.create(member.person, member.portal, "test", SCOPES, now())[1]
        self.client = Client(headers={"Authorization": f"Bearer {secret}"})

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(f"/api/v1/{path}", query)

    def post(self, path: str, key: str, **body: Any) -> Any:
        return self.client.post(
            f"/api/v1/{path}", body, content_type="application/json",
            headers={"Idempotency-Key": key},
        )  # fmt: skip


@pytest.fixture
def caller(desk: Desk) -> Caller:
    return Caller(desk)


@pytest.mark.parametrize("record", [("deals", DEAL), ("contacts", "20100100001")])
def test_s64_s70_s71_search_attach_list_and_detach(
    desk: Desk, caller: Caller, record: tuple[str, str]
) -> None:
    company = str(desk.company.pk)
    raws = [desk.books.make(amount) for amount in ("310.00", "320.00")]
    found = caller.get("existing-invoices", company=company, total="300-330").json()
    assert {each["quickbooks_id"] for each in found["results"]} >= {raw["Id"] for raw in raws}
    path = f"records/{record[0]}/{record[1]}/attachments"
    wanted = [*(raw["Id"] for raw in raws), "999999"]
    body = {"company": company, "quickbooks_ids": wanted}
    answer = caller.post(path, "once", **body)
    assert answer.status_code == 200, answer.content
    done = answer.json()
    assert {each["total"] for each in done["added"]} == {"310.00", "320.00"}
    assert done["missing"] == ["999999"]
    assert caller.post(path, "once", **body).json() == done
    assert len(caller.post(path, "twice", **body).json()["already"]) == 2
    listed = caller.get(path).json()
    assert {each["quickbooks_id"] for each in listed} == {raw["Id"] for raw in raws}
    gone = f"/api/v1/{path}/{listed[0]['id']}"
    assert caller.client.delete(gone).status_code == 204
    assert caller.client.delete(gone).status_code == 204
    ties = InvoiceAttachment.objects.for_portal(desk.books.portal).filter(detached_at=None)
    assert ties.count() == 1


def test_s68_bad_searches_and_records_are_explained(desk: Desk, caller: Caller) -> None:
    company = str(desk.company.pk)
    for query, field in (
        ({"company": "x"}, "company"),
        ({"company": company, "total": "abc"}, "total"),
        ({"company": company, "nummer": "1"}, "nummer"),
    ):
        answer = caller.get("existing-invoices", **query)
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["field"] == field
    assert caller.get("records/deals/99999999999/attachments").status_code == 404
    assert caller.get("records/tickets/1/attachments").status_code == 404
    body = {"company": company, "quickbooks_ids": ["1; DROP"]}
    answer = caller.post(f"records/deals/{DEAL}/attachments", "k", **body)
    assert answer.status_code == 400


def test_d05_a_limited_rep_reaches_only_own_records(desk: Desk) -> None:
    desk.member = tenants.member(desk.books.portal, Role.SALES_REP)
    caller = Caller(desk)
    assert caller.get(f"records/deals/{DEAL}/attachments").status_code == 404
    answer = caller.get("existing-invoices", company=str(desk.company.pk))
    assert answer.status_code == 400
