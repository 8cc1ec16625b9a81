"""How HubSpot signs what it sends: v3, and the older v1 and v2 beside it."""

import base64
import hashlib
import hmac

DECODED = {
    "%3A": ":", "%2F": "/", "%3F": "?", "%40": "@", "%21": "!", "%24": "$", "%27": "'",
    "%28": "(", "%29": ")", "%2A": "*", "%2C": ",", "%3B": ";",
}  # fmt: skip


def decode_uri(uri: str) -> str:
    """Only the twelve sequences HubSpot names, in either letter case."""
    for sequence, character in DECODED.items():
        uri = uri.replace(sequence, character).replace(sequence.lower(), character)
    return uri


def sign_v3(secret: str, method: str, uri: str, body: bytes, timestamp_ms: int) -> str:
    source = f"{method}{decode_uri(uri)}".encode() + body + str(timestamp_ms).encode()
    return base64.b64encode(hmac.new(secret.encode(), source, hashlib.sha256).digest()).decode()


def sign_v2(secret: str, method: str, uri: str, body: bytes) -> str:
    return hashlib.sha256(f"{secret}{method}{uri}".encode() + body).hexdigest()


def sign_v1(secret: str, body: bytes) -> str:
    return hashlib.sha256(secret.encode() + body).hexdigest()


def signed_headers(
    secret: str, method: str, uri: str, body: bytes, timestamp_ms: int, variant: str = ""
) -> dict[str, str]:
    """``variant``: stale (six minutes old) or tampered (signed for another body), for tests."""
    if variant == "stale":
        timestamp_ms -= 6 * 60 * 1000
    signed_body = body + b" " if variant == "tampered" else body
    return {
        "Content-Type": "application/json",
        "X-HubSpot-Signature-v3": sign_v3(secret, method, uri, signed_body, timestamp_ms),
        "X-HubSpot-Request-Timestamp": str(timestamp_ms),
        "X-HubSpot-Signature": sign_v2(secret, method, uri, signed_body),
        "X-HubSpot-Signature-Version": "v2",
        "User-Agent": "HubSpot (sandbox)",
    }
