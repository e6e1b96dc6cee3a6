"""Money: no more leaves than the caps say, however much is sent at once; what waits leaves on a day that pays."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from msgspec import json
from sqlmodel import select

from bot.delivery import SPEND_CAP
from bot.purse import Caps, OverCap, Purse
from channels.message import Outbound, Price
from storage.callers import add_caller
from storage.database import Db, Store
from storage.keys import Keys
from storage.outbox import Message, Purpose, State
from storage.spending import Spending, spent
from storage.statements import enqueue
from tests.world import World, open_world

TOWN = "vilanova-del-riu"
LANE = f"sms:{TOWN}"
MADRID = ZoneInfo("Europe/Madrid")
PRICE = Price(1, 70_000)
EVENING = datetime(2026, 11, 30, 23, 30, tzinfo=MADRID)
sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class Watch:
    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


def purse(store: Store, watch: Watch, day: int | None = None, month: int | None = None) -> Purse:
    made = Purse(LANE, store, watch)
    made.change(Caps(day, month), MADRID)
    return made


async def left(one: Purse, store: Store, numbers: Sequence[int]) -> int:
    """How many of these messages may leave; each is written as what leaves is."""
    count = 0
    for number in numbers:
        try:
            await one.reserve(number, PRICE)
        except OverCap:
            continue
        one.write(paid := one.pay(number, PRICE))
        store.run("vilanova", partial(_write, day=paid.day))
        count += 1
    return count


def _write(db: Db, day: date) -> None:
    db.add(Spending(lane=LANE, day=day, messages=1, segments=1, micros=PRICE.micros))


async def test_a_cap_holds_for_a_day_of_the_town_and_for_its_month(store: Store) -> None:
    watch = Watch(EVENING)
    one = purse(store, watch, day=3 * PRICE.micros, month=5 * PRICE.micros)
    assert await left(one, store, range(10)) == 3
    assert one.is_closed
    watch.now += timedelta(minutes=29)
    assert await left(one, store, [10]) == 0
    watch.now += timedelta(minutes=2)
    assert await left(one, store, range(20, 30)) == 3
    watch.now += timedelta(days=1)
    assert await left(one, store, range(30, 40)) == 2
    watch.now += timedelta(days=1)
    assert await left(one, store, range(40, 50)) == 0
    watch.now += timedelta(days=31)
    assert await left(one, store, range(50, 60)) == 3


async def test_what_another_process_spent_counts(store: Store) -> None:
    watch = Watch(EVENING)
    assert await left(purse(store, watch, day=3 * PRICE.micros), store, range(2)) == 2
    assert await left(purse(store, watch, day=3 * PRICE.micros), store, range(2, 9)) == 1


async def test_what_did_not_leave_is_given_back(store: Store) -> None:
    one = purse(store, Watch(EVENING), day=PRICE.micros)
    await one.reserve(1, PRICE)
    with pytest.raises(OverCap):
        await one.reserve(2, PRICE)
    one.give_back(1)
    await one.reserve(2, PRICE)


async def test_what_costs_nothing_is_never_held(store: Store) -> None:
    one = purse(store, Watch(EVENING), day=0)
    await one.reserve(1, Price())
    with pytest.raises(OverCap):
        await one.reserve(2, PRICE)


@asynccontextmanager
async def town(url: str, keys: Keys, folder: Path, *more: str) -> AsyncIterator[World]:
    async with open_world("sms", url, keys, folder / "towns", [TOWN], ["price: 0.07", *more]) as world:
        yield world


def add_people(world: World, numbers: Sequence[str], *, is_proved: bool = True, each: int = 1) -> None:
    """Somebody at every number, with word from the town that waits for them."""

    def add(db: Db) -> None:
        content, now = json.encode(Outbound("Hola")).decode(), world.clock()
        for number in numbers:
            hash, sealed = db.address_hash("sms", number), db.seal(number)
            caller = add_caller(db, "sms", hash, sealed, LANE, now, is_proved=is_proved)
            for _ in range(each):
                enqueue(db, caller.participant_id, LANE, "sms", sealed, Purpose.NOTICE, content, now)

    world.app.store.run(TOWN, add)


async def fates(world: World) -> list[tuple[State, str]]:
    """What became of every message, once something did of each."""
    async with asyncio.timeout(10):
        while True:
            await world.app.outbox.drain(LANE)
            await world.app.outbox.empty()
            rows = world.app.store.run(TOWN, lambda db: db.all(select(Message)))
            if all(row.reason or row.ended_at for row in rows):
                return sorted((row.state, row.reason) for row in rows)
            await asyncio.sleep(0.01)


@sqlite
async def test_many_at_once_spend_no_more_than_may_be_spent(database_url: str, keys: Keys, tmp_path: Path) -> None:
    async with town(database_url, keys, tmp_path, "cap_day: 0.36") as world:
        add_people(world, [f"+346000000{number:02}" for number in range(20)])
        assert await fates(world) == [(State.QUEUED, SPEND_CAP)] * 15 + [(State.SENT, "")] * 5
        today = world.clock().date()
        total = world.app.store.run_no_tenant(lambda db: spent(db, LANE, today, today))
        assert total == (5, 5, 5 * PRICE.micros)
        world.clock.later += timedelta(days=1)
        async with asyncio.timeout(30):
            while (await fates(world)).count((State.SENT, "")) < 10:
                pass
        assert (await fates(world)).count((State.SENT, "")) == 10


@sqlite
async def test_nothing_is_sent_to_a_country_that_is_not_served(database_url: str, keys: Keys, tmp_path: Path) -> None:
    async with town(database_url, keys, tmp_path) as world:
        add_people(world, ["+447700900123"])
        ((state, reason),) = await fates(world)
        assert (state, "7700" in reason) == (State.FAILED, False)


@sqlite
async def test_an_address_that_nobody_answered_from_costs_one_message(
    database_url: str, keys: Keys, tmp_path: Path
) -> None:
    async with town(database_url, keys, tmp_path) as world:
        add_people(world, ["+34600000001", "+34600000002"], is_proved=False, each=3)
        found = await fates(world)
        assert [state for state, _ in found].count(State.SENT) == 2
        assert {reason for state, reason in found if state is not State.SENT} == {
            "a second message to an address that nobody has answered from"
        }
