"""Whole conversations on WhatsApp, forms in and buttons out; and what is said once the window is closed."""

import shutil
from pathlib import Path

import pytest

from flows.approved import Template, to_approve, words_of
from storage.keys import Keys
from storage.outbox import State
from tests.bot.whatsapp_world import ANSWER, PROPOSAL, TEMPLATES, serving
from tests.on_whatsapp import OnWhatsApp


@pytest.fixture
def url(tmp_path: Path, sqlite_template: Path) -> str:
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'store.sqlite3')}"


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
        person = world.meanwhile().person
        assert isinstance(person, OnWhatsApp)
        person.phone.phone = person.phone.name = "whatsapp:ES.13491208655302741918"
        said = [await person.says(line) for line in ("Hola", "Català", "1")]
        assert all(said)
