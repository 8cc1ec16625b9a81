"""Faults on demand: rule 33 of the QuickBooks reference, section 13."""

import json
import time

import pytest
import requests

from tests.sandbox.qbo_client import Body, Company, line
from tests.sandbox_process import SandboxProcess


def fault(kind: str, **more: object) -> Body:
    when = {"when": more.pop("when")} if "when" in more else {}
    match = {"vendor": "quickbooks", "path": "/v3/"}
    return {"match": match, "fault": {"kind": kind, **when, **more}}


def test_qbo_rule_33_reset_after_commit_then_requestid(
    company: Company, vendors: SandboxProcess
) -> None:
    body = {"CustomerRef": {"value": "1"}, "Line": [line()]}
    vendors.faults(fault("reset", when="after_commit"))
    with pytest.raises(requests.ConnectionError):
        company.post("invoice", body, requestid="lost")
    found = company.post("invoice", body, requestid="lost").body["Invoice"]
    assert company.query("select count(*) from Invoice")["totalCount"] == 15
    assert found["DocNumber"] == "1051"


def test_qbo_rule_33_reset_before_does_nothing(company: Company, vendors: SandboxProcess) -> None:
    vendors.faults(fault("reset"))
    with pytest.raises(requests.ConnectionError):
        company.post("invoice", {"CustomerRef": {"value": "1"}, "Line": [line()]})
    assert company.query("select count(*) from Invoice")["totalCount"] == 14


def test_qbo_rule_33_slow_and_silent(company: Company, vendors: SandboxProcess) -> None:
    vendors.faults(fault("delay", seconds=0.3))
    started = time.monotonic()
    assert company.get("invoice/1").status == 200
    assert time.monotonic() - started >= 0.3
    vendors.faults(fault("hang", seconds=0.2))
    with pytest.raises(requests.ConnectionError):
        company.get("invoice/1")
    vendors.faults(fault("drip", seconds=0.0005))
    assert company.get("preferences").status == 200


def test_qbo_rule_33_bad_answers(company: Company, vendors: SandboxProcess) -> None:
    vendors.faults(fault("html"))
    page = company.get("invoice/1")
    assert (page.status, "502 Bad Gateway" in page.body) == (502, True)
    system = {"Fault": {"Error": [{"Message": "m", "code": "10000"}], "type": "SystemFault"}}
    vendors.faults(fault("status", status=500, body=json.dumps(system)))
    assert company.get("invoice/1").body["Fault"]["type"] == "SystemFault"
    for kind in ("truncate", "wrong_length"):
        vendors.faults(fault(kind))
        with pytest.raises(requests.exceptions.RequestException):
            company.get("invoice/1")
    vendors.faults(fault("malformed"))
    with pytest.raises(ValueError):
        company.get("invoice/1")
    vendors.faults(fault("empty"))
    assert company.get("invoice/1").raw == b""
    vendors.faults(fault("redirect", location="http://127.0.0.1:1/"))
    assert company.get("invoice/1").status == 302


def test_qbo_rule_33_bombs_and_other_formats(company: Company, vendors: SandboxProcess) -> None:
    vendors.faults(fault("xml", status=500, body="<Fault/>"))
    page = company.get("invoice/1")
    assert (page.status, page.headers["content-type"]) == (500, "application/xml")
    assert page.body == "<Fault/>"
    vendors.faults(fault("gzip_bomb", megabytes=20))
    answer = company.session.get(
        f"{company.base}/invoice/1",
        headers={"Authorization": f"Bearer {company.token}"}, stream=True, timeout=30,
    )  # fmt: skip
    assert answer.headers["content-encoding"] == "gzip"
    assert int(answer.headers["content-length"]) < 100_000
    assert len(answer.content) == 20 * 1024 * 1024


def test_qbo_rule_33_matches_by_account_method_and_body(
    company: Company, automated: Company, vendors: SandboxProcess
) -> None:
    rule = fault("status", status=503)
    rule["match"].update(account=automated.realm, method="POST", body="Sick")
    vendors.faults({**rule, "times": -1})
    sick, fine = {"DisplayName": "Sick of it"}, {"DisplayName": "Fine"}
    assert company.post("customer", sick).status == 200
    assert automated.post("customer", fine).status == 200
    assert automated.post("customer", sick).status == 503
    assert automated.get("customer/1").status == 200
    shown = vendors.admin("GET", "faults")["rules"][0]
    assert (shown["times"], shown["fired"]) == (-1, 1)
    with pytest.raises(ValueError, match="kind must be one of"):
        vendors.faults(fault("explode"))


def test_qbo_rule_33_nth_and_replay(company: Company, vendors: SandboxProcess) -> None:
    rule = fault("status", status=503)
    rule["match"]["nth"] = 2
    vendors.faults(rule)
    assert [company.get("invoice/1").status for _ in range(3)] == [200, 503, 200]
    chance = {**fault("status", status=503), "times": -1}
    chance["match"]["chance"] = 0.5
    runs = []
    for _ in range(2):
        vendors.faults(chance, seed=7)
        runs.append([company.get("invoice/1").status for _ in range(12)])
    assert runs[0] == runs[1]
    assert set(runs[0]) == {200, 503}
