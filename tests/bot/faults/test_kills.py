"""SIGKILL to the real process at every commit of a turn, and a graceful stop under load: nothing lost or doubled."""

import asyncio
import os
import signal
from collections import Counter
from pathlib import Path

import pytest
from sqlmodel import col, select

from storage.database import Store
from storage.outbox import Message, State
from tests.bot.faults.process import Served, served
from tests.bot.house import KEYS, OWN, TOKENS
from tests.bot.parrot import heard_in
from tests.fakes.telegram import Citizen
from tests.fakes.telegram_bot import Update

pytestmark = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)

POINTS = range(1, 21 if os.environ.get("SOAK") else 3)
PEOPLE = 6


def citizens_of(server: Served) -> list[Citizen]:
    bot = server.telegram.bot(TOKENS[OWN])
    return [server.telegram.citizen(bot, 34_600_000_000 + number, "es") for number in range(PEOPLE)]


async def settled(citizens: list[Citizen], words: Counter[str]) -> None:
    """Wait until each citizen has been told that all words were heard."""
    async with asyncio.timeout(30):
        while not all(any(Counter(heard_in(text)) == words for text in one.chat.texts) for one in citizens):  # noqa: ASYNC110
            await asyncio.sleep(0.1)


def unsent(database_url: str) -> int:
    store = Store(database_url, KEYS)
    waiting = col(Message.state).in_([State.QUEUED, State.SENDING])
    try:
        return store.run(OWN, lambda db: db.count(select(Message).where(waiting)))
    finally:
        store.close()


async def test_killed_at_each_commit_nothing_is_lost_or_acts_twice(database_url: str, tmp_path: Path) -> None:
    traps = [(moment, nth) for nth in POINTS for moment in ("before", "after")]
    async with served(database_url, tmp_path) as server:
        citizens = citizens_of(server)
        words: Counter[str] = Counter()
        every: list[Update] = []
        await server.start(*traps[0])
        await asyncio.gather(*(citizen.starts() for citizen in citizens))
        await settled(citizens, words)
        for place, (moment, nth) in enumerate(traps):
            new = [f"{moment}{nth}w{number}" for number in range(4)]
            updates = [citizen.typed(word) for word in new for citizen in citizens]
            server.arm()
            statuses = await citizens[0].does_all(updates)
            assert await server.ended() == -signal.SIGKILL
            await server.start(*(traps[place + 1] if place + 1 < len(traps) else ("never", 0)))
            not_acknowledged = [update for update, status in zip(updates, statuses, strict=True) if status != 200]
            assert set(await citizens[0].does_all(not_acknowledged)) <= {200}
            words.update(new)
            await settled(citizens, words)
            every += updates
        assert set(await citizens[0].does_all(every, copies=(2,))) == {200}
        async with asyncio.timeout(20):
            while unsent(database_url):  # noqa: ASYNC110
                await asyncio.sleep(0.2)
        assert await server.stop() == 0
        for citizen in citizens:
            assert all(max(Counter(heard_in(text)).values(), default=1) == 1 for text in citizen.chat.texts)
            assert max(Counter(heard_in(text)).total() for text in citizen.chat.texts) == words.total()


async def test_a_graceful_stop_under_load_loses_and_repeats_nothing(database_url: str, tmp_path: Path) -> None:
    async with served(database_url, tmp_path) as server:
        await server.start()
        citizens = citizens_of(server)
        await asyncio.gather(*(citizen.starts() for citizen in citizens))
        await settled(citizens, Counter())
        updates = [citizen.typed(f"w{number}") for number in range(60) for citizen in citizens]
        delivering = asyncio.create_task(citizens[0].does_all(updates))
        await asyncio.sleep(0.25)
        assert await server.stop() == 0
        statuses = await delivering
        assert unsent(database_url) == 0
        acknowledged = [update for update, status in zip(updates, statuses, strict=True) if status == 200]
        assert 0 < len(acknowledged) < len(updates)
        replies = sum(len(citizen.chat.texts) for citizen in citizens) - PEOPLE
        assert replies >= len(acknowledged)
        await server.start()
        assert set(await citizens[0].does_all(updates)) == {200}
        await settled(citizens, Counter(f"w{number}" for number in range(60)))
        await asyncio.sleep(0.3)
        for citizen in citizens:
            assert [len(heard_in(text)) for text in citizen.chat.texts] == list(range(61))
        assert await server.stop() == 0
