"""Fetching the PDF that a HubSpot quote links to, from HubSpot's own hosts and nowhere else.

The link is text from a record, so it is judged as hostile: https on a host of the list, no token
sent, every redirect judged anew, at most ten megabytes, and the content has to be a PDF.
"""

from dataclasses import dataclass
from urllib.parse import SplitResult, urljoin, urlsplit

import requests
import urllib3

from integration.gateways.deadline import new_session, total_deadline
from integration.gateways.errors import GatewayError, Rejected, Unavailable
from integration.gateways.network import network_error, retry_after_seconds
from integration.gateways.transport import CHUNK, Timeouts

VENDOR = "hubspot"
MAX_BYTES = 10 * 1024 * 1024
MAX_REDIRECTS = 3
AWAY = (408, 425, 429)
LONGEST_LINK = 2000


@dataclass(frozen=True, slots=True)
class Hosts:
    """``names`` take their subdomains in. ``sandbox`` is the one origin of simulated mode."""

    names: tuple[str, ...]
    sandbox: str = ""


def permitted(link: str, hosts: Hosts) -> str:
    """The link itself; raises ``Rejected`` file.link_refused, before anything is sent."""
    try:
        found = urlsplit(link)
        is_good = _is_plain(link) and _is_ours(found, found.port, hosts)
    except ValueError:
        raise _refused("file.link_refused", host=link[:100]) from None
    if not is_good:
        raise _refused("file.link_refused", host=(found.hostname or link)[:100])
    return link


def _is_plain(link: str) -> bool:
    """What two parsers may read differently is not a link."""
    return len(link) <= LONGEST_LINK and all("!" <= one <= "~" and one != "\\" for one in link)


def _is_ours(found: SplitResult, port: int | None, hosts: Hosts) -> bool:
    if "@" in found.netloc:
        return False
    if hosts.sandbox:
        return f"{found.scheme}://{found.netloc}" == hosts.sandbox
    host = (found.hostname or "").lower()
    known = any(host == name or host.endswith(f".{name}") for name in hosts.names)
    return known and found.scheme == "https" and port in (None, 443)


def download(link: str, hosts: Hosts, timeouts: Timeouts) -> bytes:
    """The file's bytes. Raises ``Rejected`` (file.*) or ``Unavailable``."""
    with new_session(1, timeouts.proxy) as session:
        try:
            with total_deadline(timeouts.total):
                content = _follow(session, permitted(link, hosts), hosts, timeouts)
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            raise network_error(VENDOR, error) from None
    if not content.startswith(b"%PDF"):
        raise _refused("file.not_pdf")
    return content


def _follow(session: requests.Session, link: str, hosts: Hosts, timeouts: Timeouts) -> bytes:
    for _turn in range(MAX_REDIRECTS + 1):
        with session.get(
            link,
            headers={"Accept": "application/pdf"},
            timeout=(timeouts.connect, timeouts.read),
            allow_redirects=False,
            stream=True,
        ) as response:
            target = response.headers.get("Location", "")
            if not (300 <= response.status_code < 400 and target):
                return _content(response)
        link = permitted(urljoin(link, target), hosts)
    raise _refused("file.not_given", status="302")


def _content(response: requests.Response) -> bytes:
    status = response.status_code
    if status in AWAY or status >= 500:
        away = Unavailable("net.file_away", vendor=VENDOR, status=status)
        away.retry_after = retry_after_seconds(response.headers, away)
        raise away
    if status != 200:
        raise _refused("file.not_given", status=str(status))
    body = bytearray()
    for chunk in response.raw.stream(CHUNK, decode_content=True):
        body += chunk
        if len(body) > MAX_BYTES:
            raise _refused("file.too_large", limit=str(MAX_BYTES // 1024 // 1024))
    return bytes(body)


def _refused(code: str, **parameters: str) -> GatewayError:
    return Rejected(code, vendor=VENDOR, parameters=parameters, sent=code != "file.link_refused")
