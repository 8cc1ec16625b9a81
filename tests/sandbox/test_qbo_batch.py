"""Batches: rule 30 of the QuickBooks reference, section 13."""

from tests.sandbox.qbo_client import Body, Company, line
from tests.sandbox_process import SandboxProcess


def test_qbo_rule_30_batch(company: Company) -> None:
    invoice = company.invoice()
    items = [
        {"bId": "make", "operation": "create", "Customer": {"DisplayName": "Batch Made"}},
        {"bId": "void", "operation": "update", "optionsData": "void", "Invoice": {
            "Id": invoice["Id"], "SyncToken": "0", "sparse": True}},
        {"bId": "ask", "Query": "select * from Customer where DisplayName = 'Batch Made'"},
        {"bId": "bad", "operation": "create", "Invoice": {"CustomerRef": {"value": "1"}}},
        {"bId": "gone", "operation": "delete", "Payment": {"Id": "9999", "SyncToken": "0"}},
        {"bId": "odd", "operation": "explode", "Customer": {"DisplayName": "x"}},
    ]  # fmt: skip
    answer = company.post("batch", {"BatchItemRequest": items})
    assert answer.status == 200
    by_id = {row["bId"]: row for row in answer.body["BatchItemResponse"]}
    assert by_id["make"]["Customer"]["DisplayName"] == "Batch Made"
    assert by_id["void"]["Invoice"]["TotalAmt"] == 0
    assert by_id["ask"]["QueryResponse"] == {}
    assert by_id["bad"]["Fault"]["Error"][0]["code"] == "2020"
    assert by_id["gone"]["Fault"]["Error"][0]["code"] == "610"
    assert by_id["odd"]["Fault"]["Error"][0]["code"] == "2170"


def test_qbo_rule_30_batch_limits_and_duplicate_numbers(
    company: Company, vendors: SandboxProcess
) -> None:
    def item(number: int, **more: object) -> Body:
        return {"bId": str(number), "Query": "select count(*) from Term", **more}

    full = company.post("batch", {"BatchItemRequest": [item(n) for n in range(1, 31)]})
    assert len(full.body["BatchItemResponse"]) == 30
    assert company.post("batch", {"BatchItemRequest": [item(n) for n in range(1, 32)]}).code == (
        "1040"
    )
    assert company.post("batch", {"BatchItemRequest": []}).status == 400
    for manner, told in (("reversed", ["3", "2", "1"]), ("short", ["1", "2"])):
        vendors.switch(batch_answer=manner)
        some = company.post("batch", {"BatchItemRequest": [item(n) for n in (1, 2, 3)]})
        assert [row["bId"] for row in some.body["BatchItemResponse"]] == told
    vendors.switch(batch_limit=10, batch_answer="whole")
    assert company.post("batch", {"BatchItemRequest": [item(n) for n in range(1, 12)]}).code == (
        "1040"
    )
    number = {"CustomerRef": {"value": "1"}, "DocNumber": "1037", "Line": [line()]}
    create = {"bId": "1", "operation": "create", "Invoice": number}
    plain = company.post("batch", {"BatchItemRequest": [create]}).body["BatchItemResponse"][0]
    assert plain["Fault"]["Error"][0]["code"] == "6140"
    create["optionsData"] = "allowduplicatedocnum"
    allowed = company.post("batch", {"BatchItemRequest": [create]}).body["BatchItemResponse"][0]
    assert allowed["Invoice"]["DocNumber"] == "1037"


def test_qbo_rule_30_batch_replays_by_requestid(company: Company) -> None:
    items = [{"bId": "1", "operation": "create", "Customer": {"DisplayName": "Once only"}}]
    first = company.post("batch", {"BatchItemRequest": items}, requestid="b-1")
    again = company.post("batch", {"BatchItemRequest": items}, requestid="b-1")
    assert again.raw == first.raw
