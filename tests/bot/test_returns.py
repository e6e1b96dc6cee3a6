"""Closing a process: not before each proposal has its answer; then every author hears, and the report can be read."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from aiohttp import ClientSession
from sqlmodel import col, select
from typer.testing import CliRunner

from bot.cli import app
from bot.config.load import Faulty, load
from bot.config.plan import plan
from bot.config.tenants import sources_in
from storage.database import Db
from storage.keys import Keys
from storage.outbox import Message, Purpose
from storage.proposals import Proposal
from tests.meanwhile import Meanwhile, apply_source
from tests.world import World, open_world

TOWN, PROCESS = "vilanova-del-riu", "pressupost-participatiu"
CLOSED = """
outcome:
  summary:
    ca: "De les dues propostes, una es fa: els bancs."
    es: "De las dos propuestas, una se hace: los bancos."
    en: "Of the two proposals, one is done: the benches."
  published_at: {day}
  official_url: https://vilanova-del-riu.example.org/retorn
"""
FIRST = ("Més bancs a la plaça Major", "No hi ha on seure a la plaça quan una persona es cansa.")
SECOND = ("Una font nova vora el riu", "Quan fa calor no hi ha aigua per beure al camí.")


@pytest.fixture
def url(sqlite_template: Path, tmp_path: Path) -> str:
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'store.sqlite3')}"


@pytest.fixture
async def world(url: str, keys: Keys, tmp_path: Path) -> AsyncIterator[World]:
    async with open_world("telegram", url, keys, tmp_path / "towns", {TOWN}) as world:
        yield world


async def proposes(world: World, title: str, body: str) -> Meanwhile:
    """Somebody new, who proposes this and wants to hear what comes of it."""
    who = world.meanwhile(TOWN)
    for line in ("Hola", "Català", "4", "2", "proposa", "sí", "accepto", "Bea", "sí", title, body, "1", "1", "1", "1"):
        await who.person.says(line)
    return who


def references(world: World) -> list[str]:
    return [
        *world.app.store.run(TOWN, lambda db: db.all(select(Proposal.reference).order_by(col(Proposal.id)))),
    ]


async def close(world: World, day: str = "2027-04-01") -> None:
    file = world.towns / TOWN / f"processes/{PROCESS}.yaml"
    said = file.read_text(encoding="utf-8").partition("\noutcome:")[0]
    file.write_text(said.rstrip() + CLOSED.format(day=day), encoding="utf-8")
    (source,) = sources_in(world.towns)
    await world.app.store.turn(TOWN, "", partial(apply_source, source, now=world.clock()))
    await world.app.towns.reload()
    await world.app.almanac.sweep()
    await world.app.updates.drain(TOWN)
    await world.app.outbox.empty()


async def answer(world: World, reference: str, state: str, words: str) -> None:
    await world.meanwhile(TOWN).happens(f"the town answers {reference} {state}: ca={words}")
    await world.app.outbox.empty()


async def reading(who: Meanwhile) -> str:
    return await who.person.reads(0.3)


async def test_nobody_can_close_it_while_a_proposal_has_no_final_answer(world: World) -> None:
    await proposes(world, *FIRST)
    await proposes(world, *SECOND)
    first, second = references(world)
    world.clock.later = timedelta(weeks=20)
    with pytest.raises(Faulty, match=f"2 proposals have no final answer: {first}, {second}") as faulty:
        await close(world)
    (found,) = [each for each in faulty.value.findings if each.code == "unanswered"]
    assert found.path == f"processes/{PROCESS}.yaml"
    assert found.line == world.towns.joinpath(TOWN, found.path).read_text().split("\n").index("outcome:") + 2
    await answer(world, first, "accepted", "Sí: els posem aquesta primavera.")
    await answer(world, second, "evaluating", "Ho mirem.")
    with pytest.raises(Faulty, match=f"1 proposals have no final answer: {second}"):
        await close(world)


async def test_a_report_is_not_dated_before_the_last_phase_has_ended(world: World) -> None:
    with pytest.raises(Faulty, match=r"its return report is dated before phase `[a-z]+` has ended"):
        await close(world, "2027-03-01")


async def test_a_process_that_has_ended_without_its_report_is_warned_of(world: World) -> None:
    await proposes(world, *FIRST)
    world.clock.later = timedelta(weeks=20)
    file = world.towns / TOWN / f"processes/{PROCESS}.yaml"
    file.write_text(file.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    (source,) = sources_in(world.towns)
    planned = world.app.store.run(TOWN, lambda db: plan(db, source, load(source), world.clock()))
    assert "it has ended, and 1 proposals have no return report" in [each.message for each in planned.findings]


def updates(db: Db) -> int:
    return db.count(select(Message).where(col(Message.purpose) == Purpose.UPDATE))


async def test_every_author_hears_once_what_came_of_theirs_and_why(world: World) -> None:
    ana, bea = await proposes(world, *FIRST), await proposes(world, *SECOND)
    first, second = references(world)
    world.clock.later = timedelta(weeks=20)
    await answer(world, first, "accepted", "Sí: els posem aquesta primavera.")
    await answer(world, second, "rejected", "No: el camí és zona inundable.")
    before = [await reading(each) for each in (ana, bea)]
    assert "Està acceptada" in before[0]
    await close(world)
    told = await reading(ana)
    assert "«Pressupost participatiu» està tancat" in told
    assert "una es fa: els bancs" in told
    assert f"({first}): acceptada.\nSí: els posem aquesta primavera." in told
    assert second not in told
    assert f"({second}): rebutjada.\nNo: el camí és zona inundable." in await reading(bea)
    count = world.app.store.run(TOWN, updates)
    world.clock.later += timedelta(days=1)
    await world.app.almanac.sweep()
    await world.app.updates.drain(TOWN)
    assert world.app.store.run(TOWN, updates) == count


async def test_the_report_is_a_page_for_everybody_and_a_list_in_the_conversation(world: World) -> None:
    ana = await proposes(world, *FIRST)
    await proposes(world, *SECOND)
    first, second = references(world)
    world.clock.later = timedelta(weeks=20)
    await answer(world, first, "accepted", "Sí: els posem aquesta primavera.")
    await answer(world, second, "rejected", "No: el camí és zona inundable.")
    await close(world)
    (town,) = [each.town for each in world.app.towns.all()]
    process = town.process(PROCESS)
    assert process is not None
    url = f"http://127.0.0.1:{world.port}/r/{town.code}-{process.code}/ca"
    async with ClientSession() as http, http.get(url) as page:
        html = await page.text()
    assert "Què n&#39;ha sortit: Pressupost participatiu" in html
    assert "2 propostes: acceptada 1, rebutjada 1." in html
    places = [html.index(each) for each in (first, "Sí: els posem aquesta primavera.", second, "zona inundable")]
    assert places == sorted(places)
    said = ""
    for line in ("processos", "Pressupost participatiu · acabat", "Cada proposta i la seva resposta"):
        said = await ana.person.says(line)
    assert "2 propostes: acceptada 1, rebutjada 1." in said
    assert "Una font nova vora el riu · rebutjada" in said
    assert "zona inundable" in await ana.person.says("2")


async def test_the_command_says_what_is_missing_and_writes_the_page(
    world: World, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARTICIPABOT_DATABASE_URL", url)

    async def printed(*arguments: str | Path) -> str:
        run = CliRunner().invoke
        result = await asyncio.to_thread(run, app, ["closing", *map(str, arguments)], env={"COLUMNS": "200"})
        assert result.exit_code == 0, result.output
        return result.stdout

    await proposes(world, *FIRST)
    await proposes(world, *SECOND)
    first, second = references(world)
    await answer(world, first, "accepted", "Sí: els posem aquesta primavera.")
    said = await printed(PROCESS)
    assert f"It cannot be closed yet: 1 have no final answer: {second}." in said
    assert "2 propostes: encara sense resposta 1, acceptada 1." in said
    found = json.loads(await printed(PROCESS, "--json"))
    assert found["unanswered"] == [second]
    assert [row["state"] for row in found["proposals"]] == ["accepted", ""]
    await answer(world, second, "rejected", "No: el camí és zona inundable.")
    assert "It can be closed: write what came of it under `outcome`" in await printed(PROCESS)
    await printed(PROCESS, "--html", tmp_path / "return.html", "--language", "en")
    assert "What came of it: Participatory budget" in (tmp_path / "return.html").read_text(encoding="utf-8")
    assert (await asyncio.to_thread(CliRunner().invoke, app, ["closing", "nothing"])).exit_code == 1
