"""One bot for many towns: an address belongs to one town at a time, and no town sees another's."""

import asyncio

import pytest
from sqlmodel import SQLModel, select

from storage.outbox import Message
from storage.participants import Address, Binding, Participant, Session
from tests.bot.house import OWN, PLATFORM, SHARING, House, open_house
from tests.fakes.telegram import Citizen

pytestmark = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)


async def said(citizen: Citizen, count: int) -> list[str]:
    """All that was said to a citizen, once so much has come."""
    async with asyncio.timeout(10):
        while len(citizen.chat.arrivals) < count:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    await asyncio.sleep(0.2)
    return [message.text for message in citizen.chat.arrivals]


def rows(house: House, tenant_id: str, model: type[SQLModel]) -> int:
    return house.app.store.run(tenant_id, lambda db: db.count(select(model)))


def participants(house: House, tenant_id: str) -> int:
    return house.app.store.run(tenant_id, lambda db: db.count(select(Participant)))


def code_of(house: House, tenant_id: str) -> str:
    town = house.app.towns.find(tenant_id)
    assert town is not None
    return town.code


async def test_a_stranger_chooses_a_town_and_the_town_speaks_at_once(database_url: str) -> None:
    async with open_house(database_url) as house:
        ana = house.citizen(1, PLATFORM, "ca")
        await ana.types("hola")
        (question,) = await said(ana, 1)
        assert "Vilanova del Riu" in question or "Vilanova del Riu" in ana.chat.last.buttons
        await ana.types("vilanova")
        texts = await said(ana, 3)
        assert len(texts) == 3
        assert texts[2].startswith("Vilanova del Riu")
        assert (participants(house, PLATFORM), participants(house, SHARING)) == (1, 1)
        await ana.types("1")
        assert (await said(ana, 4))[3].startswith("Vilanova del Riu")


async def test_a_deep_link_binds_without_a_question(database_url: str) -> None:
    async with open_house(database_url) as house:
        ana = house.citizen(1, PLATFORM, "ca")
        await ana.starts(code_of(house, SHARING))
        (text,) = await said(ana, 1)
        assert text.startswith("Vilanova del Riu")
        assert (participants(house, PLATFORM), participants(house, SHARING)) == (0, 1)


@pytest.mark.parametrize("owner", [PLATFORM, OWN])
async def test_an_unknown_code_and_another_towns_get_the_same_answer(database_url: str, owner: str) -> None:
    async with open_house(database_url) as house:
        other = code_of(house, OWN if owner == PLATFORM else SHARING)
        answers = []
        for number, code in enumerate(["aaaaaaaaaa", other, f"{other}-bbbbbbbbbb", "x" * 64]):
            citizen = house.citizen(number, owner, "ca")
            await citizen.starts(code)
            answers.append((await said(citizen, 1))[0])
        assert len(set(answers)) == 1
        assert participants(house, OWN if owner == PLATFORM else SHARING) == 0


async def test_change_town_leads_back_to_the_list(database_url: str) -> None:
    async with open_house(database_url) as house:
        ana = house.citizen(1, PLATFORM, "ca")
        await ana.starts(code_of(house, SHARING))
        await ana.types("1")
        await said(ana, 2)
        await ana.types("canvia de municipi")
        texts = await said(ana, 4)
        assert len(texts) == 4
        assert not texts[3].startswith("Vilanova")
        bound = house.app.store.run(PLATFORM, lambda db: [row.town for row in db.all(select(Binding))])
        assert bound == [PLATFORM]
        await ana.presses("Vilanova del Riu")
        assert (await said(ana, 6))[5].startswith("Vilanova del Riu")


async def test_a_refusal_on_a_shared_account_leaves_nothing_anywhere(database_url: str) -> None:
    async with open_house(database_url) as house:
        ana = house.citizen(1, PLATFORM, "ca")
        await ana.types("hola")
        await ana.types("vilanova")
        await ana.types("1")
        await ana.types("1")
        texts = await said(ana, 5)
        assert "14" in texts[-1] or "16" in texts[-1]
        await ana.types("2")
        await said(ana, 6)
        await asyncio.sleep(0.5)
        for tenant_id in (PLATFORM, SHARING):
            for model in (Participant, Address, Session):
                assert rows(house, tenant_id, model) == 0
        assert house.app.store.run(PLATFORM, lambda db: db.count(select(Binding))) == 0
        assert house.app.store.run(SHARING, lambda db: db.count(select(Message).where(Message.is_farewell))) == 0


async def test_stop_is_said_to_every_town_of_the_account(database_url: str) -> None:
    async with open_house(database_url) as house:
        ana = house.citizen(1, PLATFORM, "ca")
        await ana.types("hola")
        await ana.types("vilanova")
        await said(ana, 3)
        await ana.types("baixa")
        for tenant_id in (PLATFORM, SHARING):
            reasons = house.app.store.run(tenant_id, lambda db: [a.stopped_reason for a in db.all(select(Address))])
            assert reasons == ["asked"]
        await ana.types("hola")
        assert len(await said(ana, 4)) == 4


async def test_the_same_person_is_another_in_another_town(database_url: str) -> None:
    async with open_house(database_url) as house:
        ana, same = house.citizen(1, PLATFORM, "ca"), house.citizen(1, OWN, "ca")
        await ana.starts(code_of(house, SHARING))
        await same.starts()
        await said(ana, 1)
        await said(same, 1)
        hashes = {
            tenant_id: house.app.store.run(tenant_id, lambda db: {a.hash for a in db.all(select(Address))})
            for tenant_id in (OWN, SHARING)
        }
        assert all(len(found) == 1 for found in hashes.values())
        assert not hashes[OWN] & hashes[SHARING]
