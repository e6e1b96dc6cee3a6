"""Who says no, stops or goes: nothing of them stays, and who comes back is heard."""

import asyncio
import re

import pytest
from sqlmodel import SQLModel, select

from storage.audit import Consent
from storage.follows import Follow
from storage.outbox import Message
from storage.participants import Address, Binding, Participant, Session
from storage.responses import Response
from tests.bot.house import OWN, PLATFORM, SHARING, House, open_house
from tests.fakes.telegram import Citizen

pytestmark = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)

GATE = re.compile(r"\b1[468] (años|anys)")
PERSONAL: tuple[type[SQLModel], ...] = (Participant, Address, Session, Consent, Follow, Response, Message, Binding)


def left_of(house: House, tenant_id: str) -> dict[str, int]:
    """How many rows each table with anything personal has."""
    counts = house.app.store.run(tenant_id, lambda db: {each.__name__: db.count(select(each)) for each in PERSONAL})
    return {name: count for name, count in counts.items() if count}


async def hears(citizen: Citizen, count: int) -> list[str]:
    """All that was said to a citizen, once so much has come and a moment has passed."""
    async with asyncio.timeout(10):
        while len(citizen.chat.arrivals) < count:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    await asyncio.sleep(0.3)
    return [message.text for message in citizen.chat.arrivals]


async def refuses(house: House, citizen: Citizen) -> None:
    """Goes to the gate and says no to its first question."""
    count = len(citizen.chat.arrivals)
    for word in ("propone", "proposa", "1"):
        await citizen.types(word)
        count += 1
        if GATE.search((await hears(citizen, count))[-1]):
            break
    await citizen.types("no")
    await hears(citizen, count + 1)


async def test_a_refusal_leaves_no_row_in_any_table(database_url: str) -> None:
    async with open_house(database_url) as house:
        ana = house.citizen()
        await ana.starts()
        await ana.types("1")
        await hears(ana, 2)
        await refuses(house, ana)
        assert left_of(house, OWN) == {}


async def test_a_refusal_on_a_shared_account_leaves_no_row_with_the_platform_either(database_url: str) -> None:
    async with open_house(database_url) as house:
        ana = house.citizen(1, PLATFORM, "ca")
        await ana.types("hola")
        await ana.types("vilanova")
        await ana.types("1")
        await hears(ana, 4)
        await refuses(house, ana)
        assert left_of(house, SHARING) == {}
        assert left_of(house, PLATFORM) == {}


async def test_who_refused_and_then_blocks_us_is_not_kept_for_it(database_url: str) -> None:
    async with open_house(database_url) as house:
        ana = house.citizen()
        await ana.starts()
        await ana.types("1")
        await hears(ana, 2)
        await refuses(house, ana)
        await ana.blocks()
        await ana.edits("14")
        await ana.unblocks()
        assert left_of(house, OWN) == {}


async def test_who_stopped_and_started_again_can_change_town(database_url: str) -> None:
    async with open_house(database_url) as house:
        ana = house.citizen(1, PLATFORM, "ca")
        await ana.types("hola")
        await ana.types("vilanova")
        await hears(ana, 3)
        await ana.types("baixa")
        await ana.types("alta")
        await hears(ana, 5)
        await ana.types("canvia de municipi")
        before = len(await hears(ana, 7))
        await ana.types("vilanova")
        assert len(await hears(ana, before + 2)) == before + 2
