"""Whole conversations on WhatsApp, forms in and buttons out; and what is said once the window is closed."""

import logging
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pytest
from sqlmodel import col, select

from bot.app import App
from bot.config.apply import apply
from bot.config.load import load
from bot.config.tenants import sources_in
from channels.whatsapp_shapes import SHAPES
from flows.approved import Template, to_approve, words_of
from storage.database import Db
from storage.keys import Keys
from storage.outbox import Message, Purpose, State
from tests.ears import listening
from tests.fakes.twilio import FakeTwilio
from tests.fakes.twilio_whatsapp import Sender, plug
from tests.on_whatsapp import OnWhatsApp
from tests.persons import Exchange
from tests.test_conversations import FIRST, LONG, MORNING, TOWNS, Clock, Meanwhile, conversations, exchanges

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

    async def fates(self) -> list[tuple[State, str]]:
        """What became of what was told unasked."""

        def look(db: Db) -> Sequence[Message]:
            return db.all(select(Message).where(col(Message.purpose) != Purpose.REPLY).order_by(col(Message.id)))

        return [(message.state, message.reason) for message in await self.app.store.turn(TOWN, "", look)]


@pytest.fixture
def url(tmp_path: Path, sqlite_template: Path) -> str:
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'store.sqlite3')}"


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


@pytest.mark.parametrize(
    "name",
    ["join-ca", "join-es", "join-en", "propose-es", "support-en", "respond-ca", "mine-es", "browse-en", "stop-ca"],
)
async def test_the_conversation_goes_as_written(name: str, url: str, keys: Keys, tmp_path: Path) -> None:
    written, said = conversations(name), list[str]()
    with listening(level=logging.INFO) as heard:
        async with serving(url, keys, tmp_path / "towns", written["town"]) as world:
            for conversation in written["conversation"]:
                if conversation.get("on", FIRST) != FIRST or "town" in conversation:
                    continue
                world.clock.later = timedelta()
                meanwhile = world.meanwhile()
                for line in conversation.get("before", written.get("before", [])):
                    await meanwhile.person.says(line)
                for exchange in exchanges(conversation["talk"]):
                    happened = exchange.line.removeprefix("# ")
                    is_said = happened == exchange.line
                    reply = await (meanwhile.person.says(happened) if is_said else meanwhile.happens(happened))
                    meanwhile.person.check(exchange, reply)
                    said.append(happened)
    logged = "\n".join(heard)
    assert [line for line in said if len(line) > LONG and line in logged] == []
    assert "+34600" not in logged


async def test_inside_the_window_news_has_a_button_that_opens_it(url: str, keys: Keys, tmp_path: Path) -> None:
    async with serving(url, keys, tmp_path / "towns", templates=TEMPLATES) as world:
        meanwhile, person = await world.proposes()
        told = await world.answers(meanwhile)
        assert "Sí, al març." in told
        assert "1. Llegir la proposta" in told
        assert "Estat: acceptada." in await person.presses("Llegir la proposta")


async def test_after_a_day_of_silence_the_approved_words_say_it_and_its_reference_opens_it(
    url: str, keys: Keys, tmp_path: Path
) -> None:
    async with serving(url, keys, tmp_path / "towns", templates=TEMPLATES) as world:
        world.sender.contents.approve(to_approve(Template.ANSWER, "ca"), ANSWER)
        meanwhile, person = await world.proposes()
        await meanwhile.happens("25 hours later")
        world.sender.silent.add(person.phone.phone)
        told = await world.answers(meanwhile)
        town, reference = "Vilanova del Riu", person.remembered["reference"]
        assert told == words_of(Template.ANSWER, "ca", {"town": town, "title": PROPOSAL[0], "reference": reference})
        assert "Sí, al març." in await person.says(reference)
        assert await world.fates() == [(State.SENT, "")]


async def test_without_approved_words_nothing_is_sent_and_it_is_known(url: str, keys: Keys, tmp_path: Path) -> None:
    async with serving(url, keys, tmp_path / "towns") as world:
        meanwhile, person = await world.proposes()
        await meanwhile.happens("25 hours later")
        world.sender.silent.add(person.phone.phone)
        sent = len(person.phone.messages)
        assert await meanwhile.happens("the town answers {reference} accepted: ca=Sí. | es=Sí. | en=Yes.") == ""
        assert len(person.phone.messages) == sent
        ((state, reason),) = await world.fates()
        assert (state, reason.partition(":")[0]) == (State.FAILED, "outside the window")


async def test_a_window_that_closes_meanwhile_is_noticed_when_the_message_fails(
    url: str, keys: Keys, tmp_path: Path
) -> None:
    async with serving(url, keys, tmp_path / "towns", templates=TEMPLATES) as world:
        world.sender.contents.approve(to_approve(Template.ANSWER, "ca"), ANSWER)
        meanwhile, person = await world.proposes()
        world.sender.silent.add(person.phone.phone)
        told = await world.answers(meanwhile) or await person.reads(5)
        assert "Per llegir la resposta, escriu" in told


async def test_a_name_without_a_number_takes_part_as_anybody(url: str, keys: Keys, tmp_path: Path) -> None:
    async with serving(url, keys, tmp_path / "towns") as world:
        person = OnWhatsApp(world.app, world.twilio, world.sender, NUMBER, {})
        person.phone.phone = person.phone.name = "whatsapp:ES.13491208655302741918"
        said = [await person.says(line) for line in ("Hola", "Català", "1")]
        assert all(said)
