"""Outgoing webhooks: rules 34 and 35 of the QuickBooks reference, section 13."""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.sandbox.qbo_client import AST, Body, Company
from tests.sandbox_process import SandboxProcess

VERIFIER = "verifier-1"
PATIENCE = 8.0


class Receiver:
    """A loopback endpoint that keeps what it was told and answers ``status``."""

    def __init__(self) -> None:
        self.received: list[tuple[dict[str, str], bytes]] = []
        self.status = 200
        self.sleep = 0.0
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                receiver.received.append(({k.lower(): v for k, v in self.headers.items()}, body))
                time.sleep(receiver.sleep)
                try:
                    self.send_response(receiver.status)
                    self.end_headers()
                except BrokenPipeError:
                    return

            def log_message(self, *args: object) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/hooks"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def events(self) -> list[Body]:
        return [event for _, body in self.received for event in json.loads(body)]


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.stop()


def listen(vendors: SandboxProcess, receiver: Receiver, **more: object) -> None:
    settings = {"url": receiver.url, "verifier_token": VERIFIER, **more}
    vendors.admin("POST", "quickbooks/webhooks", settings)


def flush(vendors: SandboxProcess) -> None:
    vendors.admin("POST", "quickbooks/webhooks/flush")


def test_qbo_rule_34_signed_cloud_events_of_several_realms(
    company: Company, vendors: SandboxProcess, receiver: Receiver
) -> None:
    listen(vendors, receiver, window_seconds=3600)
    first = company.save("Customer", DisplayName="Hooked")
    second = Company(vendors, AST).save("Customer", DisplayName="Hooked too")
    flush(vendors)
    until(lambda: len(receiver.received) == 1)
    headers, body = receiver.received[0]
    digest = hmac.new(VERIFIER.encode(), body, hashlib.sha256).digest()
    assert headers["intuit-signature"] == base64.b64encode(digest).decode()
    assert headers["user-agent"].startswith("intuit_notification_server")
    events = json.loads(body)
    assert [(e["intuitaccountid"], e["intuitentityid"]) for e in events] == [
        (company.realm, first["Id"]), (AST, second["Id"]),
    ]  # fmt: skip
    assert {event["type"] for event in events} == {"qbo.customer.created.v1"}
    assert {event["data"] == {} for event in events} == {True}
    assert len(events[0]["time"]) == len("2026-11-20T21:31:25.179851517Z")


def test_qbo_rule_34_classic_format(
    company: Company, vendors: SandboxProcess, receiver: Receiver
) -> None:
    vendors.switch(webhook_format="classic")
    listen(vendors, receiver, window_seconds=3600)
    company.save("Customer", DisplayName="Hooked")
    company.control("merge", loser="3", survivor="2")
    flush(vendors)
    until(lambda: len(receiver.received) == 1)
    note = json.loads(receiver.received[0][1])["eventNotifications"][0]
    assert note["realmId"] == company.realm
    entities = note["dataChangeEvent"]["entities"]
    assert entities[0]["name"] == "Customer"
    assert entities[0]["operation"] == "Create"
    merged = next(entity for entity in entities if entity["operation"] == "Merge")
    assert (merged["id"], merged["deletedId"]) == ("2", "3")


def test_qbo_rule_34_at_most_100_events_each(
    company: Company, vendors: SandboxProcess, receiver: Receiver
) -> None:
    listen(vendors, receiver, window_seconds=3600)
    for start in range(0, 120, 30):
        items = [
            {"bId": str(n), "operation": "create", "Class": {"Name": f"Class {start + n}"}}
            for n in range(1, 31)
        ]
        company.post("batch", {"BatchItemRequest": items})
    flush(vendors)
    until(lambda: len(receiver.received) == 2)
    assert sorted(len(json.loads(body)) for _, body in receiver.received) == [20, 100]


def test_qbo_rule_34_window_gathers_on_the_clock(
    company: Company, vendors: SandboxProcess, receiver: Receiver
) -> None:
    listen(vendors, receiver, window_seconds=120)
    company.save("Class", Name="First")
    company.save("Class", Name="Second")
    time.sleep(0.2)
    assert receiver.received == []
    vendors.advance(121)
    until(lambda: bool(receiver.received))
    assert [event["type"] for event in receiver.events()] == ["qbo.class.created.v1"] * 2


def test_qbo_rule_34_retries_on_the_vendor_schedule(
    company: Company, vendors: SandboxProcess, receiver: Receiver
) -> None:
    receiver.status = 503
    listen(vendors, receiver)
    company.save("Class", Name="Retry me")
    until(lambda: tries(vendors) == 1)
    for number, minutes in enumerate((20, 30, 50), start=2):
        vendors.advance(minutes * 60 - 5)
        time.sleep(0.2)
        assert len(receiver.received) == number - 1
        vendors.advance(10)
        until(lambda wanted=number: tries(vendors) == wanted)
    until(lambda: state(vendors)[0] == "given up")
    assert len({body for _, body in receiver.received}) == 1


def tries(vendors: SandboxProcess) -> int:
    """Answered ones: only then the time of the next try is set."""
    return len(vendors.admin("GET", "quickbooks/webhooks")["deliveries"][0]["statuses"])


