"""RS256 for id tokens with a key made from a fixed seed: nothing secret, nothing stored."""

import base64
import hashlib
import json
import random
from functools import cache
from typing import Any

_E = 65537
_SHA256_PREFIX = bytes.fromhex("3031300d060960864801650304020105000420")


def _is_prime(number: int, dice: random.Random) -> bool:
    if any(number % small == 0 for small in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37)):
        return False
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for _ in range(12):
        power = pow(dice.randrange(2, number - 1), odd, number)
        if power in (1, number - 1):
            continue
        for _ in range(twos - 1):
            power = power * power % number
            if power == number - 1:
                break
        else:
            return False
    return True


@cache
def _key() -> tuple[int, int]:
    """(modulus, private exponent) of 2048 bits."""
    dice = random.Random("quickbooks sandbox id tokens")
    primes: list[int] = []
    while len(primes) < 2:
        candidate = dice.getrandbits(1024) | (3 << 1022) | 1
        if candidate % _E != 1 and _is_prime(candidate, dice):
            primes.append(candidate)
    p, q = primes
    return p * q, pow(_E, -1, (p - 1) * (q - 1))


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def signed(claims: bytes) -> str:
    """A compact JWT."""
    head = _encoded(json.dumps({"kid": "sandbox", "typ": "JWT", "alg": "RS256"}).encode())
    text = f"{head}.{_encoded(claims)}"
    modulus, exponent = _key()
    digest = _SHA256_PREFIX + hashlib.sha256(text.encode()).digest()
    block = b"\x00\x01" + b"\xff" * (256 - len(digest) - 3) + b"\x00" + digest
    signature = pow(int.from_bytes(block, "big"), exponent, modulus)
    return f"{text}.{_encoded(signature.to_bytes(256, 'big'))}"


def keys() -> dict[str, Any]:
    """The document at jwks_uri."""
    modulus, _ = _key()
    key = {
        "kty": "RSA",
        "use": "sig",
        "alg": "RS256",
        "kid": "sandbox",
        "n": _encoded(modulus.to_bytes(256, "big")),
        "e": _encoded(_E.to_bytes(3, "big")),
    }
    return {"keys": [key]}
