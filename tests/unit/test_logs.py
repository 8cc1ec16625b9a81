"""Controls 5 and 6: what the logs carry, and what they never carry."""

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from decimal import Decimal
from typing import Any

import pytest
import structlog
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from integration import logs

CANARY = "canary7Qx41zzTop"


@contextmanager
def lines() -> Iterator[list[dict[str, Any]]]:
    """The JSON documents that the block logs; each must be one line."""
    written = io.StringIO()
    found: list[dict[str, Any]] = []
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    logs.configure("INFO")
    try:
        with redirect_stdout(written):
            yield found
    finally:
        root.handlers[:], root.level = before
    found += [json.loads(line) for line in written.getvalue().split("\n") if line]


@pytest.mark.parametrize(
    "fields",
    [
        {"Authorization": f"Bearer {CANARY}"},
        {"headers": {"authorization": f"Basic {CANARY}", "Accept": "application/json"}},
        {"access_token": CANARY},
        {"grant": {"refresh_token": CANARY, "expires_in": 3600}},
        {"client_secret": CANARY},
        {"code": CANARY},
        {"state": CANARY},
        {"cookies": {"dealbooks-session": CANARY}},
        {"email": f"{CANARY}@example.com"},
        {"PrimaryEmailAddr": {"Address": f"{CANARY}@example.com"}},
        {"to": [f"{CANARY}@example.com", "x"]},
        {"BillAddr": {"Line1": CANARY}},
        {"CustomerName": CANARY},
        {"body": f'{{"Invoice": "{CANARY}"}}'},
        {"url": f"https://localhost/callback?code={CANARY}&realmId=1"},
        {"url": f"https://localhost/callback?realmId=1&state={CANARY}"},
        {"note": f'{{"refresh_token": "{CANARY}"}}'},
        {"note": f"refresh_token='{CANARY}'"},
        {"note": f"pat-na1-{CANARY}-11"},
        {"database": f"postgresql://ann:{CANARY}@db/books"},
        {"path": f"/accounts/password/reset/key/1-{CANARY}/"},
        {"deep": [[{"more": [{"password": CANARY}]}]]},
        {"raw": CANARY.encode()},
    ],
)
def test_c05_secrets_and_people_are_removed_wherever_they_stand(fields: dict[str, Any]) -> None:
    with lines() as found:
        structlog.stdlib.get_logger("test").info("sent", **fields)
    assert CANARY not in json.dumps(found)
    assert found[0]["message"] == "sent"


@pytest.mark.parametrize(
    "message",
    [
        f"Authorization: Bearer {CANARY}",
        f"GET /oauth/callback?code={CANARY}&state=abcdef",
        f"asked {CANARY}@example.com",
        f"eyJhbGciOi.{CANARY}.{CANARY}",
        f"gAAAAABm{CANARY}{CANARY}==",
    ],
)
def test_c05_libraries_are_scrubbed_too(message: str) -> None:
    with lines() as found:
        logging.getLogger("some.library").warning("got %s", message)
    assert CANARY not in json.dumps(found)


@pytest.mark.parametrize(
    "fields",
    [
        {"TotalAmt": "1234.56"},
        {"balance": Decimal("1234.56")},
        {"figure": Decimal("1234.56")},
        {"line": {"UnitPrice": 1234.56}},
        {"note": "paid $1234.56 today"},
        {"note": "paid 1234.56 USD today"},
        {"note": "€ 1234.56"},
    ],
)
def test_c05_amounts_are_removed(fields: dict[str, Any]) -> None:
    with lines() as found:
        structlog.stdlib.get_logger("test").info("sent", **fields)
    assert "1234" not in json.dumps(found)


def test_c05_exceptions_are_scrubbed() -> None:
    with lines() as found:
        try:
            raise ValueError(f"invalid_grant for refresh_token={CANARY}")
        except ValueError:
            logging.getLogger("test").exception("refused")
    assert CANARY not in json.dumps(found)
    assert "ValueError" in found[0]["exception"]


def test_what_operators_need_stays() -> None:
    kept = {
        "vendor": "quickbooks",
        "vendor_trace": "1-65f0-abc",
        "status_code": 429,
        "sync_token": "3",
        "realm": "9130000000000001",
        "attempts": 2,
        "seconds": 0.25,
        "is_retry": True,
        "nothing": None,
    }
    with lines() as found:
        structlog.stdlib.get_logger("test").info("called", **kept)
    assert {name: found[0][name] for name in kept} == kept


@given(st.text())
def test_c06_a_line_stays_one_line(name: str) -> None:
    with lines() as found:
        structlog.stdlib.get_logger("test").info("named", customer=name)
        logging.getLogger("test").info("named %s", name)
    assert len(found) == 2


@given(st.recursive(st.none() | st.floats() | st.text() | st.binary() | st.decimals(),
                    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))  # fmt: skip
def test_c06_any_value_can_be_logged(value: object) -> None:
    with lines() as found:
        structlog.stdlib.get_logger("test").info("value", value=value)
    assert len(found) == 1


def test_requests_carry_their_ids() -> None:
    def view(request: HttpRequest) -> HttpResponse:
        trace.process_view(request, view, (), {"portal": "p-1"})
        logging.getLogger("inside").warning("working")
        return HttpResponse("done")

    trace = logs.RequestTrace(view)
    with lines() as found:
        request = RequestFactory().get("/p/p-1/", headers={"X-Request-ID": "forged\nid"})
        request.resolver_match = None
        answer = trace(request)
        logging.getLogger("outside").warning("later")
    inside, answered, later = found
    assert inside["request_id"] == answered["request_id"] == answer["X-Request-ID"]
    assert inside["portal"] == "p-1"
    assert len(answer["X-Request-ID"]) == 16
    assert answered["status"] == 200
    assert "request_id" not in later


@pytest.mark.parametrize(("status", "is_traced"), [(403, False), (404, False), (500, True)])
def test_c05_only_our_own_mistakes_leave_a_traceback(status: int, is_traced: bool) -> None:
    with lines() as found:
        try:
            raise PermissionError("not yours")
        except PermissionError:
            logging.getLogger("django.request").warning(
                "refused", exc_info=True, extra={"status_code": status}
            )
    assert ("exception" in found[0]) is is_traced
