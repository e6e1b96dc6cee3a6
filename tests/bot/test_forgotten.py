"""FORGET through the whole house: the farewell arrives, and then there is nothing left to write to."""

import asyncio
import json
import re
import threading
import time

import pytest
from sqlmodel import select

from bot.telling import tell
from flows.news import News
from storage.audit import Entry
from storage.belongings import unlink
from storage.database import Db, Store
from storage.erasures import Erasure
from storage.participants import Participant
from storage.row import table_of
from storage.tables import TABLES
from tests.bot.house import KEYS, OWN, PLATFORM, SHARING, House, open_house
from tests.bot.test_leaving import hears, left_of
from tests.bot.test_updates import people
from tests.conftest import NOW
from tests.fakes.telegram import Citizen

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""What is the same on both kinds is tried on one."""

CODE = re.compile(r"(?:código|codi): ([A-Z]{4})")


async def is_forgotten(citizen: Citizen, word: str) -> str:
    """Asks for it and writes the code; the last words."""
    count = len(citizen.chat.arrivals)
    await citizen.types(word)
    found = CODE.search((await hears(citizen, count + 1))[-1])
    assert found
    await citizen.types(found[1])
    return (await hears(citizen, count + 2))[-1]


def rows_with(house: House, tenant_id: str, words: str) -> set[str]:
    """The tables of a tenant that say this anywhere."""

    def read(db: Db) -> set[str]:
        return {table_of(each).name for each in TABLES for row in db.all(select(each)) if words in repr(row)}

    return house.app.store.run(tenant_id, read)


async def test_who_is_forgotten_leaves_nothing_but_what_is_sealed(database_url: str) -> None:
    async with open_house(database_url) as house:
        ana = house.citizen()
        await ana.starts()
        await ana.types("1")
        await hears(ana, 2)
        (person,) = house.app.store.run(OWN, lambda db: [each.id for each in db.all(select(Participant))])
        assert "último mensaje" in await is_forgotten(ana, "olvídame")
        assert left_of(house, OWN) == {}
        assert rows_with(house, OWN, str(person)) == {"audit"}
        (erasure,) = house.app.store.run(OWN, lambda db: db.all(select(Erasure)))
        sealed = json.loads(KEYS.unseal(OWN, erasure.sealed))
        assert sealed["participant"] == person
        assert [each["channel"] for each in sealed["addresses"]] == ["telegram"]
        logged = house.app.store.run(OWN, lambda db: [each.action for each in db.all(select(Entry))])
        assert "person_forgotten" in logged
        count = len(ana.chat.arrivals)
        await ana.types("menú")
        assert "idioma" in (await hears(ana, count + 1))[-1]


async def test_news_on_its_way_while_somebody_is_forgotten_leaves_nothing(database_url: str) -> None:
    async with open_house(database_url) as house:
        (person,) = await people(house, ["ana"])
        town, other = house.app.towns.find(OWN), Store(database_url, KEYS)
        assert town is not None
        is_told = threading.Event()

        def tell_slowly(db: Db) -> str:
            lane = tell(db, town, person, NOW, lambda _: News(("Somebody has commented.",)))
            is_told.set()
            time.sleep(0.5)
            return lane

        def leave(db: Db) -> None:
            unlink(db, person, [], NOW)

        telling = asyncio.to_thread(other.run, OWN, tell_slowly)
        forgetting = asyncio.to_thread(lambda: is_told.wait() and house.app.store.run(OWN, leave))
        try:
            await asyncio.gather(telling, forgetting)
        finally:
            other.close()
        assert rows_with(house, OWN, str(person)) == set()


@on_sqlite
async def test_on_a_shared_account_one_town_forgets_and_the_platform_keeps_no_binding(database_url: str) -> None:
    async with open_house(database_url) as house:
        ana = house.citizen(1, PLATFORM, "ca")
        await ana.types("hola")
        await ana.types("vilanova")
        await ana.types("1")
        await hears(ana, 4)
        assert "últim missatge" in await is_forgotten(ana, "oblida'm")
        assert left_of(house, SHARING) == {}
        assert left_of(house, PLATFORM) == {}


@on_sqlite
async def test_who_stopped_can_still_be_forgotten(database_url: str) -> None:
    async with open_house(database_url) as house:
        ana = house.citizen()
        await ana.starts()
        await ana.types("1")
        await ana.types("baja")
        await hears(ana, 3)
        await ana.types("menú")
        assert "último mensaje" in await is_forgotten(ana, "OLVIDAME")
        assert left_of(house, OWN) == {}


@on_sqlite
async def test_their_data_come_as_two_files(database_url: str) -> None:
    async with open_house(database_url) as house:
        await house.says("hola")
        await house.says("1")
        said = await house.says("mis datos")
        assert "mis-datos.html" in said
        assert "mis-datos.json" in said
