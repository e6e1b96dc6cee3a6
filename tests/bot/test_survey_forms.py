"""A survey of every type of question, answered on every channel in every language, payload in and payload out."""

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest
from sqlmodel import select

from flows.participation.survey import Type
from storage.keys import Keys
from storage.responses import Response
from tests.respondent import Respondent
from tests.wires import WIRES
from tests.world import open_world

TOWN = "vallserena-de-dalt"
BEGINS = {"ca": "català", "es": "castellano", "en": "english"}
ANSWERS: Mapping[str, str] = {
    "barri": "estacio",
    "mitjans": "peu cotxe altres\naltres patinet",
    "aparca": "carrer",
    "canviaria": "Més busos, i més de nit",
    "servei.bus": "be",
    "servei.tren": "no-uso",
    "servei.voreres": "malament",
    "quan.feiners": "mati tarda",
    "ordre": "bus voreres ombra carril",
    "zona": "no",
    "per-que": "Hi tinc la feina i hi porto la mare.\nEl metge és allà.",
    "foto": "photo.jpg",
    "edat": "adult",
}
LEFT = "quan.cap-de-setmana"
"""Passed over, as is the last one."""
AT_ONCE = {"sms", "email"}


@pytest.fixture
def url(tmp_path: Path, sqlite_template: Path) -> str:
    """An empty store."""
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'store.sqlite3')}"


@pytest.mark.parametrize("language", BEGINS)
@pytest.mark.parametrize("medium", WIRES)
async def test_every_type_has_its_form(medium: str, language: str, url: str, keys: Keys, tmp_path: Path) -> None:
    async with open_world(medium, url, keys, tmp_path / "towns", {TOWN}) as world:
        person = world.meanwhile(TOWN).person
        survey = next(each.town for each in world.app.towns.all() if each.id == TOWN).survey("mobilitat")
        assert survey is not None
        for line in ("hola", BEGINS[language], f"/start <{TOWN}/survey/mobilitat>", "1", "1"):
            reply = await person.says(line)
        reply = await person.says("2")
        wanted = ANSWERS if medium != "sms" else {**ANSWERS, "foto": ""}
        respondent = Respondent(person, survey, language, wanted, presses=medium in ("telegram", "whatsapp"))
        await respondent.answers(reply)
        reply = await person.says("1")
        (response,) = world.app.store.run(TOWN, lambda db: db.all(select(Response)))
        assert response.receipt in reply
        assert response.revision == survey.hash
        photo = {} if medium == "sms" else {"foto": response.answers["foto"]}
        assert response.answers == {key: answer for key, answer in ANSWERS.items() if key != "foto"} | photo
        assert (response.channel, response.language) == (
            world.wire.channel if medium != "terminal" else "console",
            language,
        )
        assert {*respondent.forms.values()} == ({"alone", "at once"} if medium in AT_ONCE else {"alone"})
        assert {Type(each.type) for each in survey.questions} == {*Type}
        assert world.wire.wrong == []
