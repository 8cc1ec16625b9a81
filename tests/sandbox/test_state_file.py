"""The world is still there after a restart, and after a kill."""

import json
import os
import pickle
import time
from pathlib import Path
from typing import Any

import pytest
import requests

from sandbox.__main__ import build_world
from sandbox.core.clock import Clock
from sandbox.core.keeping import Keeper
from sandbox.core.messages import dump_json
from sandbox.core.world import World
from tests.sandbox.qbo_client import US, Company
from tests.sandbox_process import SandboxProcess

PATIENCE = 20.0
PORTAL_TOKEN = {"authorization": "Bearer pat-na1-sandbox-demo"}


@pytest.fixture
def state_file(tmp_path: Path) -> Path:
    return tmp_path / "data" / "sandbox.state"


def sandbox(state_file: Path) -> SandboxProcess:
    return SandboxProcess(state_file.parent / "clock.json", state_file=state_file)


def world() -> World:
    return build_world(Clock(), {"product": "http://127.0.0.1:8000"})


def wait_until_saved(state_file: Path, process: SandboxProcess) -> dict[str, Any]:
    """Until the file holds what the process says it has; that state."""
    state = process.state()
    deadline = time.monotonic() + PATIENCE
    while True:
        found = world()
        if Keeper(found, state_file).load():
            kept = {name: one.state() for name, one in found.applications.items()}
            if json.loads(dump_json(kept)) == state:
                return state
        assert time.monotonic() < deadline, "it was never saved"
        time.sleep(0.1)


def hubspot(process: SandboxProcess, method: str, path: str, body: Any = None) -> dict[str, Any]:
    answer = requests.request(
        method, process.hubspot + path, json=body, headers=PORTAL_TOKEN, timeout=10
    )
    assert answer.status_code in (200, 201), answer.text
    return dict(answer.json())


def as_text(state: dict[str, Any]) -> str:
    return json.dumps(state, sort_keys=True)


def test_a_killed_sandbox_goes_on_where_it_was(state_file: Path) -> None:
    process = sandbox(state_file).start()
    try:
        process.advance(86400)
        process.switch(search_lag_seconds=0, cdc_cap_per="entity")
        company = Company(process, US)
        invoice = company.invoice("1")
        deal = hubspot(
            process, "POST", "/crm/v3/objects/deals", {"properties": {"dealname": "Survivor"}}
        )
        company.pay(invoice, 30)
        before = wait_until_saved(state_file, process)
        number = process.history()[-1]["number"]
    finally:
        process.kill()

    with sandbox(state_file) as again:
        assert as_text(again.state()) == as_text(before)
        same = Company(again, US, token=company.token)
        assert same.read("Invoice", invoice["Id"])["Balance"] == 70
        path = f"/crm/v3/objects/deals/{deal['id']}"
        assert hubspot(again, "GET", path)["properties"]["dealname"] == "Survivor"
        assert again.admin("GET", "switches")["cdc_cap_per"] == "entity"
        assert again.admin("GET", "clock")["offset_seconds"] >= 86400
        assert min(entry["number"] for entry in again.history()) > number


def test_new_ids_and_tokens_after_a_restart_are_new(state_file: Path) -> None:
    with sandbox(state_file) as process:
        company = Company(process, US)
        first = company.invoice("1")
    with sandbox(state_file) as process:
        other = Company(process, US)
        assert other.token != company.token
        second = other.invoice("1")
        assert int(second["Id"]) > int(first["Id"])
        assert int(second["DocNumber"]) == int(first["DocNumber"]) + 1
        assert first["Id"] in {one["Id"] for one in other.query("select * from Invoice")["Invoice"]}


def test_a_request_id_is_remembered_over_a_restart(state_file: Path) -> None:
    body = {"DisplayName": "Once only"}
    with sandbox(state_file) as process:
        company = Company(process, US)
        first = company.post("customer", body, requestid="once")
    with sandbox(state_file) as process:
        again = Company(process, US, token=company.token).post("customer", body, requestid="once")
    assert again.status == 200
    assert again.body == first.body


