"""One town on WhatsApp alone, in a whole installation, and the people who write to it."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

from msgspec import json
from sqlmodel import col, select

from bot.app import App
from bot.config.apply import apply
from bot.config.load import load
from bot.config.tenants import sources_in
from channels.message import Enclosed, Outbound
from channels.whatsapp_shapes import SHAPES
from storage.database import Db
from storage.keys import Keys
from storage.outbox import Message, Purpose, State
from storage.participants import Address
from storage.statements import enqueue
from tests.fakes.twilio import FakeTwilio
from tests.fakes.twilio_whatsapp import Sender, plug
from tests.on_whatsapp import OnWhatsApp
from tests.persons import Exchange
from tests.test_conversations import MORNING, TOWNS, Clock, Meanwhile

SID, TOKEN = "AC" + "7" * 32, "the-token-of-a-test"
TOWN = "vilanova-del-riu"
NUMBER = "whatsapp:+34600000091"


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


class World(NamedTuple):
    app: App
    twilio: FakeTwilio
    sender: Sender
    clock: Clock
    towns: Path

    def meanwhile(self) -> Meanwhile:
        """A new conversation."""
        meet = partial(OnWhatsApp, self.app, self.twilio, self.sender, NUMBER, {})
        return Meanwhile(self.app, self.clock, self.towns, meet)

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
            enqueue(db, to.participant_id, to.lane, to.channel, to.sealed, Purpose.NOTICE, outbound, self.clock())

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
async def serving(url: str, keys: Keys, folder: Path, town: str = TOWN, templates: str = "{}") -> AsyncIterator[World]:
    """One town on WhatsApp alone, its buttons provisioned."""
    clock = Clock()
    async with FakeTwilio() as twilio:
        sender = plug(twilio.account(SID, TOKEN), NUMBER, f"/twilio/{town}/whatsapp")
        for shape in SHAPES.values():
            sender.contents.create(shape.to_dict())
        shutil.copytree(TOWNS / town, folder / town)
        lines = (
            f"account_sid: {SID}",
            "token: ${TWILIO_TOKEN}",
            "number: +34 600 000 091",
            f"base_url: {twilio.base_url}",
            f"content_url: {twilio.base_url}",
            "rate: 1000",
            f"templates: {templates}",
        )
        (folder / town / "channels.yaml").write_text("\n  ".join(("whatsapp:", *lines)))
        public_url = sender.account.public_url
        app = App(
            url, keys, environ={"TWILIO_TOKEN": TOKEN}, public_url=public_url, media=folder / ".media", clock=clock
        )
        for source in sources_in(folder):
            app.store.run(source.id, partial(apply, source=source, loaded=load(source), now=MORNING, actor="test"))
        await app.start()
        sender.account.deliver_to = f"http://127.0.0.1:{await app.serve('127.0.0.1', 0)}"
        try:
            yield World(app, twilio, sender, clock, folder)
        finally:
            await app.stop()
