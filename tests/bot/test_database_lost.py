"""The database ends every connection again and again, as a restart does: nothing is lost, nothing acts twice."""

import asyncio
from collections import Counter

import psycopg
import pytest
from sqlalchemy import make_url
from sqlmodel import col, select

from storage.inbounds import Claim
from storage.outbox import Message, State
from tests.bot.house import OWN, open_house
from tests.bot.parrot import PARROT, heard_in

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)

_END_ALL = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


async def test_connections_ended_under_load_lose_and_double_nothing(database_url: str) -> None:
    url = make_url(database_url).set(drivername="postgresql").render_as_string(hide_password=False)
    async with open_house(database_url, flows=PARROT) as house:
        ana = house.citizen()
        await ana.starts()
        updates = [ana.typed(f"w{number}") for number in range(40)]
        waiting, refused, ends = updates, 0, 0
        with psycopg.connect(url, autocommit=True) as connection:
            while waiting:
                sending = asyncio.gather(*(ana.does(update) for update in waiting))
                while not sending.done():
                    if ends < 100:
                        connection.execute(_END_ALL)
                        ends += 1
                    await asyncio.sleep(0.02)
                statuses = await sending
                refused += sum(status != 200 for status in statuses)
                waiting = [update for update, status in zip(waiting, statuses, strict=True) if status != 200]
        assert refused > 0
        assert house.app.store.run(OWN, lambda db: db.count(select(Claim))) == 41
        await ana.types("last")
        async with asyncio.timeout(20):
            while "last" not in ana.chat.last.text:  # noqa: ASYNC110
                await asyncio.sleep(0.1)
        assert Counter(heard_in(ana.chat.last.text)) == Counter([*(f"w{number}" for number in range(40)), "last"])
        await house.app.outbox.empty()
        unsent = col(Message.state).in_([State.FAILED, State.UNCERTAIN])
        assert house.app.store.run(OWN, lambda db: db.count(select(Message).where(unsent))) == 0
