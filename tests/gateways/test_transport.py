"""Every way an exchange can go wrong on the wire ends in the right error, in time (faults 12 to 31)."""

import time
from dataclasses import replace
from typing import Any

import pytest

from integration.gateways.channel import Channel, FixedToken
from integration.gateways.errors import (
    AccountBlocked,
    GatewayError,
    NeedsReconnect,
    QuotaExhausted,
    RateLimited,
    Rejected,
    Unavailable,
)
from integration.gateways.hubspot import HubSpot
from integration.gateways.quickbooks import QuickBooks
from integration.gateways.throttle import LocalLimiter, MemoryMeter, Unlimited
from integration.gateways.transport import Transport
from tests.gateways.conftest import HUB, SHORT, STATIC_TOKEN, US, calls, company
from tests.sandbox_process import SandboxProcess

COMPANY = {"path": "/companyinfo/"}
DETAILS = {"path": "/account-info/"}


def fail_quickbooks(sandbox: SandboxProcess, kind: str, times: int = 1, **fault: Any) -> None:
    sandbox.faults({"match": COMPANY, "fault": {"kind": kind, **fault}, "times": times})


def fail_hubspot(sandbox: SandboxProcess, kind: str, times: int = 1, **fault: Any) -> None:
    sandbox.faults({"match": DETAILS, "fault": {"kind": kind, **fault}, "times": times})


BROKEN: list[tuple[str, dict[str, Any], str]] = [
    ("hang", {"seconds": 3}, "net.timeout"),
    ("delay", {"seconds": 3}, "net.timeout"),
    ("drip", {"seconds": 0.1}, "net.timeout"),
    ("truncate", {}, "net.truncated"),
    ("wrong_length", {}, "net.truncated"),
    ("malformed", {}, "net.unreadable"),
    ("empty", {}, "net.unreadable"),
    ("xml", {}, "net.unreadable"),
    ("html", {"status": 200}, "net.unreadable"),
    ("status", {"status": 200, "body": "null"}, "net.unreadable"),
    ("status", {"status": 200, "body": "[1]"}, "net.unreadable"),
    ("redirect", {"location": "http://127.0.0.1:9/"}, "net.redirect"),
    ("gzip_bomb", {"megabytes": 20}, "net.too_large"),
]
NAMES = ["f20-hang", "f20-delay", "f29-drip", "f26-truncated", "f26-length", "f27-malformed", "f27-empty",
         "f27-xml", "f28-html", "f27-null", "f27-list", "f31-redirect", "f30-bomb"]  # fmt: skip


@pytest.mark.parametrize(("kind", "fault", "code"), BROKEN, ids=NAMES)
def test_f20_f26_f27_f28_f29_f30_f31_quickbooks_answers_that_are_none(
    sandbox: SandboxProcess, books: QuickBooks, kind: str, fault: dict[str, Any], code: str
) -> None:
    fail_quickbooks(sandbox, kind, times=2, **fault)
    started = time.monotonic()
    with pytest.raises(Unavailable) as caught:
        books.company_info()
    assert (caught.value.code, caught.value.sent) == (code, True)
    assert time.monotonic() - started < SHORT.total + 1
    sandbox.faults()
    assert books.company_info().name == "Dealbooks Demo Co (US)"


@pytest.mark.parametrize(("kind", "fault", "code"), BROKEN, ids=NAMES)
def test_f20_f26_f27_f28_f29_f30_f31_hubspot_answers_that_are_none(
    sandbox: SandboxProcess, hub: HubSpot, kind: str, fault: dict[str, Any], code: str
) -> None:
    fail_hubspot(sandbox, kind, times=2, **fault)
    started = time.monotonic()
    with pytest.raises(Unavailable) as caught:
        hub.portal_facts()
    assert (caught.value.code, caught.value.vendor) == (code, "hubspot")
    assert time.monotonic() - started < SHORT.total + 1
    sandbox.faults()
    assert hub.portal_facts().hub_id == int(HUB)