def state(vendors: SandboxProcess) -> list[str]:
    page = vendors.admin("GET", "quickbooks/webhooks")
    return [delivery["state"] for delivery in page["deliveries"]]


def test_qbo_rule_34_three_seconds_then_retry(
    company: Company, vendors: SandboxProcess, receiver: Receiver
) -> None:
    receiver.sleep = 3.4
    listen(vendors, receiver)
    company.save("Class", Name="Slow")
    until(lambda: bool(receiver.received))
    receiver.sleep = 0.0

    def gave_no_answer() -> bool:
        page = vendors.admin("GET", "quickbooks/webhooks")
        return bool(page["deliveries"][0]["statuses"] == [0])

    until(gave_no_answer)
    vendors.advance(20 * 60 + 1)
    until(lambda: state(vendors) == ["delivered"])


def test_qbo_rule_34_duplicate_drop_and_reorder(
    company: Company, vendors: SandboxProcess, receiver: Receiver
) -> None:
    listen(vendors, receiver, duplicate=2)
    company.save("Class", Name="Thrice")
    until(lambda: len(receiver.received) == 3)
    assert len({event["id"] for event in receiver.events()}) == 1
    receiver.received.clear()
    listen(vendors, receiver, drop=1.0)
    company.save("Class", Name="Never")
    until(lambda: state(vendors)[-1] == "dropped")
    assert receiver.received == []


def test_qbo_rule_34_reorder_and_burst(
    company: Company, vendors: SandboxProcess, receiver: Receiver
) -> None:
    listen(vendors, receiver, burst=6, reorder=True, seed=2)
    made = [company.save("Class", Name=f"Class {number}")["Id"] for number in range(5)]
    time.sleep(0.1)
    assert receiver.received == []
    made.append(company.save("Class", Name="Class 5")["Id"])
    until(lambda: len(receiver.received) == 6)
    assert sorted(event["intuitentityid"] for event in receiver.events()) == sorted(made)
    receiver.received.clear()
    listen(vendors, receiver, reorder=True, seed=1)
    orders = []
    for number in range(0, 8, 2):
        pair = [company.save("Class", Name=f"Pair {number + place}")["Id"] for place in (0, 1)]
        until(lambda wanted=number + 2: len(receiver.received) == wanted)
        ids = [event["intuitentityid"] for event in receiver.events()[number:]]
        assert sorted(ids) == sorted(pair)
        orders.append(ids == pair)
    assert False in orders


def test_qbo_rule_34_delay_on_the_clock(
    company: Company, vendors: SandboxProcess, receiver: Receiver
) -> None:
    listen(vendors, receiver, delay_seconds=300)
    company.save("Class", Name="Late")
    time.sleep(0.2)
    assert receiver.received == []
    vendors.advance(301)
    until(lambda: len(receiver.received) == 1)


@pytest.mark.parametrize("kind", ["application/json", "application/cloudevents+json"])
def test_qbo_rule_34_content_type_is_a_switch(
    company: Company, vendors: SandboxProcess, receiver: Receiver, kind: str
) -> None:
    vendors.switch(webhook_content_type=kind)
    listen(vendors, receiver)
    company.save("Class", Name="Typed")
    until(lambda: len(receiver.received) == 1)
    assert receiver.received[0][0]["content-type"] == kind


def test_qbo_rule_35_words_of_the_operations(
    company: Company, vendors: SandboxProcess, receiver: Receiver
) -> None:
    invoice = company.invoice("1", BillEmail={"Address": "a@b.example"})
    doomed = company.invoice("1")
    listen(vendors, receiver, window_seconds=3600)
    company.control("send", invoice_id=invoice["Id"])
    company.control("void", invoice_id=invoice["Id"])
    company.control("delete", invoice_id=doomed["Id"])
    company.control("merge", loser="5", survivor="6")
    flush(vendors)
    until(lambda: bool(receiver.received))
    words = {event["type"] for event in receiver.events()}
    assert {
        "qbo.invoice.emailed.v1", "qbo.invoice.void.v1", "qbo.invoice.deleted.v1",
        "qbo.customer.merged.v1",
    } <= words  # fmt: skip
    receiver.received.clear()
    vendors.switch(webhook_void_spelling="voided")
    third = company.invoice("1")
    company.control("void", invoice_id=third["Id"])
    flush(vendors)
    until(lambda: bool(receiver.received))
    assert "qbo.invoice.voided.v1" in {event["type"] for event in receiver.events()}


def test_qbo_rule_35_entities_without_events(
    company: Company, vendors: SandboxProcess, receiver: Receiver
) -> None:
    listen(vendors, receiver)
    body = {
        "TaxCode": "New code",
        "TaxRateDetails": [{"TaxRateName": "R", "RateValue": 5, "TaxAgencyId": "1"}],
    }
    assert company.post("taxservice/taxcode", body).body["TaxCodeId"]
    company.save("Class", Name="Heard")
    until(lambda: bool(receiver.received))
    assert [event["type"] for event in receiver.events()] == ["qbo.class.created.v1"]
