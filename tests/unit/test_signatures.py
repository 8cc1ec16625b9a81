"""HubSpot's v3 and Intuit's HMAC (hubspot.md 7, quickbooks.md 8): nothing else gets in."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integration.webhooks.signatures import (
    DECODED,
    BadSignature,
    decoded_uri,
    signature_of_intuit,
    signature_v3,
    verify_intuit,
    verify_v3,
)

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
STAMP = str(int(NOW.timestamp() * 1000))
URI = "https://dealbooks.example/card/launch?userId=1&portalId=2"


def signed(uri: str = URI, body: bytes = b"{}", stamp: str = STAMP, secret: str = "s") -> str:
    source = b"POST" + uri.encode() + body + stamp.encode()
    return base64.b64encode(hmac.new(secret.encode(), source, hashlib.sha256).digest()).decode()


def verify(
    signature: str, *, uri: str = URI, body: bytes = b"{}", stamp: str = STAMP,
    secrets: tuple[str, ...] = ("s",), now: datetime = NOW,
) -> None:  # fmt: skip
    verify_v3("POST", uri, body, timestamp=stamp, signature=signature, secrets=secrets, now=now)


@pytest.mark.parametrize(("escape", "letter"), DECODED.items())
def test_these_escapes_are_decoded_in_both_cases(escape: str, letter: str) -> None:
    assert decoded_uri(f"https://x.example/?a=%{escape}b") == f"https://x.example/?a={letter}b"
    assert decoded_uri(f"https://x.example/?a=%{escape.lower()}b").endswith(f"{letter}b")


@pytest.mark.parametrize("kept", ["%20", "%26", "%3D", "%23", "%25", "%253A", "%E2%82%AC", "+"])
def test_no_others_are(kept: str) -> None:
    uri = f"https://x.example/?a={kept}"
    assert decoded_uri(uri) == uri


@given(st.text(min_size=1))
def test_an_address_quoted_by_the_sender_verifies(value: str) -> None:
    text = quote(value.encode("utf-8", "replace").decode(), safe="")
    plain = f"https://dealbooks.example/card/launch?email={text}"
    verify(signature_v3("POST", plain, b"{}", STAMP, "s"), uri=plain)


def test_while_a_secret_is_replaced_both_are_accepted() -> None:
    verify(signed(secret="old"), secrets=("new", "old"))
    with pytest.raises(BadSignature):
        verify(signed(secret="old"), secrets=("new", ""))
    with pytest.raises(BadSignature):
        verify(signed(secret=""), secrets=("",))


@pytest.mark.parametrize(
    ("age", "accepted"), [(0, True), (300, True), (301, False), (-60, True), (-61, False)]
)
def test_f54_only_five_minutes_back_and_one_ahead(age: int, accepted: bool) -> None:
    now = NOW + timedelta(seconds=age)
    if accepted:
        verify(signed(), now=now)
    else:
        with pytest.raises(BadSignature) as refused:
            verify(signed(), now=now)
        assert refused.value.reason in ("old", "future")


@given(st.text(), st.text(), st.binary())
def test_f54_no_input_gets_through_or_crashes(signature: str, stamp: str, body: bytes) -> None:
    with pytest.raises(BadSignature):
        verify(signature, stamp=stamp, body=body + b"!")


# ---------------------------------------------------------------------------------------- Intuit
BODY = b'[{"specversion":"1.0"}]'


def test_qbo_rule_34_the_raw_body_is_signed() -> None:
    digest = hmac.new(b"verifier", BODY, hashlib.sha256).digest()
    verify_intuit(BODY, signature=base64.b64encode(digest).decode(), tokens=["verifier"])


@pytest.mark.parametrize(
    ("body", "signature", "tokens", "reason"),
    [
        (BODY, "", ["a"], "missing"),
        (BODY, "x", ["a"], "different"),
        (BODY, "\udcff\u00e9", ["a"], "different"),
        (BODY + b" ", signature_of_intuit(BODY, "a"), ["a"], "different"),
        (BODY, signature_of_intuit(BODY, "a"), ["b"], "different"),
        (BODY, signature_of_intuit(BODY, ""), [""], "different"),
        (BODY, signature_of_intuit(BODY, "a"), [], "different"),
        (BODY, signature_of_intuit(BODY, "a").lower(), ["a"], "different"),
        (BODY, signature_of_intuit(BODY, "a") + "=", ["a"], "different"),
    ],
)
def test_f54_anything_else_is_refused(
    body: bytes, signature: str, tokens: list[str], reason: str
) -> None:
    with pytest.raises(BadSignature) as refused:
        verify_intuit(body, signature=signature, tokens=tokens)
    assert refused.value.reason == reason


def test_c21_while_a_verifier_token_is_replaced_both_are_accepted() -> None:
    for signer in ("new", "old"):
        verify_intuit(BODY, signature=signature_of_intuit(BODY, signer), tokens=["new", "old"])
    with pytest.raises(BadSignature):
        verify_intuit(BODY, signature=signature_of_intuit(BODY, "old"), tokens=["new"])


@given(st.binary(max_size=200), st.text(max_size=60))
def test_f54_no_invented_signature_gets_in(body: bytes, signature: str) -> None:
    with pytest.raises(BadSignature):
        verify_intuit(body, signature=signature, tokens=["verifier"])
