"""The PDF of a HubSpot quote, fetched under the installation's own rules (E-04)."""

from urllib.parse import urlsplit

from django.conf import settings

from integration import transports
from integration.gateways import hubspot_files
from integration.gateways.hubspot_files import Hosts


def download(link: str) -> bytes:
    """Raises ``Rejected`` (file.*) for what is no PDF of HubSpot's, ``Unavailable`` to try again."""
    return hubspot_files.download(link, hosts(), transports.timeouts())


def hosts() -> Hosts:
    """HubSpot's hosts and the operator's own quote domains; in simulated mode only the sandbox."""
    chosen = settings.DEALBOOKS
    if chosen["VENDORS"] != "simulated":
        return Hosts(tuple(chosen["HUBSPOT_FILE_HOSTS"]))
    sandbox = urlsplit(chosen["HUBSPOT"]["APP_URL"])
    return Hosts((), f"{sandbox.scheme}://{sandbox.netloc}")
