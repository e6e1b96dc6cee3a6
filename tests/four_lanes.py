"""A town on four channels at once, with crowds on each, and the providers' own clocks: what arrived when."""

import asyncio
import shutil
import time
from bisect import bisect_left
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from bot.app import App, utc_now
from bot.cli.sample import awake
from bot.config.apply import apply
from bot.config.load import load
from bot.config.tenants import sources_in
from channels.console import Console
from channels.message import Address as Reached
from channels.message import Inbound, Kind
from storage.database import Db
from storage.keys import Keys
from storage.opt_ins import OptIn
from storage.participants import Address, Participant, Session
from tests.fakes.telegram_chat import Chat
from tests.wires import PUBLIC_URL, WIRES, ToMail, ToTelegram, ToTwilio, Wire
from tests.world import TOWNS

TOWN = "vilanova-del-riu"
LANES = ("telegram", "sms", "whatsapp", "email")
_TOGETHER = 500


class Stamped(list[Any]):
    """A list that knows when each was added to it."""

    def __init__(self) -> None:
        super().__init__()
        self.at: list[float] = []

    def append(self, each: Any) -> None:
        super().append(each)
        self.at.append(time.monotonic())


@dataclass
class FourLanes:
    """All that runs, and what reached each provider."""

    app: App
    wires: Mapping[str, Wire]
    keys: Keys
    rates: Mapping[str, float]
    seen: dict[str, Stamped] = field(default_factory=dict)
    waited: list[float] = field(default_factory=list)
    """Seconds from a citizen's message to its answer, at a terminal."""

    def add(self, people: Mapping[str, int]) -> None:
        """So many on each channel who have asked for the town's topic."""
        numbers = count(1)
        for channel, many in people.items():
            ids = [self._id(channel, next(numbers)) for _ in range(many)]
            if isinstance(wire := self.wires[channel], ToTelegram):
                wire.telegram.bot(wire.token(TOWN)).chats.update({int(id): Chat(int(id)) for id in ids})
            for first in range(0, many, _TOGETHER):
                some = ids[first : first + _TOGETHER]
                self.app.store.run(TOWN, partial(self._add, channel=channel, ids=some))

    def _id(self, channel: str, number: int) -> str:
        if channel == "email":
            return f"p{number}@people.example.org"
        return f"{number}" if channel == "telegram" else f"+346{number:08}"

    def _add(self, db: Db, channel: str, ids: list[str]) -> None:
        now = utc_now()
        for id in ids:
            person = Participant(created_at=now, language="ca", wants_updates=False)
            db.add(person)
            db.add(Session(participant_id=person.id, updated_at=now))
            db.add(
                Address(
                    participant_id=person.id,
                    channel=channel,
                    hash=self.keys.address_hash(TOWN, channel, id),
                    sealed=self.keys.seal(TOWN, id),
                    lane=f"{channel}:{TOWN}",
                    heard_at=now,
                    proved_at=now,
                )
            )
            for topic in ("obres", "area:barri-vell"):
                db.add(OptIn(participant_id=person.id, topic=topic, channel=channel, is_in=True, said_at=now))

    async def asks(self, every: float) -> None:
        """Somebody writes again and again at a terminal, until cancelled; how long each answer took is noted."""
        console = self.app.reception.channel("console", TOWN)
        assert isinstance(console, Console)
        for number in count():
            begun = time.monotonic()
            words = "Hola" if not number else "menú"
            inbound = Inbound(TOWN, Reached("console", "ana"), f"a{number}", Kind.TEXT, words)
            await self.app.reception.receive([inbound])
            while not await console.replies("ana", 0.01):
                pass
            self.waited.append(time.monotonic() - begun)
            await asyncio.sleep(every)

    def fullest(self, channel: str, seconds: float) -> int:
        """The most that arrived at this provider in so many seconds, whenever they began."""
        at = self.seen[channel].at
        return max((bisect_left(at, start + seconds) - first for first, start in enumerate(at)), default=0)


@asynccontextmanager
async def four_lanes(
    url: str, keys: Keys, folder: Path, rates: Mapping[str, float], clock: Callable[[], datetime] = utc_now
) -> AsyncIterator[FourLanes]:
    """Everything running, each lane at its rate."""
    async with AsyncExitStack() as stack:
        wires = {name: await stack.enter_async_context(WIRES[name]()) for name in LANES}
        shutil.copytree(TOWNS / TOWN, folder / TOWN)
        settings = {
            name: "\n  ".join((f"{name}:", *wire.settings(TOWN))).replace("rate: 1000", f"rate: {rates[name]}")
            for name, wire in wires.items()
        }
        (folder / TOWN / "channels.yaml").write_text("\n".join(settings.values()) + "\n", encoding="utf-8")
        town_file = folder / TOWN / "tenant.yaml"
        town_file.write_text(awake(town_file.read_text(encoding="utf-8")), encoding="utf-8")
        secrets = {key: value for wire in wires.values() for key, value in wire.secrets.items()}
        app = App(url, keys, environ=secrets, public_url=PUBLIC_URL, media=folder / ".media", clock=clock)
        for source in sources_in(folder):
            work = partial(apply, source=source, loaded=load(source), now=utc_now(), actor="test")
            app.store.run(source.id, work)
        await app.start()
        stack.push_async_callback(app.stop)
        port = await app.serve("127.0.0.1", 0)
        lanes = FourLanes(app, wires, keys, rates)
        for name, wire in wires.items():
            await wire.connect(app, port)
            lanes.seen[name] = _stamp(wire)
        yield lanes
        for wire in wires.values():
            if isinstance(wire, ToTwilio):
                await wire.twilio.told()


def _stamp(wire: Wire) -> Stamped:
    """From now on what arrives there is noted."""
    seen = Stamped()
    match wire:
        case ToTelegram():
            wire.telegram.bot(wire.token(TOWN)).calls = seen
        case ToTwilio():
            (account,) = wire.twilio.accounts.values()
            account.messages = seen
        case ToMail():
            seen.at = wire.mail.taken_at
    return seen
