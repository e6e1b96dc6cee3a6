"""That a phase began is noted once: by two servers, after a restart, when clocks jump; anew when its day is moved."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlmodel import select

from bot.config.tenants import sources_in
from bot.phases import Phases
from storage.happenings import PHASE_CLOSED, PHASE_OPENED, Happening
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
    await world.app.phases.sweep()
    assert noted(world) == [], "it began weeks ago"
    world.clock.later += timedelta(days=47)
    others = [Phases(world.app.store, world.app.towns, world.clock) for _ in range(2)]
    await asyncio.gather(*(each.sweep() for each in (world.app.phases, *others)))
    assert noted(world) == [OPENED]
    world.clock.later -= timedelta(days=2)
    await Phases(world.app.store, world.app.towns, world.clock).sweep()
    world.clock.later += timedelta(days=3)
    await world.app.phases.sweep()
    assert noted(world) == [OPENED]
    world.clock.later += timedelta(days=20)
    await world.app.phases.sweep()
    assert noted(world) == [(PHASE_CLOSED, "phase:pressupost-participatiu/suports@2027-01-31T23:00"), OPENED]


async def test_a_phase_whose_day_is_moved_begins_again(world: World) -> None:
    world.clock.later += timedelta(days=47)
    await world.app.phases.sweep()
    file = world.towns / TOWN / FILE
    file.write_text(file.read_text("utf-8").replace("2027-01-11", "2027-01-18"), "utf-8")
    for source in sources_in(world.towns):
        await world.app.store.turn(source.id, "", partial(apply_source, source))
    await world.app.towns.reload()
    await world.app.phases.sweep()
    assert noted(world) == [OPENED]
    world.clock.later += timedelta(days=7)
    await world.app.phases.sweep()
    assert noted(world) == [OPENED, (PHASE_OPENED, OPENED[1].replace("2027-01-10", "2027-01-17"))]