def test_a_waiting_webhook_is_delivered_after_a_restart(state_file: Path) -> None:
    with sandbox(state_file) as process:
        hooks = {"url": "http://127.0.0.1:9/hook", "verifier_token": "v"}
        process.admin("POST", "quickbooks/webhooks", hooks)
        Company(process, US).invoice("1")
    with sandbox(state_file) as process:
        listed = process.admin("GET", "quickbooks/webhooks")
        assert listed["url"] == hooks["url"]
        assert {one["state"] for one in listed["deliveries"]} == {"waiting"}
        tried = [one["tries"] for one in listed["deliveries"]]
        process.advance(25 * 60)
        deadline = time.monotonic() + PATIENCE
        while [
            one["tries"] for one in process.admin("GET", "quickbooks/webhooks")["deliveries"]
        ] == tried:
            assert time.monotonic() < deadline, "the second try never came"
            time.sleep(0.05)


def test_gathered_events_leave_when_their_window_is_over_even_after_a_restart(
    state_file: Path,
) -> None:
    hooks = {"url": "http://127.0.0.1:9/hook", "verifier_token": "v", "window_seconds": 3600}
    with sandbox(state_file) as process:
        process.admin("POST", "quickbooks/webhooks", hooks)
        Company(process, US).invoice("1")
        gathered = process.admin("GET", "quickbooks/webhooks")["pending"]
        assert gathered > 0
    with sandbox(state_file) as process:
        assert process.admin("GET", "quickbooks/webhooks")["pending"] == gathered
        process.advance(3600)
        deadline = time.monotonic() + PATIENCE
        while process.admin("GET", "quickbooks/webhooks")["pending"]:
            assert time.monotonic() < deadline, "the events were never sent"
            time.sleep(0.05)


def test_reset_rewrites_the_file(state_file: Path) -> None:
    with sandbox(state_file) as process:
        Company(process, US).save("Customer", DisplayName="Gone after the reset")
        process.reset("empty")
        expected = process.state()
    with sandbox(state_file) as process:
        assert as_text(process.state()) == as_text(expected)


def test_the_file_is_for_its_owner_only(state_file: Path) -> None:
    with sandbox(state_file):
        pass
    assert state_file.stat().st_mode & 0o777 == 0o600
    assert list(state_file.parent.glob("*.tmp")) == []


@pytest.mark.parametrize(
    ("content", "mode", "reason"),
    [
        (b"dealbooks sandbox state 0\n", 0o600, "another version"),
        (b"", 0o600, "another version"),
        (b"STAMP", 0o600, "is damaged"),
        (b"STAMP" + pickle.dumps([1]), 0o600, "is damaged"),
        (b"STAMP" + pickle.dumps({"scenario": "demo"}), 0o600, "is damaged"),
        (b"STAMP" + pickle.dumps({}), 0o644, "not trusted"),
        (b"STAMP" + pickle.dumps(os.system), 0o600, "does not belong"),
    ],
)
def test_a_file_that_cannot_be_used_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes, mode: int, reason: str
) -> None:
    file = tmp_path / "sandbox.state"
    keeper = Keeper(world(), file)
    file.write_bytes(content.replace(b"STAMP", keeper.stamp))
    file.chmod(mode)
    assert keeper.load() is False
    said = capsys.readouterr().err
    assert reason in said
    assert str(file) in said
    assert "make demo-reset" in said


def test_every_part_of_the_world_comes_back(tmp_path: Path) -> None:
    first, file = world(), tmp_path / "sandbox.state"
    first.reset("demo")
    keeper = Keeper(first, file)
    keeper.save()
    second = world()
    assert Keeper(second, file).load() is True
    for name, application in first.applications.items():
        assert dump_json(second.applications[name].state()) == dump_json(application.state())
    assert second.clock.remember() == first.clock.remember()


def test_a_sandbox_with_a_useless_file_starts_over_and_replaces_it(
    state_file: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    state_file.parent.mkdir()
    state_file.write_bytes(b"from somebody else\n")
    state_file.chmod(0o600)
    with sandbox(state_file) as process:
        assert US in process.state()["quickbooks"]["companies"]
    assert "another version" in capfd.readouterr().err
    with sandbox(state_file) as process:
        assert US in process.state()["quickbooks"]["companies"]
    assert capfd.readouterr().err == ""
