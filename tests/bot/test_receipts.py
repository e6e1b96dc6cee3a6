"""What Twilio says became of a message: the end is the same in any order, and a failure has its consequence."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

from channels.message import Receipt, Status, name_of
from storage.outbox import Delivery, Message, State
from storage.participants import Address
from tests.bot.sms_house import TOWN, SmsHouse, open_sms_house

pytestmark = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)

LANE = f"sms:{TOWN}"


class Clock:
    """Runs, and jumps when it is told so."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def house(database_url: str, tmp_path: Path, clock: Clock) -> AsyncIterator[SmsHouse]:
    async with open_sms_house(database_url, tmp_path / "media", clock=clock) as open_house:
        yield open_house


async def last(house: SmsHouse, state: State, delivery: Delivery, attempts: int = 1) -> Message:
    """The newest message, once this has become of it."""
    newest = select(Message).order_by(col(Message.id).desc()).limit(1)
    async with asyncio.timeout(10):
        while True:
            await house.app.outbox.drain(LANE)
            await house.app.outbox.empty()
            await house.twilio.told()
            rows = house.app.store.run(TOWN, lambda db: db.all(newest))
            if rows and (rows[0].state, rows[0].delivery, rows[0].attempts) == (state, delivery, attempts):
                return rows[0]
            await asyncio.sleep(0.02)


async def passes(clock: Clock, minutes: int) -> None:
    """So much later, with all written that became of the attempt before."""
    await asyncio.sleep(0.3)
    clock.ahead += timedelta(minutes=minutes)


async def test_in_whatever_order_and_however_often_the_strongest_word_stays(house: SmsHouse) -> None:
    house.account().tells = ("queued",)
    ana = house.citizen()
    ends = {
        (Status.SENT, Status.DELIVERED): Delivery.DELIVERED,
        (Status.SENT, Status.DELIVERED, Status.READ): Delivery.READ,
        (Status.SENT, Status.DELIVERED, Status.FAILED): Delivery.FAILED,
    }
    for statuses, end in ends.items():
        for order in list(itertools.permutations((*statuses, statuses[0])))[::5]:
            await ana.texts("hola")
            message = await last(house, State.SENT, Delivery.UNKNOWN)
            name = name_of(TOWN, message.id, 0)
            await house.app.reception.receive(
                [Receipt("sms", TOWN, name, message.external_id, status) for status in order]
            )
            assert (await last(house, State.SENT, end)).id == message.id


async def test_who_cannot_be_reached_now_is_tried_again_and_not_for_ever(house: SmsHouse, clock: Clock) -> None:
    account, ana = house.account(), house.citizen()
    account.fails[ana.phone] = 30003
    await ana.texts("hola")
    for attempts, minutes in ((1, 2), (2, 6)):
        await last(house, State.QUEUED, Delivery.UNKNOWN, attempts)
        await passes(clock, minutes)
    failed = await last(house, State.SENT, Delivery.FAILED, 3)
    assert (failed.delivery_code, len(account.sent_to(ana.phone))) == ("30003", 3)
    account.fails.clear()
    await ana.texts("castellano")
    assert (await last(house, State.SENT, Delivery.DELIVERED)).id != failed.id


async def test_who_is_reached_the_second_time_has_it_once(house: SmsHouse, clock: Clock) -> None:
    account, ana = house.account(), house.citizen()
    account.fails[ana.phone] = 30008
    await ana.texts("hola")
    await last(house, State.QUEUED, Delivery.UNKNOWN)
    account.fails.clear()
    await passes(clock, 2)
    await last(house, State.SENT, Delivery.DELIVERED, 2)
    assert len(account.sent_to(ana.phone)) == 2


@pytest.mark.parametrize(("code", "is_stopped"), [(21610, True), (21614, True), (30007, False)])
async def test_a_failure_that_is_final(code: int, is_stopped: bool, house: SmsHouse) -> None:
    account, ana = house.account(), house.citizen()
    account.fails[ana.phone] = code
    await ana.texts("hola")
    assert (await last(house, State.SENT, Delivery.FAILED)).delivery_code == str(code)
    stopped = house.app.store.run(TOWN, lambda db: [each.stopped_at for each in db.all(select(Address))])
    assert [at is not None for at in stopped] == [is_stopped]
    assert len(account.sent_to(ana.phone)) == 1
