"""The mapping editor through the API (B-30): the same as on the pages."""

from typing import Any

import pytest
from django.test import Client

from integration.access import api_tokens
from integration.access.rights import ALL, Right
from integration.clock import now
from tests import tenants
from tests.mappings.desk import Desk

pytestmark = pytest.mark.django_db
FAX = {"property": "fax", "field": "Fax.FreeFormNumber", "steps": [{"kind": "trim"}]}


class Caller:
    def __init__(self, desk: Desk, scopes: frozenset[Right] = ALL) -> None:
        self.company = desk.company
        _row, self.text = api_tokens.create(desk.member.person, desk.portal, "Test", scopes, now())

    def ask(self, method: str, path: str = "", body: Any = None, kind: str = "contacts") -> Any:
        url = f"/api/v1/mappings/{self.company.pk}/{kind}{path}"
        more = {} if body is None else {"data": body, "content_type": "application/json"}
        client = Client(raise_request_exception=False)
        headers = {"Authorization": f"Bearer {self.text}"}
        return getattr(client, method)(url, headers=headers, **more)


@pytest.fixture
def caller(desk: Desk) -> Caller:
    return Caller(desk)


def test_b30_the_api_lists_mappings_with_their_validity(desk: Desk, caller: Caller) -> None:
    found = caller.ask("get").json()
    assert (found["object"], found["version"]) == ("contacts", 0)
    first = found["mappings"][0]
    assert (first["property"], first["locked"], first["status"]) == (
        "dealbooks_key", True, "unchecked",
    )  # fmt: skip
    desk.post("mapping_refresh", "contacts")
    assert {each["status"] for each in caller.ask("get").json()["mappings"]} == {"valid"}


def test_b30_the_api_adds_once_edits_and_deletes(desk: Desk, caller: Caller) -> None:
    assert caller.ask("post", body=FAX).status_code == 201
    again = caller.ask("post", body=FAX)
    assert (again.status_code, desk.set().version) == (200, 2)
    changed = {**FAX, "steps": [{"kind": "case", "mode": "upper"}], "when_empty": "clear"}
    answer = caller.ask("put", "/properties/fax", changed)
    assert answer.status_code == 200, answer.content
    assert answer.json()["steps"] == [{"kind": "case", "mode": "upper"}]
    assert caller.ask("put", "/properties/fax", changed).status_code == 200
    assert desk.set().version == 3
    assert caller.ask("delete", "/properties/fax").status_code == 204
    assert caller.ask("delete", "/properties/fax").json()["code"] == "mapping.not_found"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"property": "firstname", "field": "Title"}, 409, "mapping.property_taken"),
        ({"property": "lifecyclestage", "field": "Title"}, 422, "mapping.needs_options"),
        ({"property": "no_such", "field": "Title"}, 422, "mapping.property_gone"),
        ({**FAX, "version": 7}, 409, "mapping.changed_meanwhile"),
        ({"field": "Title"}, 400, "api.invalid"),
        ({**FAX, "steps": [{"kind": "explode"}]}, 400, "api.invalid"),
        ({**FAX, "steps": "trim"}, 400, "api.invalid"),
        ([], 400, "api.invalid"),
    ],
)
def test_b30_the_api_refuses_with_a_code(
    desk: Desk, caller: Caller, body: Any, status: int, code: str
) -> None:
    answer = caller.ask("post", body=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.json()
    assert desk.set().version == 0


def test_d25_the_key_is_locked_for_the_api_too(desk: Desk, caller: Caller) -> None:
    answer = caller.ask("delete", "/properties/dealbooks_key")
    assert (answer.status_code, answer.json()["code"]) == (422, "mapping.locked")


def test_b30_the_api_tests_on_a_record_and_writes_nothing(desk: Desk, caller: Caller) -> None:
    assert caller.ask("get", "/export").status_code == 200
    desk.post("mapping_refresh", "contacts")
    desk.books.forget()
    mapping = {"property": "jobtitle", "field": "DisplayName",
               "steps": [{"kind": "case", "mode": "upper"}]}  # fmt: skip
    answer = caller.ask("post", "/test", {"record": "1", "mapping": mapping})
    assert answer.status_code == 200, answer.content
    (row,) = answer.json()["rows"]
    assert row["after"] == "AMY'S BIRD SANCTUARY"
    assert row["outcome"] == "write"
    whole = caller.ask("post", "/test", {"record": "1"}).json()
    assert {"firstname", "email"} <= {each["property"] for each in whole["rows"]}
    assert caller.ask("post", "/test", {"record": "999"}).status_code == 404
    assert {path.rsplit("/", 1)[-1] for _method, path in desk.calls()} <= {"read"}


def test_b30_the_api_exports_and_imports_byte_equal(desk: Desk, caller: Caller) -> None:
    caller.ask("post", body=FAX)
    text = caller.ask("get", "/export").content
    assert text.decode() == desk.export()
    caller.ask("delete", "/properties/fax")
    dry = caller.ask("post", "/import", {**_json(text), "dry_run": True})
    assert dry.json()["differences"][0]["change"] == "added"
    assert (dry.json()["stored"], "fax" in desk.set().by_property) == (False, False)
    assert caller.ask("post", "/import", _json(text)).json()["stored"] is True
    assert caller.ask("get", "/export").content == text
    number = desk.set().version
    assert caller.ask("post", "/import", _json(text)).json()["version"] == number


def _json(text: bytes) -> dict[str, Any]:
    import json

    return dict(json.loads(text))


def test_b30_the_api_undoes(desk: Desk, caller: Caller) -> None:
    caller.ask("post", body=FAX)
    rows = caller.ask("get", "/versions").json()
    assert [(row["number"], row["action"]) for row in rows] == [(2, "added"), (1, "defaults")]
    assert caller.ask("post", "/versions/1/restore").json()["version"] == 3
    assert "fax" not in desk.set().by_property
    assert caller.ask("post", "/versions/9/restore").status_code == 404


def test_c15_a_token_without_the_right_changes_no_mapping(desk: Desk) -> None:
    reader = Caller(desk, frozenset({Right.VIEW}))
    assert reader.ask("get").status_code == 403
    assert reader.ask("post", body=FAX).status_code == 403


def test_c14_another_portals_company_is_not_found(desk: Desk, caller: Caller) -> None:
    caller.company = tenants.company(tenants.portal())
    assert caller.ask("get").status_code == 404
