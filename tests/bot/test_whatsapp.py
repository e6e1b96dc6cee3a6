"""Whole conversations on WhatsApp, forms in and buttons out; and what is said once the window is closed."""

import logging
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from flows.approved import Template, to_approve, words_of
from storage.keys import Keys
from storage.outbox import State
from tests.bot.whatsapp_world import ANSWER, NUMBER, PROPOSAL, TEMPLATES, serving
from tests.ears import listening
from tests.on_whatsapp import OnWhatsApp
from tests.test_conversations import FIRST, LONG, conversations, exchanges


@pytest.fixture
def url(tmp_path: Path, sqlite_template: Path) -> str:
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'store.sqlite3')}"


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
