"""What a day brings is noted once: by two servers, after a restart, when clocks jump; anew when the day is moved."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlmodel import select

from bot.almanac import Almanac
from bot.config.tenants import sources_in
from storage.happenings import MEETING_SOON, PHASE_CLOSED, PHASE_ENDING, PHASE_OPENED, Happening
from storage.keys import Keys
from tests.meanwhile import apply_source
from tests.world import World, open_world

TOWN = "vilanova-del-riu"
OPENED = (PHASE_OPENED, "phase:pressupost-participatiu/suports@2027-01-10T23:00")
FILE = "processes/pressupost-participatiu.yaml"


@pytest.fixture
async def world(sqlite_template: Path, keys: Keys, tmp_path: Path) -> AsyncIterator[World]:
    """The town; supports of its budget begin on 11 January, at midnight in Madrid."""
    url = f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'store.sqlite3')}"
    async with open_world("telegram", url, keys, tmp_path / "towns", {TOWN}) as world:
        yield world


def noted(world: World) -> list[tuple[str, str]]:
    """What was noted of that process, the oldest first."""
    rows = world.app.store.run(TOWN, lambda db: db.all(select(Happening)))
    return sorted((each.kind, each.subject) for each in rows if "pressupost" in each.subject)


async def test_it_is_noted_once_whatever_happens(world: World) -> None:
    await world.app.almanac.sweep()
    assert noted(world) == [], "it began weeks ago"
    world.clock.later += timedelta(days=47)
    others = [Almanac(world.app.store, world.app.towns, world.clock) for _ in range(2)]
    await asyncio.gather(*(each.sweep() for each in (world.app.almanac, *others)))
    assert noted(world) == [OPENED]
    world.clock.later -= timedelta(days=2)
    await Almanac(world.app.store, world.app.towns, world.clock).sweep()
    world.clock.later += timedelta(days=3)
    await world.app.almanac.sweep()
    assert noted(world) == [OPENED]
    world.clock.later += timedelta(days=20)
    await world.app.almanac.sweep()
    ended = "phase:pressupost-participatiu/suports@2027-01-31T23:00"
    assert noted(world) == [(PHASE_CLOSED, ended), (PHASE_ENDING, ended), OPENED]


async def test_a_phase_whose_day_is_moved_begins_again(world: World) -> None:
    world.clock.later += timedelta(days=47)
    await world.app.almanac.sweep()
    file = world.towns / TOWN / FILE
    file.write_text(file.read_text("utf-8").replace("2027-01-11", "2027-01-18"), "utf-8")
    for source in sources_in(world.towns):
        await world.app.store.turn(source.id, "", partial(apply_source, source))
    await world.app.towns.reload()
    await world.app.almanac.sweep()
    assert noted(world) == [OPENED]
    world.clock.later += timedelta(days=7)
    await world.app.almanac.sweep()
    assert noted(world) == [OPENED, (PHASE_OPENED, OPENED[1].replace("2027-01-10", "2027-01-17"))]


async def test_a_meeting_is_near_a_day_before(world: World) -> None:
    world.clock.later += timedelta(days=7, hours=6)
    await world.app.almanac.sweep()
    assert soon(world) == [], "it is tomorrow at 19:00, and now it is 17:00"
    world.clock.later += timedelta(hours=2)
    for _ in range(2):
        await world.app.almanac.sweep()
    assert soon(world) == ["meeting:comptes-clars@2026-12-03T18:00"]


def soon(world: World) -> list[str]:
    """The meetings that were noted."""
    rows = world.app.store.run(TOWN, lambda db: db.all(select(Happening)))
    return [each.subject for each in rows if each.kind == MEETING_SOON]


async def test_a_meeting_at_another_time_is_told_once_the_server_knows(world: World) -> None:
    person = world.meanwhile(TOWN).person
    for line in (
        "hello",
        "english",
        f"/start <{TOWN}/process/pressupost-participatiu>",
        "follow",
        "yes",
        "accept",
        "yes",
    ):
        reply = await person.says(line)
    assert "I will tell you the news" in reply, reply
    file = world.towns / TOWN / "meetings/comptes-clars.yaml"
    for words in (("T19:00", "T18:00"), ("childcare", "child care")):
        file.write_text(file.read_text("utf-8").replace(*words), "utf-8")
        (source,) = sources_in(world.towns)
        await world.app.store.turn(source.id, "", partial(apply_source, source))
        await world.app.updates.sweep()
        assert await person.reads(0.05) == "", "it is not served yet, or it is only worded better"
        await world.app.towns.reload()
        await world.app.updates.sweep()
        told = await person.reads(0.2)
        assert ("It is now Thursday 3 December, 18:00 to 20:00." in told) is (words[0] == "T19:00"), told
