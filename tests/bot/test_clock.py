"""The clock of a machine may be set, in both directions, while messages wait."""

import asyncio
from datetime import datetime, timedelta

import pytest

from bot.app import utc_now
from tests.bot.house import open_house
from tests.bot.parrot import PARROT, heard_in
from tests.fakes.telegram import Fault

pytestmark = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)


class Clock:
    """The real one, off by so much."""

    def __init__(self) -> None:
        self.off = timedelta()

    def __call__(self) -> datetime:
        return utc_now() + self.off


@pytest.mark.parametrize("hours", [-2, 2])
async def test_a_reply_that_waits_is_not_forgotten_when_the_clock_is_set(database_url: str, hours: int) -> None:
    clock = Clock()
    async with open_house(database_url, flows=PARROT, clock=clock) as house:
        ana = house.citizen()
        house.bot().faults.append(("sendMessage", Fault.INTERNAL))
        await ana.starts()
        await ana.types("one")
        async with asyncio.timeout(5):
            while house.bot().faults:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        clock.off = timedelta(hours=hours)
        await ana.types("two")
        async with asyncio.timeout(12):
            while len(ana.chat.texts) < 3:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        assert [heard_in(text) for text in ana.chat.texts] == [[], ["one"], ["one", "two"]]
