"""Ana, who writes in the terminal and has phones: one town, where she begins as one person for each."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import TypeVar

from sqlmodel import col, select

from channels.console import Console
from channels.message import Address as Reached
from channels.message import Inbound, Kind
from storage.database import Db
from storage.outbox import Message, State
from storage.participants import Address, Participant
from tests.bot.sms_house import TOWN, SmsHouse, open_sms_house
from tests.fakes.twilio import Citizen

Value = TypeVar("Value")

CODE = re.compile(r"^(\d{6}) es tu código")
SENT = "acabo de enviarle un código"
_CHANNELS = ("console", "sms")
_ids = count(1)


class Clock:
    """Stands where it is put."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 25, 10, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


class Both:
    """`says` is a line in the terminal, `texts` an SMS; each returns what is read there then."""

    def __init__(self, house: SmsHouse, clock: Clock) -> None:
        self.house, self.clock = house, clock
        self._phones: dict[int, Citizen] = {}

    async def says(self, text: str, name: str = "ana") -> str:
        inbound = Inbound(TOWN, Reached("console", name), f"t{next(_ids)}", Kind.TEXT, text)
        await self.house.app.reception.receive([inbound])
        return await self.reads(name)

    async def reads(self, name: str = "ana") -> str:
        """What the terminal shows that was not read yet."""
        await self._settle()
        console = self.house.app.reception.channel("console", TOWN)
        assert isinstance(console, Console)
        return "\n".join(await console.replies(name, 0.01))

    async def texts(self, text: str, number: int = 1) -> str:
        assert await self._phone(number).texts(text) == 200
        return await self.rings(number)

    async def rings(self, number: int = 1) -> str:
        """What has come to a phone that was not read yet."""
        await self._settle()
        return "\n".join(self._phone(number).news())

    async def begins(self, name: str = "ana") -> None:
        """The first words, in the terminal."""
        await self.says("hola", name)
        await self.says("castellano", name)

    async def asks(self, number: int = 1, name: str = "ana") -> str:
        """LINK with the number of a phone; the code that came there, if one did."""
        await self.says("menú", name)
        if SENT in await self.says("enlaza", name):
            await self.says("Otra dirección", name)
        said = await self.says(f"600 000 0{number:02}", name)
        assert SENT in said, said
        found = CODE.search(await self.rings(number))
        return found[1] if found else ""

    def people(self) -> list[list[str]]:
        """Every participant, the oldest first, as the channels where they are reached."""

        def read(db: Db) -> Mapping[int, list[str]]:
            found: dict[int, list[str]] = {id: [] for id in sorted(db.all(select(Participant.id)))}
            for address in db.all(select(Address)):
                found[address.participant_id].append(address.channel)
            return found

        return [sorted(channels) for channels in self.run(read).values()]

    def change(self, channel: str, **columns: object) -> None:
        """Something has happened to the one address of a channel."""

        def write(db: Db) -> None:
            (address,) = db.all(select(Address).where(Address.channel == channel))
            for name, value in columns.items():
                setattr(address, name, value)

        self.run(write)

    def run(self, work: Callable[[Db], Value]) -> Value:
        """In the town's store."""
        return self.house.app.store.run(TOWN, work)

    def _phone(self, number: int) -> Citizen:
        if number not in self._phones:
            self._phones[number] = self.house.citizen(number)
        return self._phones[number]

    async def _settle(self) -> None:
        """Until all has left."""
        unsent = col(Message.state).in_((State.QUEUED, State.SENDING))
        is_unsent = select(Message.id).where(unsent, col(Message.channel).in_(_CHANNELS))
        outbox = self.house.app.outbox
        async with asyncio.timeout(10):
            while await self.house.app.store.turn(TOWN, "", lambda db: bool(db.all(is_unsent))):
                for channel in _CHANNELS:
                    await outbox.drain(f"{channel}:{TOWN}")
                await outbox.empty()
                await asyncio.sleep(0.005)


@asynccontextmanager
async def both_at_home(url: str, folder: Path) -> AsyncIterator[Both]:
    """The town with its terminal and its number."""
    clock = Clock()
    async with open_sms_house(url, folder / "media", clock=clock) as house:
        yield Both(house, clock)