def test_f31_the_token_never_follows_a_redirect(sandbox: SandboxProcess, books: QuickBooks) -> None:
    fail_quickbooks(sandbox, "redirect", location=f"{sandbox.hubspot}/account-info/2026-03/details")
    sandbox.forget_history()
    with pytest.raises(Unavailable):
        books.company_info()
    assert calls(sandbox, "hubspot") == []


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_f18_server_errors_are_unavailable(
    sandbox: SandboxProcess, books: QuickBooks, status: int
) -> None:
    fail_quickbooks(sandbox, "html", status=status)
    with pytest.raises(Unavailable) as caught:
        books.company_info()
    assert (caught.value.code, caught.value.status) == (f"quickbooks.http_{status}", status)


@pytest.mark.parametrize(
    ("vendor", "headers", "body", "seconds"),
    [
        ("quickbooks", {"retry-after": "7"}, "", 7.0),
        ("quickbooks", {"retry-after": "Mon, 23 Nov 2026 05:01:30 GMT", "date": "Mon, 23 Nov 2026 05:00:00 GMT"},
         "", 90.0),
        ("quickbooks", {"retry-after": "86400"}, "", 600.0),
        ("quickbooks", {"retry-after": "soon"}, "", 60.0),
        ("quickbooks", {}, "", 60.0),
        ("hubspot", {}, '{"policyName":"TEN_SECONDLY_ROLLING"}', 10.0),
        ("hubspot", {"retry-after": "3"}, '{"policyName":"TEN_SECONDLY_ROLLING"}', 3.0),
    ],
)  # fmt: skip
def test_f12_f13_a_429_says_how_long(
    sandbox: SandboxProcess,
    books: QuickBooks,
    hub: HubSpot,
    vendor: str,
    headers: dict[str, str],
    body: str,
    seconds: float,
) -> None:
    fail = fail_quickbooks if vendor == "quickbooks" else fail_hubspot
    fail(sandbox, "status", status=429, headers=headers, body=body)
    with pytest.raises(RateLimited) as caught:
        books.company_info() if vendor == "quickbooks" else hub.portal_facts()
    assert caught.value.retry_after == seconds


def test_f12_the_next_call_waits_instead_of_asking(
    sandbox: SandboxProcess, books: QuickBooks
) -> None:
    fail_quickbooks(sandbox, "status", status=429)
    with pytest.raises(RateLimited):
        books.company_info()
    sandbox.forget_history()
    with pytest.raises(RateLimited) as caught:
        books.company_info()
    assert (caught.value.code, caught.value.sent) == ("net.own_limit", False)
    assert calls(sandbox) == []


def test_f16_used_up_reads_stop_reads_and_not_writes(
    sandbox: SandboxProcess, meter: MemoryMeter
) -> None:
    transport = Transport("quickbooks", LocalLimiter(0), meter, replace(SHORT, quota_over=0))
    transport.limiter = Unlimited()
    books = company(sandbox, transport)
    sandbox.switch(coreplus_cap=1)
    books.company_info()
    for _ in range(2):
        with pytest.raises(RateLimited):
            books.company_info()
    transport.limiter = LocalLimiter(0)
    with pytest.raises(QuotaExhausted) as caught:
        books.company_info()
    assert (caught.value.code, caught.value.retry_after) == ("quickbooks.monthly_reads", 3600)
    books.create("Customer", {"DisplayName": "Writes go on"}, "request-16")
    sandbox.forget_history()
    with pytest.raises(RateLimited):
        books.company_info()
    assert calls(sandbox) == []
    transport.close()


def test_hubspot_rule_21_a_move_between_data_centres_may_ask_for_hours(
    sandbox: SandboxProcess, hub: HubSpot
) -> None:
    fail_hubspot(sandbox, "status", status=477, headers={"retry-after": "7200"})
    with pytest.raises(Unavailable) as caught:
        hub.portal_facts()
    assert caught.value.retry_after == 7200


def test_f33_a_read_on_a_stale_connection_is_repeated_once(
    sandbox: SandboxProcess, books: QuickBooks, hub: HubSpot
) -> None:
    fail_quickbooks(sandbox, "reset")
    assert books.company_info().country == "US"
    fail_hubspot(sandbox, "reset")
    assert hub.portal_facts().hub_id == int(HUB)
    fail_quickbooks(sandbox, "reset", times=2)
    with pytest.raises(Unavailable) as caught:
        books.company_info()
    assert caught.value.code == "net.reset"


