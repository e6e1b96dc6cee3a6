"""Where people stop, of conversations as they went: who finished, who stumbled, and who went no further."""

import json
import re
import shutil
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine

from bot.config.codes import subject_code, town_code
from storage.keys import Keys
from tests.commands import printed
from tests.crowd import TOWN, survey_of
from tests.respondent import Respondent
from tests.world import World, open_world

ANSWERS = {"usaries": "segur", "hora": "una", "dies": "dijous festius", "parada": "Pont"}


MOBILITY = {
    **{"barri": "costa", "mitjans": "peu bici", "ordre": "bus voreres carril ombra", "zona": "si"},
    **{"servei.bus": "be", "servei.tren": "be", "servei.voreres": "malament"},
}


@pytest.fixture
async def world(
    sqlite_template: Path, keys: Keys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[World]:
    """The town on Telegram; the commands run on its store."""
    url = f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'world.sqlite3')}"
    monkeypatch.setenv("PARTICIPABOT_DATABASE_URL", url)
    async with open_world("telegram", url, keys, tmp_path / "towns", {TOWN}) as world:
        yield world


async def begins(world: World, slug: str, place: str, answers: Mapping[str, str]) -> tuple[Respondent, str]:
    """Somebody who opens the survey at that place in the menu, and what is asked first."""
    person = world.meanwhile(TOWN).person
    for line in ("hello", "english", "1", place, "16", "accept", "no"):
        reply = await person.says(line)
    return Respondent(person, survey_of(world.app, slug), "en", answers), reply


def told(world: World, *arguments: str | Path) -> str:
    """What the command prints at that time."""
    with time_machine.travel(world.clock(), tick=False):
        return printed("dropoff", *arguments)


async def test_each_question_says_who_saw_it_and_what_they_did(world: World, tmp_path: Path) -> None:
    somebody, reply = await begins(world, "bus-nit", "2", ANSWERS)
    assert "Do you want a night bus?" in reply, reply
    await somebody.person.says("perhaps")
    last_look = await somebody.answers(await somebody.person.says("I do not know"))
    assert "Shall I send it?" in last_look
    await somebody.person.says("send")
    stops, _ = await begins(world, "bus-nit", "2", ANSWERS)
    assert "At what time?" in await stops.person.says("2")
    world.clock.later += timedelta(days=3)
    _, reply = await begins(world, "bus-nit", "2", ANSWERS)
    assert "Do you want a night bus?" in reply
    found: dict[str, Any] = json.loads(told(world, "bus-nit", "--json"))
    counts = {each: found[each] for each in ("begun", "finished", "under_way", "abandoned")}
    assert counts == {"begun": 3, "finished": 1, "under_way": 1, "abandoned": 1}
    steps = {step["key"]: step for step in found["steps"]}
    assert {key: (s["shown"], s["answered"], s["invalid"], s["abandoned"]) for key, s in steps.items()} == {
        "usaries": (3, 2, 2, 0),
        "hora": (2, 1, 0, 1),
        "dies": (1, 1, 0, 0),
        "parada": (1, 1, 0, 0),
    }
    assert all(0 < step["seconds"] < 60 for step in steps.values())
    said = told(world, "bus-nit", "--language", "en")
    assert "3 began: 1 finished, 1 are under way, 1 went no further." in said
    assert re.search(r"At what time\? +2 +1 +0 +1 +\d", said)
    told(world, "bus-nit", "--language", "ca", "--html", tmp_path / "stops.html")
    page = (tmp_path / "stops.html").read_text("utf-8")
    assert '<html lang="ca"' in page
    assert "A quina hora?" in page


async def test_who_changes_what_was_sent_has_begun_once(world: World) -> None:
    somebody, reply = await begins(world, "mobilitat", "1", MOBILITY)
    assert "Shall I send it?" in await somebody.answers(reply)
    assert "Sent. Thank you!" in await somebody.person.says("send")
    link = f"{town_code(TOWN)}-{subject_code(TOWN, 'survey', 'mobilitat')}"
    reply = await somebody.person.says(f"/start {link}")
    assert "You sent your answers on" in reply, reply
    await somebody.person.says("change something")
    assert "Where do you live?" in await somebody.person.says("1")
    found: dict[str, Any] = json.loads(told(world, "mobilitat", "--json"))
    assert (found["begun"], found["finished"], found["under_way"]) == (1, 1, 0)
