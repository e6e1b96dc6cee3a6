"""`participabot tickets`, as the people of a town use it while the town is served."""

import asyncio
import base64
import json
import re

import pytest
from sqlmodel import select
from typer.testing import CliRunner, Result

from bot.cli import app
from storage.audit import Entry
from storage.outbox import Message
from tests.bot.house import OWN, PLATFORM, SHARING, House, open_house
from tests.fakes.telegram import Citizen

CODE = re.compile(r"[A-Z]+-TIC-[0-9A-Z]{4}")
KEY = base64.b64encode(b"k" * 32).decode()


async def run(*arguments: str) -> Result:
    """A command, in a thread of its own: the town is served meanwhile."""
    return await asyncio.to_thread(CliRunner().invoke, app, ["tickets", *arguments])


@pytest.fixture
def served(database_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("PARTICIPABOT_DATABASE_URL", database_url)
    monkeypatch.setenv("PARTICIPABOT_KEY", KEY)
    return database_url


async def writes(house: House, words: str = "Where is the ramp?", name: str = "ana") -> str:
    """Somebody writes to the town; the code they get."""
    for text in ("hola", "english", "person", words):
        await house.says(text, name=name)
    found = CODE.search(await house.says("send", name=name))
    assert found
    return found.group()


def count(house: House) -> tuple[int, int]:
    """Rows of the log and of the outbox."""
    return house.app.store.run(OWN, lambda db: (db.count(select(Entry)), db.count(select(Message))))


async def test_a_ticket_from_the_first_word_to_the_last(served: str) -> None:
    async with open_house(served) as house:
        code = await writes(house)
        listed = await run("list", "--tenant", OWN)
        assert (listed.exit_code, listed.stdout.startswith(f"{code}  open, waits ")) == (0, True)
        taken = await run("take", code.lower(), "--by", "Marta")
        assert (taken.exit_code, "sent by console" in taken.stdout) == (0, True), taken.output
        assert "From now on Marta" in (await house.replies(seconds=5))[0]
        answered = await run("answer", code, "--text", "By the back door.", "--by", "Marta")
        assert answered.exit_code == 0
        assert await house.replies(seconds=5) == ["Marta: By the back door."]
        shown = await run("show", code)
        assert f"{code}: taken by Marta, on console" in shown.stdout
        assert re.search(r"\d\d:\d\d  citizen: Where is the ramp\?\n.*Marta: By the back door\.", shown.stdout)
        (line,) = json.loads((await run("list", "-t", OWN, "--json")).stdout)
        assert (line["code"], line["state"], line["taken_by"], line["waiting_minutes"]) == (
            code,
            "taken",
            "Marta",
            None,
        )
        closed = await run("close", code)
        assert closed.exit_code == 0
        assert f"Your message {code} is closed." in (await house.replies(seconds=5))[0]
        assert (await run("close", code)).stderr == "It is closed already.\n"
        assert (await run("list", "-t", OWN)).stderr == "There are no open tickets.\n"
        assert code in (await run("list", "-t", OWN, "--all")).stdout
        assert (await run("release", code)).exit_code == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_an_answer_can_close_or_take(served: str) -> None:
    async with open_house(served) as house:
        code = await writes(house)
        assert (await run("answer", code, "--text", "x", "--close", "--take")).exit_code == 2
        await run("answer", code, "--text", "By the back door.", "--close")
        (told,) = await house.replies(seconds=5)
        assert told.startswith(f"Puerto Real de Levante answers your message {code}:\n\nBy the back door.")
        assert "This closes your message" in told
        await run("answer", code, "--text", "And there is a lift.", "--take")
        told = "\n".join(await house.replies(seconds=5) + await house.replies(seconds=1))
        assert "From now on a person of Puerto Real de Levante writes to you here" in told
        assert "Puerto Real de Levante: And there is a lift." in told


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_dry_run_changes_and_sends_nothing(served: str) -> None:
    async with open_house(served) as house:
        code = await writes(house)
        before = count(house)
        for command in (["take"], ["answer", "--text", "Yes.", "--take"], ["close"]):
            tried = await run(command[0], code, *command[1:], "--dry-run")
            assert (tried.exit_code, "nothing was changed, nothing is sent" in tried.stdout) == (0, True)
        assert count(house) == before


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_who_has_stopped_gets_nothing_and_the_command_says_so(served: str) -> None:
    async with open_house(served) as house:
        code = await writes(house)
        await house.says("STOP")
        answered = await run("answer", code, "--text", "By the back door.")
        assert (answered.exit_code, "not sent, for the citizen has said STOP" in answered.stderr) == (0, True)
        taken = await run("take", code)
        assert (taken.exit_code, "nobody can take" in taken.stderr) == (1, True)
        assert (await run("show", "PRL-TIC-0000")).exit_code == 1
        assert (await run("answer", code, "--text", "\u200b")).exit_code == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_nobody_takes_who_talks_to_another_town(served: str) -> None:
    async with open_house(served) as house:
        town = house.app.towns.find(SHARING)
        assert town is not None
        ana = house.citizen(1, PLATFORM, "en")
        await ana.starts(town.code)
        for text in ("english", "person", "Where is the ramp?", "send"):
            await ana.types(text)
        code = await hears(ana, CODE)
        dry = await run("take", code, "--dry-run")
        assert dry.exit_code == 0, dry.output
        await ana.types("language, privacy and more")
        await hears(ana, re.compile("What do you want"))
        await ana.presses("Change town")
        await hears(ana, re.compile("Which town|municipi"))
        taken = await run("take", code)
        assert (taken.exit_code, "talks to another town now" in taken.stderr) == (1, True)
        assert (await run("answer", code, "--text", "By the back door.")).exit_code == 0
        await hears(ana, re.compile("By the back door."))
        assert ana.chat.last.text.startswith("Vilanova del Riu\n")


async def hears(citizen: Citizen, words: re.Pattern[str]) -> str:
    async with asyncio.timeout(10):
        while not citizen.chat.arrivals or not (found := words.search(citizen.chat.last.text)):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    return found.group()


def test_help_is_there_for_each() -> None:
    for command in ("list", "show", "answer", "take", "release", "close"):
        asked = CliRunner().invoke(app, ["tickets", command, "--help"])
        assert (asked.exit_code, "Usage:" in asked.stdout) == (0, True)
