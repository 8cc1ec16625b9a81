"""Who really sent it: HubSpot's signature v3 (hubspot.md 7) and Intuit's HMAC (quickbooks.md 8).

``hubspot.utils.signature`` of release 12 neither decodes the address nor refuses timestamps from
the future, so a stored request could be replayed later.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

OLDEST = timedelta(minutes=5)
NEWEST = timedelta(seconds=60)
"""How far a sender's clock may run ahead of ours."""

# Only these escapes are decoded before signing; the question mark that starts the query is none.
DECODED = {
    "3A": ":", "2F": "/", "3F": "?", "40": "@", "21": "!", "24": "$",
    "27": "'", "28": "(", "29": ")", "2A": "*", "2C": ",", "3B": ";",
}  # fmt: skip
ESCAPES = re.compile("%(" + "|".join(DECODED) + ")", re.IGNORECASE)


class BadSignature(Exception):
    """``reason`` is for logs and counters, not for the sender."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def decoded_uri(uri: str) -> str:
    """The address as HubSpot signs it."""
    return ESCAPES.sub(lambda escape: DECODED[escape[1].upper()], uri)


def signature_v3(method: str, uri: str, body: bytes, timestamp: str, secret: str) -> str:
    """Base64 of HMAC-SHA256 over method, address, body and timestamp (milliseconds, as text)."""
    source = (method + decoded_uri(uri)).encode() + body + timestamp.encode()
    return base64.b64encode(hmac.new(secret.encode(), source, hashlib.sha256).digest()).decode()


def verify_v3(
    method: str,
    uri: str,
    body: bytes,
    *,
    timestamp: str,
    signature: str,
    secrets: Sequence[str],
    now: datetime,
) -> None:
    """Raises BadSignature unless HubSpot signed exactly this within the last five minutes.

    ``uri`` is the public address with its query as HubSpot called it, built from our configuration
    and never from the Host header. Several ``secrets`` are accepted while one is being replaced.
    """
    if not signature or not timestamp:
        raise BadSignature("missing")
    _check_age(timestamp, now)
    given = signature.encode("utf-8", "surrogateescape")
    matches = [
        hmac.compare_digest(signature_v3(method, uri, body, timestamp, secret).encode(), given)
        for secret in secrets
        if secret
    ]
    if not any(matches):
        raise BadSignature("different")


def signature_of_intuit(body: bytes, token: str) -> str:
    """Base64 of HMAC-SHA256 over the raw body with the app's verifier token."""
    return base64.b64encode(hmac.new(token.encode(), body, hashlib.sha256).digest()).decode()


def verify_intuit(body: bytes, *, signature: str, tokens: Sequence[str]) -> None:
    """Raises BadSignature unless Intuit signed exactly these bytes.

    Intuit signs no time, so an old delivery verifies for ever: what came before is known by its
    fingerprint. Several ``tokens`` are accepted while one is being replaced (control 21).
    """
    if not signature:
        raise BadSignature("missing")
    given = signature.encode("utf-8", "surrogateescape")
    matches = [
        hmac.compare_digest(signature_of_intuit(body, token).encode(), given)
        for token in tokens
        if token
    ]
    if not any(matches):
        raise BadSignature("different")


def _check_age(timestamp: str, now: datetime) -> None:
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 15):
        raise BadSignature("timestamp")
    signed_at = datetime.fromtimestamp(0, tz=UTC) + timedelta(milliseconds=int(timestamp))
    if now - signed_at > OLDEST:
        raise BadSignature("old")
    if signed_at - now > NEWEST:
        raise BadSignature("future")
