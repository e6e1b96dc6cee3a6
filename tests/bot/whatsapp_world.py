"""One town on WhatsApp alone, in a whole installation, and the people who write to it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from msgspec import json
from sqlmodel import col, select

from channels.message import Enclosed, Outbound
from storage.database import Db
from storage.keys import Keys
from storage.outbox import Message, Purpose, State
from storage.participants import Address
from storage.statements import enqueue
from tests.meanwhile import Meanwhile
from tests.on_whatsapp import OnWhatsApp
from tests.persons import Exchange
from tests.wires import ToWhatsApp
from tests.world import World, open_world

TOWN = "vilanova-del-riu"
PROPOSAL = (
    "Una font al pati de l'escola",
    "Al juny la canalla no té on beure.",
    "Cap d'aquestes",
    "1",
    "no",
    "publica",
)
ANSWER, NEWS = "HX" + "a" * 32, "HX" + "b" * 32
TEMPLATES = f"{{answer: {{ca: {ANSWER}}}, news: {{ca: {NEWS}}}}}"


class WhatsAppWorld:
    """What is particular to WhatsApp, around the world that runs."""

    def __init__(self, world: World) -> None:
        assert isinstance(world.wire, ToWhatsApp)
        self.world, self.app = world, world.app
        self.sender, _ = world.wire.senders[f"/twilio/{TOWN}/whatsapp"]

    def meanwhile(self) -> Meanwhile:
        """A new conversation."""
        return self.world.meanwhile(TOWN)

    async def proposes(self) -> tuple[Meanwhile, OnWhatsApp]:
        """Somebody who waits for the town's answer, and has written just now."""
        meanwhile = self.meanwhile()
        for line in ("Hola", "Català", "1", "1", "1", "Mercè", "1", *PROPOSAL):
            said = await meanwhile.person.says(line)
        meanwhile.person.check(Exchange("publica", ["La teva referència és {reference}."]), said)
        assert isinstance(meanwhile.person, OnWhatsApp)
        return meanwhile, meanwhile.person

    async def answers(self, meanwhile: Meanwhile) -> str:
        return await meanwhile.happens("the town answers {reference} accepted: ca=Sí, al març. | es=Sí. | en=Yes.")

    async def sends(self, person: OnWhatsApp, file: Enclosed) -> str:
        """A message with a file; where the file is fetched, or the words in its place."""
        outbound = json.encode(Outbound("Mira", files=(file,))).decode()

        def queue(db: Db) -> None:
            to = db.all(select(Address).order_by(col(Address.id).desc()).limit(1))[0]
            enqueue(db, to.participant_id, to.lane, to.channel, to.sealed, Purpose.NOTICE, outbound, self.world.clock())

        await self.app.store.turn(TOWN, "", queue)
        await self.app.outbox.sweep()
        told = [await person.phone.hears()]
        while told[-1] != "" and "https" not in told[-1]:
            told.append(await person.phone.hears())
        message = person.phone.messages[-1]
        return message.fields["MediaUrl"][0] if "MediaUrl" in message.fields else message.body

    async def fates(self) -> list[tuple[State, str]]:
        """What became of what was told unasked, once that is written."""

        def look(db: Db) -> Sequence[Message]:
            return db.all(select(Message).where(col(Message.purpose) != Purpose.REPLY).order_by(col(Message.id)))

        for _ in range(500):
            told = await self.app.store.turn(TOWN, "", look)
            if all(message.ended_at for message in told):
                break
            await asyncio.sleep(0.01)
        return [(message.state, message.reason) for message in told]


@asynccontextmanager
async def serving(url: str, keys: Keys, folder: Path, templates: str = "{}") -> AsyncIterator[WhatsAppWorld]:
    """One town on WhatsApp alone, its buttons provisioned."""
    async with open_world("whatsapp", url, keys, folder, [TOWN], [f"templates: {templates}"]) as world:
        yield WhatsAppWorld(world)
