"""Ours without HTTP: the whole process but for the web, its lanes leading to a channel that takes everything."""

import asyncio
from collections.abc import Mapping
from functools import partial
from itertools import count
from pathlib import Path

from msgspec import structs

from bot.app import App, utc_now
from bot.config.apply import apply
from bot.config.load import load
from bot.config.source import Source, read_folder
from bot.log import configure_log
from channels.connections import Connections
from channels.message import Address, Inbound, Kind
from channels.telegram import Telegram
from channels.telegram_parts import Part
from storage.database import Db
from storage.keys import Keys
from storage.migrate import upgrade
from tests.bench.load import Opening
from tests.bench.ours import ENVIRONMENT, KEY, TOWNS, opening, pass_gate, town_of, write_towns

NOWHERE = "http://127.0.0.1:9"
NO_LIMIT = 100_000


class Sink(Telegram):
    """The channel without its wire: a message is sent as soon as it is rendered."""

    def __init__(self, real: Telegram) -> None:
        super().__init__(real.settings, Connections())
        self.heard: dict[str, asyncio.Future[str]] = {}
        self._ids = count(1)

    async def send(self, address: Address, payload: Part, name: str) -> str:
        """Sent."""
        if (waiting := self.heard.pop(address.id, None)) is not None:
            waiting.set_result(payload.plain)
        return str(next(self._ids))


class OursTalk:
    """Straight into the inbox."""

    def __init__(self, app: App, sinks: Mapping[str, Sink]) -> None:
        self.opening: Opening = opening
        self._app, self._sinks = app, sinks
        self._ids = count(1)

    async def join(self, citizen: int) -> None:
        """Through the gate."""
        await pass_gate(self.say, citizen)

    async def say(self, citizen: int, text: str) -> str:
        """One turn, and its reply sent."""
        town, address = town_of(citizen), Address("telegram", str(citizen))
        reply: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._sinks[town].heard[address.id] = reply
        kind, words = (Kind.START, text[7:]) if text.startswith("/start") else (Kind.TEXT, text)
        await self._app.inbox.receive(Inbound(town, address, str(next(self._ids)), kind, words, language="en"))
        return await reply

    async def close(self) -> None:
        """The outcomes are written when the process stops."""
        await self._app.stop()


def talk_with(app: App) -> OursTalk:
    """A talk with all that serves the towns."""
    return OursTalk(app, {town: _unplug(app, town) for town in TOWNS})


async def an_app(folder: Path, url: str) -> App:
    """A migrated store with the towns applied, and all that serves them."""
    configure_log("json")
    upgrade(url, utc_now())
    app = App(url, Keys(KEY), environ=ENVIRONMENT, messages_per_minute=NO_LIMIT)
    for place in sorted(write_towns(folder / "tenants", NOWHERE).iterdir()):
        source = read_folder(place)
        app.store.run(source.id, partial(_apply, source))
    await app.start()
    return app


def _apply(source: Source, db: Db) -> None:
    apply(db, source, load(source), utc_now(), "bench")


def _unplug(app: App, town: str) -> Sink:
    served = app.accounts.find("telegram", town)
    assert served is not None
    assert isinstance(served.channel, Telegram)
    sink = Sink(served.channel)
    app.outbox.open_lane(structs.replace(served, channel=sink, rate=NO_LIMIT))
    return sink
