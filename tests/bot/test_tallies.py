"""Results that everybody may see: when they change, how they are told in a chat, and what a browser gets."""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import aiohttp
import pytest
from sqlmodel import select

from bot.config.codes import subject_code, town_code
from storage.keys import Keys
from storage.responses import Tally
from tests.crowd import CROWD, TOWN, add, survey_of
from tests.world import World, open_world

SHORT = "bus-nit"
LIVE = f"{town_code(TOWN)}-{subject_code(TOWN, 'survey', 'mobilitat')}"
PROCESS = f"{town_code(TOWN)}-{subject_code(TOWN, 'process', 'mobilitat')}"


@pytest.fixture
def url(tmp_path: Path, sqlite_template: Path) -> str:
    """An empty store."""
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'store.sqlite3')}"


@pytest.fixture
async def world(url: str, keys: Keys, tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[World]:
    """The town on one medium."""
    async with open_world(getattr(request, "param", "telegram"), url, keys, tmp_path / "towns", {TOWN}) as world:
        yield world


async def answered(world: World, count: int, slug: str = SHORT) -> None:
    """So many more answers, and what the ticker does."""
    responses = [*CROWD.responses(survey_of(world.app, slug), world.clock(), count)]
    await world.app.store.turn(TOWN, "", partial(add, responses=responses))
    await world.app.tallies.sweep()


def shown(world: World) -> int:
    """How many answers the results of the short survey that are shown are of."""
    rows = world.app.store.run(TOWN, lambda db: {each.survey: each.responses for each in db.all(select(Tally))})
    return rows.get(SHORT, 0)


async def test_results_change_by_five_answers_at_least(world: World) -> None:
    for more, expected in ((4, 0), (1, 5), (4, 5), (1, 10), (40, 50)):
        await answered(world, more)
        assert shown(world) == expected


async def test_the_last_answers_count_once_it_has_closed(world: World) -> None:
    await answered(world, 10)
    await answered(world, 3)
    assert shown(world) == 10
    world.clock.later += timedelta(days=60)
    await world.app.tallies.sweep()
    assert shown(world) == 13


@pytest.mark.parametrize("world", ["telegram", "whatsapp", "sms", "email", "terminal"], indirect=True)
async def test_a_citizen_gets_the_sentence_and_the_picture(world: World) -> None:
    await answered(world, 300, "mobilitat")
    person = world.meanwhile(TOWN).person
    for line in ("hello", "english"):
        await person.says(line)
    reply = await person.says("results")
    flat = " ".join(reply.split())
    assert "300 answers, from " in flat
    assert re.search(r"Where do you live\? Centre \d+ %, ", flat)
    assert "This is participation, not a referendum." in flat
    if world.wire.medium in ("telegram", "terminal", "email"):
        assert "mobilitat.en.png" in reply
    assert world.wire.wrong == []


async def test_who_has_answered_gets_the_results_behind_the_same_link(world: World) -> None:
    await answered(world, 20)
    person = world.meanwhile(TOWN).person
    for line in ("hola", "català", f"/start <{TOWN}/survey/bus-nit>", "1", "1", "2", "1", "1", "1 2", "salta", "1"):
        reply = await person.says(line)
    assert "El teu rebut" in reply
    reply = await person.says(f"/start <{TOWN}/survey/bus-nit>")
    assert "Vas respondre «Bus de nit»" in reply
    assert "20 respostes" in reply
    assert "bus-nit.ca.png" in reply


async def get(world: World, path: str, **headers: str) -> tuple[int, str, dict[str, str]]:
    port = world.port
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{port}{path}", headers=headers) as got,
    ):
        return got.status, await got.text(), {name.lower(): value for name, value in got.headers.items()}


async def test_a_browser_gets_a_page_in_its_language(world: World) -> None:
    assert (await get(world, f"/r/{LIVE}"))[0] == 404
    await answered(world, 300, "mobilitat")
    status, page, headers = await get(world, f"/r/{LIVE}", **{"Accept-Language": "fr, es;q=0.9, en"})
    assert (status, headers["content-language"]) == (200, "es")
    assert "Resultados: ¿Cómo te mueves por Vallserena?" in page
    assert "<script" not in page
    assert re.findall(r"(?:src|href)=\"(?!/r/)[^\"]*", page) == []
    assert headers["cache-control"] == "public, max-age=60"
    assert (await get(world, f"/r/{LIVE}/en"))[1].startswith('<!doctype html>\n<html lang="en">')
    assert (await get(world, f"/r/{LIVE}", **{"If-None-Match": headers["etag"], "Accept-Language": "es"}))[0] == 304
    status, page, _ = await get(world, f"/r/{PROCESS}/ca")
    assert status == 200
    assert "Com et mous per Vallserena?" in page
    assert "Bus de nit" in page


@pytest.mark.parametrize(
    "path", ["/r/nothing", "/r/x-y", f"/r/{LIVE[:-1]}", "/r/%3Cscript%3E", f"/r/{LIVE}/fr", "/r/-"]
)
async def test_an_address_of_nothing_is_told_so(world: World, path: str) -> None:
    status, page, _ = await get(world, path)
    assert status == 404
    assert "script" not in page
    assert "referendum" not in page


async def test_two_processes_add_up_the_same(world: World) -> None:
    await answered(world, 30)
    await answered(world, 30)
    await asyncio.gather(world.app.tallies.sweep(), world.app.tallies.sweep())
    assert shown(world) == 60


TOLD = {
    "ca": ("hola", "català", "Ja hi ha els resultats de «Bus de nit», de 41 respostes.", "resultats"),
    "es": ("hola", "castellano", "Ya están los resultados de «Bus de noche», de 41 respuestas.", "resultados"),
    "en": ("hello", "english", "The results of “Night bus” are there, of 41 answers.", "results"),
}


@pytest.mark.parametrize("language", TOLD)
async def test_who_has_answered_is_told_once_it_has_closed(world: World, language: str) -> None:
    hello, named, told, word = TOLD[language]
    person = world.meanwhile(TOWN).person
    for line in (hello, named, f"/start <{TOWN}/survey/bus-nit>", "1", "1", "1", "1", "1", "1 2", "1", "1"):
        await person.says(line)
    other = world.meanwhile(TOWN).person
    for line in (hello, named):
        await other.says(line)
    await answered(world, 40)
    assert shown(world) == 41
    await world.app.updates.sweep()
    assert await person.reads(0.05) == ""
    world.clock.later += timedelta(days=60)
    for _ in range(3):
        await world.app.tallies.sweep()
        await world.app.updates.sweep()
    reply = await person.reads()
    assert told in reply, reply
    assert reply.count(told) == 1
    assert word.upper() in reply
    assert await other.reads(0.05) == "", "who has not answered has not asked for it"
    await person.says(word)
    assert "41" in await person.says("1")


async def test_whoever_follows_the_process_hears_of_its_results(world: World) -> None:
    person = world.meanwhile(TOWN).person
    for line in ("hello", "english", f"/start <{TOWN}/process/mobilitat>", "follow", "1", "1", "1"):
        reply = await person.says(line)
    assert "I will tell you the news" in reply, reply
    await answered(world, 40)
    world.clock.later += timedelta(days=60)
    await world.app.tallies.sweep()
    await world.app.updates.sweep()
    assert "The results of “Night bus” are there, of 40 answers." in await person.reads()
