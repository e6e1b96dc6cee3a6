"""The door alone: a webhook read, authenticated, parsed and routed to its account, and nothing done with it.

    python -m tests.bench.edge PORT ours|bare

serves the road of ours up to the inbox, or an aiohttp handler that reads the body and says 200.
"""

import asyncio
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from aiohttp import web

from bot.app import utc_now
from bot.inbox import Inbox
from bot.reception import Reception
from bot.web.hooks import Hooks
from bot.web.server import Server
from channels.message import Inbound
from storage.files import Files
from tests.bench.http import Line
from tests.bench.load import update
from tests.bench.machine import free_port, serving
from tests.bench.ours import SECRET, TOWNS
from tests.bench.ours_turns import an_app
from tests.bench.rows import Row, ratio

CONCURRENT = 32
HEADERS = f"X-Telegram-Bot-Api-Secret-Token: {SECRET}\r\n"


class Nowhere(Inbox):
    """Takes what comes, and does nothing with it."""

    def __init__(self) -> None:
        self.heard = 0

    async def receive(self, inbound: Inbound) -> None:
        """Counted."""
        self.heard += bool(inbound.text)


async def run(rounds: int, seconds: float) -> list[Row]:
    """Both, one after the other, in each round."""
    rates: dict[str, list[float]] = defaultdict(list)
    for _ in range(rounds):
        for name in ("ours", "bare"):
            rates[name].append(await _rate(name, seconds))
    return [ratio("webhook to the inbox / bare aiohttp", "req/s", rates["ours"], rates["bare"], at_least=0.6)]


async def _rate(name: str, seconds: float) -> float:
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        async with serving(["-m", "tests.bench.edge", str(port), name], port, Path(folder) / "server.log"):
            return await _load(port, seconds)


async def _load(port: int, seconds: float) -> float:
    paths = [f"/telegram/{town}".encode() for town in TOWNS]
    bodies = [update(number, 600_000_000 + number, "Bancs i ombra") for number in range(64)]
    posted, begun = 0, time.perf_counter()

    async def poster(number: int) -> None:
        nonlocal posted
        line = Line(port, HEADERS)
        while time.perf_counter() - begun < seconds:
            status = await line.post(paths[number % len(paths)], bodies[posted % len(bodies)])
            assert status == 200, status
            posted += 1
        line.close()

    await asyncio.gather(*map(poster, range(CONCURRENT)))
    return posted / (time.perf_counter() - begun)


async def _bare(request: web.Request) -> web.Response:
    await request.read()
    return web.Response()


async def _serve(arguments: Sequence[str]) -> None:
    port, name = int(arguments[0]), arguments[1]
    if name == "bare":
        app = web.Application()
        app.router.add_post("/telegram/{account}", _bare)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        await asyncio.Event().wait()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        ours = await an_app(Path(folder), f"sqlite:///{folder}/store.sqlite3")
        files = Files(Path(folder) / "media")
        reception = Reception(ours.store, files, ours.accounts, Nowhere(), ours.receipts, utc_now)
        reception.is_open = True
        await Server(reception, Hooks(reception)).start("127.0.0.1", port)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1:]))
