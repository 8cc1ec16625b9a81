"""Who signs in, the discovery document, and callback addresses."""

from typing import Any
from urllib.parse import urlencode

USER = {
    "sub": "5a1c0b4e-7d22-4f6a-9c55-000000000001",
    "email": "bookkeeper@tidybooks.example",
    "emailVerified": True,
    "givenName": "Robin",
    "familyName": "Castellan",
    "phoneNumber": "+1 6505550144",
    "phoneNumberVerified": False,
    "address": {
        "streetAddress": "2500 Garcia Ave",
        "locality": "Mountain View",
        "region": "CA",
        "postalCode": "94043",
        "country": "US",
    },
}


def discovery(base: str, issuer: str) -> dict[str, Any]:
    """The discovery document with the sandbox's own addresses."""
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{base}/connect/oauth2",
        "token_endpoint": f"{base}/oauth2/v1/tokens/bearer",
        "userinfo_endpoint": f"{base}/v1/openid_connect/userinfo",
        "revocation_endpoint": f"{base}/v2/oauth2/tokens/revoke",
        "jwks_uri": f"{base}/op/v1/jwks",
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "scopes_supported": ["openid", "email", "profile", "address", "phone"],
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
        "claims_supported": ["aud", "exp", "iat", "iss", "realmid", "sub"],
    }


def back(redirect_uri: str, **parameters: str) -> str:
    """The callback address with its parameters."""
    return f"{redirect_uri}{'&' if '?' in redirect_uri else '?'}{urlencode(parameters)}"
