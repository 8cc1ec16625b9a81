"""The PDF that a published quote links to (E-04); what the link needs is not documented."""

from collections.abc import Iterator

import pytest
import requests

from sandbox.hubspot.store import Portal
from tests.sandbox.hubspot_client import PORTAL, HubSpotSandbox
from tests.sandbox.test_hubspot_commerce import draft_quote, put_default


@pytest.fixture
def hubspot() -> Iterator[HubSpotSandbox]:
    with HubSpotSandbox() as sandbox:
        yield sandbox


def published(hubspot: HubSpotSandbox) -> str:
    """Its PDF link."""
    quote = draft_quote(hubspot, hs_template_type="CPQ_QUOTE")
    put_default(hubspot, f"quotes/{quote}", f"deals/{hubspot.first('deals')}")
    assert hubspot.patch("quotes", quote, hs_status="APPROVAL_NOT_NEEDED").status == 200
    return str(
        hubspot.read("quotes", quote, "hs_pdf_download_link")["properties"]["hs_pdf_download_link"]
    )


@pytest.mark.parametrize(
    ("how", "status", "start"),
    [("public", 200, b"%PDF"), ("redirect", 302, b""), ("sign_in", 200, b"<!")],
)
def test_e04_where_the_link_of_a_quote_leads(
    hubspot: HubSpotSandbox, how: str, status: int, start: bytes
) -> None:
    hubspot.world.switches["quote_pdf_link"] = how
    found = requests.get(published(hubspot), timeout=10, allow_redirects=False)
    assert (found.status_code, found.content.startswith(start)) == (status, True)
    if status == 302:
        target = hubspot.url + found.headers["location"]
        assert requests.get(target, timeout=10).content.startswith(b"%PDF")


@pytest.mark.parametrize(("how", "link"), [("none", None), ("https://a.example/x", "same")])
def test_e04_a_quote_may_have_no_link_or_any(
    hubspot: HubSpotSandbox, how: str, link: str | None
) -> None:
    hubspot.world.switches["quote_pdf_link"] = how
    portal: Portal = hubspot.hubspot.portals[PORTAL]
    assert portal.switches["quote_pdf_link"] == how
    assert (published(hubspot) == how) is (link == "same")
