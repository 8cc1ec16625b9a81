"""``python -m sandbox``: serve both imitated vendors on loopback until interrupted."""

import argparse
import asyncio
import json
import signal
from pathlib import Path

from sandbox.core.application import SWITCHES as CORE_SWITCHES
from sandbox.core.clock import Clock
from sandbox.core.keeping import Keeper
from sandbox.core.server import listen
from sandbox.core.world import World
from sandbox.hubspot.application import SWITCHES as HUBSPOT_SWITCHES
from sandbox.hubspot.application import HubSpot
from sandbox.quickbooks.application import SWITCHES as QUICKBOOKS_SWITCHES
from sandbox.quickbooks.application import QuickBooks


def build_world(clock: Clock, addresses: dict[str, str]) -> World:
    """Both vendors on one clock, not yet seeded."""
    world = World(clock, {**CORE_SWITCHES, **QUICKBOOKS_SWITCHES, **HUBSPOT_SWITCHES}, addresses)
    world.register(QuickBooks(world))
    world.register(HubSpot(world))
    return world


async def serve(options: argparse.Namespace) -> None:
    world = build_world(
        Clock(Path(options.clock_file) if options.clock_file else None),
        {"product": options.product_url.rstrip("/")},
    )
    world.owns_process = True
    ports = {}
    servers = []
    for vendor, port in (
        ("quickbooks", options.quickbooks_port),
        ("hubspot", options.hubspot_port),
    ):
        server = await listen(world.applications[vendor], port)
        servers.append(server)
        ports[vendor] = server.sockets[0].getsockname()[1]
        world.addresses[vendor] = f"http://localhost:{ports[vendor]}"
    keeper = Keeper(world, Path(options.state_file)) if options.state_file else None
    if keeper is None or not keeper.load():
        world.reset(options.scenario)
    world.keeper = keeper
    print(json.dumps({"sandbox": "ready", **ports}), flush=True)
    stop = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    await stop.wait()
    for server in servers:
        server.close()
    if keeper is not None:
        keeper.save()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--quickbooks-port", type=int, default=9100, help="0 picks a free port")
    parser.add_argument("--hubspot-port", type=int, default=9200, help="0 picks a free port")
    parser.add_argument(
        "--clock-file", default="", help="shared with the product in simulated mode"
    )
    parser.add_argument(
        "--state-file", default="", help="go on from this file if it exists, and keep it up to date"
    )
    parser.add_argument("--scenario", default="demo", help="a name from sandbox/scenarios")
    parser.add_argument("--product-url", default="http://127.0.0.1:8000")
    asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
