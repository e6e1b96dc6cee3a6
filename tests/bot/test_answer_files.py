"""Answers in files: applying publishes them once, tells the author first, and refuses what nobody can read."""

import re
import shutil
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest
from sqlmodel import col, select

from bot.config.load import Faulty, load
from bot.config.plan import plan
from bot.config.tenants import sources_in
from storage.database import Db
from storage.keys import Keys
from storage.outbox import Message, Purpose
from storage.proposals import Proposal
from tests.conftest import NOW
from tests.meanwhile import Meanwhile, apply_source
from tests.world import World, open_world

TOWN = "vilanova-del-riu"
REFERENCE = re.compile(r"VIL-PROP-[0-9-]+[0-9]")
ANSWERED = """
answers:
  - proposal: {reference}
    state: {state}
    text:
      ca: "Sí: els plantarem a la tardor."
      es: "Sí: los plantaremos en otoño."
      en: "Yes: we will plant them in autumn."
"""


@pytest.fixture
async def world(sqlite_template: Path, keys: Keys, tmp_path: Path) -> AsyncIterator[World]:
    url = f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'store.sqlite3')}"
    async with open_world("terminal", url, keys, tmp_path / "towns", {TOWN}) as world:
        yield world


async def applies(world: World, reference: str, state: str = "accepted") -> None:
    file = world.towns / TOWN / "answers/pressupost.yaml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(ANSWERED.format(reference=reference, state=state), encoding="utf-8")
    for source in sources_in(world.towns):
        await world.app.store.turn(source.id, "", partial(apply_source, source))
    await world.app.towns.reload()
    await world.app.updates.drain(TOWN)
    await world.app.outbox.empty()


async def proposes(ana: Meanwhile) -> str:
    """A proposal that three others follow, all of them here before its author; its reference."""
    begun = ("Hola", "Català", "1", "1", "1", "Mercè", "1")
    for line in (*begun, "Arbres a la plaça del Mercat", "Quan fa sol no s'hi pot estar: calen arbres.", "1"):
        await ana.person.says(line)
    said = await ana.person.says("Al mig de la plaça")
    while (found := REFERENCE.search(said)) is None:
        said = await ana.person.says("1")
    return found.group()


def updates(db: Db) -> list[Message]:
    told = select(Message).where(col(Message.purpose) == Purpose.UPDATE)
    return [*db.all(told.order_by(col(Message.id)))]


async def test_the_author_hears_first_and_once(world: World) -> None:
    followers = [world.meanwhile(TOWN) for _ in range(3)]
    for each in followers:
        for line in ("Hola", "Català"):
            await each.person.says(line)
    ana = world.meanwhile(TOWN)
    reference = await proposes(ana)
    for each in followers:
        for line in (reference, "segueix", "1", "1", "1"):
            await each.person.says(line)
    await applies(world, reference)
    told = world.app.store.run(TOWN, updates)
    author = world.app.store.run(TOWN, lambda db: db.all(select(Proposal.author_id)))
    assert len(told) == 4
    assert told[0].participant_id == author[0]
    assert max(each.participant_id for each in told) == author[0], "by order of arrival the author would be the last"
    assert "els plantarem a la tardor" in await ana.person.reads()
    await applies(world, reference)
    assert len(world.app.store.run(TOWN, updates)) == 4
    await applies(world, reference, state="evaluating")
    assert len(world.app.store.run(TOWN, updates)) == 8


async def test_an_answer_to_nothing_is_warned_of_and_keeps_nothing_else_back(world: World) -> None:
    await applies(world, "VIL-PROP-2026-11-9999")
    assert world.app.store.run(TOWN, updates) == []
    file = world.towns / TOWN / "answers/pressupost.yaml"
    file.write_text(file.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    (source,) = sources_in(world.towns)
    planned = world.app.store.run(TOWN, lambda db: plan(db, source, load(source), NOW))
    found = [f"{each.path}:{each.line}" for each in planned.findings if "9999 that can be read" in each.message]
    assert found == ["answers/pressupost.yaml:3"]
    with pytest.raises(Faulty, match="is not a proposal of this town"):
        await applies(world, "PRL-PROP-2026-11-9999")