def test_f21_a_write_is_never_repeated_by_itself(
    sandbox: SandboxProcess, books: QuickBooks
) -> None:
    sandbox.faults(
        {
            "match": {"method": "POST", "path": "/customer$"},
            "fault": {"kind": "reset", "when": "after_commit"},
        }
    )
    sandbox.forget_history()
    with pytest.raises(Unavailable) as caught:
        books.create("Customer", {"DisplayName": "Lost Answer"}, "request-1")
    assert caught.value.sent
    assert len(calls(sandbox)) == 1
    again = books.create("Customer", {"DisplayName": "Lost Answer"}, "request-1")
    assert books.count("Customer", "DisplayName = 'Lost Answer'") == 1
    assert again["DisplayName"] == "Lost Answer"


def test_f19_nobody_listening_means_never_sent(meter: MemoryMeter) -> None:
    transport = Transport("quickbooks", LocalLimiter(0), meter, SHORT)
    books = QuickBooks(Channel(transport, US, FixedToken("x" * 30)), "http://127.0.0.1:9")
    with pytest.raises(Unavailable) as caught:
        books.company_info()
    assert (caught.value.code, caught.value.sent) == ("net.unreachable", False)
    assert meter.calls == {("quickbooks", US, "read", 0): 1}


def test_f19_tls_is_never_downgraded(sandbox: SandboxProcess, hubspot_transport: Transport) -> None:
    address = sandbox.hubspot.replace("http:", "https:")
    hub = HubSpot(Channel(hubspot_transport, HUB, FixedToken(STATIC_TOKEN)), address)
    with pytest.raises(AccountBlocked) as caught:
        hub.portal_facts()
    assert (caught.value.code, caught.value.sent) == ("net.tls", False)


def test_f84_a_lone_surrogate_is_refused_before_it_leaves(
    sandbox: SandboxProcess, books: QuickBooks
) -> None:
    sandbox.forget_history()
    with pytest.raises(Rejected) as caught:
        books.create("Customer", {"DisplayName": "half \ud83d pair"}, "request-2")
    assert (caught.value.code, caught.value.sent) == ("net.unencodable_text", False)
    assert calls(sandbox) == []


class Renewing:
    """Tokens that know one better token; counts what is asked of them."""

    def __init__(self, first: str, second: str) -> None:
        self.first, self.second = first, second
        self.renewals = 0
        self.given_up: GatewayError | None = None

    def current(self) -> str:
        return self.second if self.renewals else self.first

    def renew(self, rejected: str) -> str:
        assert rejected == self.first
        self.renewals += 1
        return self.second

    def give_up(self, error: NeedsReconnect) -> None:
        self.given_up = error


@pytest.mark.parametrize("second", [STATIC_TOKEN, "also-not-known-to-anybody"])
def test_f01_an_unforeseen_401_renews_once_and_repeats_once(
    sandbox: SandboxProcess, hubspot_transport: Transport, second: str
) -> None:
    tokens = Renewing("not-known-to-anybody", second)
    hub = HubSpot(Channel(hubspot_transport, HUB, tokens), sandbox.hubspot)
    sandbox.forget_history()
    if second == STATIC_TOKEN:
        assert hub.portal_facts().hub_id == int(HUB)
        assert tokens.given_up is None
    else:
        with pytest.raises(NeedsReconnect):
            hub.portal_facts()
        assert tokens.given_up is not None
    assert tokens.renewals == 1
    assert len(calls(sandbox)) == 2


def test_b27_every_call_is_metered_by_kind(
    sandbox: SandboxProcess, books: QuickBooks, hub: HubSpot, meter: MemoryMeter
) -> None:
    books.company_info()
    books.count("Invoice")
    books.create("Customer", {"DisplayName": "Metered"}, "request-3")
    hub.search("deals")
    fail_quickbooks(sandbox, "html")
    with pytest.raises(Unavailable):
        books.company_info()
    assert meter.calls == {
        ("quickbooks", US, "read", 200): 2,
        ("quickbooks", US, "write", 200): 1,
        ("quickbooks", US, "read", 502): 1,
        ("hubspot", HUB, "search", 200): 1,
    }
