"""Where each mode finds the vendors, and who we are to them (pages quickbooks 1.1, hubspot 1)."""

from urllib.parse import urlsplit

from integration.environment import INTUIT_SANDBOX, LIVE, SIMULATED, Environment

INTUIT_DISCOVERY = "https://developer.intuit.com/.well-known"
QUICKBOOKS = {
    LIVE: {
        "DISCOVERY_URL": f"{INTUIT_DISCOVERY}/openid_configuration",
        "API_URL": "https://quickbooks.api.intuit.com",
        "AUTHORIZE_ORIGIN": "https://appcenter.intuit.com",
    },
    INTUIT_SANDBOX: {
        "DISCOVERY_URL": f"{INTUIT_DISCOVERY}/openid_sandbox_configuration",
        "API_URL": "https://sandbox-quickbooks.api.intuit.com",
        "AUTHORIZE_ORIGIN": "https://appcenter.intuit.com",
    },
}
HUBSPOT_FILE_HOSTS = tuple(
    (
        "hubspot.com hubspot.net hubapi.com hs-sites.com hs-sites-eu1.com hubspotpagebuilder.com "
        "hubspotdocuments.com hubspotusercontent-na1.net hubspotusercontent-na2.net "
        "hubspotusercontent-eu1.net hubspotusercontent-ap1.net hubspotusercontent00.net "
        "hubspotusercontent10.net hubspotusercontent20.net hubspotusercontent30.net "
        "hubspotusercontent40.net"
    ).split()
)
"""Where quotes and their files may lie; which one serves the PDF is not documented (0011)."""
HUBSPOT = {"API_URL": "https://api.hubapi.com", "APP_URL": "https://app.hubspot.com"}


def addresses(mode: str, environment: Environment) -> dict[str, dict[str, str]]:
    """``QUICKBOOKS`` (discovery, API, consent page) and ``HUBSPOT`` (API, app).

    Only simulated mode lets the environment move them: elsewhere a changed address would send
    tokens to somebody else.
    """
    if mode != SIMULATED:
        return {"QUICKBOOKS": QUICKBOOKS[mode], "HUBSPOT": HUBSPOT}
    books = environment.text("DEALBOOKS_SANDBOX_QUICKBOOKS_URL", "http://localhost:9100")
    portal = environment.text("DEALBOOKS_SANDBOX_HUBSPOT_URL", "http://localhost:9200")
    return {
        "QUICKBOOKS": {
            "DISCOVERY_URL": f"{books}/.well-known/openid_sandbox_configuration",
            "API_URL": books,
            "AUTHORIZE_ORIGIN": books,
        },
        "HUBSPOT": {"API_URL": portal, "APP_URL": portal},
    }


def consent_origins(vendors: dict[str, dict[str, str]]) -> list[str]:
    """Origins that a "Connect" form may end at."""
    pages = (vendors["QUICKBOOKS"]["AUTHORIZE_ORIGIN"], vendors["HUBSPOT"]["APP_URL"])
    return ["{0.scheme}://{0.netloc}".format(urlsplit(page)) for page in pages]


def webhook_tokens(mode: str, environment: Environment) -> list[str]:
    """Verifier tokens of our app at Intuit; several while one is being replaced (control 21)."""
    given = environment.secret(
        "DEALBOOKS_QUICKBOOKS_WEBHOOK_TOKENS", mode, "sandbox-quickbooks-verifier"
    )
    return [token.strip() for token in given.split(",") if token.strip()]


def credentials(mode: str, environment: Environment) -> dict[str, str]:
    """Our app's ids and secrets at both vendors; the sandbox's own in simulated mode."""
    samples = {
        "QUICKBOOKS_CLIENT_ID": "sandbox-quickbooks-client",
        "QUICKBOOKS_CLIENT_SECRET": "sandbox-quickbooks-secret",
        "HUBSPOT_CLIENT_ID": "sandbox-hubspot-client",
        "HUBSPOT_CLIENT_SECRET": "sandbox-hubspot-secret",
        "HUBSPOT_APP_ID": "100001",
    }
    return {
        name: environment.secret(f"DEALBOOKS_{name}", mode, sample)
        for name, sample in samples.items()
    }


def signing_secrets(mode: str, environment: Environment) -> list[str]:
    """Client secrets that HubSpot may sign with: ours, and older ones while it is being replaced."""
    older = environment.names("DEALBOOKS_HUBSPOT_OLDER_CLIENT_SECRETS")
    current = credentials(mode, environment)["HUBSPOT_CLIENT_SECRET"]
    return [secret for secret in (current, *older) if secret]
